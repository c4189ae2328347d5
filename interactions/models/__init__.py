from interactions.models.boundaries import BoundaryAgreement, BoundaryEvent, ReadyReply
from interactions.models.checkins import CheckIn, CheckInText, Turn
from interactions.models.concerns import Concern, Rung, SafetyResponse
from interactions.models.counseling import CounselingNote, CounselingNoteText
from interactions.models.drafts import Draft
from interactions.models.family import FamilyMessage, Welcome
from interactions.models.feedback import Feedback, FeedbackInvitation
from interactions.models.handovers import Handover
from interactions.models.history import HistoryEntry
from interactions.models.promises import FollowUp, Meeting, Step, StepAsked, TalkRequest
from interactions.models.reminders import Mail, Pass, Quarantine, Reminder
from interactions.models.safety_reports import SafetyReport
from interactions.models.signals import Signal
from interactions.models.supervision import ForSupervision, LastOpened
from interactions.models.updates import Update

__all__ = [
    "BoundaryAgreement",
    "BoundaryEvent",
    "CheckIn",
    "CheckInText",
    "Concern",
    "CounselingNote",
    "CounselingNoteText",
    "Draft",
    "FamilyMessage",
    "Feedback",
    "FeedbackInvitation",
    "FollowUp",
    "ForSupervision",
    "Handover",
    "HistoryEntry",
    "LastOpened",
    "Mail",
    "Meeting",
    "Pass",
    "Quarantine",
    "ReadyReply",
    "Reminder",
    "Rung",
    "SafetyReport",
    "SafetyResponse",
    "Signal",
    "Step",
    "StepAsked",
    "TalkRequest",
    "Turn",
    "Update",
    "Welcome",
]
