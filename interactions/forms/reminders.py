"""Putting a reminder aside."""

from datetime import timedelta

from interactions.forms.parts import chips
from interactions.forms.records import ActionForm
from interactions.reminders import LONGEST_SNOOZE
from interactions.working_time import WorkingTime
from staff.forms import WordsField
from staff.wording import clock

UNTIL = {"3": "For three days", "7": "For a week"}


class SnoozeForm(ActionForm):
    days = chips(label="How long can it wait?", choices=list(UNTIL.items()))
    because = WordsField(label="Why?", max_length=200, help_text="For example: agreed with them for Friday.")

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        _, self.next_day = WorkingTime(self.user).next_digest_day(self.now) or (None, None)
        if self.next_day and self.next_day <= self.now + LONGEST_SNOOZE:
            words = clock(self.next_day, self.now, self.user.site.zone)
            self.fields["days"].choices = [("next", f"Until your next working day ({words})"), *UNTIL.items()]
        self.fields["days"].initial = self.fields["days"].choices[0][0]

    def answers(self):
        days = self.cleaned_data["days"]
        return {
            "until": self.next_day if days == "next" else self.now + timedelta(days=int(days)),
            "because": self.cleaned_data["because"],
        }


class GiveUpForm(ActionForm):
    because = WordsField(label="Why?", max_length=200, help_text="For example: the address is an old one.")

    def answers(self):
        return {"because": self.cleaned_data["because"]}
