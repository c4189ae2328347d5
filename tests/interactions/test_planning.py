"""The planner: once ever, ended with the cause, back with the cause, and nobody kept back by one bad row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Case, DateTimeField, Value, When
from django.test.utils import CaptureQueriesContext

from interactions import planning
from interactions.models import FollowUp, Quarantine, Reminder
from interactions.reminder_rules import RULES, Due, rule_of
from interactions.reminder_rules.promises import FollowUpDue
from interactions.services.promises import done, promise
from patients.models import Patient
from tests.factories import NOW, make_episode

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 2 * HOUR
RULE = rule_of("follow_up_due")


@pytest.fixture
def promises(residential, mara):
    """Promises due in an hour to five patients of mara's."""
    patients = [make_episode(program=residential, primary=mara).patient for _ in range(5)]
    return [promise(patient=p, what="Call the landlord", due_at=NOW + HOUR, by=mara, now=NOW) for p in patients]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_runs_where_nothing_is_due(rule, db):
    assert planning.plan(rule, NOW) == (0, 0)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_asks_as_many_statements_for_many_as_for_one(rule, dana, mara):
    planning.plan(rule, NOW + 40 * DAY)  # which builds its statement
    with CaptureQueriesContext(connection) as one:
        planning.plan(rule, NOW + 40 * DAY)
    for _ in range(5):
        make_episode(program=dana.latest_episode.program, primary=mara)
    with CaptureQueriesContext(connection) as many:
        planning.plan(rule, NOW + 40 * DAY)

    assert len(one) == len(many)


def test_what_is_due_becomes_one_reminder_however_often_a_pass_runs(promises):
    assert planning.plan(RULE, LATER) == (5, 0)
    assert planning.plan(RULE, LATER) == (0, 0)
    assert planning.plan(RULE, LATER + DAY) == (0, 0)

    assert Reminder.objects.count() == 5


def test_a_reminder_ends_with_its_cause_and_only_that_one(promises, mara):
    planning.plan(RULE, LATER)
    done(follow_up=promises[0], by=mara, now=LATER)

    assert planning.plan(RULE, LATER) == (0, 1)
    assert Reminder.objects.get(ended_at__isnull=False).cause == promises[0].pk


def test_a_cause_that_was_undone_brings_the_same_reminder_back(promises):
    planning.plan(RULE, LATER)
    FollowUp.objects.update(due_at=NOW + DAY)
    planning.plan(RULE, LATER)
    FollowUp.objects.update(due_at=NOW + HOUR)

    assert planning.plan(RULE, LATER) == (5, 0)
    assert Reminder.objects.standing().count() == Reminder.objects.count() == 5


@dataclass(frozen=True)
class Sour(FollowUpDue):
    """A rule that cannot be planned for one patient: the moment it gives is none that the database takes."""

    patient_id: int

    def due(self, now):
        (due,) = super().due(now)
        bad = Value(datetime(2300, 1, 1, tzinfo=UTC), DateTimeField())
        at = Case(When(patient=self.patient_id, then=bad), default="due_at")
        return [Due(due.rows, clock=due.clock, due_at=at, to=due.to)]


def test_one_patient_who_cannot_be_planned_for_keeps_nobody_else_back(promises):
    bad = promises[2].patient
    rule = Sour(bad.pk)

    assert planning.plan(rule, LATER) == (4, 0)
    aside = Quarantine.objects.get()
    assert (aside.rule, aside.patient, aside.reason) == (rule.code, bad, "IntegrityError")
    assert planning.plan(rule, LATER + timedelta(minutes=30)) == (0, 0)
    assert planning.plan(RULE, LATER + 2 * HOUR) == (1, 0)
    assert not Quarantine.objects.exists()


def test_what_stands_is_not_ended_while_a_patient_is_set_aside(promises):
    planning.plan(RULE, LATER)
    Quarantine.objects.create(
        rule=RULE.code, patient=promises[0].patient, reason="DataError", found_at=LATER, next_try_at=LATER + HOUR
    )

    assert planning.plan(RULE, LATER) == (0, 0)


class Broken(FollowUpDue):
    code = "broken"

    def due(self, now):
        raise TypeError("a mistake in the rule")


def test_a_rule_with_a_mistake_stops_no_other(promises, monkeypatch):
    monkeypatch.setattr(planning, "RULES", [Broken(), RULE])

    assert planning.plan_all(LATER) == (5, 0, ["broken (TypeError)"])
    assert not Quarantine.objects.exists()


def test_what_is_still_due_is_asked_of_the_facts_in_one_statement(promises, mara):
    planning.plan_all(NOW + 10 * DAY)
    done(follow_up=promises[0], by=mara, now=NOW + 10 * DAY)
    standing = list(Reminder.objects.standing())
    assert len({reminder.rule for reminder in standing}) > 2

    with CaptureQueriesContext(connection) as asked:
        due = planning.still_due(standing, NOW + 10 * DAY)

    gone = [reminder for reminder in standing if reminder.pk not in due]
    assert [(reminder.rule, reminder.cause) for reminder in gone] == [("follow_up_due", promises[0].pk)]
    assert len(asked) == 1


def test_a_dry_run_lists_what_would_be_written_and_writes_nothing(promises):
    found = planning.would_write(LATER)

    promised = {line.patient_id for line in found if line.rule == "follow_up_due"}
    assert promised == set(Patient.objects.values_list("pk", flat=True))
    assert not Reminder.objects.exists()
