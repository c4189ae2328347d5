"""What is known of somebody's life: each fact with who learned it and when. What no longer holds stays beside it."""

from django.db import transaction

from interactions.choices import Action
from interactions.services.records import add, change, hold
from patients.choices import FactKind, FactState
from patients.models import CommonGround, Fact
from patients.services import refuse_if_died
from staff.access_log import log_change
from staff.saving import refuse_unless


@transaction.atomic
def learn(*, patient, kind, words, by, now, learned_at=None, learned_by=None):
    """Writes down something about their life, learned then and by whom (else now, by `by`), and returns the `Fact`."""
    refuse_if_died(patient)
    refuse_unless(kind in FactKind.values, {"kind": "Choose what it is about."})
    refuse_unless(words.strip(), {"words": "Write it in a few words."})
    fact = Fact(patient=patient, kind=kind, words=words, learned_at=learned_at or now, learned_by=learned_by or by)
    return add(fact, by=by, now=now)


@transaction.atomic
def no_longer(*, fact, by, now, words=""):
    """It no longer holds. It stays on the record, with what changed."""
    fact = hold(fact, states=[FactState.HOLDS])
    return change(
        fact,
        Action.NO_LONGER,
        by=by,
        now=now,
        words=words,
        state=FactState.NO_LONGER,
        settled_at=now,
        settled_by=by,
        outcome_words=words,
    )


@transaction.atomic
def share_ground(*, fact, by, now):
    """It is good to talk about with `by`, or is no longer, if it was. For the eyes of `by` alone. Returns the fact."""
    fact = hold(fact, states=[FactState.HOLDS])
    if not CommonGround.objects.filter(fact=fact, staff=by).delete()[0]:
        CommonGround.objects.create(fact=fact, staff=by, noted_at=now)
    log_change(action="fact.common_ground", by=by, patients=[fact.patient], record=fact)
    return fact
