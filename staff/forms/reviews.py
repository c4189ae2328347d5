"""What is asked about looks that were unusual."""

from django import forms

from staff.choices import Verdict
from staff.forms.shared import OnceForm, WordsField


class ReviewForm(OnceForm):
    verdict = forms.ChoiceField(label="What was it?", choices=Verdict.choices, widget=forms.RadioSelect)
    words = WordsField(
        rows=3, required=False, label="Why", help_text="Needed when it needs a closer look. No names of patients."
    )
