"""Changes to sites, programs and people."""

from datetime import time

from django.db import transaction

from staff.defaults import OFFICE, PRESENCE, QUIET_START, standards_of
from staff.models import ContactHours, Program, RuleSwitch, Site, StaffMember, Standard
from staff.saving import refuse_unless, save_checked
from staff.sign_in import canonical


@transaction.atomic
def open_site(*, name, time_zone, crisis_line="", phone="", hours=OFFICE):
    """Opens a site with its contact hours, each (weekday, opens, closes), and returns it."""
    site = save_checked(Site(name=name, time_zone=time_zone, crisis_line=crisis_line, phone=phone))
    for weekday, opens, closes in hours:
        save_checked(
            ContactHours(site=site, weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
        )
    return site


@transaction.atomic
def open_program(*, site, name, kind, lead, deputy=None, presence=None, safety_steps="", rules=QUIET_START):
    """Opens a program with the default standards of its kind and the rules of a quiet start, and returns it."""
    program = save_checked(
        Program(
            site=site,
            name=name,
            kind=kind,
            lead=lead,
            deputy=deputy,
            safety_steps=safety_steps,
            presence=presence or PRESENCE[kind],
        )
    )
    refuse_unless(
        not program.round_the_clock or site.on_call.exists(),
        "A site with a round-the-clock program needs an on-call list first.",
    )
    for phase in standards_of(kind):
        save_checked(Standard(program=program, **phase))
    switch_rules(program=program, rules=rules)
    return program


@transaction.atomic
def switch_rules(*, program, rules):
    """Exactly these reminder rules are on in the program from now on."""
    program.rule_switches.exclude(rule__in=rules).delete()
    RuleSwitch.objects.bulk_create((RuleSwitch(program=program, rule=rule) for rule in rules), ignore_conflicts=True)


@transaction.atomic
def add_staff(*, username, name, role, site, password=None, **details):
    """Adds an account and returns it; without a password nobody can sign in to it yet."""
    member = StaffMember(username=canonical(username), name=name, role=role, site=site, **details)
    member.set_password(password)
    return save_checked(member)
