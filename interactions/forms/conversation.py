"""Logging a conversation: the main form and the parts that may come of it, saved together."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from interactions.choices import (
    Channel,
    ConcernKind,
    Happened,
    SafetyAbout,
    Seemed,
    StartedBy,
    StepAnswer,
    UpdateKind,
    Urgency,
)
from interactions.forms.parts import PersonField, WhenMixin, chips, optional_chips, picked_moment, shown_when
from interactions.promised_times import DueWhen, TalkWhen
from patients.choices import FactKind
from staff.forms import DayField, MomentField, OnceForm, TypedForm, WordsField

NOTES_HELP = 'What they said and what was agreed. Session analysis belongs in <a href="{}">counseling notes</a>.'
URGENCY_HELP = "Right now: tell a person first, then write it down."


class CheckInForm(OnceForm):
    """What happened."""

    happened = chips(label="What happened?", choices=Happened.choices, initial=Happened.TALKED)
    text = WordsField(
        label="In a line or more",
        rows=4,
        required=False,
        help_text="What they said and what was agreed. Session analysis belongs in counseling notes.",
    )
    seemed = forms.MultipleChoiceField(
        label="How did they seem?", choices=Seemed.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    happened_at = MomentField(label="When")
    channel = chips(label="How", choices=Channel.choices, initial=Channel.IN_PERSON)
    talked_by = PersonField(label="Who talked", required=False, empty="I did")
    started_by = optional_chips(StartedBy.choices, label="Who started it?")
    minutes = forms.IntegerField(label="Length in minutes", required=False, min_value=1, max_value=1440)
    others_present = WordsField(label="Others present", required=False, max_length=200)
    what_helped = WordsField(label="What helped", required=False, max_length=300)
    good_news = WordsField(label="Good news, in their words", theirs=True, required=False, max_length=300)
    hard_moment = forms.BooleanField(label="They reached out in a hard moment", required=False)
    supervision = forms.BooleanField(
        label="Bring to supervision",
        required=False,
        help_text="For you: seen by you and your supervisor only, and never part of the record.",
    )
    next_try_at = MomentField(label="Try again at", required=False)
    kept_talks = forms.MultipleChoiceField(
        label="This was the talk promised", required=False, widget=forms.CheckboxSelectMultiple
    )

    UNFOLDED = ("happened", "text", "seemed", "kept_talks", "__all__")

    @property
    def folded_errors(self):
        """Whether something in the folded part needs another look, so that it opens."""
        return any(name not in self.UNFOLDED for name in self.errors)

    def __init__(self, *args, people=(), talks=(), notes_url="", **options):
        super().__init__(*args, **options)
        if notes_url:
            self.fields["text"].help_text = format_html(NOTES_HELP, notes_url)
        self.fields["talked_by"] = PersonField(people, label="Who talked", required=False, empty="I did")
        self.fields["text"].needed_sometimes = True  # for a conversation it is, so it is not called optional
        self.talks = {str(talk.ref): talk for talk in talks}
        if talks:
            self.fields["kept_talks"].choices = [(ref, talk.topic or "The talk") for ref, talk in self.talks.items()]
        else:
            del self.fields["kept_talks"]


class PartForm(TypedForm):
    """A part that counts only when something is written in it."""

    def written(self):
        return self.is_bound and bool(self.cleaned_data.get(self.KEY, "").strip())


class ConcernPart(PartForm):
    KEY = "words"
    words = WordsField(label="Their words", theirs=True, rows=2, required=False)
    urgency = chips(label="How soon?", choices=Urgency.choices, initial=Urgency.ROUTINE, help_text=URGENCY_HELP)
    on_the_spot = forms.BooleanField(label="Answered on the spot, they know", required=False)
    answer_words = shown_when("on_the_spot=on", WordsField(label="The answer", required=False, max_length=2000))
    kind = optional_chips(
        [choice for choice in ConcernKind.choices if choice[0] != ConcernKind.SAFETY], label="What is it?"
    )
    about_staff = forms.BooleanField(label="It is about someone on our staff", required=False)
    not_for = PersonField(label="About whom (they will not see it)", required=False)
    about = optional_chips(SafetyAbout.choices, label="What about?", stacked=True)
    voice_to = WordsField(label="Whom did you tell, by voice?", required=False, max_length=200)
    voice_at = MomentField(label="When?", required=False)

    def __init__(self, *args, people=(), **options):
        super().__init__(*args, **options)
        self.fields["not_for"] = PersonField(people, label="About whom (they will not see it)", required=False)

    def clean(self):
        cleaned = super().clean()
        urgent = cleaned.get("urgency") == Urgency.SAFETY
        if cleaned.get("not_for"):
            cleaned["about_staff"] = True
        if urgent and cleaned.get("on_the_spot"):
            self.add_error("on_the_spot", ValidationError("Somebody has to look at this first."))
        if cleaned.get("answer_words", "").strip() and not cleaned.get("on_the_spot"):
            self.add_error("answer_words", ValidationError("Tick that they know this answer, or take it out here."))
        if self.is_bound and not cleaned.get("words", "").strip():
            told = cleaned.get("answer_words", "").strip() or cleaned.get("voice_to", "").strip()
            if urgent or told or cleaned.get("about_staff") or cleaned.get("on_the_spot"):
                self.add_error("words", ValidationError("Write it in their own words."))
        return cleaned

    def concern(self):
        """Keyword arguments for `raise_concern`."""
        said = self.cleaned_data
        safety = {name: said[name] for name in ("about", "voice_to", "voice_at")}
        return {
            **{name: said[name] for name in ("words", "urgency", "kind", "about_staff", "not_for", "on_the_spot")},
            "answer_words": said["answer_words"],
            "safety": safety if said["urgency"] == Urgency.SAFETY else None,
        }


class ConcernForm(ConcernPart, OnceForm):
    """A concern written down on its own."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["words"].required = True

    def answers(self):
        return self.concern()


