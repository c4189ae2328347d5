"""What is asked for a counseling note."""

from django import forms

from staff.forms import MomentField, OnceForm, WordsField

READERS = "From the care team. Nobody else reads it: no supervisor, no cover, no auditor."


class ReadersField(forms.TypedMultipleChoiceField):
    """Colleagues, chosen from `people`; gives the staff members."""

    def __init__(self, people=(), **options):
        by_ref = {str(person.ref): person for person in people}
        options |= {"choices": [(ref, person.name) for ref, person in by_ref.items()], "coerce": by_ref.get}
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, empty_value=[], **options)


class ReadersForm(OnceForm):
    readers = ReadersField(label="Who else treats them and reads it?", help_text=READERS)

    def __init__(self, *args, people=(), **options):
        super().__init__(*args, **options)
        asked = self.fields["readers"]
        self.fields["readers"] = ReadersField(people, label=asked.label, help_text=asked.help_text)


class CounselingNoteForm(ReadersForm):
    text = WordsField(
        label="Your note", rows=10, help_text="Analysis of the session. What was agreed belongs in a conversation."
    )
    held_at = MomentField(label="When was the session?")

    field_order = ("text", "held_at", "readers")
