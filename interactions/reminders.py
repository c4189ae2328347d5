"""The reminder engine: a pass plans what is due, ends what no longer is, and sends the mails that wait.

The database is the queue. A pass can be late, doubled or cut short anywhere: the next one finds the facts as they are.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction

from interactions import mailing, planning
from interactions.drafts import sweep
from interactions.models import Pass, Reminder
from interactions.ownership import pass_on_unseen
from interactions.reminder_rules import rule_of
from interactions.services.concerns import return_unclaimed
from interactions.services.safety import extend_ladders
from interactions.watch_upkeep import end_over
from staff.access_log import log_change
from staff.models import RuleSwitch
from staff.saving import refuse_unless
from staff.seals import seal_log

log = logging.getLogger(__name__)
KEEP_PASSES = timedelta(days=14)
LONGEST_SNOOZE = timedelta(days=7)


@dataclass(frozen=True)
class Report:
    """What a pass did."""

    planned: int
    ended: int
    sent: int
    failed: int

    def __str__(self):
        return f"{self.planned} planned, {self.ended} ended, {self.sent} sent, {self.failed} failed"


def run_pass(*, now):
    """One pass: owners and ladders first, then plan, end, claim, send, settle; returns a `Report`."""
    heartbeat = Pass.objects.create(began_at=now)
    broken = [step.__name__ for step in UPKEEP if not runs(step, now)]
    planned, ended, failed_rules = planning.plan_all(now)
    mailing.plan_mails(now)
    sent, failed = mailing.send_waiting(now)
    for part in (*broken, *failed_rules):
        log.error("this part of a reminder pass failed: %s", part)
    parts = len(broken) + len(failed_rules)
    heartbeat.ended_at, heartbeat.planned, heartbeat.ended = now, planned, ended
    heartbeat.sent, heartbeat.failed = sent, parts
    heartbeat.save()
    Pass.objects.filter(began_at__lt=now - KEEP_PASSES).delete()
    return Report(planned, ended, sent, failed + parts)


# What a pass does before it plans: staying close ends when its days are over, nobody owns what they cannot see, nothing
# handed over is forgotten, ladders go on, what stands in the access log is sealed, who asked for a new password is
# found, and old drafts are forgotten.
UPKEEP = (end_over, pass_on_unseen, return_unclaimed, extend_ladders, seal_log, mailing.plan_resets, sweep)


def runs(step, now):
    """Whether `step` went through: one that fails must not keep anybody's reminders back."""
    try:
        step(now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("a step before the reminders failed")
        return False
    return True


def still_live(reminders, now):
    """Those of `reminders` whose cause is due at this very moment: what was settled since the last pass is gone."""
    reminders = list(reminders)
    due = planning.still_due(reminders, now)
    return [reminder for reminder in reminders if reminder.pk in due]


@transaction.atomic
def end_settled(*, patient, now):
    """Ends the reminders about `patient` whose cause has ended, without waiting for the next pass."""
    standing = list(Reminder.objects.standing().filter(patient=patient))
    gone = {reminder.pk for reminder in standing} - planning.still_due(standing, now)
    return Reminder.objects.filter(pk__in=gone).update(ended_at=now)


@transaction.atomic
def snooze(*, reminder, until, because, by, now):
    """Puts a reminder aside for a few days, with a reason; its cause stays owed."""
    refuse_unless(reminder.recipient_id == by.pk, "This reminder is somebody else’s.")
    refuse_unless(rule_of(reminder.rule).snoozable, "This one cannot wait.")
    refuse_unless(because.strip(), {"because": "Say why it can wait."})
    refuse_unless(now < until <= now + LONGEST_SNOOZE, {"until": "Choose a time within the next 7 days."})
    reminder.snoozed_until_at, reminder.snoozed_because = until, because
    reminder.save(update_fields=["snoozed_until_at", "snoozed_because"])
    log_change(action="reminder.snooze", by=by, patients=[reminder.patient], record=reminder, fields=["snoozed"])
    return reminder


@transaction.atomic
def bring_back(*, reminder, by, now):
    """Ends the time for which a reminder was put aside: it stands in the list again, and in the next digest."""
    refuse_unless(reminder.recipient_id == by.pk, "This reminder is somebody else’s.")
    if reminder.snoozed_until_at is None or reminder.snoozed_until_at <= now:
        return reminder
    reminder.snoozed_until_at = now
    reminder.save(update_fields=["snoozed_until_at"])
    log_change(action="reminder.bring_back", by=by, patients=[reminder.patient], record=reminder, fields=["snoozed"])
    return reminder


@transaction.atomic
def switch_rule(*, program, rule, on, by, now):
    """Switches a rule on or off in a program. What is due already is found by the next pass."""
    refuse_unless(not rule_of(rule).always_on, "This rule is always on.")
    if on:
        RuleSwitch.objects.get_or_create(program=program, rule=rule)
    else:
        program.rule_switches.filter(rule=rule).delete()
    log_change(action=f"reminder_rule.{'on' if on else 'off'}", by=by, patients=[], record=program, fields=[rule])
    return program
