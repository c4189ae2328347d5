"""Worlds in one line. Each takes what a test cares about and makes up the rest."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from interactions.choices import Action, HandoverState
from interactions.models import Draft, Handover, Mail, Reminder, Signal
from interactions.services import feedback, watch
from interactions.services.records import add, change
from patients import services as patients
from patients.break_glass import break_glass
from patients.choices import RestrictionKind
from patients.models import Exclusion, Restriction
from patients.watch_choices import WatchBegan
from staff import feeds
from staff import services as staff
from staff.choices import ProgramKind
from staff.models import AwayPeriod, FloorTeamMember, OnCallDuty, Program, RuleSwitch, Session, Site, StaffMember
from staff.roles import Role

NOW = datetime(2026, 6, 10, 14, 0, tzinfo=UTC)  # a Wednesday, 10:00 in New York
PASSWORD = "correct horse battery"
WHY = "Found unresponsive at the front door"


def make_site(name="North", time_zone="America/New_York", **over):
    return Site.objects.filter(name=name).first() or staff.open_site(name=name, time_zone=time_zone, **over)


def make_staff(username="somebody", role=Role.CLINICIAN, site=None, **over):
    over.setdefault("name", username.title())
    over.setdefault("email", f"{username}@example.org")
    return StaffMember.objects.filter(username=username).first() or staff.add_staff(
        username=username, role=role, site=site or make_site(), password=PASSWORD, **over
    )


def make_session(member, key="elsewhere", now=NOW):
    return Session.objects.create(
        session_key=key, staff=member, started_at=now, last_seen_at=now, expire_date=now + timedelta(hours=12)
    )


def make_calendar_feed(member, now=NOW):
    """A calendar link of `member`; its secret stands where records have their ref."""
    return SimpleNamespace(ref=feeds.make(by=member, now=now))


def make_own_form(patient, by, now=NOW, way="link"):
    """A form that `patient` was asked to fill in; its secret stands where records have their ref."""
    return SimpleNamespace(ref=feedback.invite(patient=patient, way=way, by=by, now=now)[1])


def make_feedback(patient, by, now=NOW, at_leaving=False, **answers):
    """What `patient` sent in their own hand; asked by `by`."""
    invitation, _ = feedback.invite(patient=patient, way="link", at_leaving=at_leaving, by=by, now=now)
    return feedback.give(invitation=invitation, now=now, **answers)


def make_draft(patient, by, now=NOW, words="They want to call home."):
    """What `by` typed about `patient` and did not save."""
    return Draft.objects.create(
        token=uuid.uuid4(),
        by=by,
        patient=patient,
        path=f"{patient.get_absolute_url()}check-ins/new/",
        text=json.dumps([["text", words]]),
        counter=1,
        saved_at=now,
    )


def make_handover(patient, by, now=NOW, state=HandoverState.ASKED, **over):
    """Of `patient`, from `by` to themself, whoever that is."""
    settled = {} if state == HandoverState.ASKED else {"settled_at": now, "settled_by": by}
    facts = {"handed_by": by, "owner": by, "asked_at": now, "due_at": now + timedelta(days=1), "state": state}
    return add(Handover(patient=patient, **facts, **settled, **over), by=by, now=now)


def make_outreach_day(patient, by, now=NOW, **over):
    """The first day of staying close to `patient`, which is the only one here; `over` may settle it."""
    begun = watch.begin(patient=patient, because=WatchBegan.METHADONE, by=by, now=now)
    day = begun.days.first()
    begun.days.exclude(pk=day.pk).delete()
    if over:
        day.patient = patient
        change(day, Action.SETTLED, by=by, now=now, settled_at=now, settled_by=by, **over)
    return day


def make_signal(patient, by, now=NOW, rule="missing", **over):
    """A sign that stands, with one record of nothing behind it; `over` may answer it."""
    clock = now - timedelta(hours=1, minutes=Signal.objects.of(patient).count())  # evidence speaks once
    facts = {
        "said": "Missed 2 of the last 3 meetings or planned talks", "clock_at": clock, "appeared_at": now,
        "evidence": [{"kind": "", "ref": "", "at": clock.isoformat(), "words": "They did not come"}],
        "reminds_from_at": now, "remind_at": now + timedelta(days=3), "escalates_at": now + timedelta(days=6),
        **over,
    }  # fmt: skip
    return add(Signal(patient=patient, episode=patient.latest_episode, rule=rule, **facts), by=by, now=now)


def make_answered_signal(patient, by, now=NOW, words="Café", **over):
    """A sign that somebody asked about."""
    return make_signal(patient, by, now, state="asked", answered_at=now, answered_by=by, answer_words=words, **over)


def make_on_call(site, member, began_at=NOW - timedelta(days=365), ended_at=NOW + timedelta(days=365), rank=1):
    return OnCallDuty.objects.create(
        site=site, staff=member, phone="555 0100", rank=rank, began_at=began_at, ended_at=ended_at
    )


def make_program(name="Residential North", kind=ProgramKind.RESIDENTIAL, site=None, lead=None, **over):
    found = Program.objects.filter(name=name).first()
    if found:
        return found
    lead = lead or make_staff("vera", Role.SUPERVISOR, site)
    site = site or lead.site
    if not site.on_call.exists():
        make_on_call(site, lead)
    return staff.open_program(site=site, name=name, kind=kind, lead=lead, **over)


def make_floor(program, member, began_at=NOW - timedelta(days=365)):
    return FloorTeamMember.objects.create(program=program, staff=member, began_at=began_at)


def make_patient(given_name="Dana", family_name="Whitfield", by=None, now=NOW, **over):
    return patients.register(
        given_name=given_name, family_name=family_name, by=by or make_staff("mara"), now=now, **over
    )


def make_episode(patient=None, program=None, primary=None, by=None, now=NOW - timedelta(days=3), **over):
    primary = primary or make_staff("mara")
    program = program or make_program()
    patient = patient or make_patient(by=primary, now=now)
    return patients.open_episode(patient=patient, program=program, primary=primary, by=by or primary, now=now, **over)


def make_away(member, cover=None, began_at=NOW - timedelta(days=1), ended_at=NOW + timedelta(days=30)):
    return AwayPeriod.objects.create(staff=member, cover=cover, began_at=began_at, ended_at=ended_at)


def make_restriction(patient, lead, *, began_at=NOW, kind=RestrictionKind.FAMILY, **over):
    """A record that is for its care team and `lead` only, asked for by its primary."""
    asked_by = over.pop("asked_by", None) or make_staff("asker", Role.CLINICIAN)
    return Restriction.objects.create(
        patient=patient, lead=lead, kind=kind, asked_by=asked_by, agreed_by=lead, began_at=began_at, **over
    )


def make_exclusion(patient, member, *, by, began_at=NOW, **over):
    return Exclusion.objects.create(
        patient=patient, staff=member, reason="They are neighbors.", began_at=began_at, began_by=by, **over
    )


def switch_on(program, *rules):
    """Switches reminder rules on, on top of those that are."""
    for rule in rules:
        RuleSwitch.objects.get_or_create(program=program, rule=rule)


def make_reminder(follow_up, **over):
    """A reminder that a promise is due."""
    over = {"rule": "follow_up_due", "stage": "owner", "recipient": follow_up.owner, "planned_at": NOW, **over}
    return Reminder.objects.create(
        cause=follow_up.pk,
        clock_started_at=follow_up.promised_at,
        patient=follow_up.patient,
        due_at=follow_up.due_at,
        **over,
    )


def make_mail(recipient, **over):
    """A mail that failed."""
    over = {"kind": "digest", "slot": "2026-06-09", "state": "failed", "error": "SMTPDataError 451", **over}
    return Mail.objects.create(recipient=recipient, planned_at=NOW, next_at=NOW, **over)


def make_break_glass(patient, by, now=NOW, **over):
    return break_glass(patient=patient, by=by, now=now, **{"reason": "life", "words": WHY, **over})
