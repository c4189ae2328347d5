"""Asking a second person. Who may be it stands in `interactions.second_person`; what they decide in `decisions`."""

from django.db import transaction

from interactions.second_person import held
from patients.access import kept_out, may_restrict, restriction_of
from patients.choices import ApprovalKind, ApprovalState
from patients.models import Approval, CareTeamMember
from patients.models.approvals import GOOD_FOR
from staff.access_log import log_change
from staff.roles import Permission
from staff.saving import refuse_unless, save_checked

NOBODY_TO_JOIN = "There is nobody with this record number whose care team you could join."
ASKED_BY = "The care team and the supervisor ask for this."


@transaction.atomic
def ask(*, kind, reason, by, now, staff=None, patient=None, asked=None):
    """Writes down what `by` asks a second person to agree to, and returns the `Approval`. Nothing happens yet."""
    refuse_unless(reason.strip(), {"reason": "Say why. A second person reads it and decides."})
    Approval.objects.run_out(now - GOOD_FOR).update(state=ApprovalState.EXPIRED)
    approval = Approval(kind=kind, staff=staff, patient=patient, asked=asked or {}, reason=reason)
    approval.asked_by, approval.asked_at = by, now
    save_checked(approval)
    log_change(action=f"approval.ask.{kind}", by=by, patients=[patient] if patient else [], record=approval)
    return approval


@transaction.atomic
def ask_to_make_admin(*, member, reason, by, now):
    """Asks that the account become, or be again, that of an admin."""
    asked = {"role": member.role, "active": member.is_active}
    return ask(kind=ApprovalKind.GRANT_ADMIN, staff=member, asked=asked, reason=reason, by=by, now=now)


@transaction.atomic
def ask_to_join(*, patient, role, reason, by, now, instead_of=None):
    """Asks that `by` come onto the care team, where they cannot put themselves, in the place of `instead_of` if given.

    A patient who does not exist and one whom they could not join are refused in the same words.
    """
    open_to_them = (
        patient is not None
        and patient.died_on is None
        and restriction_of(patient, now) is None
        and not kept_out(by, patient, now)
    )
    refuse_unless(by.may(Permission.TEAM_ASSIGN) and open_to_them, {"record_number": NOBODY_TO_JOIN})
    team = CareTeamMember.objects.of(patient).current(now).naming(by)
    refuse_unless(not team.exists(), {"record_number": "You are on this care team already."})
    asked = {"role": role, "instead_of": str(instead_of.ref) if instead_of else ""}
    return ask(kind=ApprovalKind.JOIN_TEAM, staff=by, patient=patient, asked=asked, reason=reason, by=by, now=now)


@transaction.atomic
def ask_to_restrict(*, patient, kind, lead, reason, by, now):
    """Asks that the record be for its care team and `lead` only; of a restricted one, that it be led by `lead`."""
    refuse_unless(may_restrict(by, patient, now), ASKED_BY)
    refuse_unless(lead.pk != patient.account_id, {"lead": "Nobody leads their own record."})
    asked = {"kind": kind, "lead": str(lead.ref), "held": held(patient, now)}
    return ask(kind=ApprovalKind.RESTRICT, patient=patient, asked=asked, reason=reason, by=by, now=now)


@transaction.atomic
def ask_to_lift(*, patient, reason, by, now):
    """Asks that the record be seen like any other again."""
    refuse_unless(may_restrict(by, patient, now), ASKED_BY)
    refuse_unless(held(patient, now), "This record is not restricted.")
    asked = {"held": held(patient, now)}
    return ask(kind=ApprovalKind.LIFT, patient=patient, asked=asked, reason=reason, by=by, now=now)
