"""The small forms that act on one record. `answers()` are the keyword arguments of the service."""

from django import forms

from interactions.choices import (
    NOT_HELD,
    Answer,
    Barrier,
    Decided,
    Delay,
    Ending,
    Settled,
    TurnedOut,
    UpdateKind,
)
from interactions.forms.parts import (
    MeanwhileMixin,
    PersonField,
    WhenMixin,
    chips,
    optional_chips,
    picked_moment,
    shown_when,
)
from interactions.promised_times import DueWhen, TalkWhen
from patients.choices import FactKind
from staff.forms import DayField, MomentField, OnceForm, WordsField

MISSED = [(state.value, state.label) for state in NOT_HELD]
ENDINGS = [choice for choice in Ending.choices if choice[0] in (Ending.NOT_WANTED, Ending.HAD_LEFT)]
BARRIER_HELP = "Something to help with: it does not count as missed."
SAY_BY_HELP = "When we don’t know yet: saying so counts as told, and the clock starts again."


def barrier_chips():
    return optional_chips(Barrier.choices, label="What kept them?", help_text=BARRIER_HELP)


class ActionForm(MeanwhileMixin, OnceForm):
    """A form that acts on `record`. Most need nothing but the button."""

    def __init__(self, data=None, *, record=None, user=None, now=None, people=(), **options):
        self.record, self.user, self.now, self.people = record, user, now, people
        super().__init__(data, **options)

    @property
    def row(self):
        return self.record


class AmendForm(OnceForm):
    """What a record should say instead; `record` has versions of its words in `texts`."""

    text = WordsField(label="What it should say", rows=8)

    def __init__(self, data=None, *, record):
        super().__init__(data, initial=newest_words(record))
        self.changing(record, reads=newest_words)


def newest_words(record):
    return {"text": record.texts.last().text}


class StrikeForm(ActionForm):
    because = WordsField(label="Why?", rows=2, help_text="For example: written on the wrong person’s page.")


class WordsForm(ActionForm):
    words = WordsField(label="What they said", rows=3, theirs=True)


class OptionalWordsForm(ActionForm):
    words = WordsField(label="What they said", rows=3, required=False, theirs=True)


class BecauseForm(ActionForm):
    words = WordsField(label="Why, as you told them", rows=3)


class AnswerForm(ActionForm):
    answer = chips(label="The answer is", choices=Answer.choices, initial=Answer.YES, stacked=True)
    words = WordsField(label="In words you can tell them", rows=3, required=False)
    say_by_at = shown_when(
        "answer=later", MomentField(label="They will hear from us by", required=False, help_text=SAY_BY_HELP)
    )


class ConfirmForm(ActionForm):
    settled = chips(label="Did that answer it?", choices=Settled.choices)
    words = WordsField(label="In their words", theirs=True, rows=2, required=False)


class HandOverForm(ActionForm):
    to = PersonField(label="To whom?")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["to"] = PersonField(self.people, label="To whom?", empty="Choose a colleague")


class CloseForm(ActionForm):
    ending = chips(label="How did it end?", choices=ENDINGS, stacked=True)
    words = WordsField(label="What they said, or how it was tried", theirs=True, rows=3)


class VoiceForm(ActionForm):
    to = WordsField(label="Whom did you tell, by voice?", max_length=200)
    at = MomentField(label="When?")


class MakeSafeForm(ActionForm):
    seen_by = WordsField(label="Who saw them?", max_length=200)
    seen_at = MomentField(label="When?")
    done = WordsField(label="What was done?", rows=3)
    documented_where = WordsField(label="Where is the assessment documented?", max_length=200)
    look_again_at = MomentField(label="When do we look again?")


class DoneForm(ActionForm):
    told = forms.BooleanField(label="They know it is done", required=False)
    words = WordsField(label="A word about it", required=False, rows=2)


class RescheduleForm(WhenMixin, ActionForm):
    when = chips(label="New time", choices=DueWhen.choices, initial=DueWhen.TOMORROW)
    due_at = picked_moment()
    because = WordsField(label="What did you tell them?", required=False, rows=2)

    @property
    def program(self):
        return self.record.patient.latest_episode.program

    def answers(self):
        return {"due_at": self.moment, "because": self.cleaned_data["because"]}


class MoveTalkForm(RescheduleForm):
    when = chips(label="New time", choices=TalkWhen.choices, initial=TalkWhen.MORNING)

    def answers(self):
        return {"due_at": self.moment, "words": self.cleaned_data["because"]}


