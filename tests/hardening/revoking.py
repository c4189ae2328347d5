"""S9: many sessions read in a loop while what lets them is ended; nothing that begins after the commit is shown."""

import threading
import time
from datetime import timedelta
from functools import partial

from django.db import connection
from django.utils import timezone

from interactions.services.care import assign, end_membership
from patients.choices import CareRole
from staff import services as staff
from staff.roles import Role
from tests.cast import enter
from tests.factories import make_episode, make_patient, make_staff
from tests.hardening.world import Browser

AFTER = 2  # requests that each session makes after the commit


def run(world, rounds=100, sessions=20):
    """(figure, misses)"""
    misses, before, after = [], 0, 0
    lead, primary = world.cast["vera"], world.cast["mara"]
    for n in range(rounds):
        what = ENDINGS[n % len(ENDINGS)]
        now = timezone.now()
        patient = make_patient(
            given_name="Robin", family_name=f"Marlow{letters(n)}", by=primary, now=now - timedelta(days=2)
        )
        make_episode(patient, world.objects["program"], primary, now=now - timedelta(days=2))
        reader = make_staff(f"reader{n}", Role.CLINICIAN, primary.site)
        member = assign(patient=patient, staff=reader, role=CareRole.NURSE, by=lead, now=now - timedelta(days=1))
        read = race(reader, f"/patients/{patient.ref}/about/", sessions, partial(what, world, reader, member))
        before += sum(1 for began, status, at in read if began <= at and status == 200)
        after += sum(1 for began, _, at in read if began > at)
        late = [status for began, status, at in read if began > at and status not in (302, 403, 404)]
        misses += [f"{what.__name__} {n}: {status} after the commit" for status in late]
    if before < rounds or after < rounds * sessions:
        misses.append(f"only {before} reads before and {after} after")
    return (
        f"{rounds} endings × {sessions} sessions: {before} reads before, {after} begun after the commit, "
        f"{len(misses)} of them answered; {connection.vendor}"
    ), misses


def race(reader, path, sessions, end):
    """(when a request began, its status, when the ending was committed) of every request."""
    found, ended, ready = [], [], threading.Barrier(sessions + 1)
    clients = [enter(Browser(raise_request_exception=False), reader) for _ in range(sessions)]

    def loop(client):
        try:
            mine, left = [], AFTER
            mine.append((time.monotonic(), client.get(path).status_code))
            ready.wait()
            while left:
                left -= bool(ended)
                began = time.monotonic()
                mine.append((began, client.get(path).status_code))
            found.extend(mine)
        finally:
            connection.close()

    threads = [threading.Thread(target=loop, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    ready.wait()
    end()
    ended.append(time.monotonic())
    for thread in threads:
        thread.join()
    return [(began, status, ended[0]) for began, status in found]


def assignment(world, reader, member):
    end_membership(member=member, by=world.cast["vera"], now=timezone.now())


def role(world, reader, member):
    staff.change(row=reader, action="staff.update", by=world.cast["ada"], role=Role.AUDITOR)


def account(world, reader, member):
    staff.change(row=reader, action="staff.update", by=world.cast["ada"], is_active=False)


ENDINGS = (assignment, role, account)


def letters(n):
    return chr(97 + n // 26 % 26) + chr(97 + n % 26)