class PromisePart(WhenMixin, PartForm):
    KEY = "what"
    what = WordsField(label="I promised to …", required=False, max_length=500)
    when = chips(label="By when?", choices=DueWhen.choices, initial=DueWhen.TOMORROW)
    due_at = picked_moment()

    def __init__(self, *args, user=None, program=None, now=None, **options):
        self.user, self.program, self.now = user, program, now
        super().__init__(*args, **options)

    def promise(self):
        return {"what": self.cleaned_data["what"], "due_at": self.moment}


class StepPart(PartForm):
    KEY = "words"
    words = WordsField(label="They chose to …", theirs=True, required=False, max_length=500)
    by_when_on = DayField(label="By when, if they said", required=False)

    def step(self):
        return {name: self.cleaned_data[name] for name in ("words", "by_when_on")}


class TalkPart(WhenMixin, TypedForm):
    when = optional_chips(TalkWhen.choices, label="Another time was promised")
    due_at = picked_moment()
    topic = WordsField(label="About", required=False, max_length=300)

    def __init__(self, *args, user=None, program=None, now=None, **options):
        self.user, self.program, self.now = user, program, now
        super().__init__(*args, **options)

    def written(self):
        return self.is_bound and bool(self.cleaned_data.get("when"))

    def talk(self):
        return {"due_at": self.moment, "topic": self.cleaned_data["topic"]}


class FactPart(PartForm):
    """Something they told about their life."""

    KEY = "words"
    kind = optional_chips(FactKind.choices, label="What is it about?", initial=FactKind.INTERESTS)
    words = WordsField(label="In a few words, theirs where you can", theirs=True, required=False, max_length=300)

    def fact(self):
        return {"kind": self.cleaned_data["kind"] or FactKind.OTHER, "words": self.cleaned_data["words"]}


