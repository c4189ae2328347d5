"""The days of staying close: which they are, and who is there on each."""

from dataclasses import fields, replace
from datetime import time, timedelta

from interactions.working_time import WorkingTime
from patients.access import kept_out, restriction_of
from patients.choices import ContactAfter
from patients.models import OutreachDay
from patients.outreach import EARLIEST, PlannedDay, plan
from patients.watch_choices import Covered, WatchBegan
from staff.day_lists import numbers
from staff.models import OnCallDuty, StaffMember

DAY = timedelta(days=1)
METHADONE_DAYS = 14
ASK_WITHIN = 3 * DAY  # whether they got to the next place
NAMES = [field.name for field in fields(PlannedDay)]


def by_letter(episode):
    """Whether they left and want letters only."""
    return not episode.is_open and episode.contact_after == ContactAfter.LETTER


def moved(day, began_on):
    """A day of another plan as a `PlannedDay` of one that began on `began_on`."""
    known = PlannedDay(**{name: getattr(day, name) for name in NAMES})
    return replace(known, number=(day.due_on - began_on).days)


def planned(episode, because, began_at, *, opioid):
    """The days of the plan by the standard that held then."""
    site, standard = episode.program.site, episode.standard(began_at)
    text = standard.outreach_days
    if by_letter(episode):
        text = standard.outreach_letter_days
    elif opioid:
        text = standard.outreach_opioid_days
    days = numbers(text)
    if because == WatchBegan.METHADONE:
        days = [day for day in days if day <= METHADONE_DAYS] or days[:1]
    return plan(site.local_date(began_at), days, site.calendar)


def day_of(watch, day, owner, now):
    """The `OutreachDay`, not saved, of a `PlannedDay`."""
    cover, covered = who_is_there(watch.patient, day, owner, now)
    return OutreachDay(
        patient=watch.patient,
        watch=watch,
        owner=owner,
        cover=cover,
        covered=covered,
        **{name: getattr(day, name) for name in NAMES},
    )


def who_is_there(patient, day, owner, now):
    """Who is in touch on the first day where the site is closed: the owner if they work, whoever is on call, or
    somebody of the floor who works then. Every other day is an open one.
    """
    program = patient.latest_episode.program
    site = program.site
    if day.number != 1 or not site.calendar.hours or site.calendar.opening_hours(day.due_on):
        return None, Covered.OWNER
    at = site.moment(day.due_on, EARLIEST)
    on_call = [duty.staff for duty in OnCallDuty.objects.current(at).at_site(site).select_related("staff")]
    floor = [one.staff for one in program.floor_team.current(at).select_related("staff")]
    people = StaffMember.objects.with_hours().in_bulk([owner.pk, *(person.pk for person in floor)])
    working = {key for key, person in people.items() if _works(person, day)}
    if owner.pk in working:
        return None, Covered.OWNER
    if restriction_of(patient, now) is None:
        for person in (*on_call, *(one for one in floor if one.pk in working)):
            if person.role != "auditor" and person.pk != owner.pk and not kept_out(person, patient, now):
                return person, Covered.COVER
    return None, Covered.NOBODY


def _works(person, day):
    work = WorkingTime(person)
    spans = [work.span(day.due_on, *hours) for hours in work.hours_of(day.due_on)]
    return any(work.back(max(begins, day.from_at)) < ends for begins, ends in spans)


def ask_arrival_at(watch):
    """When somebody asks whether they got to the next place: within three days of when they were expected there."""
    if not watch.place or watch.arrived:
        return None
    expected = max(watch.place_booked_on or watch.began_on, watch.began_on)
    return watch.episode.program.site.moment(expected + ASK_WITHIN, time(17))
