"""Every route × principal × patient × form of request answers as the truth tables say, and tells nothing hidden."""

import logging
import multiprocessing
import os
import random
import sys
import time
from contextlib import contextmanager
from unittest import mock

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import override_settings, setup_test_environment, teardown_test_environment
from django.utils import timezone

SHARES = 2
WORLDS = int(os.environ.get("WORLDS", "100"))
TOLD_EVERY = 60  # seconds
# Only routes whose names begin with one of these; without it all.
ONLY = tuple(os.environ.get("ROUTES", "").split(","))


def main():
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(SHARES, initializer=start) as pool:
        results = pool.map(ask_share, range(SHARES), chunksize=1)
    asked = sum(result[0] for result in results)
    wrong = [line for result in results for line in result[1]]
    routes = set().union(*(result[2] for result in results))
    told = sum(result[3] for result in results)
    apart = [line for result in results for line in result[4]]
    for line in apart[:20]:
        print(line)
    print(f"{WORLDS} random worlds: list, search, export, count and page differ from the rule {len(apart)} times")
    print(f"{told} marks of patients in the application’s log; {time.monotonic() - began:.0f} s, {connection.vendor}")
    print(f"{asked} cells, {len(wrong)} wrong, {len(routes)} routes")
    if wrong or told or apart:
        sys.exit(1)


def start():
    import django

    django.setup()


def ask_share(share):
    """This share of the cells: how many they are, what is wrong, their routes, and how often the log told a mark,
    and where the random worlds differ."""
    from tests.access import matrix, world

    some = [cell for n, cell in enumerate(matrix.cells()) if n % SHARES == share and cell.route.startswith(ONLY)]
    with in_a_database(f"access_{share}") as listener:
        apart = list(in_random_worlds(share))
        built = world.build()
        listener.marks = tuple(built.marks)
        wrong = []
        for cell in telling(share, "cells", some):
            found = matrix.faults(built, cell)
            if found:
                wrong.append(f"{cell}: {'; '.join(found)}")
                print(wrong[-1], flush=True)
    return len(some), wrong, {cell.route for cell in some}, listener.found, apart


def telling(share, what, some):
    """Each of `some`, and every minute a line of how many are done."""
    told = time.monotonic()
    for n, one in enumerate(some):
        if time.monotonic() - told > TOLD_EVERY:
            told = time.monotonic()
            print(f"[{share}] {n} of {len(some)} {what}", flush=True)
        yield one


def in_random_worlds(share):
    """Where this share of the random worlds differs from the rule. They want an empty database, and pages that say
    what stood in them."""
    setup_test_environment(debug=False)
    try:
        for seed in telling(share, "random worlds", range(share, WORLDS, SHARES)):
            yield from in_a_random_world(seed)
    finally:
        teardown_test_environment()


def in_a_random_world(seed):
    from tests.every_way import differences
    from tests.worlds import build, draw

    world = draw(random.Random(seed))
    with transaction.atomic():
        found = differences(world, build(world))
        transaction.set_rollback(True)
    return [f"world {seed}: {difference}" for difference in found]


@contextmanager
def in_a_world(name):
    """The world of the matrix in a database of its own, with what listens to the log; the clock stands still."""
    from tests.access import world

    with in_a_database(name) as listener:
        built = world.build()
        listener.marks = tuple(built.marks)
        yield built, listener


@contextmanager
def in_a_database(name):
    """An empty database of its own, and what listens to the log; the clock stands still."""
    from tests.factories import NOW

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    connection.settings_dict["TEST"]["NAME"] = f"{connection.settings_dict['NAME']}_{name}"
    listener = Listener()
    created = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    held = mock.patch.object(timezone, "now", lambda: NOW)
    try:
        with override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"]), held:
            yield listener
    finally:
        connection.creation.destroy_test_db(created, verbosity=0)


class Listener(logging.Handler):
    """Stands where the log of production goes, and counts what holds a mark of a patient."""

    def __init__(self):
        super().__init__()
        self.marks, self.found = (), 0
        root = logging.getLogger()
        root.handlers, root.level = [self], logging.INFO

    def emit(self, record):
        text = self.format(record)
        self.found += any(mark in text for mark in self.marks)
