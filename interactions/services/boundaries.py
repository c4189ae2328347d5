"""What is agreed with one person about contact. Nothing is overwritten: a new agreement takes the place of the old."""

from django.db import transaction

from interactions.boundary_choices import AgreementState
from interactions.choices import Action
from interactions.models import BoundaryAgreement
from interactions.services.records import add, change, hold
from patients.services import refuse_if_died
from staff.saving import refuse_unless

HOLDS = [AgreementState.HOLDS]


@transaction.atomic
def agree(*, patient, words, by, now, from_on=None, until_on=None):
    """Writes down what was agreed with them about contact, from that day (else today), and returns it."""
    refuse_if_died(patient)
    refuse_unless(words.strip(), {"words": "Write what was agreed, in a few words."})
    from_on = from_on or patient.latest_episode.program.site.local_date(now)
    refuse_unless(until_on is None or until_on >= from_on, {"until_on": "It cannot end before it begins."})
    made = BoundaryAgreement(patient=patient, words=words, from_on=from_on, until_on=until_on, agreed_at=now)
    return add(made, by=by, now=now)


@transaction.atomic
def replace(*, agreement, words, by, now, until_on=None):
    """Something else was agreed: the old one stays beside the new. Returns the new one."""
    old = hold(agreement, states=HOLDS)
    new = agree(patient=old.patient, words=words, until_on=until_on, by=by, now=now)
    _settle(old, Action.REPLACED, AgreementState.REPLACED, words, by=by, now=now)
    return new


@transaction.atomic
def end(*, agreement, by, now, words=""):
    """It no longer holds."""
    old = hold(agreement, states=HOLDS)
    return _settle(old, Action.NO_LONGER, AgreementState.ENDED, words, by=by, now=now)


def _settle(agreement, action, state, words, *, by, now):
    settled = {"state": state, "settled_at": now, "settled_by": by, "outcome_words": words}
    return change(agreement, action, by=by, now=now, words=words, **settled)
