"""Asking a patient for feedback, and the form that they fill in themselves."""

from django import forms

from interactions.choices import ComeBack, FeedbackWay
from interactions.forms.parts import chips
from interactions.models.feedback import HIGHEST, ITEMS, LOWEST, MORE_ITEMS
from staff.forms import OnceForm

LONGEST = 2000  # letters; a minute's worth, and kind to whoever reads it


class AskForm(OnceForm):
    way = chips(
        label="How?",
        choices=FeedbackWay.choices,
        stacked=True,
        help_text="Not in the 24 hours before a decision about privileges or leaving, or a report to a court.",
    )
    at_leaving = forms.BooleanField(
        required=False,
        label="They are leaving",
        help_text="Asks as well what helped, what did not, and whether they would come back.",
    )


class OwnHandForm(forms.Form):
    """What a patient says of their care, in the language of `words`. Nothing in it has to be answered."""

    def __init__(self, *args, words, leaving, **kwargs):
        super().__init__(*args, **kwargs, label_suffix="")
        self.words = words
        for item in (*ITEMS, *MORE_ITEMS):
            numbers = [(str(n), str(n)) for n in range(LOWEST, HIGHEST + 1)]
            self.fields[item] = self.choice(item, [*numbers, ("", words["skip"])], coerce=int)
        for name in ("more_of", "question", *(("helped", "not_helped") if leaving else ())):
            self.fields[name] = self.sentences(name)
        self.fields["wants_to_talk"] = forms.BooleanField(required=False, label=words["wants_to_talk"])
        if leaving:
            self.fields["come_back"] = self.choice(
                "come_back", [(way.value, words[way.value]) for way in ComeBack], empty=""
            )
            self.fields["may_ask"] = forms.BooleanField(required=False, label=words["may_ask"])
        readers = [("team", words["team"]), ("supervisor", words["supervisor"])]
        self.fields["who"] = self.choice("who", readers, empty="team")
        self.fields["who"].initial = "team"

    def choice(self, name, choices, *, coerce=str, empty=None):
        return forms.TypedChoiceField(
            choices=choices, coerce=coerce, empty_value=empty, required=False, widget=forms.RadioSelect,
            label=self.words[name], error_messages={"invalid_choice": self.words["choose"]},
        )  # fmt: skip

    def sentences(self, name):
        return forms.CharField(
            required=False, strip=False, max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
            label=self.words[name], error_messages={"max_length": self.words["too_long"].format(LONGEST)},
        )  # fmt: skip

    def scores(self):
        return [self[item] for item in ITEMS]

    def more_scores(self):
        return [self[item] for item in MORE_ITEMS]

    def more_said(self):
        return any(field.value() for field in self.more_scores())

    def in_words(self):
        return [self["more_of"], self["question"]]

    def at_leaving(self):
        return [self[name] for name in ("helped", "not_helped") if name in self.fields]

    def answers(self):
        """What they answered, as keyword arguments of the service."""
        answers = {name: answer for name, answer in self.cleaned_data.items() if name != "who"}
        return {**answers, "supervisor_only": self.cleaned_data["who"] == "supervisor"}
