"""Forms about staying close after a loss of tolerance."""

from crispy_forms.layout import Div
from django import forms

from interactions.forms.care import DOOR_LETTER
from interactions.forms.parts import MeanwhileMixin, chips, optional_chips
from interactions.forms.records import ActionForm
from patients.choices import Naloxone
from patients.forms.people import layout
from patients.watch_choices import SAID, Arrived, DayOutcome, WatchEnd
from staff.forms import DayField, MomentField, OnceForm, WordsField, shown_when


class WatchForm(MeanwhileMixin, OnceForm):
    """A form about staying close."""

    def answers(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "form_token"}


class BeginForm(WatchForm):
    because = chips(label="What happened?", choices=[(one.value, one.label) for one in SAID], stacked=True)
    began_on = DayField(label="On which day")


class AskedForm(WatchForm):
    """What was asked. Nothing of it has to be known."""

    naloxone = optional_chips(Naloxone.choices, label="Naloxone")
    medication = WordsField(label="Medication now, and who prescribes it", required=False, max_length=200)
    place_wanted = WordsField(label="Where they want to go", theirs=True, required=False, max_length=200)
    place = WordsField(label="Where they go next", required=False, max_length=200)
    place_booked_on = DayField(label="Expected there on", required=False)
    arrived = optional_chips(Arrived.choices, label="Did they get there?", help_text="Asked within three days.")


class EndForm(WatchForm):
    because = chips(
        label="Why does it end?",
        choices=[(one.value, one.label) for one in (WatchEnd.THEIR_WISH, WatchEnd.MISTAKE)],
        stacked=True,
    )
    words = WordsField(label="In a few words", rows=2)
    letter = forms.BooleanField(label=DOOR_LETTER, required=False)

    helper = layout("because", "words", Div("letter", data_show_when="because=their_wish"))


class SettleDayForm(ActionForm):
    outcome = chips(
        label="What becomes of this day?",
        choices=DayOutcome.choices,
        stacked=True,
        help_text="After three tries at different hours the supervisor decides. Nobody is sent to their home.",
    )
    try_at = shown_when("outcome=promised", MomentField(label="Try again at", required=False))
    words = WordsField(label="In a few words", rows=2, required=False)
