"""Steps are what the patient chose to do: no clock, asked about in the next conversation."""

from django.db import transaction

from interactions.choices import Action, StepAnswer, StepState
from interactions.models import Step, StepAsked
from interactions.services.records import add, change, hold
from patients.services import refuse_if_died
from staff.saving import refuse_unless, save_checked

ENDS = {StepAnswer.DONE: StepState.DONE, StepAnswer.CHANGED: StepState.CHANGED}


@transaction.atomic
def choose(*, patient, words, by, now, by_when_on=None, check_in=None):
    """Writes down a step in the patient's own words and returns the `Step`."""
    refuse_if_died(patient)
    refuse_unless(words.strip(), {"words": "Write what they chose to do."})
    step = Step(patient=patient, words=words, agreed_at=now, by_when_on=by_when_on, check_in=check_in)
    return add(step, by=by, now=now)


@transaction.atomic
def ask(*, step, check_in, answer, by, now):
    """Writes down how a step went, as they said in a conversation; "done" and "changed my mind" end it."""
    step = hold(step, states=[StepState.OPEN])
    save_checked(StepAsked(step=step, check_in=check_in, answer=answer, asked_at=now))
    return change(
        step, Action.ASKED, by=by, now=now, words=StepAnswer(answer).label, state=ENDS.get(answer, StepState.OPEN)
    )
