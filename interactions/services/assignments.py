"""Moving people's work: everything of one colleague to another, and changes that end somebody's sight of patients."""

from django.db import transaction

from interactions.ownership import open_things, pass_on, pass_on_unseen
from interactions.services import approvals, care
from patients.access import may_assign
from patients.choices import CareRole
from patients.models import CareTeamMember, Patient, Restriction
from staff import feeds, sessions
from staff import services as staff
from staff.access_log import log_change
from staff.roles import Permission, Role
from staff.saving import refuse_unless
from staff.wording import many


@transaction.atomic
def move_all(*, leaving, successor, patients, by, now):
    """Moves what `leaving` holds for these patients to `successor`: places on care teams and open things."""
    refuse_unless(leaving != successor, {"to": "Choose somebody else."})
    refuse_unless(not is_letting_in(by, successor), {"to": care.SECOND_PERSON})
    for patient in sorted(patients, key=lambda patient: patient.pk):
        refuse_unless(may_assign(by, patient, now), care.MAY_ASSIGN)
        team = {member.staff_id: member for member in CareTeamMember.objects.of(patient).current(now)}
        member = team.get(leaving.pk)
        if member is None:
            pass_on(patient=patient, leaving=leaving, successor=successor, by=by, now=now)
        elif member.role == CareRole.PRIMARY and patient.latest_episode.is_open:
            care.change_primary(patient=patient, staff=successor, by=by, now=now)
        else:
            if successor.pk not in team:
                care.assign(patient=patient, staff=successor, role=member.role, by=by, now=now)
            care.end_membership(member=member, by=by, now=now, successor=successor)
    log_change(action="assignments.move", by=by, patients=patients, record=leaving, fields=["staff", "owner"])
    return successor


def is_letting_in(user, successor):
    """Whether `user` would let themselves in: an admin to whom the work of somebody is to go."""
    return user.may(Permission.MANAGE) and successor == user


@transaction.atomic
def ask_for_places(*, leaving, patients, reason, by, now):
    """Asks that the admin `by` come onto the care teams of these patients in the place of `leaving`; nothing moves yet.

    Open things without a place on the team stay: they go along with a place, or to the primary.
    """
    asked = []
    for patient in patients:
        member = CareTeamMember.objects.of(patient).current(now).naming(leaving).first()
        if member is not None:
            asked.append(
                approvals.ask_to_join(
                    patient=patient, role=member.role, instead_of=leaving, reason=reason, by=by, now=now
                )
            )
    refuse_unless(
        asked, {"patients": f"{leaving} is on none of these care teams: name somebody else for what is open."}
    )
    return asked


@transaction.atomic
def rearrange(*, act, by, now):
    """Does `act`, a change of who sees whom, and passes on what its owner can no longer see; returns what `act` did."""
    done = act()
    pass_on_unseen(now=now, by=by)
    return done


@transaction.atomic
def add_account(*, by, now, reason="", **fields):
    """Adds an account and returns it. That of an admin is closed until a second person agrees."""
    grants = fields["role"] == Role.ADMIN
    member = staff.add_staff(by=by, is_active=not grants, **fields)
    if grants:
        approvals.ask_to_make_admin(member=member, reason=reason, by=by, now=now)
    return member


@transaction.atomic
def change_account(*, member, by, now, reason="", **fields):
    """Changes an account. Whoever still cares for somebody, owns anything open or leads a program stays as they are.

    To become an admin, or be one again, is asked for: until a second person agrees, role and access stay.
    """
    leaves = member.is_active and not fields["is_active"]
    demoted = member.role != fields["role"]
    where = "is_active" if leaves else "role"
    refuse_unless(member != by or not (leaves or demoted), {where: "Another admin changes this for you."})
    if leaves or (demoted and fields["role"] == Role.AUDITOR):
        held = holdings(member=member, now=now)
        refuse_unless(not held, {where: f"{member} still has {', '.join(held)}. Move these to a colleague first."})
    if leaves or (demoted and fields["role"] != Role.SUPERVISOR):
        _refuse_if_leading(member, where)
    if fields["role"] == Role.ADMIN and fields["is_active"] and not (member.is_active and not demoted):
        approvals.ask_to_make_admin(member=member, reason=reason, by=by, now=now)
        fields |= {"role": member.role, "is_active": member.is_active}
    if not fields["is_active"] or member.role != fields["role"]:
        sessions.end_all(member)
        feeds.end(member, now=now)
    return rearrange(act=lambda: staff.change(row=member, action="staff.update", by=by, **fields), by=by, now=now)


@transaction.atomic
def make_admin(*, member, by, now):
    """The account is an admin's from now on. `by` is the second person."""
    _refuse_if_leading(member, "role")
    sessions.end_all(member)
    feeds.end(member, now=now)
    granted = {"role": Role.ADMIN, "is_active": True}
    return rearrange(act=lambda: staff.change(row=member, action="staff.update", by=by, **granted), by=by, now=now)


def _refuse_if_leading(member, where):
    led = [program.name for program in [*member.leads.open(), *member.deputizes.open()]]
    refuse_unless(
        not led, {where: f"{member} leads or stands in for {', '.join(led)}. Name another supervisor there first."}
    )
    refuse_unless(
        not member.restrictions_led.open().exists(),
        {where: f"{member} leads a restricted record. Ask them to have another lead named there first."},
    )


def holdings(*, member, now):
    """What stands in the way of somebody's leaving, in words: care teams, open things, duties, covers.

    Of restricted records it says only who knows of them: their leads.
    """
    known = Patient.objects.unrestricted(now)
    counts = [(member.care_teams.current(now).about(known).count(), "care team", "care teams")]
    counts += [
        (things.owned_by(member).about(known).count(), one, more)
        for things, (one, more) in zip(open_things(), WORDS, strict=True)
    ]
    counts.append((member.on_call.ending_after(now).count(), "time on call", "times on call"))
    counts.append((member.covering.not_over(now).count(), "colleague to cover", "colleagues to cover"))
    held = [many(n, one, more) for n, one, more in counts if n]
    rows = [member.care_teams.current(now), *(things.owned_by(member) for things in open_things())]
    restrictions = Restriction.objects.current(now).about(Patient.objects.with_any_of(rows)).with_people()
    leads = sorted({restriction.lead.name for restriction in restrictions})
    return held + ([f"something in a restricted record (ask {', '.join(leads)})"] if leads else [])


# The kinds of `interactions.ownership.open_things`, in its order.
WORDS = [
    ("open concern", "open concerns"),
    ("open promise", "open promises"),
    ("planned meeting", "planned meetings"),
    ("promised talk", "promised talks"),
    ("thing to tell", "things to tell"),
    ("day to be in touch", "days to be in touch"),
]
