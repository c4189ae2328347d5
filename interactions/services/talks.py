"""Talk requests: they wanted to talk, it was not a good moment, and another time was promised."""

from django.db import transaction

from interactions.choices import Action, TalkState
from interactions.models import TalkRequest
from interactions.ownership import owner_for
from interactions.services.records import add, change, hold
from interactions.services.signals import look
from patients.services import refuse_if_died
from staff.saving import refuse_unless

OPEN = [TalkState.PROMISED]


@transaction.atomic
def request_talk(*, patient, due_at, by, now, topic="", owner=None, check_in=None):
    """Writes down the promised other time and returns the `TalkRequest`."""
    refuse_if_died(patient)
    refuse_unless(due_at > now, {"due_at": "Promise a time that is still to come."})
    talk = TalkRequest(
        patient=patient,
        topic=topic,
        asked_at=check_in.happened_at if check_in else now,
        promised_at=now,
        due_at=due_at,
        owner=owner_for(patient, owner or by, now),
        check_in=check_in,
    )
    return add(talk, by=by, now=now)


@transaction.atomic
def keep(*, talk, by, now, words=""):
    """The promised talk took place."""
    return _settle(talk, Action.KEPT, TalkState.KEPT, by=by, now=now, words=words)


@transaction.atomic
def miss(*, talk, by, now, words=""):
    """The promised time passed without us."""
    return _settle(talk, Action.MISSED, TalkState.MISSED, by=by, now=now, words=words)


@transaction.atomic
def not_there(*, talk, by, now, words="", barrier=""):
    """We were there and they did not come; `barrier` is what kept them."""
    talk = _settle(talk, Action.MISSED, TalkState.NOT_THERE, by=by, now=now, words=words, barrier=barrier)
    look(patient=talk.patient, heard=("planned",), by=by, now=now)
    return talk


@transaction.atomic
def withdraw(*, talk, by, now, words=""):
    """They no longer wanted to talk about it."""
    return _settle(talk, Action.NOT_NEEDED, TalkState.WITHDRAWN, by=by, now=now, words=words)


def _settle(talk, action, state, *, by, now, words, **facts):
    talk = hold(talk, states=OPEN)
    facts |= {"settled_at": now, "settled_by": by, "outcome_words": words}
    return change(talk, action, by=by, now=now, words=words, state=state, **facts)


@transaction.atomic
def move(*, talk, due_at, by, now, words=""):
    """Promises another time instead: a new clock."""
    refuse_unless(due_at > now, {"due_at": "Promise a time that is still to come."})
    talk = hold(talk, states=OPEN)
    return change(talk, Action.RESCHEDULED, by=by, now=now, words=words, due_at=due_at, promised_at=now)
