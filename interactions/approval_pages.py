"""What waits for a second person, in words. Of patients only the record number."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from interactions.second_person import decidable, to_decide
from patients.choices import ApprovalKind, ApprovalState, CareRole, RestrictionKind
from patients.models import Approval, Patient
from patients.models.approvals import GOOD_FOR
from staff.models import StaffMember

SHOWN_FOR = timedelta(days=30)
MOST = 50
TONES = {
    ApprovalState.APPROVED: ("good", "check-circle"),
    ApprovalState.DECLINED: ("warn", "no-symbol"),
    ApprovalState.EXPIRED: ("calm", "clock"),
    ApprovalState.WAITING: ("info", "clock"),
}


@dataclass(frozen=True)
class Line:
    approval: Approval
    sentence: str
    patient: Patient | None
    state: ApprovalState

    @property
    def state_label(self):
        return self.state.label

    @property
    def tone(self):
        return TONES[self.state][0]

    @property
    def icon(self):
        return TONES[self.state][1]


def waiting(user, now):
    """The lines that `user` may decide, the oldest first."""
    return [line_of(one) for one in to_decide(user, now).with_people().oldest_first()]


def mine(user, now):
    """What `user` asked for lately, and what came of it."""
    found = Approval.objects.asked_by_person(user).asked_since(now - SHOWN_FOR).with_people().newest_first()
    return [line_of(one, now) for one in found[:MOST]]


def answered(user, now):
    """What was decided lately, or ran out, of what `user` may decide: without the patient."""
    found = decidable(user, now).settled(now - GOOD_FOR).asked_since(now - SHOWN_FOR).with_people().newest_first()
    return [Line(one, one.get_kind_display(), None, state_of(one, now)) for one in found[:MOST]]


def state_of(approval, now):
    state = ApprovalState(approval.state)
    ran_out = state == ApprovalState.WAITING and now is not None and not approval.is_waiting(now)
    return ApprovalState.EXPIRED if ran_out else state


def line_of(approval, now=None):
    return Line(approval, SENTENCES[approval.kind](approval), approval.patient, state_of(approval, now))


def grant_admin(approval):
    before = "" if approval.asked["active"] else ", and open their account"
    return f"Make {approval.staff.name} an admin{before}"


def join_team(approval):
    role = CareRole(approval.asked["role"]).label.lower()
    instead = approval.asked.get("instead_of")
    leaving = StaffMember.objects.with_ref(UUID(instead)) if instead else None
    return f"Put {approval.staff.name} on a care team as {role}" + (
        f", in the place of {leaving.name}" if leaving else ""
    )


def restrict(approval):
    lead = StaffMember.objects.with_ref(UUID(approval.asked["lead"]))
    if approval.asked["held"]:
        return f"Make {lead.name} the lead of a record that is restricted"
    return f"Restrict a record to its care team, led by {lead.name}. {RestrictionKind(approval.asked['kind']).label}"


def lift(approval):
    return "Lift a restriction: the record is seen like any other then"


SENTENCES = {
    ApprovalKind.GRANT_ADMIN: grant_admin,
    ApprovalKind.JOIN_TEAM: join_team,
    ApprovalKind.RESTRICT: restrict,
    ApprovalKind.LIFT: lift,
}
