"""What is asked of somebody who opens a record in an emergency."""

from django import forms
from django.core.exceptions import ValidationError

from patients.choices import EmergencyReason
from patients.models.emergency import SHORTEST_REASON
from staff.forms import DayField, OnceForm, WordsField

WORDS_HELP = "What happened, what you need to know: at least {} characters. Their care team and an auditor read it."
WHICH = "Give the record number, or the full legal name together with the date of birth."


class LookUpForm(forms.Form):
    """Exactly one person, or nobody."""

    record_number = forms.CharField(label="Record number", required=False, max_length=12)
    name = forms.CharField(
        label="Or the full legal name", required=False, max_length=250, help_text="Given and family name, in full."
    )
    born_on = DayField(label="and the date of birth", required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.needed_sometimes = True  # one of the two ways is: neither is called optional
            if name != "born_on":
                field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["record_number"] and not (cleaned["name"] and cleaned["born_on"]):
            raise ValidationError(WHICH)
        return cleaned


class BreakGlassForm(OnceForm):
    reason = forms.ChoiceField(
        label="Why now?", choices=EmergencyReason.choices, widget=forms.RadioSelect(attrs={"class": "stacked"})
    )
    words = WordsField(
        label="In your words",
        rows=3,
        help_text=WORDS_HELP.format(SHORTEST_REASON),
    )
