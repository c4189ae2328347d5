"""50,000 odd requests over all forms and addresses as each role: no error page, and what was accepted can be read."""

import logging
import multiprocessing
import os
import sys
import time
from unittest import mock

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "50000"))
FIRST = int(os.environ.get("FUZZ_SEED", "1"))
SHARES = 2


def main():
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(SHARES, initializer=start) as pool:
        tallies = pool.map(send_share, range(SHARES), chunksize=1)
    faults = {}
    for tally in tallies:
        faults |= tally.faults
    requests, opened = sum(one.requests for one in tallies), sum(one.opened for one in tallies)
    broken = sum(many for one in tallies for status, many in one.statuses.items() if status >= 500)
    slowest = max(tallies, key=lambda one: one.slowest)
    spread = {status: sum(one.statuses[status] for one in tallies) for one in tallies for status in one.statuses}
    print("answers:", ", ".join(f"{status} × {many}" for status, many in sorted(spread.items())))
    print(f"the slowest: {slowest.slow}")
    print(
        f"{sum(one.accepted for one in tallies)} forms accepted; {opened} pages opened after; "
        f"{connection.vendor}, {time.monotonic() - began:.0f} s"
    )
    print(f"{requests} requests, {broken} answered 5xx, slowest {slowest.slowest:.2f} s")
    if faults:
        sys.exit(1)


def start():
    import django

    django.setup()


def send_share(share):
    """This share of the requests, sent in a database of its own."""
    from tests.factories import NOW
    from tests.fuzz.epochs import Fuzz
    from tests.hardening import world

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.disable(logging.CRITICAL)
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"{connection.settings_dict['NAME']}_fuzz_{share}"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with (
            override_settings(
                DEBUG=False,
                ALLOWED_HOSTS=["testserver"],
                EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
            ),
            mock.patch.object(timezone, "now", lambda: NOW),
        ):
            fuzz = Fuzz(world.build(), FIRST + share)
            return fuzz.run(REQUESTS // SHARES, told=lambda line: print(f"[{share}] {line}", flush=True))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
