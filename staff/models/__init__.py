from staff.models.backups import BackupRun
from staff.models.boundaries import BoundaryPolicy, PolicyAcknowledgement
from staff.models.duty import AwayPeriod, FloorTeamMember, OnCallDuty, WorkingHours
from staff.models.feeds import CalendarFeed
from staff.models.hints import Hint
from staff.models.log import AccessedPatient, AccessEntry, ResetRequest, Review, Seal, SignInCounter, SubmittedForm
from staff.models.people import StaffMember
from staff.models.places import ContactHours, Holiday, Program, RuleSwitch, Site
from staff.models.sessions import Session
from staff.models.standards import Standard

__all__ = [
    "AccessEntry",
    "AccessedPatient",
    "AwayPeriod",
    "BackupRun",
    "BoundaryPolicy",
    "CalendarFeed",
    "ContactHours",
    "FloorTeamMember",
    "Hint",
    "Holiday",
    "OnCallDuty",
    "PolicyAcknowledgement",
    "Program",
    "ResetRequest",
    "Review",
    "RuleSwitch",
    "Seal",
    "Session",
    "SignInCounter",
    "Site",
    "StaffMember",
    "Standard",
    "SubmittedForm",
    "WorkingHours",
]
