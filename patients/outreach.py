"""On which days somebody stays in touch after a loss of tolerance, reckoned on the clocks of the site.

Windows and days: clinical working defaults of the product. The first two weeks after medication for opioid use stops
are the most dangerous, the two after them nearly as much (Cornish 2010, BMJ 341:c5475), and the deaths after a detox in
Strang 2003 (BMJ 326:959) fell within four months, among those who had completed it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
CRITICAL, HIGH = 14, 28  # the last day of each window
EARLIEST, LATEST = time(9), time(20)  # nobody is called before or after, on their clocks
BEFORE_CLOSING = timedelta(hours=2)  # the supervisor can still act on the same day
WEEK = timedelta(days=7)
FARTHEST = 31  # how far an open day is looked for


@dataclass(frozen=True)
class PlannedDay:
    """A day of the plan. Between `from_at` and `due_at` somebody is to be in touch; a conversation keeps it from
    `counts_from_at` on, at `escalates_at` the supervisor hears.
    """

    number: int
    due_on: date
    from_at: datetime
    due_at: datetime
    escalates_at: datetime
    counts_from_at: datetime


def plan(began_on, numbers, calendar):
    """The `PlannedDay`s after the day `began_on`, each on a day of its own, in order.

    The first day after never moves. Another day up to day 28 on which the site is closed moves to the open day before,
    never onto the day it began; where that is taken, and later, to the next open day.
    """
    taken, found = {began_on}, []
    for number in numbers:
        day = _day_for(number, began_on, calendar, taken)
        taken.add(day)
        found.append((number, day))
    days, before = [], began_on
    for number, day in sorted(found, key=lambda one: one[1]):
        days.append(_planned(number, day, before, calendar))
        before = day
    return days


def _day_for(number, began_on, calendar, taken):
    wanted = began_on + number * DAY
    if number == 1 or (_is_open(calendar, wanted) and wanted not in taken):
        return wanted
    if number <= HIGH:
        before = next((wanted - n * DAY for n in range(1, number) if _is_open(calendar, wanted - n * DAY)), None)
        if before and before not in taken:
            return before
    days = (wanted + n * DAY for n in range(FARTHEST))
    free = [day for day in days if day not in taken]
    return next((day for day in free if _is_open(calendar, day)), free[0])


def _is_open(calendar, day):
    """Whether somebody is there; a site without hours of its own is taken to be there each day."""
    return not calendar.hours or calendar.opening_hours(day) is not None


def _planned(number, day, before, calendar):
    closes = _closing(calendar, day)
    leeway = DAY if number <= HIGH else WEEK
    return PlannedDay(
        number=number,
        due_on=day,
        from_at=calendar.at(day, time()),
        due_at=closes,
        escalates_at=_escalation(number, day, closes, calendar),
        counts_from_at=calendar.at(max(day - leeway, before + DAY), time()),
    )


def _closing(calendar, day):
    hours = calendar.opening_hours(day)
    latest = calendar.at(day, LATEST)
    return min(hours[1], latest) if hours else latest


def _escalation(number, day, closes, calendar):
    """The same day in the first window, the next day in the second, after a week later on."""
    if number <= CRITICAL:
        hours = calendar.opening_hours(day)
        return max(closes - BEFORE_CLOSING, hours[0] if hours else calendar.at(day, EARLIEST))
    later = DAY if number <= HIGH else WEEK
    return calendar.next_opening(calendar.at(day + later, EARLIEST))
