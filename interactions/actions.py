"""What can be done with a record: its form, its service, and when it is offered. One list a kind."""

from collections.abc import Callable
from dataclasses import dataclass, field

from interactions.boundary_choices import AgreementState
from interactions.choices import (
    OWED,
    UNANSWERED,
    ConcernState,
    HandoverState,
    MeetingState,
    PromiseState,
    TalkState,
    UpdateState,
)
from interactions.deadlines import usual_review_on
from interactions.forms import boundaries as boundary_forms
from interactions.forms import plan as plan_forms
from interactions.forms import records as forms
from interactions.models import (
    BoundaryAgreement,
    CheckIn,
    Concern,
    FollowUp,
    Handover,
    Meeting,
    Step,
    TalkRequest,
    Update,
)
from interactions.services import (
    boundaries,
    care,
    concerns,
    facts,
    handovers,
    meetings,
    plan,
    promises,
    safety,
    talks,
    updates,
)
from patients.choices import FactState
from patients.models import Adjustment, Fact, Goal, Need
from patients.plan_choices import AdjustmentState, GoalState, NeedState


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


def told_and_open(update):
    return update.state == UpdateState.TOLD and not update.turned_out


UPDATE_ACTIONS = (
    RecordAction(
        "tell",
        "I told them",
        updates.tell,
        in_state(UpdateState.TO_TELL),
        forms.OptionalWordsForm,
        lede="Only when they have heard it from you.",
    ),
    RecordAction(
        "turn-out",
        "What happened?",
        updates.turn_out,
        lambda update: update.awaits_outcome,
        forms.TurnOutForm,
        lede="They were told to expect this. Tell them first, then write it down.",
    ),
    RecordAction(
        "put-off",
        "Plan another day",
        updates.put_off,
        in_state(UpdateState.TO_TELL),
        forms.PutOffForm,
        lede="At most seven days after it became known.",
    ),
    RecordAction(
        "hand-over",
        "Somebody else tells them",
        updates.hand_over,
        in_state(UpdateState.TO_TELL),
        forms.HandOverForm,
        needs_people=True,
    ),
    RecordAction(
        "keep",
        "They had left: keep it for their return",
        updates.keep,
        lambda update: update.state == UpdateState.TO_TELL and not update.patient.latest_episode.is_open,
        forms.KeepForm,
    ),
    RecordAction("undo-tell", "Undo: they were not told", updates.undo_tell, told_and_open),
    RecordAction("not-so", "It was not so", updates.not_so, in_state(UpdateState.TO_TELL), forms.NotSoForm),
)
FACT_ACTIONS = (
    RecordAction("no-longer", "It no longer holds", facts.no_longer, in_state(FactState.HOLDS), forms.NoLongerForm),
)
NEED_ACTIONS = (
    RecordAction(
        "settle", "What became of it?", plan.settle_need, in_state(NeedState.OPEN), plan_forms.NeedSettledForm
    ),
)


def next_review(record, now):
    """What a form that looks at a line of the plan again begins with."""
    seen = {name: getattr(record, name) for name in ("agreement", "our_view") if hasattr(record, name)}
    return {**seen, "review_on": usual_review_on(record.patient, now)}


GOAL_ACTIONS = (
    RecordAction(
        "review",
        "We talked about it again",
        plan.review_goal,
        in_state(GoalState.OPEN),
        plan_forms.GoalReviewForm,
        initial=next_review,
    ),
    RecordAction(
        "settle", "Reached, or let go", plan.settle_goal, in_state(GoalState.OPEN), plan_forms.GoalSettledForm
    ),
)
ADJUSTMENT_ACTIONS = (
    RecordAction(
        "settle",
        "Does it stay?",
        plan.settle_adjustment,
        in_state(AdjustmentState.TRYING),
        plan_forms.AdjustmentSettledForm,
    ),
    RecordAction(
        "try-on",
        "Too early to tell",
        plan.try_on,
        in_state(AdjustmentState.TRYING),
        plan_forms.TryOnForm,
        initial=next_review,
    ),
)
HANDOVER_ACTIONS = (
    RecordAction(
        "accept",
        "I take over",
        care.accept_handover,
        in_state(HandoverState.ASKED),
        lede="From then on you are their primary, and what was promised to them is yours to keep.",
    ),
    RecordAction(
        "points",
        "What is done",
        handovers.tick,
        in_state(HandoverState.ACCEPTED),
        forms.HandoverPointsForm,
        initial=lambda handover, now: {name: getattr(handover, name) for name in handover.POINTS},
    ),
    RecordAction("decline", "I cannot", handovers.decline, in_state(HandoverState.ASKED), forms.DeclineForm),
    RecordAction(
        "finish",
        "Finish without the rest",
        handovers.finish,
        in_state(HandoverState.ACCEPTED),
        forms.FinishForm,
        lede="When one of the points can no longer be done: say why.",
    ),
    RecordAction("withdraw", "No longer asked", handovers.withdraw, in_state(HandoverState.ASKED)),
)

AGREEMENT_ACTIONS = (
    RecordAction(
        "replace",
        "Something else was agreed",
        boundaries.replace,
        in_state(AgreementState.HOLDS),
        boundary_forms.ReplaceForm,
        lede="This one stays on the record beside the new one.",
    ),
    RecordAction(
        "end", "It no longer holds", boundaries.end, in_state(AgreementState.HOLDS), boundary_forms.EndAgreementForm
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
        Kind("update", Update, "update", "What they are told", UPDATE_ACTIONS),
        Kind("fact", Fact, "fact", "About them", FACT_ACTIONS),
        Kind("need", Need, "need", "What they need", NEED_ACTIONS),
        Kind("handover", Handover, "handover", "Handover", HANDOVER_ACTIONS),
        Kind("agreement", BoundaryAgreement, "agreement", "Agreed about contact", AGREEMENT_ACTIONS),
        Kind("goal", Goal, "goal", "Their goal", GOAL_ACTIONS),
        Kind("adjustment", Adjustment, "adjustment", "What we do differently", ADJUSTMENT_ACTIONS),
    )
}
