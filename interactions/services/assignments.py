"""Moving people's work: everything of one colleague to another, and changes that end somebody's sight of patients."""

from django.db import transaction

from interactions.ownership import open_things, pass_on, pass_on_unseen
from interactions.services import care
from patients.access import may_assign
from patients.choices import CareRole
from patients.models import CareTeamMember
from staff import services as staff
from staff import sessions
from staff.access_log import log_change
from staff.roles import Permission, Role
from staff.saving import refuse_unless
from staff.wording import many


@transaction.atomic
def move_all(*, leaving, successor, patients, by, now):
    """Moves what `leaving` holds for these patients to `successor`: places on care teams and open things."""
    refuse_unless(leaving != successor, {"to": "Choose somebody else."})
    refuse_unless(not (by.may(Permission.MANAGE) and successor == by), {"to": care.SECOND_PERSON})
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


@transaction.atomic
def rearrange(*, act, by, now):
    """Does `act`, a change of who sees whom, and passes on what its owner can no longer see; returns what `act` did."""
    done = act()
    pass_on_unseen(now=now, by=by)
    return done


@transaction.atomic
def change_account(*, member, by, now, **fields):
    """Changes an account. Whoever still cares for somebody, owns anything open or leads a program stays as they are."""
    leaves = member.is_active and not fields["is_active"]
    demoted = member.role != fields["role"]
    where = "is_active" if leaves else "role"
    refuse_unless(member != by or not (leaves or demoted), {where: "Another admin changes this for you."})
    if leaves or (demoted and fields["role"] == Role.AUDITOR):
        held = holdings(member=member, now=now)
        refuse_unless(not held, {where: f"{member} still has {', '.join(held)}. Move these to a colleague first."})
    if leaves or (demoted and fields["role"] != Role.SUPERVISOR):
        led = [program.name for program in [*member.leads.open(), *member.deputizes.open()]]
        refuse_unless(
            not led, {where: f"{member} leads or stands in for {', '.join(led)}. Name another supervisor there first."}
        )
    if leaves or demoted:
        sessions.end_all(member)
    return rearrange(act=lambda: staff.change(row=member, action="staff.update", by=by, **fields), by=by, now=now)


def holdings(*, member, now):
    """What stands in the way of somebody's leaving, in words: care teams, open things, duties, covers."""
    counts = [(member.care_teams.current(now).count(), "care team", "care teams")]
    counts += [
        (things.owned_by(member).count(), one, more) for things, (one, more) in zip(open_things(), WORDS, strict=True)
    ]
    counts.append((member.on_call.ending_after(now).count(), "time on call", "times on call"))
    counts.append((member.covering.not_over(now).count(), "colleague to cover", "colleagues to cover"))
    return [many(n, one, more) for n, one, more in counts if n]


# The kinds of `interactions.ownership.open_things`, in its order.
WORDS = [
    ("open concern", "open concerns"),
    ("open promise", "open promises"),
    ("planned meeting", "planned meetings"),
    ("promised talk", "promised talks"),
]
