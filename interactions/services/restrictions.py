"""Who is let in by name only, and who is kept out. What somebody can no longer see passes on with the change."""

from django.db import transaction

from interactions.ownership import pass_on_unseen
from interactions.services.care import MAY_ASSIGN
from patients import services as patients
from patients.access import kept_out, may_assign, restriction_of, sees, supervisors_of
from patients.choices import CareRole
from patients.models import CareTeamMember, Exclusion, Restriction
from staff.access_log import log_change
from staff.saving import refuse_unless, save_checked
from staff.services import may_lead


@transaction.atomic
def restrict(*, patient, kind, lead, asked_by, by, now):
    """From now on the record is for its care team and `lead`; one that was restricted already changes its lead.

    `by` is the second person. Returns the `Restriction`.
    """
    refuse_unless(may_lead(lead), f"{lead} is no longer an active supervisor. Ask again with somebody else as lead.")
    refuse_unless(not kept_out(lead, patient, now), f"{lead} is kept out of this record and cannot lead it.")
    before = restriction_of(patient, now)
    if before is not None:
        _end(before, by=by, now=now)
    restriction = Restriction(patient=patient, kind=kind, lead=lead, asked_by=asked_by, agreed_by=by, began_at=now)
    save_checked(restriction)
    log_change(action="restriction.begin", by=by, patients=[patient], record=restriction, fields=["kind", "lead"])
    pass_on_unseen(patient=patient, by=by, now=now)
    return restriction


@transaction.atomic
def lift(*, patient, by, now):
    """From now on the record is seen like any other. `by` is the second person."""
    restriction = restriction_of(patient, now)
    refuse_unless(restriction is not None, "This record is not restricted any more.")
    _end(restriction, by=by, now=now)
    log_change(action="restriction.end", by=by, patients=[patient], record=restriction)
    pass_on_unseen(patient=patient, by=by, now=now)
    return restriction


def _end(restriction, *, by, now):
    restriction.ended_at, restriction.ended_by = now, by
    restriction.save(update_fields=["ended_at", "ended_by"])


@transaction.atomic
def exclude(*, patient, staff, reason, by, now):
    """From now on `staff` never sees the patient, whatever else is true of them; returns the `Exclusion`."""
    refuse_unless(may_assign(by, patient, now), MAY_ASSIGN)
    refuse_unless(reason.strip(), {"reason": "Say why."})
    places = {member.staff_id: member for member in CareTeamMember.objects.of(patient).current(now)}
    member = places.get(staff.pk)
    if member is not None:
        refuse_unless(
            member.role != CareRole.PRIMARY or not patient.latest_episode.is_open,
            {"staff": f"{staff} is their primary. Name the new one first."},
        )
        patients.end_membership(member=member, by=by, now=now)
    exclusion = save_checked(Exclusion(patient=patient, staff=staff, reason=reason, began_at=now, began_by=by))
    refuse_unless(
        any(sees(person, patient, now) for person in supervisors_of(patient, now)),
        {"staff": f"Nobody would be left as their supervisor. {staff} leads here: let somebody else do that first."},
    )
    log_change(action="exclusion.begin", by=by, patients=[patient], record=exclusion, fields=["staff", "reason"])
    pass_on_unseen(patient=patient, by=by, now=now)
    return exclusion


@transaction.atomic
def end_exclusion(*, exclusion, by, now):
    """From now on the colleague sees the patient again where anything lets them."""
    refuse_unless(may_assign(by, exclusion.patient, now), MAY_ASSIGN)
    refuse_unless(exclusion.ended_at is None, "They are not kept out any more.")
    exclusion.ended_at, exclusion.ended_by = now, by
    exclusion.save(update_fields=["ended_at", "ended_by"])
    log_change(action="exclusion.end", by=by, patients=[exclusion.patient], record=exclusion)
    return exclusion
