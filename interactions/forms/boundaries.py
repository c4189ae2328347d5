"""What is asked about boundaries, and about duties beyond the relationship."""

from django import forms

from interactions.boundary_choices import KINDS_OF, AtRisk, PatientTold, ReportState, Weight
from interactions.forms.parts import PersonField, chips, optional_chips, shown_when
from interactions.forms.records import ActionForm
from staff.forms import DayField, MomentField, WordsField

NEVER = "Never write that a colleague is in recovery, or was a patient. Peers may share their own recovery on purpose."


class AgreementForm(ActionForm):
    words = WordsField(
        label="What did you agree on about contact?",
        max_length=300,
        help_text="For example: texts until 18:00 · no contact on weekends · calls only.",
    )
    from_on = DayField(label="From", required=False, help_text="Left out: from today.")
    until_on = DayField(label="Until, if you said", required=False)


class ReplaceForm(ActionForm):
    words = WordsField(label="What did you agree on instead?", max_length=300)
    until_on = DayField(label="Until, if you said", required=False)


class EndAgreementForm(ActionForm):
    words = WordsField(label="What changed", required=False, max_length=300)


class BoundaryEventForm(ActionForm):
    """In one line what happened; the rest is folded."""

    weight = chips(label="How heavy is it?", choices=Weight.choices, initial=Weight.NOTE)
    kind = forms.ChoiceField(
        label="What was it?",
        choices=[
            ("", "Choose"),
            *((weight.label, [(kind.value, kind.label) for kind in kinds]) for weight, kinds in KINDS_OF.items()),
        ],
    )
    words = WordsField(label="In one line", rows=2, help_text=NEVER)
    second_staff = PersonField(label="Who looks at it beside the supervisor?")
    instead_staff = PersonField(label="Who else is there for them today?")
    concerns = PersonField(label="Whom does it concern? They will not see it")
    happened_at = MomentField(label="When", required=False)
    rationale = WordsField(label="Why it was done, or accepted", rows=2, required=False)
    alternatives = WordsField(label="What else you thought of", rows=2, required=False)
    consulted = WordsField(label="Whom you asked", max_length=300, required=False)
    told_words = WordsField(label="What you told them", rows=2, required=False)

    FOLDED = ("concerns", "happened_at", "rationale", "alternatives", "consulted", "told_words")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, empty in (("second_staff", "Their deputy"), ("instead_staff", "Not settled yet"), ("concerns", "Me")):
            field = PersonField(self.people, label=self.fields[name].label, required=False, empty=empty)
            self.fields[name] = field if name == "concerns" else shown_when("weight=serious", field)
        for name in ("second_staff", "instead_staff"):
            self.fields[name].needed_sometimes = False

    @property
    def folded_errors(self):
        return any(name in self.errors for name in self.FOLDED)


class ReviewForm(ActionForm):
    words = WordsField(label="What came of it?", rows=3, help_text="What you talked about, and what changes.")
    instead_staff = PersonField(label="Who else is there for them today?")
    second_staff = PersonField(label="Who looks at it beside the supervisor, if somebody else is to?")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in ("instead_staff", "second_staff"):
            if self.record.is_serious:
                label = self.fields[name].label
                self.fields[name] = PersonField(self.people, label=label, required=False, empty="As it stands")
            else:
                del self.fields[name]


class SupportForm(ActionForm):
    """After a contact outside somebody’s hours."""

    words = WordsField(
        label="Anything you want support with?",
        rows=3,
        required=False,
        help_text="For you and the supervisor, and nobody else. Leave it empty, or skip it, if there is nothing.",
    )
    sent = forms.BooleanField(label="I sent them the ready reply", required=False)


class SafetyReportForm(ActionForm):
    at_risk = chips(label="Who is at risk?", choices=AtRisk.choices, stacked=True)
    seen_words = WordsField(label="What was seen or said?", rows=4, help_text="As you saw or heard it. No guesses.")
    known_at = MomentField(label="Since when do you know it?", required=False)
    told_at = MomentField(
        label="When did you tell the supervisor, by voice?",
        required=False,
        help_text="Within the hour. Leave it empty if you have not yet: they are asked to look now.",
    )


class DecisionForm(ActionForm):
    state = chips(
        label="What was decided?",
        choices=[choice for choice in ReportState.choices if choice[0] != ReportState.OPEN],
        stacked=True,
    )
    reported_to = shown_when("state=reported", WordsField(label="Reported to whom?", max_length=300, required=False))
    reported_at = shown_when("state=reported", MomentField(label="When?", required=False))
    words = WordsField(label="What was decided, and why (or why not)", rows=3, required=False)
    patient_told = optional_chips(
        PatientTold.choices, label="Does the patient know?", initial=PatientTold.NOT_ASKED, stacked=True
    )
    patient_told_words = WordsField(label="What they were told, or why not", rows=2, required=False)

    def answers(self):
        said = super().answers()
        return said | {"patient_told": said["patient_told"] or PatientTold.NOT_ASKED}
