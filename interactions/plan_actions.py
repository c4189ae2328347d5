"""What can be done with a fact about somebody, and with the lines of their plan."""

from interactions.deadlines import usual_review_on
from interactions.forms import plan as plan_forms
from interactions.forms import records as forms
from interactions.record_action import RecordAction, in_state
from interactions.services import (
    facts,
    plan,
)
from patients.choices import FactState
from patients.plan_choices import AdjustmentState, GoalState, NeedState

FACT_ACTIONS = (
    RecordAction(
        "common-ground",
        "Good to talk about with me",
        facts.share_ground,
        in_state(FactState.HOLDS),
        lede="Shown to you alone, in the brief. Pressed again, it is taken back.",
    ),
    RecordAction("no-longer", "It no longer holds", facts.no_longer, in_state(FactState.HOLDS), forms.NoLongerForm),
)
NEED_ACTIONS = (
    RecordAction(
        "settle", "What became of it?", plan.settle_need, in_state(NeedState.OPEN), plan_forms.NeedSettledForm
    ),
)


def next_review(record, now):
    """What a form that looks at a line of the plan again begins with."""
    seen = {name: getattr(record, name) for name in ("agreement", "our_view") if hasattr(record, name)}
    return {**seen, "review_on": usual_review_on(record.patient, now)}


GOAL_ACTIONS = (
    RecordAction(
        "review",
        "We talked about it again",
        plan.review_goal,
        in_state(GoalState.OPEN),
        plan_forms.GoalReviewForm,
        initial=next_review,
    ),
    RecordAction(
        "settle", "Reached, or let go", plan.settle_goal, in_state(GoalState.OPEN), plan_forms.GoalSettledForm
    ),
)
ADJUSTMENT_ACTIONS = (
    RecordAction(
        "settle",
        "Does it stay?",
        plan.settle_adjustment,
        in_state(AdjustmentState.TRYING),
        plan_forms.AdjustmentSettledForm,
    ),
    RecordAction(
        "try-on",
        "Too early to tell",
        plan.try_on,
        in_state(AdjustmentState.TRYING),
        plan_forms.TryOnForm,
        initial=next_review,
    ),
)