class UpdatePart(PartForm):
    """What they were told in this conversation about their treatment."""

    KEY = "what"
    kind = optional_chips(UpdateKind.choices, label="What was it?", initial=UpdateKind.WHERE)
    what = WordsField(label="What you told them", rows=2, required=False)
    expect = WordsField(label="What comes next, as you told them", required=False, max_length=500)
    expect_by_on = DayField(label="By when, if you said", required=False)
    told_words = WordsField(label="What they said", theirs=True, required=False, rows=2)

    def clean(self):
        cleaned = super().clean()
        rest = ("expect", "told_words")
        if not cleaned.get("what", "").strip() and any(cleaned.get(name, "").strip() for name in rest):
            self.add_error("what", ValidationError("Write what you told them."))
        if cleaned.get("expect_by_on") and not cleaned.get("expect", "").strip():
            self.add_error("expect", ValidationError("Write what they may expect by that day."))
        return cleaned

    def update(self):
        said = {name: self.cleaned_data[name] for name in ("what", "expect", "expect_by_on", "told_words")}
        return {"told": True, "kind": self.cleaned_data["kind"] or UpdateKind.CHANGE, **said}


class StepAskedPart(TypedForm):
    """How one of their steps went."""

    answer = optional_chips(StepAnswer.choices)

    def __init__(self, *args, step, **options):
        super().__init__(*args, **options)
        self.step = step
        self.fields["answer"].label = f"“{step.words}”"


class Conversation:
    """All forms of one page. Behaves like a form: `is_valid()`, and `answers()` for the service.

    `note_only`: what somebody writes down in an emergency, who is gone in an hour: what happened and what was raised,
    no promise of their own.
    """

    CONCERNS, PROMISES = 2, 2

    def __init__(self, data, *, patient, user, now, people, talks, steps, initial, note_only=False, notes_url=""):
        times = {"user": user, "program": patient.latest_episode.program, "now": now}
        self.main = CheckInForm(
            data, people=people, talks=() if note_only else talks, notes_url=notes_url, initial=initial
        )
        self.concerns = [
            ConcernPart(data, prefix=f"concern-{n}", people=people, initial=initial.get("concern") if n == 0 else None)
            for n in range(self.CONCERNS)
        ]
        self.promises, self.step, self.talk, self.asked, self.fact, self.update = [], None, None, [], None, None
        if note_only:
            field = self.main.fields["happened"]
            field.choices = [choice for choice in field.choices if choice[0] != Happened.ANOTHER_TIME]
        else:
            self.promises = [PromisePart(data, prefix=f"promise-{n}", **times) for n in range(self.PROMISES)]
            self.step = StepPart(data, prefix="step")
            self.fact = FactPart(data, prefix="fact")
            self.update = UpdatePart(data, prefix="update")
            self.talk = TalkPart(data, prefix="talk", **times)
            self.asked = [StepAskedPart(data, prefix=f"asked-{step.ref}", step=step) for step in steps]
        parts = [self.main, *self.concerns, *self.promises, self.step, self.fact, self.update, self.talk, *self.asked]
        self.forms = [part for part in parts if part]

    def is_valid(self):
        checked = [form.is_valid() for form in self.forms]  # each one, so that each shows its errors
        return all(checked)

    @property
    def is_refused(self):
        return any(form.errors for form in self.forms if form.is_bound)

    @property
    def cleaned_data(self):
        return self.main.cleaned_data

    @property
    def status(self):
        return self.main.status

    def guard(self):
        self.main.guard()

    def renew(self):
        return self.main.renew()

    def refuse(self, refusal):
        """Shows a refusal of the service beside its field."""
        if hasattr(refusal, "error_dict") and "talk_when" in refusal.error_dict:
            self.talk.add_error("when", refusal.error_dict.pop("talk_when"))
            if not refusal.error_dict:
                return
        self.main.refuse(refusal)

    def answers(self):
        """Keyword arguments for `log_conversation`."""
        said = dict(self.main.cleaned_data)
        said.pop("form_token")
        kept = said.pop("kept_talks", [])
        return {
            **said,
            "kept_talks": [self.main.talks[ref] for ref in kept],
            "concerns": [part.concern() for part in self.concerns if part.written()],
            "follow_ups": [part.promise() for part in self.promises if part.written()],
            "steps_chosen": [self.step.step()] if self.step and self.step.written() else [],
            "facts_learned": [self.fact.fact()] if self.fact and self.fact.written() else [],
            "update": self.update.update() if self.update and self.update.written() else None,
            "talk_request": self.talk.talk() if self.talk and self.talk.written() else None,
            "steps_asked": [
                (part.step, part.cleaned_data["answer"]) for part in self.asked if part.cleaned_data["answer"]
            ],
        }
