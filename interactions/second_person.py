"""Who may be the second person for what, and what waits for them.

The product's clinical page: any supervisor or auditor may. Nobody decides what they asked for, what is for themselves,
or about a patient whom they are never to see.
"""

from patients.access import restriction_of
from patients.choices import ApprovalKind
from patients.models import Approval
from patients.models.approvals import GOOD_FOR
from staff.roles import Permission, Role

SECOND_PEOPLE = {Role.SUPERVISOR, Role.AUDITOR}
DECIDERS = {
    ApprovalKind.GRANT_ADMIN: SECOND_PEOPLE | {Role.ADMIN},
    ApprovalKind.JOIN_TEAM: SECOND_PEOPLE,
    ApprovalKind.RESTRICT: SECOND_PEOPLE,
    ApprovalKind.LIFT: SECOND_PEOPLE,
}
ABOUT_RECORDS = (ApprovalKind.RESTRICT, ApprovalKind.LIFT)


def to_decide(user, now):
    """What waits for `user` as the second person."""
    return decidable(user, now).waiting(now - GOOD_FOR)


def waiting_about(patient, now):
    """What was asked about who may see `patient` and waits for a second person."""
    return Approval.objects.of(patient).of_kinds(ABOUT_RECORDS).waiting(now - GOOD_FOR).with_people().oldest_first()


def decidable(user, now):
    """What `user` may decide, or might have decided."""
    if not user.may(Permission.APPROVE):
        return Approval.objects.none()
    kinds = [kind for kind, roles in DECIDERS.items() if user.role in roles]
    return Approval.objects.of_kinds(kinds).decidable_by(user, now)


def held(patient, now):
    """The ref of the restriction that holds now, or "": by it a decision sees whether it is still the same."""
    restriction = restriction_of(patient, now)
    return str(restriction.ref) if restriction else ""
