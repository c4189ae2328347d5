"""What is written down on the floor: one tap for one person, one round for several."""

from django import forms
from django.core.exceptions import ValidationError

from interactions.choices import Happened
from interactions.forms.parts import chips
from patients.search import words as folded
from staff.forms import OnceForm, WordsField

TAPS = {
    "hello": (Happened.HELLO, ""),
    "resting": (Happened.RESTING, ""),
    "not-here": (Happened.NO_ANSWER, "Not here when I looked."),
}
KINDS = [(kind.value, kind.label) for kind in (Happened.TALKED, Happened.HELLO)]


class TapForm(OnceForm):
    """One tap."""


class RoundForm(OnceForm):
    """One conversation with several people, saved as one for each. None names another."""

    happened = chips(label="What happened?", choices=KINDS, initial=Happened.TALKED)
    common = WordsField(
        label="A line for everybody",
        rows=2,
        required=False,
        help_text="It stands on the page of each person you tick, so name nobody in it.",
    )

    names_nobody = forms.BooleanField(
        label="The names in these lines are ordinary words, or mean somebody else", required=False
    )

    def __init__(self, *args, patients, **options):
        super().__init__(*args, **options)
        self.names_found = False
        self.patients = {str(patient.ref): patient for patient in patients}
        for ref, patient in self.patients.items():
            room = patient.latest_episode.room
            label = f"{patient.display_name}, room {room}" if room else patient.display_name
            self.fields[f"with-{ref}"] = forms.BooleanField(label=label, required=False)
            self.fields[f"line-{ref}"] = WordsField(label=f"About {patient.called}", required=False, max_length=500)

    def people(self):
        """For the page: each person with the two fields."""
        return [(patient, self[f"with-{ref}"], self[f"line-{ref}"]) for ref, patient in self.patients.items()]

    def clean(self):
        cleaned = super().clean()
        for words in self.left_over():
            self.add_error(None, f"Somebody you wrote about is no longer on this list. Their line was: {words}")
        self.chosen = {ref: one for ref, one in self.patients.items() if self.is_with(cleaned, ref)}
        if not self.chosen:
            raise ValidationError("Tick at least one person.")
        for ref in self.chosen:
            if cleaned.get("happened") == Happened.TALKED and not self.line(cleaned, ref):
                self.add_error(f"line-{ref}", "Write one line, here or for everybody.")
        if not cleaned.get("names_nobody"):
            for ref in self.chosen:
                self.refuse_names(f"line-{ref}", cleaned.get(f"line-{ref}", ""), but=ref)
            self.refuse_names("common", cleaned.get("common", ""))
        return cleaned

    def left_over(self):
        """Lines that were typed about people who are no longer here."""
        sent = {name: self.data.get(name, "").strip() for name in self.data if name.startswith("line-")}
        return [words for name, words in sent.items() if words and name not in self.fields]

    def is_with(self, cleaned, ref):
        return bool(cleaned.get(f"with-{ref}") or cleaned.get(f"line-{ref}", "").strip())

    def line(self, cleaned, ref):
        parts = (cleaned.get("common", "").strip(), cleaned.get(f"line-{ref}", "").strip())
        return "\n".join(filter(None, parts))

    def refuse_names(self, field, typed, but=None):
        """What stands on somebody's page names nobody else who is here."""
        written = set(folded(typed)) - (names_of(self.patients[but]) if but else set())
        for patient in self.patients.values():
            if names_of(patient) & written:
                self.names_found = True
                sentence = f"Leave {patient.called}’s name out: this would stand on somebody else’s page."
                self.add_error(field, sentence)

    def answers(self):
        lines = [(patient, self.line(self.cleaned_data, ref)) for ref, patient in self.chosen.items()]
        return {"happened": self.cleaned_data["happened"], "lines": lines}


def names_of(patient):
    """The words of somebody's names, without case and accents."""
    return {word for name in (patient.called, patient.given_name, patient.family_name) for word in folded(name)}
