"""What is asked about words that have a kinder way to say them."""

from django import forms

from staff.forms.shared import OnceForm, WordsField

WORDS_HELP = "One a line; the forms of one word stand on one line, parted by commas: “addict, addicts”."
ONLY_HELP = (
    "When a word has other meanings: what has to stand beside it, one a line. “… test” is right before that word, "
    "“test” anywhere in the sentence; a/an are alternatives, test* is any ending."
)


class HintForm(OnceForm):
    hinted = False

    words = WordsField(rows=4, help_text=WORDS_HELP)
    say = forms.CharField(label="Another way to say it", max_length=200)
    only = WordsField(rows=6, required=False, label="Only beside", help_text=ONLY_HELP)
    unless = WordsField(rows=6, required=False, label="Not beside", help_text="Written in the same way.")
    in_use = forms.BooleanField(label="In use", required=False, initial=True)
