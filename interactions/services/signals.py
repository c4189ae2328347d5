"""Signs that a relationship is changing: written down when they appear, ended by what was asked and said."""

from datetime import timedelta

from django.db import transaction

from interactions.choices import PASSING, Action, Sign, SignState
from interactions.models import Signal
from interactions.services.records import add, change, hold
from interactions.signal_rules import SIGNAL_RULES
from interactions.signals import facts_of, sign_of
from patients.models import Cadence
from patients.services import refuse_if_died
from staff.conflicts import overtaken_unless
from staff.saving import refuse_unless

REMINDED_AFTER, THEN = 3, 3  # days: the primary, then the supervisor
LONGEST_DELAY = timedelta(days=7)
TO_ANSWER = [SignState.OPEN, SignState.WILL_ASK]
HISTORY = {SignState.ASKED: Action.ASKED, SignState.NOT_SO: Action.NOT_SO, SignState.WILL_ASK: Action.PUT_OFF}


@transaction.atomic
def look(*, patient, heard, by, now):
    """Writes down the signs that what was just logged (`heard`) brings up, one of each rule at a time."""
    episode = patient.latest_episode
    if not episode.is_open or patient.died_on:
        return
    # Two things logged at once wait for each other here, as their clocks do: a sign appears once.
    list(Cadence.objects.select_for_update(no_key=True).filter(episode=episode))
    rows = list(Signal.objects.of(patient).of_stay(episode))
    if "conversations" in heard:
        _let_pass(rows, patient, by, now)
    open_now = {row.rule for row in rows if row.state in TO_ANSWER}
    listening = [rule for rule in SIGNAL_RULES if rule.heard_in in heard and rule.code not in open_now]
    if not listening:
        return
    facts = facts_of(patient, rows, heard, now)
    for rule in listening:
        evidence = rule.find(facts)
        if evidence:
            add(_written(patient, rule, evidence, now), by=by, now=now, in_own_hand="given" in heard)


def _let_pass(rows, patient, by, now):
    """Ends what somebody meant to ask about on another day: silence at once, a late answer once that day has come."""
    for row in rows:
        put_off = row.state == SignState.WILL_ASK and row.rule in PASSING
        if put_off and (row.rule == Sign.SILENT or row.ask_at <= now):
            row.patient = patient
            ended = {"state": SignState.PASSED, "answered_at": now, "answered_by": by}
            change(row, Action.SETTLED, by=by, now=now, **ended)


def _written(patient, rule, evidence, now):
    """The evidence as a record that was not saved yet."""
    items = [item._asdict() | {"at": item.at.isoformat()} for item in evidence.items]
    return Signal(
        patient=patient,
        episode=patient.latest_episode,
        rule=rule.code,
        said=evidence.said,
        evidence=items,
        clock_at=evidence.clock_at,
        appeared_at=now,
        **_reminders(patient, now, now, after=REMINDED_AFTER),
    )


def _reminders(patient, started_at, begins_at, *, after):
    """When the reminders of a clock that `started_at` come, counted from `begins_at` in days of the site."""
    calendar = patient.latest_episode.program.site.calendar
    return {
        "reminds_from_at": started_at,
        "remind_at": calendar.add_days(begins_at, after),
        "escalates_at": calendar.add_days(begins_at, after + THEN),
    }


@transaction.atomic
def answer(*, patient, rule, answer, by, now, words="", ask_on=None):
    """Ends a sign with what they said or why it is not so, or puts it off once, to a day; returns the `Signal`."""
    refuse_if_died(patient)
    sign = sign_of(patient, rule, by, now)
    overtaken_unless(sign is not None, "Somebody has answered this, or it is no longer so. Nothing is left to do.")
    refuse_unless(answer in sign.answers, {"answer": "Choose one of the offered answers."})
    putting_off = answer == SignState.WILL_ASK
    refuse_unless(putting_off or words.strip(), {"words": "Write what they said, or why it is not so."})
    facts = {"state": answer, "answered_at": now, "answered_by": by, "answer_words": words}
    if putting_off:
        facts |= _to_another_day(patient, ask_on, now)
    if sign.row is None:
        record = add(_written(patient, sign.rule, sign.evidence, now), by=by, now=now)
    else:
        record = hold(sign.row, states=TO_ANSWER)
        if sign.rule.passing:  # what is answered is how it stands now
            facts |= {"said": sign.said, "clock_at": sign.evidence.clock_at}
    return change(record, HISTORY[answer], by=by, now=now, words=words, **facts)


def _to_another_day(patient, day, now):
    """What is set when somebody will ask on `day`: it stands again from its first minute, and is owed at its end."""
    refuse_unless(day is not None, {"ask_on": "Say on which day."})
    site = patient.latest_episode.program.site
    today = site.local_date(now)
    refuse_unless(today < day <= today + LONGEST_DELAY, {"ask_on": "Choose one of the next seven days."})
    begins_at, ends_at = site.day_bounds(day)
    return {"ask_on": day, "ask_at": begins_at, **_reminders(patient, now, ends_at, after=0)}


@transaction.atomic
def strike_what_rests_on(*, record, by, now):
    """Takes back the signs that rest on a record which was struck, and looks anew without it."""
    for sign in Signal.objects.of(record.patient).resting_on(record.ref):
        sign.patient = record.patient
        change(sign, Action.STRUCK, by=by, now=now, state=SignState.STRUCK, answered_at=now, answered_by=by)
    look(patient=record.patient, heard=("conversations", "steps"), by=by, now=now)
