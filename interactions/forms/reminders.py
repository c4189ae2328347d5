"""Putting a reminder aside."""

from datetime import timedelta

from interactions.forms.parts import chips
from interactions.forms.records import ActionForm
from staff.forms import WordsField

UNTIL = {"1": "Until tomorrow", "3": "For three days", "7": "For a week"}


class SnoozeForm(ActionForm):
    days = chips(label="How long can it wait?", choices=list(UNTIL.items()), initial="1")
    because = WordsField(label="Why?", max_length=200, help_text="For example: agreed with them for Friday.")

    def answers(self):
        return {
            "until": self.now + timedelta(days=int(self.cleaned_data["days"])),
            "because": self.cleaned_data["because"],
        }


class GiveUpForm(ActionForm):
    because = WordsField(label="Why?", max_length=200, help_text="For example: the address is an old one.")

    def answers(self):
        return {"because": self.cleaned_data["because"]}
