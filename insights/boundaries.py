"""What the supervisor sees of boundaries: what waits for them, what was agreed, and contacts outside hours by week.

Counts are of the team, never of one person: nobody is ranked (product.md §7).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from interactions.boundary_querysets import by_week
from interactions.models import BoundaryAgreement, BoundaryEvent, CheckIn, SafetyReport
from patients.models import Patient
from staff.calendar import as_day, start_of_day

WEEKS = 8
SHOWN = 50
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """A week from a Monday on the clocks of the supervisor's site, and how many contacts fell outside hours."""

    first: date
    last: date
    n: int
    current: bool

    @property
    def url(self):
        return reverse("insights:team_boundaries", query={"week": self.first.isoformat()})


@dataclass(frozen=True)
class Boundaries:
    events: list
    reports: list
    agreements: list
    weeks: list
    chosen: Week | None
    contacts: list

    def patients(self):
        return {one.patient for rows in (self.events, self.reports, self.agreements, self.contacts) for one in rows}


def boundaries_of(user, now, asked=None):
    """The `Boundaries` of the patients whose supervisor `user` is; `asked` names the Monday of a week to open."""
    led, today = Patient.objects.led_by(user, now), user.site.local_date(now)
    outside = CheckIn.objects.visible_to(user, now).about(led).outside_hours()
    weeks = _weeks(outside, user.site, today, as_day(asked))
    chosen = next((week for week in weeks if week.current), None)
    contacts = []
    if chosen:
        first, last = _moments(user.site, chosen.first)
        found = outside.since(first).until(last).select_related("patient")
        contacts = list(found.newest_first()[:SHOWN])
    events = BoundaryEvent.objects.visible_to(user, now).about(led).to_review_by(user)
    reports = SafetyReport.objects.visible_to(user, now).about(led).unsettled()
    agreements = BoundaryAgreement.objects.visible_to(user, now).about(led).holding(today)
    return Boundaries(
        events=list(events.with_people().soonest_first()[:SHOWN]),
        reports=list(reports.with_people().soonest_first()[:SHOWN]),
        agreements=list(agreements.with_people().newest_first()[:SHOWN]),
        weeks=weeks,
        chosen=chosen,
        contacts=contacts,
    )


def _weeks(outside, site, today, asked):
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - n * WEEK for n in range(WEEKS)]
    counts = by_week(outside, [_moments(site, first) for first in firsts])
    return [
        Week(first, first + WEEK - timedelta(days=1), n, current=first == asked)
        for first, n in zip(firsts, counts, strict=True)
    ]


def _moments(site, first):
    return start_of_day(first, site.zone), start_of_day(first + WEEK, site.zone)
