from datetime import date

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import Happened, StepAnswer, StepState
from interactions.models import Step
from interactions.services import steps
from interactions.services.checkins import log_conversation
from tests.factories import NOW


@pytest.fixture
def chosen(dana, mara):
    return steps.choose(patient=dana, words="Walk each morning", by_when_on=date(2026, 6, 14), by=mara, now=NOW)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (StepAnswer.DONE, StepState.DONE),
        (StepAnswer.PARTLY, StepState.OPEN),
        (StepAnswer.NOT_YET, StepState.OPEN),
        (StepAnswer.CHANGED, StepState.CHANGED),
    ],
)
def test_only_done_and_changed_my_mind_end_a_step(chosen, dana, mara, answer, state):
    check_in = log_conversation(patient=dana, happened=Happened.TALKED, text="We talked.", by=mara, now=NOW)

    step = steps.ask(step=chosen, check_in=check_in, answer=answer, by=mara, now=NOW)

    assert step.state == state
    assert step.asked.get().answer == answer


def test_a_step_is_theirs_and_in_their_words(dana, mara):
    with pytest.raises(ValidationError, match="what they chose"):
        steps.choose(patient=dana, words=" ", by=mara, now=NOW)


def test_no_step_is_added_after_a_death(dana, mara):
    dana.died_on = NOW.date()

    with pytest.raises(ValidationError, match="has died"):
        steps.choose(patient=dana, words="Walk", by=mara, now=NOW)

    assert not Step.objects.exists()