class HoldMeetingForm(ActionForm):
    held_at = MomentField(label="When")
    attendees = WordsField(label="Who was there?", max_length=300)
    explained = WordsField(label="One line: what was explained", rows=3)
    own_summary = WordsField(label="How they would put it, in their own words", rows=2, required=False, theirs=True)
    decided = WordsField(label="What was decided", rows=2, required=False)
    decided_how = optional_chips(Decided.choices, label="Who decided?")
    hopes = WordsField(
        label="What they hope for now, in their words",
        required=False,
        max_length=300,
        help_text="Asked at every second meeting; what they said before stays beside it.",
    )
    questions_left = WordsField(
        label="Questions left",
        theirs=True,
        rows=2,
        required=False,
        help_text="One on each line. Each becomes a concern, and is owed an answer.",
    )


class MissMeetingForm(ActionForm):
    state = chips(label="What happened?", choices=MISSED, stacked=True)
    barrier = shown_when("state=could_not", barrier_chips())
    why = WordsField(label="Why", rows=2, required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["barrier"].needed_sometimes = False


class NotThereForm(ActionForm):
    barrier = barrier_chips()
    words = WordsField(label="A word about it", rows=2, required=False)


class MoveMeetingForm(ActionForm):
    starts_at = MomentField(label="New time")
    because = WordsField(label="Why", required=False, rows=2)


class MeetingForm(ActionForm):
    starts_at = MomentField(label="When")
    agenda = WordsField(label="What it is about", rows=3, required=False)


class ProgramForm(WhenMixin, ActionForm):
    """A new record whose named times are those of a program."""

    def __init__(self, *args, program, **options):
        self.program = program
        super().__init__(*args, **options)

    def answers(self):
        said = {name: value for name, value in super().answers().items() if name != "when"}
        return {**said, "due_at": self.moment}


class FollowUpForm(ProgramForm):
    what = WordsField(label="I promised to …", max_length=500)
    when = chips(label="By when?", choices=DueWhen.choices, initial=DueWhen.TOMORROW)
    due_at = picked_moment()
    tell_when_done = forms.BooleanField(label="Tell them when it is done", required=False)
    note = WordsField(label="Note", rows=2, required=False)


class TalkRequestForm(ProgramForm):
    when = chips(label="When will you talk?", choices=TalkWhen.choices, initial=TalkWhen.SHIFT)
    due_at = picked_moment()
    topic = WordsField(label="About", max_length=300, required=False)


class UpdateForm(ActionForm):
    """What they are to hear, or have just heard."""

    kind = chips(label="What is it?", choices=UpdateKind.choices, initial=UpdateKind.WHERE)
    what = WordsField(label="In words that they would understand", rows=3)
    expect = WordsField(label="What comes next", required=False, max_length=500)
    expect_by_on = DayField(label="By when, if you can say", required=False)
    told = forms.BooleanField(label="They know it already, from me", required=False)
    told_words = shown_when("told=on", WordsField(label="What they said", theirs=True, required=False, rows=2))
    owner = PersonField(label="Who tells them?", required=False, empty="I do")
    delay = optional_chips(
        Delay.choices, label="Not at once?", help_text="Else they hear it by the end of the next day of care."
    )
    tell_by_at = MomentField(label="Then on", required=False, help_text="At most seven days from now.")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["owner"] = PersonField(self.people, label="Who tells them?", required=False, empty="I do")
        self.fields["told_words"].needed_sometimes = False

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("delay") and not cleaned.get("tell_by_at") and "tell_by_at" not in self.errors:
            self.add_error("tell_by_at", "Say on which day they hear it.")
        return cleaned


class PutOffForm(ActionForm):
    delay = chips(label="Why not at once?", choices=Delay.choices)
    tell_by_at = MomentField(label="They hear it on")


class NotSoForm(ActionForm):
    words = WordsField(label="What turned out", rows=2)


class TurnOutForm(ActionForm):
    turned_out = chips(label="What happened?", choices=TurnedOut.choices)
    words = WordsField(label="In words, as you told them", required=False, rows=2)


class FactForm(ActionForm):
    """Something about their life."""

    kind = chips(label="What is it about?", choices=FactKind.choices)
    words = WordsField(label="In a few words, theirs where you can", theirs=True, max_length=300)


class NoLongerForm(ActionForm):
    words = WordsField(label="What changed", required=False, max_length=300)


class HandoverPointsForm(ActionForm):
    """The four points; each stands as it is until all are done."""

    told = forms.BooleanField(label="They were told, and why", required=False)
    introduced = forms.BooleanField(label="The two were introduced in person", required=False)
    promises = forms.BooleanField(label="What was promised was gone through together", required=False)
    goodbye = forms.BooleanField(label="Goodbye was said", required=False)


class DeclineForm(ActionForm):
    words = WordsField(label="Why not, so that somebody else can be asked", rows=2)


class FinishForm(ActionForm):
    words = WordsField(label="Why not all of it", rows=2)


class KeepForm(ActionForm):
    words = WordsField(label="How you tried to tell them", rows=2)
