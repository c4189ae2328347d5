"""Handing somebody over to another primary: asked and answered, then told, introduced, promises taken, goodbye said."""

from django.db import transaction

from interactions import deadlines
from interactions.choices import Action, HandoverState
from interactions.models import Handover
from interactions.ownership import primary_of
from interactions.services.records import add, change, hold
from patients.access import may_assign, sees
from patients.services import refuse_if_died
from staff.saving import refuse_unless

ASKED, ACCEPTED = [HandoverState.ASKED], [HandoverState.ACCEPTED]
MAY_ASK = "The primary, or whoever changes the care team, asks for a handover."
FOR_THEM = "This is for {} to answer."


@transaction.atomic
def ask(*, patient, to, by, now, because="", stays_as=""):
    """Asks `to` to become the primary and returns the `Handover`. Nothing changes until they accept.

    `stays_as` keeps the present primary on the care team in that role.
    """
    refuse_if_died(patient)
    primary = primary_of(patient, now)
    refuse_unless(patient.latest_episode.is_open and primary, "They have no primary at the moment: name one.")
    refuse_unless(by == primary or may_assign(by, patient, now), MAY_ASK)
    refuse_unless(to != primary, {"to": f"{to} is their primary already."})
    refuse_unless(to != by, {"to": "Ask a colleague: nobody hands somebody over to themselves."})
    refuse_unless(sees(to, patient, now), {"to": f"{to} does not care for {patient.called} yet. Add them to the team."})
    handover = Handover(
        patient=patient,
        handed_by=primary,
        owner=to,
        because=because,
        stays_as=stays_as,
        asked_at=now,
        due_at=deadlines.end_of_next_day_of_care(patient.latest_episode.program, now),
    )
    return add(handover, by=by, now=now)


@transaction.atomic
def held_for_answer(handover, *, by):
    """The row, locked, where `by` is the one who is asked."""
    handover = hold(handover, states=ASKED)
    refuse_unless(by == handover.owner, FOR_THEM.format(handover.owner))
    return handover


@transaction.atomic
def decline(*, handover, words, by, now):
    """Not taken over: the primary stays, and reads why."""
    refuse_unless(words.strip(), {"words": "Say why, so that somebody else can be asked."})
    handover = held_for_answer(handover, by=by)
    return _settle(handover, HandoverState.DECLINED, Action.DECLINED, words, by=by, now=now)


@transaction.atomic
def withdraw(*, handover, by, now, words=""):
    """It is no longer asked."""
    handover = hold(handover, states=ASKED)
    refuse_unless(by in (handover.handed_by, handover.recorded_by) or may_assign(by, handover.patient, now), MAY_ASK)
    return _settle(handover, HandoverState.ENDED, Action.NOT_NEEDED, words, by=by, now=now)


@transaction.atomic
def tick(*, handover, by, now, told=False, introduced=False, promises=False, goodbye=False):
    """Marks which of the four points are done. With the fourth the handover is finished."""
    handover = hold(handover, states=ACCEPTED)
    points = {"told": told, "introduced": introduced, "promises": promises, "goodbye": goodbye}
    if all(points.values()):
        return _settle(handover, HandoverState.DONE, Action.DONE, "", by=by, now=now, **points)
    return change(handover, Action.TICKED, by=by, now=now, **points)


@transaction.atomic
def finish(*, handover, words, by, now):
    """Not all of the four points can be done any more: it is finished as it is, with the reason."""
    refuse_unless(words.strip(), {"words": "Say why it ends here."})
    handover = hold(handover, states=ACCEPTED)
    return _settle(handover, HandoverState.DONE, Action.DONE, words, by=by, now=now)


@transaction.atomic
def let_go(*, patient, by, now, of=None):
    """Ends what is asked or under way about `patient` (of this colleague only) because it was overtaken."""
    found = Handover.objects.of(patient).open()
    for handover in found.owned_by(of) if of else found:
        handover.patient = patient
        _settle(hold(handover), HandoverState.ENDED, Action.NOT_NEEDED, "Overtaken.", by=by, now=now)


def _settle(handover, state, action, words, *, by, now, **fields):
    return change(
        handover, action, by=by, now=now, words=words, state=state, settled_at=now, settled_by=by,
        outcome_words=words, **fields,
    )  # fmt: skip
