"""What can be done with a concern; one about safety has its own way."""

from interactions.choices import (
    OWED,
    UNANSWERED,
    ConcernState,
)
from interactions.forms import records as forms
from interactions.record_action import RecordAction, in_state
from interactions.services import (
    concerns,
    safety,
)


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
    RecordAction(
        "voice",
        "I told somebody by voice",
        safety.told_by_voice,
        nobody_told,
        forms.VoiceForm,
        again=lambda concern: is_safety(concern) and concern.state in OWED,
    ),
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
