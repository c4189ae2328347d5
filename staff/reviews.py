"""Looks that are worth a second look, found in the access log; the auditor says whether each was part of the work."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.urls import reverse

from staff.calendar import MIDNIGHT, moment
from staff.choices import Unusual, Verdict
from staff.models import AccessEntry, OnCallDuty, Review, StaffMember
from staff.wording import many

MANY_AN_HOUR = 50  # more than these records opened
NAMES_AN_HOUR = 300  # more than these names in lists
IN_VAIN_AN_HOUR = 3  # as many as these
GUESSES = 8  # as many wrong passwords or codes for one account within an hour
HOUR = timedelta(hours=1)
WHOLE_DAYS = (Unusual.ODD_HOURS, Unusual.COLLEAGUE, Unusual.NEW_ACCOUNT)
JOINED = "care_team.join"  # as the access log calls it
STAMP = "%Y%m%dT%H"
TONES = {Verdict.FINE: ("good", "check-circle"), Verdict.FLAGGED: ("warn", "flag")}


@dataclass(frozen=True)
class Finding:
    staff: StaffMember
    kind: Unusual
    began_at: datetime
    sentence: str
    review: Review | None = None

    @property
    def whole_day(self):
        return self.kind in WHOLE_DAYS

    @property
    def url(self):
        return reverse("staff:review", args=[self.staff.ref, self.kind, self.began_at.astimezone(UTC).strftime(STAMP)])

    @property
    def tone(self):
        return TONES[self.review.verdict] if self.review else None


def began(stamp):
    """The moment of a stamp in an address, or None."""
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def findings(first, last, *, opening, more=()):
    """What was unusual between two moments, with `more` that was found elsewhere; what waits for a review first, then
    the newest. `opening` names the pages of one person: a supervisor's lists show many, and that is their work.
    """
    rows = list(AccessEntry.objects.reads().since(first).until(last).by_person_and_hour(opening))
    joined = list(AccessEntry.objects.doing(JOINED).since(first).until(last).by_person_and_hour(opening))
    people = StaffMember.objects.with_hours().in_bulk({row["actor"] for row in (*rows, *joined)})
    duties = {}
    for duty in OnCallDuty.objects.overlapping(first, last):
        duties.setdefault(duty.staff_id, []).append(duty)
    reviews = {(r.staff_id, r.kind, r.began_at): r for r in Review.objects.of_span(first - 2 * 24 * HOUR, last)}
    found, nights = [*more, *guessed_at(first, last)], {}
    for row in rows:
        person, hour = people[row["actor"]], row["hour"]
        if row["opened"] > MANY_AN_HOUR:
            found.append((person, Unusual.MANY, hour, f"{row['opened']} records opened in one hour"))
        if row["shown"] > NAMES_AN_HOUR:
            found.append((person, Unusual.LISTS, hour, f"{row['shown']} names shown in one hour"))
        if row["in_vain"] >= IN_VAIN_AN_HOUR:
            found.append((person, Unusual.NOT_FOUND, hour, f"Asked {row['in_vain']} times in one hour"))
        if row["shown"] and not at_work(person, hour, duties.get(person.pk, ())):
            zone = person.site.zone
            day = moment(zone, hour.astimezone(zone).date(), MIDNIGHT)
            nights.setdefault((person, day), []).append(row)
    for row in joined:
        sentence = f"{many(row['shown'], 'record')}. An admin has a second person’s agreement"
        found.append((people[row["actor"]], Unusual.JOINED, row["hour"], sentence))
    for (person, day), hours in nights.items():
        clocks = ", ".join(f"{row['hour'].astimezone(person.site.zone):%H}" for row in hours)
        sentence = f"{many(sum(row['shown'] for row in hours), 'record')} in the hours from {clocks} o’clock"
        found.append((person, Unusual.ODD_HOURS, day, sentence))
    lines = [Finding(*one, review=reviews.get((one[0].pk, one[1], one[2]))) for one in found]
    return sorted(lines, key=lambda line: (line.review is None, line.began_at), reverse=True)


def guessed_at(first, last):
    """(whose account, kind, hour, sentence) for each hour in which the tries in vain began to be many."""
    hours = {}
    for ref, rows in groupby(AccessEntry.objects.since(first).until(last).tries_by_minute(), key=itemgetter(0)):
        for began_at, tries in crowded([(minute, tries) for _, minute, tries in rows]):
            key = ref, began_at.replace(minute=0)
            hours[key] = max(tries, hours.get(key, 0))
    people = StaffMember.objects.with_site().by_refs({ref for ref, _ in hours})
    return [
        (people[ref], Unusual.GUESSING, hour, f"{tries} for this account within an hour")
        for (ref, hour), tries in hours.items()
        if ref in people
    ]


def crowded(minutes):
    """(first minute, how many tries) of each hour, whenever it begins, with as many tries as are unusual."""
    start, tries = 0, 0
    for minute, more in minutes:
        tries += more
        while minutes[start][0] + HOUR <= minute:
            tries -= minutes[start][1]
            start += 1
        if tries >= GUESSES:
            yield minutes[start][0], tries


def at_work(person, hour, duties):
    """Whether `person` works or is on call in the hour from `hour` on, or an hour around it; always without hours."""
    shifts = person.working_hours.all()
    if not shifts or any(duty.began_at < hour + HOUR and duty.ended_at > hour for duty in duties):
        return True
    if any(away.began_at <= hour and hour + HOUR <= away.ended_at for away in person.away_periods.all()):
        return False
    zone = person.site.zone
    today = hour.astimezone(zone).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        for shift in shifts:
            if shift.weekday == day.weekday():
                ends_on = day + timedelta(days=shift.ends <= shift.starts)
                begins, ends = moment(zone, day, shift.starts), moment(zone, ends_on, shift.ends)
                if begins - HOUR < hour + HOUR and hour < ends + HOUR:
                    return True
    return False
