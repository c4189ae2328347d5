"""What can be done with a record: its form, its service, and when it is offered. One list a kind."""

from collections.abc import Callable
from dataclasses import dataclass, field

from interactions.choices import OWED, UNANSWERED, ConcernState, MeetingState, PromiseState, TalkState
from interactions.forms import records as forms
from interactions.models import CheckIn, Concern, FollowUp, Meeting, Step, TalkRequest
from interactions.services import concerns, meetings, promises, safety, talks


@dataclass(frozen=True)
class RecordAction:
    """An action `/<kind>/<id>/<name>/`. `offered` says whether the record is in a state for it."""

    name: str
    label: str
    run: Callable
    offered: Callable
    form: type = forms.ActionForm
    lede: str = ""
    needs_people: bool = False
    initial: Callable = field(default=lambda record, now: {})

    @property
    def asks(self):
        """Whether its form has more than a button."""
        return self.form is not forms.ActionForm


@dataclass(frozen=True)
class Kind:
    """A kind of record with pages of its own."""

    name: str
    model: type
    argument: str
    title: str
    actions: tuple

    def offered(self, record):
        return [action for action in self.actions if action.offered(record)]

    def action(self, name):
        return next((action for action in self.actions if action.name == name), None)


def in_state(*states, but=None):
    return lambda record: record.state in states and not (but and but(record))


def is_safety(concern):
    return concern.is_safety


def waits_to_be_taken_over(concern):
    return concern.is_safety and concern.state in OWED and concern.safety.taken_over_at is None


def is_taken_over(concern):
    return concern.is_safety and concern.state in OWED and concern.safety.taken_over_at is not None


def nobody_told(concern):
    return concern.is_safety and concern.state in OWED and not concern.safety.voice_to


CONCERN_ACTIONS = (
    RecordAction("take-over", "I am taking this over", safety.take_over, waits_to_be_taken_over),
    RecordAction("relieve", "I am taking this over from them", safety.relieve, is_taken_over),
    RecordAction(
        "make-safe",
        "They are safe: write down what was done",
        safety.make_safe,
        lambda concern: is_safety(concern) and concern.state in OWED,
        forms.MakeSafeForm,
    ),
    RecordAction("voice", "I told somebody by voice", safety.told_by_voice, nobody_told, forms.VoiceForm),
    RecordAction(
        "answer",
        "Answer",
        concerns.answer,
        in_state(*UNANSWERED, but=is_safety),
        forms.AnswerForm,
        lede="The answer first; telling them is the next step.",
    ),
    RecordAction(
        "tell",
        "I told them",
        concerns.tell,
        in_state(ConcernState.ANSWERED),
        forms.OptionalWordsForm,
        lede="Only when they have heard it from you.",
    ),
    RecordAction("confirm", "Did that answer it?", concerns.confirm, in_state(ConcernState.TOLD), forms.ConfirmForm),
    RecordAction(
        "acknowledge",
        "I have it",
        concerns.acknowledge,
        in_state(ConcernState.WAITING, ConcernState.REOPENED, but=is_safety),
    ),
    RecordAction(
        "hand-over",
        "Hand to a colleague",
        concerns.hand_over,
        in_state(*OWED, but=is_safety),
        forms.HandOverForm,
        needs_people=True,
        lede="If they have not taken it on within half its target, it comes back.",
    ),
    RecordAction(
        "close",
        "End it without an answer",
        concerns.close,
        in_state(*OWED, but=is_safety),
        forms.CloseForm,
        lede="Only as they wished, or when they had left and were tried three times.",
    ),
    RecordAction(
        "reopen",
        "Open it again",
        concerns.reopen,
        in_state(ConcernState.TOLD, ConcernState.CLOSED, ConcernState.KEPT),
        forms.WordsForm,
    ),
    RecordAction(
        "undo-tell",
        "Undo: they were not told",
        concerns.undo_tell,
        lambda concern: concern.state == ConcernState.TOLD and concern.tell_due_at is not None,
    ),
)
FOLLOW_UP_ACTIONS = (
    RecordAction("done", "Done", promises.done, in_state(PromiseState.PROMISED), forms.DoneForm),
    RecordAction("told", "They know it is done", promises.told, in_state(PromiseState.DONE), forms.OptionalWordsForm),
    RecordAction("reschedule", "Move it", promises.reschedule, in_state(PromiseState.PROMISED), forms.RescheduleForm),
    RecordAction(
        "hand-over",
        "Hand to a colleague",
        promises.hand_over,
        in_state(PromiseState.PROMISED),
        forms.HandOverForm,
        needs_people=True,
    ),
    RecordAction(
        "could-not",
        "Could not do it, told them why",
        promises.could_not,
        in_state(PromiseState.PROMISED),
        forms.BecauseForm,
    ),
    RecordAction(
        "not-needed", "No longer needed", promises.not_needed, in_state(PromiseState.PROMISED), forms.BecauseForm
    ),
)
MEETING_ACTIONS = (
    RecordAction(
        "hold",
        "We met",
        meetings.hold_meeting,
        in_state(MeetingState.PLANNED),
        forms.HoldMeetingForm,
        initial=lambda meeting, now: {"held_at": min(meeting.starts_at, now)},
    ),
    RecordAction("miss", "It did not take place", meetings.miss, in_state(MeetingState.PLANNED), forms.MissMeetingForm),
    RecordAction("reschedule", "Move it", meetings.reschedule, in_state(MeetingState.PLANNED), forms.MoveMeetingForm),
    RecordAction("undo-hold", "Undo: we did not meet", meetings.undo_hold, in_state(MeetingState.HELD)),
)
TALK_ACTIONS = (
    RecordAction("keep", "We talked", talks.keep, in_state(TalkState.PROMISED), forms.OptionalWordsForm),
    RecordAction("move", "Promise another time", talks.move, in_state(TalkState.PROMISED), forms.MoveTalkForm),
    RecordAction("miss", "We missed it", talks.miss, in_state(TalkState.PROMISED), forms.OptionalWordsForm),
    RecordAction(
        "withdraw", "They no longer want to", talks.withdraw, in_state(TalkState.PROMISED), forms.OptionalWordsForm
    ),
)

KINDS = {
    kind.name: kind
    for kind in (
        Kind("check_in", CheckIn, "check_in", "Conversation", ()),
        Kind("concern", Concern, "concern", "Concern", CONCERN_ACTIONS),
        Kind("follow_up", FollowUp, "follow_up", "Promise", FOLLOW_UP_ACTIONS),
        Kind("meeting", Meeting, "meeting", "Meeting", MEETING_ACTIONS),
        Kind("talk_request", TalkRequest, "talk", "Promised talk", TALK_ACTIONS),
        Kind("step", Step, "step", "Their step", ()),
    )
}
