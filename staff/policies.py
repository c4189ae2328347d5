"""Boundary policies of the programs: a version is written, and whoever works there says that they have read it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from staff.access_log import log_change
from staff.boundary_querysets import working_in
from staff.models import BoundaryPolicy, PolicyAcknowledgement, Program, StaffMember
from staff.roles import Permission, Role
from staff.saving import refuse_unless, save_checked


@transaction.atomic
def publish(*, program, text, by, now):
    """Puts a new version of the program's policy in force, to be read anew by everybody there. Returns it."""
    refuse_unless(by.may(Permission.MANAGE), "An admin writes the policies.")
    refuse_unless(text.strip(), {"text": "Write the policy."})
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)  # two at once get two numbers
    before = program.boundary_policies.aggregate(last=Max("version"))["last"] or 0
    policy = BoundaryPolicy(program=program, version=before + 1, text=text, published_at=now, published_by=by)
    save_checked(policy)
    log_change(action="boundary_policy.published", by=by, patients=[], record=policy)
    return policy


@transaction.atomic
def acknowledge(*, policy, by, now):
    """`by` has read this version. Said twice it is said once."""
    said, new = PolicyAcknowledgement.objects.get_or_create(policy=policy, staff=by, defaults={"acknowledged_at": now})
    if new:
        log_change(action="boundary_policy.acknowledged", by=by, patients=[], record=policy)
    return said


@dataclass(frozen=True)
class PolicyLine:
    """A program, the policy in force in it (or None), and who works there and has read it, or not yet."""

    program: Program
    policy: BoundaryPolicy | None
    read: list
    unread: list


def lines(user, now):
    """A `PolicyLine` for each open program that `user` looks after: all of them as an admin, their own as its lead."""
    programs = Program.objects.listed()
    programs = list(programs if user.may(Permission.MANAGE) else programs.led_by(user, now))
    found = BoundaryPolicy.objects.in_force().with_readers()
    policies = {policy.program_id: policy for policy in found if policy.program_id in {one.pk for one in programs}}
    here = working_in(programs, now)
    keys = {key for keys in here.values() for key in keys}
    people = [one for one in StaffMember.objects.active().by_name().in_bulk(keys).values() if is_asked(one)]
    people.sort(key=lambda one: (one.name, one.pk))
    return [_line(program, policies.get(program.pk), [p for p in people if p.pk in here[program.pk]])
            for program in programs]  # fmt: skip


def is_asked(person):
    """Whether they look after patients, so that a program's policy is for them."""
    return person.role in (Role.CLINICIAN, Role.SUPERVISOR)


def _line(program, policy, people):
    said = {one.staff_id for one in policy.acknowledgements.all()} if policy else set()
    read = [person for person in people if person.pk in said]
    return PolicyLine(program, policy, read, [person for person in people if person.pk not in said])
