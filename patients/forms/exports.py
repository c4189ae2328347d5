"""What is asked before something leaves."""

from django import forms

from patients.choices import ExportKind, ExportPurpose
from patients.forms.people import layout
from staff.forms import OnceForm, WordsField


class ExportForm(OnceForm):
    hinted = False

    kind = forms.ChoiceField(
        label="In which shape?", choices=ExportKind.choices, initial=ExportKind.PAPER, widget=forms.RadioSelect
    )
    purpose = forms.ChoiceField(label="What is it for?", choices=ExportPurpose.choices, widget=forms.RadioSelect)
    words = WordsField(
        rows=2,
        required=False,
        max_length=500,
        label="In a few words",
        help_text="Needed for “Something else”. An auditor reads it: no names of patients.",
    )

    helper = layout("kind", "purpose", "words")
