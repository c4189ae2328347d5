"""What is known of somebody's life: each fact with who learned it and when. What no longer holds stays beside it."""

from django.db import transaction

from interactions.choices import Action
from interactions.services.records import add, change, hold
from patients.choices import FactKind, FactState
from patients.models import Fact
from patients.services import refuse_if_died
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
