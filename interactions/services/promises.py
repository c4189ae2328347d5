"""Follow-ups: what a staff member promised a patient, until it is done and they know."""

from django.db import transaction

from interactions import deadlines
from interactions.choices import Action, PromiseState
from interactions.models import FollowUp
from interactions.ownership import owner_for
from interactions.services.records import add, change, hand_to, hold
from patients.choices import Audience
from patients.services import refuse_if_died
from staff.saving import refuse_unless

OPEN = [PromiseState.PROMISED]


@transaction.atomic
def promise(
    *,
    patient,
    what,
    by,
    now,
    due_at=None,
    owner=None,
    tell_when_done=None,
    concern=None,
    check_in=None,
    note="",
):
    """Writes down a promise with its owner and due moment and returns the `FollowUp`.

    One that came from a concern is seen by those who may see the concern, and by default they are told when it is done.
    """
    refuse_if_died(patient)
    refuse_unless(what.strip(), {"what": "Write what was promised."})
    program = patient.latest_episode.program
    due_at = due_at or deadlines.end_of_next_day_of_care(program, now)
    follow_up = FollowUp(
        patient=patient,
        what=what,
        note=note,
        owner=owner_for(patient, owner or by, now),
        promised_at=now,
        due_at=due_at,
        escalates_at=deadlines.escalation(program, due_at),
        tell_when_done=bool(concern) if tell_when_done is None else tell_when_done,
        concern=concern,
        check_in=check_in,
        audience=concern.audience if concern else Audience.TEAM,
        not_for=concern.not_for if concern else None,
    )
    return add(follow_up, by=by, now=now)


@transaction.atomic
def done(*, follow_up, by, now, words="", told=False):
    """The promise was kept; `told` when they know it."""
    follow_up = hold(follow_up, states=OPEN)
    state = PromiseState.DONE_TOLD if told else PromiseState.DONE
    return _settle(follow_up, Action.DONE, state, by=by, now=now, words=words)


@transaction.atomic
def told(*, follow_up, by, now, words=""):
    """They know that it is done."""
    follow_up = hold(follow_up, states=[PromiseState.DONE])
    return change(follow_up, Action.TOLD, by=by, now=now, words=words, state=PromiseState.DONE_TOLD)


@transaction.atomic
def could_not(*, follow_up, words, by, now):
    """It could not be done, and they were told why."""
    refuse_unless(words.strip(), {"words": "Write why, as you told them."})
    follow_up = hold(follow_up, states=OPEN)
    return _settle(follow_up, Action.COULD_NOT, PromiseState.COULD_NOT, by=by, now=now, words=words)


@transaction.atomic
def not_needed(*, follow_up, words, by, now):
    """It is no longer needed, with the reason."""
    refuse_unless(words.strip(), {"words": "Write why it is no longer needed."})
    follow_up = hold(follow_up, states=OPEN)
    return _settle(follow_up, Action.NOT_NEEDED, PromiseState.NOT_NEEDED, by=by, now=now, words=words)


def _settle(follow_up, action, state, *, by, now, words):
    return change(
        follow_up, action, by=by, now=now, words=words, state=state, settled_at=now, settled_by=by, outcome_words=words
    )


@transaction.atomic
def reschedule(*, follow_up, due_at, by, now, because=""):
    """Moves the promise: a new clock. `because` is what they were told."""
    refuse_unless(due_at > now, {"due_at": "Choose a moment that is still to come."})
    follow_up = hold(follow_up, states=OPEN)
    program = follow_up.patient.latest_episode.program
    return change(
        follow_up,
        Action.RESCHEDULED,
        by=by,
        now=now,
        words=because,
        due_at=due_at,
        promised_at=now,
        escalates_at=deadlines.escalation(program, due_at),
    )


@transaction.atomic
def hand_over(*, follow_up, to, by, now):
    """Hands the promise to a colleague who may see it."""
    return hand_to(follow_up, to, by=by, now=now, states=OPEN)
