"""Whether a contact was outside the hours of whoever had it (clinical.md §2, "Out of hours").

A fact that asks “anything you want support with?”, and accuses nobody. Without hours entered nothing is ever outside.
"""

from interactions.choices import CONTACTS, Channel
from interactions.working_time import WorkingTime
from patients.choices import CareRole
from patients.models import CareTeamMember, Placement
from staff.models import OnCallDuty, StaffMember


def is_out_of_hours(*, patient, staff, at, happened, channel, in_need=False):
    """Whether `staff` was off duty at the moment `at` of a contact with `patient`. Never when somebody was `in_need`: a
    crisis call, a safety concern; nor in planned outreach, nor face to face where people live round the clock.
    """
    if happened not in CONTACTS or in_need or not is_off_duty(staff, at):
        return False
    if channel == Channel.IN_PERSON and lives_here(patient, at):
        return False
    outreach = CareTeamMember.objects.of(patient).current(at).naming(staff).filter(role=CareRole.OUTREACH)
    return not outreach.exists()


def is_off_duty(staff, at):
    """Whether neither the hours entered for `staff` nor the on-call list has them at work at that moment."""
    shifts = shifts_of(staff)
    if not shifts.hours or shifts.next_at_work(at) == at:
        return False
    return not OnCallDuty.objects.current(at).filter(staff=staff).exists()


def shifts_of(staff):
    return WorkingTime(StaffMember.objects.with_shifts().get(pk=staff.pk))


def lives_here(patient, at):
    """Whether they were in a round-the-clock program then."""
    placed = Placement.objects.current(at).filter(episode__patient=patient).select_related("program").first()
    return placed is not None and placed.program.round_the_clock
