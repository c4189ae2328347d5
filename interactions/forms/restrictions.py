"""Who is let in by name only, who is kept out, and what a second person says to it."""

from django import forms

from interactions.forms.care import CareForm
from interactions.forms.parts import chips
from patients.choices import CareRole, RestrictionKind
from patients.forms.people import person_name
from patients.models import Patient
from staff.forms import OnceForm, RecordField, WordsField

READ_BY = "A second person reads this and decides."


class RestrictForm(CareForm):
    kind = chips(label="Why is this record for a few only?", choices=RestrictionKind.choices, stacked=True)
    lead = RecordField(label="Who leads")
    reason = WordsField(label="What should the second person know?", rows=2, help_text=READ_BY)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["lead"] = RecordField(
            [person for person in self.people if person.pk != self.patient.account_id],
            label="Who leads",
            label_of=person_name,
            empty="Choose a supervisor",
            help_text="They see the record, change its care team, and hear what goes to the supervisor.",
        )


class LiftForm(CareForm):
    reason = WordsField(label="Why is it no longer needed?", rows=2, help_text=READ_BY)


class ExcludeForm(CareForm):
    staff = RecordField(label="Who")
    reason = WordsField(label="Why", max_length=300, help_text="For example: they are neighbors. Kept on the record.")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["staff"] = RecordField(
            [person for person in self.people if person.pk != self.patient.account_id],
            label="Who",
            label_of=person_name,
            empty="Choose",
        )


class EndExclusionForm(CareForm):
    """Nothing but the button."""


class JoinForm(OnceForm):
    """Asks to be put on the care team of somebody whom one does not see, by the exact record number."""

    record_number = forms.CharField(max_length=12, help_text="Exactly, such as R00042.")
    role = chips(label="As", choices=[choice for choice in CareRole.choices if choice[0] != CareRole.OUTREACH])
    reason = WordsField(label="Why you", rows=2, help_text=READ_BY)

    def answers(self):
        """With the patient of that number, or None."""
        said = super().answers()
        number = said.pop("record_number").strip().upper()
        return said | {"patient": Patient.objects.with_care().with_number(number).first()}


class DecisionForm(OnceForm):
    verdict = forms.ChoiceField(
        label="What do you say?",
        choices=[("agree", "I agree: do it now"), ("decline", "No")],
        widget=forms.RadioSelect,
    )
    words = WordsField(
        label="In a line", rows=2, required=False, help_text="Needed when you decline. No names of patients."
    )

    def answers(self):
        said = super().answers()
        return {"agreed": said["verdict"] == "agree", "words": said["words"]}
