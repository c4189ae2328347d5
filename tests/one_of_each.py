"""One record of each kind, about one patient."""

from interactions.choices import HandoverState, Happened, UpdateKind, WelcomeItem
from interactions.models import (
    BoundaryAgreement,
    BoundaryEvent,
    CheckIn,
    Concern,
    CounselingNote,
    FamilyMessage,
    Feedback,
    FollowUp,
    Handover,
    Meeting,
    SafetyReport,
    Signal,
    Step,
    TalkRequest,
    Update,
    Welcome,
)
from interactions.services.boundaries import agree
from interactions.services.boundary_events import note_event
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.counseling import write_note
from interactions.services.facts import learn
from interactions.services.meetings import plan_meeting
from interactions.services.plan import note_need, set_goal, try_adjustment
from interactions.services.promises import promise
from interactions.services.safety_plans import write_plan
from interactions.services.safety_reports import report
from interactions.services.steps import choose
from interactions.services.support import name_person, note_message
from interactions.services.talks import request_talk
from interactions.services.updates import note_update
from interactions.services.welcome import explain
from patients.choices import Audience, FactKind
from patients.models import Adjustment, Fact, Goal, Need, OutreachDay, SafetyPlan, SupportPerson
from patients.plan_choices import Agreement, NeedDomain
from staff.calendar import DAY
from tests.factories import NOW, make_answered_signal, make_feedback, make_handover, make_outreach_day

MAKERS = {
    "check_in": lambda now, **who: log_conversation(now=now, happened=Happened.TALKED, text="Café", **who),
    "concern": lambda now, **who: raise_concern(now=now, words="Café", **who),
    "follow_up": lambda now, **who: promise(now=now, what="Café", **who),
    "meeting": lambda now, **who: plan_meeting(now=now, starts_at=now, agenda="Café", **who),
    "talk_request": lambda now, **who: request_talk(now=now, due_at=now + DAY, topic="Café", **who),
    "step": lambda now, **who: choose(now=now, words="Café", **who),
    "update": lambda now, **who: note_update(now=now, kind=UpdateKind.SETBACK, what="Café", **who),
    "fact": lambda now, **who: learn(now=now, kind=FactKind.INTERESTS, words="Café", **who),
    "need": lambda now, **who: note_need(now=now, domain=NeedDomain.SOCIAL, words="Café", **who),
    "goal": lambda now, **who: set_goal(now=now, agreement=Agreement.BOTH, words="Café", **who),
    "adjustment": lambda now, **who: try_adjustment(now=now, words="Café", because="It is loud here", **who),
    "handover": lambda now, patient, by: make_handover(patient, by, now, HandoverState.DECLINED, because="Café"),
    "outreach_day": lambda now, patient, by: make_outreach_day(
        patient, by, now, outcome="agreed", outcome_words="Café"
    ),
    "support_person": lambda now, **who: name_person(now=now, name="Odile", relation="Café", knows="knows", **who),
    "family_message": lambda now, **who: note_message(now=now, said_by="A man", words="Café", **who),
    "welcome": lambda now, **who: explain(now=now, items=WelcomeItem.values, choice_words="Café", **who),
    "feedback": lambda now, patient, by: make_feedback(patient, by, now, overall=8, helped="Café", at_leaving=True),
    "signal": lambda now, patient, by: make_answered_signal(patient, by, now),
    "agreement": lambda now, **who: agree(now=now, words="Café", **who),
    "boundary_event": lambda now, **who: note_event(now=now, weight="talk", kind="gift", words="Café", **who),
    "safety_report": lambda now, **who: report(now=now, at_risk="child", seen_words="Café", **who),
    "safety_plan": lambda now, **who: write_plan(now=now, signs="Café", together=True, **who),
    "counseling_note": lambda now, **who: write_note(now=now, text="Café", **who),
}
MODELS = {
    "check_in": CheckIn, "concern": Concern, "follow_up": FollowUp, "meeting": Meeting, "talk_request": TalkRequest,
    "step": Step, "counseling_note": CounselingNote, "update": Update, "fact": Fact,
    "need": Need, "goal": Goal, "adjustment": Adjustment, "handover": Handover, "feedback": Feedback,
    "support_person": SupportPerson, "family_message": FamilyMessage, "welcome": Welcome, "signal": Signal,
    "outreach_day": OutreachDay, "agreement": BoundaryAgreement, "boundary_event": BoundaryEvent,
    "safety_report": SafetyReport,
    "safety_plan": SafetyPlan,
}  # fmt: skip


def one_of_each(patient, by, now=NOW):
    return {kind: make(now, patient=patient, by=by) for kind, make in MAKERS.items()}


def audiences(kind):
    """Those that a kind of record can have."""
    return ONLY.get(kind, list(Audience))


# Kinds that the database keeps for one audience.
ONLY = {
    "counseling_note": [Audience.NAMED],
    "safety_report": [Audience.SUPERVISED],
    "boundary_event": [Audience.SUPERVISED],
}
