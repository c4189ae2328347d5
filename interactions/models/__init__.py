from interactions.models.boundaries import BoundaryAgreement, BoundaryEvent, ReadyReply
from interactions.models.checkins import CheckIn, CheckInText, Turn
from interactions.models.concerns import Concern, Rung, SafetyResponse
from interactions.models.counseling import CounselingNote, CounselingNoteText
from interactions.models.drafts import Draft
from interactions.models.handovers import Handover
from interactions.models.history import HistoryEntry
from interactions.models.promises import FollowUp, Meeting, Step, StepAsked, TalkRequest
from interactions.models.reminders import Mail, Pass, Quarantine, Reminder
from interactions.models.safety_reports import SafetyReport
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
    "FollowUp",
    "Handover",
    "HistoryEntry",
    "Mail",
    "Meeting",
    "Pass",
    "Quarantine",
    "ReadyReply",
    "Reminder",
    "Rung",
    "SafetyReport",
    "SafetyResponse",
    "Step",
    "StepAsked",
    "TalkRequest",
    "Turn",
    "Update",
]
