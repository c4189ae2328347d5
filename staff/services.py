"""Changes to sites, programs and people."""

from datetime import time, timedelta

from django.db import transaction

from staff import feeds, sessions
from staff.access_log import log_change
from staff.choices import Presence, Verdict
from staff.defaults import OFFICE, PRESENCE, QUIET_START, standards_of
from staff.models import (
    AwayPeriod,
    ContactHours,
    FloorTeamMember,
    Hint,
    OnCallDuty,
    Program,
    Review,
    RuleSwitch,
    Site,
    StaffMember,
    Standard,
    WorkingHours,
)
from staff.roles import Role
from staff.saving import refuse_unless, save_checked
from staff.sign_in import canonical

LONGEST_DUTY = timedelta(days=14)


@transaction.atomic
def open_site(*, name, time_zone, crisis_line="", phone="", hours=OFFICE, by=None):
    """Opens a site with its contact hours, each (weekday, opens, closes), and returns it."""
    site = save_checked(Site(name=name, time_zone=time_zone, crisis_line=crisis_line, phone=phone))
    for weekday, opens, closes in hours:
        save_checked(
            ContactHours(site=site, weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
        )
    if by is not None:
        log_change(action="site.open", by=by, patients=[], record=site)
    return site


@transaction.atomic
def open_program(
    *, site, name, kind, lead, deputy=None, presence=None, safety_steps="", calm_card="", rules=QUIET_START, by=None
):
    """Opens a program with the default standards of its kind and the rules of a quiet start, and returns it."""
    program = save_checked(
        Program(
            site=site,
            name=name,
            kind=kind,
            lead=lead,
            deputy=deputy,
            safety_steps=safety_steps,
            calm_card=calm_card,
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
    if by is not None:
        refuse_unless(may_lead(lead), {"lead": f"{lead} is not an active supervisor."})
        log_change(action="program.open", by=by, patients=[], record=program)
    return program


@transaction.atomic
def switch_rules(*, program, rules, among=None, by=None):
    """Exactly these reminder rules (of `among`, where not all are on offer) are on in the program from now on."""
    offered = program.rule_switches.all() if among is None else program.rule_switches.filter(rule__in=among)
    offered.exclude(rule__in=rules).delete()
    RuleSwitch.objects.bulk_create((RuleSwitch(program=program, rule=rule) for rule in rules), ignore_conflicts=True)
    if by is not None:
        log_change(action="program.rules", by=by, patients=[], record=program, fields=["rules"])
    return program


@transaction.atomic
def add_staff(*, username, name, role, site, password=None, by=None, **details):
    """Adds an account and returns it; without a password nobody can sign in to it yet."""
    member = StaffMember(username=canonical(username), name=name, role=role, site=site, **details)
    member.set_password(password)
    save_checked(member)
    if by is not None:
        log_change(action="staff.add", by=by, patients=[], record=member, fields=["name", "role", "site", *details])
    return member


@transaction.atomic
def add_hint(*, by, **fields):
    """Adds words that have a kinder way to say them, and returns the `Hint`."""
    hint = save_checked(Hint(**fields))
    log_change(action="hint.add", by=by, patients=[], record=hint)
    return hint


@transaction.atomic
def change(*, row, action, by, **fields):
    """Sets `fields` of a site, a program or a person, logs which of them changed, and returns the row."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    if changed:
        save_checked(row, update_fields=changed)
        log_change(action=action, by=by, patients=[], record=row, fields=changed)
    return row


@transaction.atomic
def update_program(*, program, by, **fields):
    """Changes a program's name, lead, deputy, presence or safety steps."""
    lead, deputy = fields.get("lead", program.lead), fields.get("deputy", program.deputy)
    refuse_unless(lead != deputy, {"deputy": "The deputy is somebody other than the lead."})
    for name, person in (("lead", lead), ("deputy", deputy)):
        refuse_unless(person is None or may_lead(person), {name: f"{person} is not an active supervisor."})
    change(row=program, action="program.update", by=by, **fields)
    refuse_unless(
        not program.round_the_clock or program.site.on_call.exists(),
        {"presence": "A site with a round-the-clock program needs an on-call list first."},
    )
    return program


def may_lead(person):
    return person.is_active and person.role == Role.SUPERVISOR


@transaction.atomic
def set_password(*, member, password, by, now):
    """Sets a new password, which ends every session of the account and its calendar link."""
    member.set_password(password)
    member.save(update_fields=["password"])
    sessions.end_all(member)
    feeds.end(member, now=now)
    log_change(action="staff.password", by=by, patients=[], record=member, fields=["password"])
    return member


@transaction.atomic
def set_working_hours(*, member, hours, by):
    """The staff member works these shifts, each (weekday, starts, ends), from now on."""
    member.working_hours.all().delete()
    for weekday, starts, ends in hours:
        save_checked(WorkingHours(staff=member, weekday=weekday, starts=starts, ends=ends))
    log_change(action="staff.hours", by=by, patients=[], record=member, fields=["working_hours"])
    return member


@transaction.atomic
def plan_away(*, member, began_at, ended_at, cover, by):
    """Plans time away with a cover, who sees what the member sees meanwhile; returns the `AwayPeriod`."""
    refuse_unless(ended_at > began_at, {"ended_at": "They come back after they leave."})
    refuse_unless(
        not member.away_periods.overlapping(began_at, ended_at).exists(), "They are away then already: see below."
    )
    if cover is not None:
        leads = member.leads.exists()
        refuse_unless(cover != member, {"cover": "Somebody else covers."})
        refuse_unless(
            may_lead(cover) or not leads,
            {"cover": f"{member} leads a program, so another supervisor covers: only a supervisor sees all of it."},
        )
        refuse_unless(
            not cover.away_periods.overlapping(began_at, ended_at).exists(),
            {"cover": f"{cover} is away in that time too."},
        )
    period = save_checked(AwayPeriod(staff=member, cover=cover, began_at=began_at, ended_at=ended_at))
    log_change(action="staff.away", by=by, patients=[], record=period, fields=["began_at", "ended_at", "cover"])
    return period


@transaction.atomic
def cut_short(*, stretch, action, by, now):
    """Ends an away period or a duty now; one that has not begun was never to be and is taken out."""
    log_change(action=action, by=by, patients=[], record=stretch, fields=["ended_at"])
    if stretch.began_at >= now:
        stretch.delete()
    elif stretch.ended_at > now:
        stretch.ended_at = now
        stretch.save(update_fields=["ended_at"])


@transaction.atomic
def join_floor(*, program, member, by, now):
    """The staff member looks after everybody in the program from now on; returns the membership."""
    refuse_unless(
        program.presence != Presence.BY_APPOINTMENT, "Only programs with a place of stay or by day have a floor team."
    )
    floor = save_checked(FloorTeamMember(program=program, staff=member, began_at=now))
    log_change(action="floor.join", by=by, patients=[], record=floor, fields=["program", "staff"])
    return floor


@transaction.atomic
def leave_floor(*, floor, by, now):
    """The staff member no longer looks after everybody in the program."""
    if floor.ended_at is None:
        floor.ended_at = now
        floor.save(update_fields=["ended_at"])
        log_change(action="floor.leave", by=by, patients=[], record=floor, fields=["ended_at"])


@transaction.atomic
def add_duties(*, site, member, phone, rank, began_at, ended_at, weeks, by):
    """Puts a staff member on call, and again at the same hours in each of the following `weeks`; returns the duties."""
    refuse_unless(ended_at > began_at, {"ended_at": "A duty ends after it begins."})
    refuse_unless(ended_at - began_at <= LONGEST_DUTY, {"ended_at": "Enter at most 14 days at a time."})
    duties, later = [], lambda moment, days: site.calendar.add_days(moment, days) if days else moment
    for week in range(weeks + 1):
        begins, ends = (later(moment, 7 * week) for moment in (began_at, ended_at))
        duties.append(
            save_checked(OnCallDuty(site=site, staff=member, phone=phone, rank=rank, began_at=begins, ended_at=ends))
        )
    log_change(action="on_call.add", by=by, patients=[], record=duties[0], fields=["staff", "began_at", "ended_at"])
    return duties


@transaction.atomic
def review(*, staff, kind, began_at, verdict, words, by, now):
    """Writes down what `by` thinks of unusual looks of `staff`. What was thought before stays beside it."""
    refuse_unless(staff.pk != by.pk, "Somebody else reviews your own looks.")
    refuse_unless(words.strip() or verdict != Verdict.FLAGGED, {"words": "Say what needs a closer look."})
    found = Review(staff=staff, kind=kind, began_at=began_at, verdict=verdict, words=words)
    found.reviewed_at, found.reviewed_by = now, by
    save_checked(found)
    log_change(action=f"review.{verdict}", by=by, patients=[], record=found, fields=["verdict", "words"])
    return found
