"""Updates: what a patient must hear about their treatment, what to expect next, and what then happened.

A setback that they do not know of is a debt, due at the end of the next day of care, or on a planned day with a reason,
at most seven days on (the product's own rule).
"""

from datetime import timedelta

from django.db import transaction

from interactions import deadlines
from interactions.choices import Action, Delay, TurnedOut, UpdateState
from interactions.models import Update
from interactions.ownership import owner_for
from interactions.services.records import add, change, hand_to, hold
from patients.services import refuse_if_died
from staff.calendar import DAY
from staff.saving import refuse_unless

TO_TELL = [UpdateState.TO_TELL]
LONGEST_DELAY = timedelta(days=7)


@transaction.atomic
def note_update(
    *,
    patient,
    kind,
    what,
    by,
    now,
    expect="",
    expect_by_on=None,
    owner=None,
    told=False,
    told_words="",
    tell_by_at=None,
    delay="",
    check_in=None,
):
    """Writes down what they are to hear, or (`told`) have just heard, and returns the `Update`.

    `owner` tells them: the right profession. `tell_by_at` is a planned day, and needs its reason in `delay`.
    """
    refuse_if_died(patient)
    refuse_unless(what.strip(), {"what": "Write what they are to hear."})
    refuse_unless(expect.strip() or not expect_by_on, {"expect": "Write what they may expect by that day."})
    refuse_unless(told or not told_words.strip(), {"told_words": "Tick that they know it, or take this out."})
    program = patient.latest_episode.program
    if tell_by_at and not told:
        _check_delay(now, tell_by_at, delay, now)
    noted_at = check_in.happened_at if check_in else now
    update = Update(
        patient=patient,
        kind=kind,
        what=what,
        expect=expect,
        owner=owner_for(patient, owner or by, now),
        noted_at=noted_at,
        promised_at=now,
        tell_by_at=tell_by_at or deadlines.end_of_next_day_of_care(program, now),
        delay="" if told else delay,
        check_in=check_in,
        **expected(program.site, expect_by_on),
    )
    if told:
        update.state, update.told_at, update.told_words = UpdateState.TOLD, noted_at, told_words
        update.told_by = check_in.talked_by if check_in else by
    return add(update, by=by, now=now)


def expected(site, day):
    """The day by which they may expect something, and the moment from when on what happened is asked."""
    return {"expect_by_on": day, "expect_due_at": site.day_bounds(day)[1] if day else None}


def _check_delay(noted_at, tell_by_at, delay, now):
    refuse_unless(delay in Delay.values, {"delay": "Say why it is not told at once."})
    refuse_unless(tell_by_at > now, {"tell_by_at": "Choose a day that is still to come."})
    refuse_unless(
        tell_by_at <= noted_at + LONGEST_DELAY + DAY / 2,
        {"tell_by_at": "At most seven days after it became known: they have a right to know."},
    )


@transaction.atomic
def tell(*, update, by, now, words=""):
    """They have heard it."""
    update = hold(update, states=TO_TELL)
    return change(
        update,
        Action.TOLD,
        by=by,
        now=now,
        words=words,
        state=UpdateState.TOLD,
        told_at=now,
        told_by=by,
        told_words=words,
    )


@transaction.atomic
def put_off(*, update, tell_by_at, delay, by, now):
    """Plans another day for telling, with its reason: a new clock, at most seven days after it became known."""
    update = hold(update, states=TO_TELL)
    _check_delay(update.noted_at, tell_by_at, delay, now)
    reason = Delay(delay).label
    return change(
        update, Action.PUT_OFF, by=by, now=now, words=reason, tell_by_at=tell_by_at, promised_at=now, delay=delay
    )


@transaction.atomic
def hand_over(*, update, to, by, now):
    """Somebody else tells them."""
    return hand_to(update, to, by=by, now=now, states=TO_TELL)


@transaction.atomic
def not_so(*, update, words, by, now):
    """It turned out not to be so before they heard it: nothing is to be told."""
    refuse_unless(words.strip(), {"words": "Write what turned out."})
    update = hold(update, states=TO_TELL)
    return change(update, Action.NOT_SO, by=by, now=now, words=words, state=UpdateState.NOT_SO, outcome_words=words)


@transaction.atomic
def undo_tell(*, update, by, now):
    """They were not told: it is owed again, with the clock that it had."""
    update = hold(update, states=[UpdateState.TOLD])
    refuse_unless(not update.turned_out, "What happened is written down already.")
    nothing = {"told_at": None, "told_by": None, "told_words": ""}
    return change(update, Action.UNDONE, by=by, now=now, state=UpdateState.TO_TELL, **nothing)


@transaction.atomic
def keep(*, update, words, by, now):
    """They had left before they heard it: it is kept for their return."""
    refuse_unless(words.strip(), {"words": "Write how you tried."})
    refuse_unless(not update.patient.latest_episode.is_open, "They are here: tell them, or plan another day.")
    update = hold(update, states=TO_TELL)
    return change(update, Action.KEPT, by=by, now=now, words=words, state=UpdateState.KEPT)


@transaction.atomic
def begin_again(*, patient, by, now):
    """They are back: what was kept, and what they still had not heard, is owed by the end of the next day of care."""
    due_at = deadlines.end_of_next_day_of_care(patient.latest_episode.program, now)
    owner = owner_for(patient, None, now)
    for update in (*Update.objects.of(patient).kept(), *Update.objects.of(patient).to_tell()):
        update.patient = patient
        change(
            hold(update), Action.REOPENED, by=by, now=now, words="They are back.", state=UpdateState.TO_TELL,
            owner=owner, promised_at=now, tell_by_at=due_at, delay="",
        )  # fmt: skip


@transaction.atomic
def turn_out(*, update, turned_out, by, now, words=""):
    """What became of what they were told to expect; where it was not as we said, in words."""
    refuse_unless(turned_out in TurnedOut.values, {"turned_out": "Choose what happened."})
    refuse_unless(
        turned_out == TurnedOut.AS_SAID or words.strip(), {"words": "Write what happened instead, as you told them."}
    )
    update = hold(update, states=[UpdateState.TOLD])
    refuse_unless(not update.turned_out, "What happened is written down already.")
    return change(
        update,
        Action.TURNED_OUT,
        by=by,
        now=now,
        words=f"{TurnedOut(turned_out).label}. {words}".strip(),
        turned_out=turned_out,
        outcome_words=words,
    )
