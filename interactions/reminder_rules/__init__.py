"""Every reminder rule, in the order in which a pass asks them: the most pressing first."""

from interactions.reminder_rules.base import Due, Rule
from interactions.reminder_rules.boundaries import (
    BoundaryEventNotReviewed,
    BoundaryEventSerious,
    SafetyReportNotTold,
    SafetyReportUndecided,
)
from interactions.reminder_rules.concerns import (
    ConcernNotAcknowledged,
    ConcernNotAnswered,
    ConcernNotTold,
    ConcernUnsettledTwice,
    SafetyNotTakenOver,
)
from interactions.reminder_rules.consents import ConsentExpiring
from interactions.reminder_rules.contact import Milestone, NotIntroduced, OrphanedPatient, Silence, TryAgain
from interactions.reminder_rules.emergency import EmergencyNotReviewed, OpenedInEmergency
from interactions.reminder_rules.feedback import FeedbackLow
from interactions.reminder_rules.outreach import OutreachDue
from interactions.reminder_rules.pauses import StillAway
from interactions.reminder_rules.promises import (
    FollowUpDue,
    FollowUpOverdue,
    MeetingOverdue,
    MeetingWithoutOutcome,
    ReviewsDue,
    SetbackNotTold,
    TalkRequestNotKept,
)
from interactions.reminder_rules.signs import SignalNotAddressed

__all__ = ["RULES", "Due", "Rule", "rule_of"]

RULES = [
    SafetyNotTakenOver(),
    SafetyReportNotTold(),
    BoundaryEventSerious(),
    SafetyReportUndecided(),
    OpenedInEmergency(),
    OrphanedPatient(),
    StillAway(),
    OutreachDue(),
    ConcernNotAnswered(),
    ConcernNotAcknowledged(),
    ConcernNotTold(),
    ConcernUnsettledTwice(),
    FollowUpDue(),
    FollowUpOverdue(),
    TalkRequestNotKept(),
    SetbackNotTold(),
    MeetingOverdue(),
    MeetingWithoutOutcome(),
    Silence(),
    TryAgain(),
    SignalNotAddressed(),
    NotIntroduced(),
    EmergencyNotReviewed(),
    FeedbackLow(),
    BoundaryEventNotReviewed(),
    ReviewsDue(),
    ConsentExpiring(),
    Milestone(),
]
BY_CODE = {rule.code: rule for rule in RULES}


def rule_of(code):
    return BY_CODE[code]
