from patients.models.about import CommonGround, Fact
from patients.models.approvals import Approval
from patients.models.care import Cadence, Episode, Pause, Placement
from patients.models.consents import Consent, ConsentEnding, Disclosure
from patients.models.emergency import BreakGlass, BreakGlassReview
from patients.models.exports import Export
from patients.models.person import NameKey, Patient, RecordNumbers, SafeContact
from patients.models.plan import Adjustment, Goal, Need
from patients.models.records import Record, RecordReader
from patients.models.restrictions import Exclusion, Restriction
from patients.models.safety_plan import SafetyPlan, SafetyPlanMark
from patients.models.support import SupportPerson
from patients.models.team import CareTeamMember
from patients.models.watch import OutreachDay, TransitionWatch

__all__ = [
    "Adjustment",
    "Approval",
    "BreakGlass",
    "BreakGlassReview",
    "Cadence",
    "CareTeamMember",
    "CommonGround",
    "Consent",
    "ConsentEnding",
    "Disclosure",
    "Episode",
    "Exclusion",
    "Export",
    "Fact",
    "Goal",
    "NameKey",
    "Need",
    "OutreachDay",
    "Patient",
    "Pause",
    "Placement",
    "Record",
    "RecordNumbers",
    "RecordReader",
    "Restriction",
    "SafeContact",
    "SafetyPlan",
    "SafetyPlanMark",
    "SupportPerson",
    "TransitionWatch",
]
