"""The decision of a second person, and what they agreed to, in one transaction."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from interactions.second_person import held, to_decide
from interactions.services import assignments, care, restrictions
from patients.access import may_restrict, restriction_of
from patients.choices import ApprovalKind, ApprovalState
from patients.models import Approval
from staff.access_log import log_change
from staff.models import AccessEntry, StaffMember
from staff.reviews import JOINED
from staff.roles import Permission
from staff.saving import refuse_unless, save_checked

FRESH = timedelta(days=7)  # as long as a question waits: nobody makes their own second person for it
MOVED_ON = "Things have changed since this was asked"


@transaction.atomic
def decide(*, approval, agreed, words, by, now):
    """Agrees or declines. What was agreed to is done at once; where it no longer can be, nothing is decided."""
    approval = Approval.objects.with_people().select_for_update(of=("self",)).get(pk=approval.pk)
    refuse_unless(
        approval.state in (ApprovalState.WAITING, ApprovalState.EXPIRED), f"{approval.decided_by} has decided this."
    )
    refuse_unless(approval.is_waiting(now), "This was asked more than 7 days ago. Let them ask again.")
    refuse_unless(
        to_decide(by, now).filter(pk=approval.pk).exists(), "A second person decides this: not you in this case."
    )
    refuse_unless(
        not AccessEntry.objects.by(approval.asked_by).about_account(by).since(now - FRESH).exists(),
        f"{approval.asked_by} made or changed your account in the last 7 days. Somebody else decides this.",
    )
    refuse_unless(agreed or words.strip(), {"words": "Say why not, so that they know."})
    approval.state = ApprovalState.APPROVED if agreed else ApprovalState.DECLINED
    approval.words, approval.decided_at, approval.decided_by = words, now, by
    save_checked(approval, update_fields=["state", "words", "decided_at", "decided_by"])
    about = [approval.patient] if approval.patient else []
    log_change(action=f"approval.{approval.state}", by=by, patients=about, record=approval, fields=["words"])
    if agreed:
        DO[approval.kind](approval, by=by, now=now)
    return approval


def _grant_admin(approval, *, by, now):
    member = StaffMember.objects.select_for_update().get(pk=approval.staff_id)
    same = (member.role, member.is_active) == (approval.asked["role"], approval.asked["active"])
    refuse_unless(same, f"{MOVED_ON}: the account of {member} is another one now. Decline it; it can be asked again.")
    assignments.make_admin(member=member, by=by, now=now)


def _join_team(approval, *, by, now):
    asker, patient = approval.asked_by, approval.patient
    refuse_unless(asker.may(Permission.TEAM_ASSIGN), f"{MOVED_ON}: {asker} may not change care teams any more.")
    refuse_unless(restriction_of(patient, now) is None, f"{MOVED_ON}: only the lead adds somebody to this team now.")
    instead = approval.asked.get("instead_of")
    leaving = StaffMember.objects.with_ref(UUID(instead)) if instead else None
    care.join_team(patient=patient, staff=asker, role=approval.asked["role"], instead_of=leaving, by=by, now=now)
    log_change(action=JOINED, by=asker, patients=[patient], record=approval)


def _restrict(approval, *, by, now):
    refuse_unless(
        held(approval.patient, now) == approval.asked["held"]
        and may_restrict(approval.asked_by, approval.patient, now),
        f"{MOVED_ON}: who may see this record is another matter now. Decline it; it can be asked again.",
    )
    lead = StaffMember.objects.with_ref(UUID(approval.asked["lead"]))
    restrictions.restrict(
        patient=approval.patient,
        kind=approval.asked["kind"],
        lead=lead,
        asked_by=approval.asked_by,
        by=by,
        now=now,
    )


def _lift(approval, *, by, now):
    refuse_unless(
        held(approval.patient, now) == approval.asked["held"], f"{MOVED_ON}: this restriction does not hold any more."
    )
    restrictions.lift(patient=approval.patient, by=by, now=now)


DO = {
    ApprovalKind.GRANT_ADMIN: _grant_admin,
    ApprovalKind.JOIN_TEAM: _join_team,
    ApprovalKind.RESTRICT: _restrict,
    ApprovalKind.LIFT: _lift,
}
