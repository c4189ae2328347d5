"""Forms about the plan: needs, goals, what we do differently."""

from interactions.forms.parts import chips
from interactions.forms.records import ActionForm
from patients.plan_choices import AdjustmentState, Agreement, GoalState, NeedDomain, NeedState
from staff.forms import DayField, WordsField

DIFFERENT = "How is it seen differently?"


class NeedForm(ActionForm):
    domain = chips(label="What is it about?", choices=NeedDomain.choices)
    words = WordsField(label="What do they need?", rows=2)
    respond = WordsField(label="How best to respond", rows=2, required=False)
    good = WordsField(label="What good looks like, in their words", theirs=True, rows=2, required=False)


class NeedSettledForm(ActionForm):
    state = chips(label="What became of it?", choices=NeedState.choices[1:])
    words = WordsField(label="In a few words", rows=2, required=False)


class GoalForm(ActionForm):
    words = WordsField(
        label="In their own words", theirs=True, rows=2, help_text="“Only here because I must” is one too."
    )
    agreement = chips(label="Do you agree, the two of you?", choices=Agreement.choices, stacked=True)
    our_view = WordsField(label=DIFFERENT, rows=2, required=False, help_text="Needed where you do not agree.")
    review_on = DayField(label="Talk about it again on")


class GoalReviewForm(ActionForm):
    agreement = chips(label="Do you agree now?", choices=Agreement.choices, stacked=True)
    our_view = WordsField(label=DIFFERENT, rows=2, required=False, help_text="Needed where you do not agree.")
    words = WordsField(label="What they said", theirs=True, rows=2, required=False)
    review_on = DayField(label="Talk about it again on")


class GoalSettledForm(ActionForm):
    state = chips(label="What became of it?", choices=GoalState.choices[1:])
    words = WordsField(label="In their words", theirs=True, rows=2, required=False)


class AdjustmentForm(ActionForm):
    words = WordsField(label="What do we do differently?", rows=2)
    because = WordsField(label="Why?", rows=2)
    review_on = DayField(label="Try it until")


class TryOnForm(ActionForm):
    words = WordsField(label="How it goes so far", rows=2, required=False)
    review_on = DayField(label="Try it until")


class AdjustmentSettledForm(ActionForm):
    state = chips(label="Does it stay?", choices=AdjustmentState.choices[1:])
    words = WordsField(label="What it did", rows=2, required=False)
