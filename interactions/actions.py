"""What can be done with a record: its form, its service, and when it is offered. One list a kind."""

from interactions.boundary_choices import AgreementState
from interactions.choices import (
    HandoverState,
    MeetingState,
    PromiseState,
    TalkState,
    UpdateState,
)
from interactions.concern_actions import CONCERN_ACTIONS
from interactions.forms import boundaries as boundary_forms
from interactions.forms import records as forms
from interactions.forms import safety_plans as plan_forms
from interactions.forms import support as support_forms
from interactions.models import (
    BoundaryAgreement,
    CheckIn,
    Concern,
    FamilyMessage,
    Feedback,
    FollowUp,
    Handover,
    Meeting,
    Signal,
    Step,
    TalkRequest,
    Update,
    Welcome,
)
from interactions.plan_actions import ADJUSTMENT_ACTIONS, FACT_ACTIONS, GOAL_ACTIONS, NEED_ACTIONS
from interactions.record_action import Kind, RecordAction, in_state
from interactions.services import (
    boundaries,
    care,
    feedback,
    handovers,
    meetings,
    promises,
    safety_plans,
    support,
    talks,
    updates,
)
from interactions.watch_actions import OUTREACH_ACTIONS
from patients.choices import SupportState
from patients.models import Adjustment, Fact, Goal, Need, OutreachDay, SafetyPlan, SupportPerson

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
    RecordAction("not-there", "They didn’t come", talks.not_there, in_state(TalkState.PROMISED), forms.NotThereForm),
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


def today_there(plan, now):
    return {"marked_on": plan.patient.latest_episode.program.site.local_date(now)}


SUPPORT_ACTIONS = (
    RecordAction(
        "no-longer",
        "They no longer stand by them",
        support.no_longer,
        in_state(SupportState.HOLDS),
        support_forms.SupportGoneForm,
    ),
)

SAFETY_PLAN_ACTIONS = (
    RecordAction(
        "still-fits",
        "Looked at again: it still fits",
        safety_plans.still_fits,
        lambda plan: plan.holds,
        plan_forms.PlanMarkForm,
        lede="Only when you went through it together.",
        initial=today_there,
    ),
    RecordAction(
        "copy",
        "They have a copy",
        safety_plans.give_copy,
        lambda plan: plan.holds,
        plan_forms.PlanMarkForm,
        initial=today_there,
    ),
)

FEEDBACK_ACTIONS = (
    RecordAction(
        "ask",
        "I asked them about it",
        feedback.ask_about,
        lambda record: record.asked_at is None,
        forms.WordsForm,
        lede="Thank them first. What they wrote stays as it is; what they say to you stands beside it.",
    ),
)

MESSAGE_ACTIONS = (
    RecordAction(
        "pass-on",
        "Ask whether they want to hear it",
        support.pass_on,
        lambda message: message.settled_at is None,
        support_forms.PassOnForm,
        lede="Ask first, without saying what it was. Nobody has to hear it.",
        again=lambda message: True,
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
        Kind("signal", Signal, "signal", "Sign", ()),
        Kind("outreach_day", OutreachDay, "day", "A day to be in touch", OUTREACH_ACTIONS),
        Kind("update", Update, "update", "What they are told", UPDATE_ACTIONS),
        Kind("feedback", Feedback, "feedback", "What they say of their care", FEEDBACK_ACTIONS),
        Kind("support_person", SupportPerson, "person", "Somebody who stands by them", SUPPORT_ACTIONS),
        Kind("family_message", FamilyMessage, "message", "What family said", MESSAGE_ACTIONS),
        Kind("welcome", Welcome, "welcome", "Welcome", ()),
        Kind("safety_plan", SafetyPlan, "plan", "Safety plan", SAFETY_PLAN_ACTIONS),
        Kind("fact", Fact, "fact", "About them", FACT_ACTIONS),
        Kind("need", Need, "need", "What they need", NEED_ACTIONS),
        Kind("handover", Handover, "handover", "Handover", HANDOVER_ACTIONS),
        Kind("agreement", BoundaryAgreement, "agreement", "Agreed about contact", AGREEMENT_ACTIONS),
        Kind("goal", Goal, "goal", "Their goal", GOAL_ACTIONS),
        Kind("adjustment", Adjustment, "adjustment", "What we do differently", ADJUSTMENT_ACTIONS),
    )
}
