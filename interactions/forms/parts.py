"""Pieces that several forms ask for in the same words."""

from django import forms
from django.core.exceptions import ValidationError

from interactions.models import HistoryEntry
from interactions.promised_times import DueWhen, moment_of
from staff.forms import MomentField, shown_when


def chips(*, stacked=False, **options):
    """Radio buttons drawn as chips."""
    attrs = {"class": "stacked"} if stacked else {}
    return forms.ChoiceField(widget=forms.RadioSelect(attrs=attrs), **options)


def optional_chips(choices, *, stacked=False, **options):
    """Chips of which none needs to be chosen."""
    return chips(choices=choices, required=False, stacked=stacked, **options)


class PersonField(forms.TypedChoiceField):
    """A colleague, chosen from `people`; gives the staff member."""

    def __init__(self, people=(), *, empty="—", **options):
        self.by_ref = {str(person.ref): person for person in people}
        choices = [
            (ref, f"{person.name}{f', {person.job}' if person.job else ''}") for ref, person in self.by_ref.items()
        ]
        super().__init__(choices=[("", empty), *choices], coerce=self.by_ref.get, empty_value=None, **options)


LATELY = 10  # entries of a history: among them stand the words that a colleague wrote meanwhile


class MeanwhileMixin:
    """A form about a record with a history: after a conflict it shows what a colleague did meanwhile."""

    def stands(self, row):
        done = list(HistoryEntry.objects.of(row)[:LATELY])
        if not done:
            return super().stands(row)
        said = next((entry for entry in done if entry.words), None)  # may stand before what was done last
        last = [("What was done meanwhile", who_did(done[0]))] if said != done[0] else []
        return [*last, *([("What was done meanwhile", who_did(said)), ("Their words", said.words)] if said else [])]


def who_did(entry):
    return f"{entry}, {entry.by}" if entry.by else str(entry)


class WhenMixin:
    """A form with a named time (`when`) and a picked one (`due_at`): `self.moment` after validation."""

    def clean(self):
        cleaned = super().clean()
        when = cleaned.get("when")
        self.moment = None
        if when == DueWhen.PICK and not cleaned.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", ValidationError("Pick a date and a time."))
        elif when and not self.errors:
            self.moment = moment_of(
                when, user=self.user, program=self.program, now=self.now, picked=cleaned.get("due_at")
            )
            if self.moment <= self.now:
                self.add_error("due_at", ValidationError("Choose a time that is still to come."))
        return cleaned


def picked_moment():
    return shown_when("when=pick", MomentField(label="At", required=False))
