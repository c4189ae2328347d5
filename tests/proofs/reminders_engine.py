"""Thousands of late concerns become reminders in one pass, and the pass after it finds nothing to do.

`./run prove reminders_engine` uses a database of its own, on SQLite or on the server of DATABASE_URL.
"""

import time
from datetime import timedelta
from statistics import median

from django.db import connection
from django.test.utils import setup_test_environment, teardown_test_environment

from interactions import planning
from interactions.models import Concern, Reminder
from interactions.reminder_rules import RULES
from interactions.reminders import run_pass
from tests.factories import NOW, make_episode, make_patient, make_program, make_staff, switch_on

PATIENTS, EACH, STAFF = 500, 10, 20
MOST_SECONDS = 30


def main():
    setup_test_environment()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def measure():
    program = make_program()
    switch_on(program, *(rule.code for rule in RULES))
    clinicians = [make_staff(f"clinician{n}", site=program.site) for n in range(STAFF)]
    for n in range(PATIENTS):
        primary = clinicians[n % STAFF]
        make_episode(make_patient(f"Person{n}", by=primary), program=program, primary=primary)
    raised_at = NOW - timedelta(days=4)
    late = {"clock_started_at": raised_at, "ack_due_at": raised_at, "answer_due_at": NOW - timedelta(days=2)}
    Concern.objects.bulk_create(
        Concern(
            patient=episode.patient, words="When can I call home?", owner=episode.admitted_by, raised_at=raised_at,
            recorded_at=raised_at, recorded_by=episode.admitted_by, **late,
        )
        for episode in program.episodes.select_related("patient", "admitted_by")
        for _ in range(EACH)
    )  # fmt: skip
    first = timed(lambda: planning.plan_all(NOW))
    written = Reminder.objects.count()
    again = median(timed(lambda: planning.plan_all(NOW)) for _ in range(5))
    whole = timed(lambda: run_pass(now=NOW))
    assert written >= 4 * PATIENTS * EACH, written  # not taken on and not answered, to the owner and the supervisor
    assert Reminder.objects.count() == written, "a second pass wrote more"
    assert first < MOST_SECONDS, first
    print(
        f"reminders_engine: {connection.vendor}, {PATIENTS * EACH} late concerns of {PATIENTS} patients: "
        f"{written} reminders in {first:.1f} s, nothing new in {again:.2f} s, a whole pass {whole:.2f} s"
    )


def timed(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
