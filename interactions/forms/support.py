"""Forms about those who stand by a patient, what they say, and the welcome."""

from django import forms

from interactions.choices import Channel, PassedOn, WelcomeItem
from interactions.forms.parts import MeanwhileMixin, chips
from interactions.forms.records import ActionForm
from patients.choices import Knows
from staff.forms import MomentField, OnceForm, WordsField


class ByRefField(forms.TypedChoiceField):
    """One of a few `rows` that have a ref; gives the row."""

    def __init__(self, rows=(), *, words, empty, **options):
        by_ref = {str(row.ref): row for row in rows}
        choices = [("", empty), *((ref, words(row)) for ref, row in by_ref.items())]
        super().__init__(choices=choices, coerce=by_ref.get, empty_value=None, required=False, **options)
        self.by_ref = by_ref

    def prepare_value(self, value):
        return str(value.ref) if hasattr(value, "ref") else value


class SupportForm(MeanwhileMixin, OnceForm):
    knows = chips(label="Do they know of the stay?", choices=Knows.choices)
    wish = WordsField(label="What {} wants of them, and does not want", rows=2, required=False)
    reached_by = WordsField(
        label="How they are reached", required=False, max_length=200, help_text="Only if a consent below lets us."
    )

    def __init__(self, *args, called, consents=(), **options):
        super().__init__(*args, **options)
        self.fields["wish"].label = f"What {called} wants of them, and does not want"
        self.fields["consent"] = ByRefField(
            consents,
            words=lambda consent: f"{consent.recipient.splitlines()[0]}: {consent.information_words}"[:120],
            empty="None: they are told nothing, not even that somebody is here",
            label="What they may hear: the consent that says so",
        )

    def stands(self, row):
        """What was done where nothing can be changed any more, else what stands in each field."""
        return super().stands(row) if self.over else OnceForm.stands(self, row)


class SupportPersonForm(SupportForm):
    name = WordsField(label="Who?", max_length=120)
    relation = WordsField(label="Who they are to them", max_length=120, help_text="A sister, a sponsor, a neighbor.")
    field_order = ("form_token", "name", "relation")


class SupportGoneForm(ActionForm):
    words = WordsField(label="What changed", required=False, max_length=300)


class FamilyMessageForm(OnceForm):
    said_by = WordsField(label="Who said it, as they gave their name", required=False, max_length=200)
    words = WordsField(label="What they said", rows=4)
    answered = WordsField(label="What they were told", rows=2, required=False)
    channel = chips(label="How", choices=Channel.choices, initial=Channel.CALL)
    received_at = MomentField(label="When")

    def __init__(self, *args, people=(), **options):
        super().__init__(*args, **options)
        if people:
            self.fields["person"] = ByRefField(
                people, words=lambda who: f"{who.name}, {who.relation}", empty="Somebody else", label="Who it was"
            )
            self.order_fields(["form_token", "person", "said_by"])


class PassOnForm(ActionForm):
    relayed = chips(label="Did they want to hear it?", choices=PassedOn.choices[1:], stacked=True)
    words = WordsField(label="What they said", rows=2, required=False)


class WelcomeForm(OnceForm):
    items = forms.MultipleChoiceField(
        label="What was explained", choices=WelcomeItem.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}),
    )  # fmt: skip
    choice_words = WordsField(label="The choice that was theirs", required=False, max_length=300)
    hopes = WordsField(label="What they hope for from this, in their words", required=False, max_length=300)
    questions = WordsField(
        label="What they asked, one a line", rows=3, required=False, help_text="Each becomes a concern with an answer."
    )

    def __init__(self, *args, left, **options):
        super().__init__(*args, **options)
        self.fields["items"].choices = [(item.value, item.label) for item in left]
