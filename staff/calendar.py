"""Wall-clock reckoning at a site: openings, working hours and days, and the nights on which the clocks change."""

import datetime

from staff.constraints import FIRST_DAY, LAST_DAY

DAY = datetime.timedelta(days=1)
AWAKE = (datetime.time(8), datetime.time(22))
MIDNIGHT = datetime.time()
NOON = datetime.time(12)
# A site that never opens has no working hours to wait for: the search for an opening ends after this many days.
HORIZON = 370


def moment(zone, day, time):
    """The moment of a wall-clock time: one that the clocks skip becomes the first valid instant after the gap, one
    that comes twice its first occurrence.
    """
    first = datetime.datetime.combine(day, time, zone)
    there = first.astimezone(datetime.UTC)
    if there.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return there
    low, high = first.replace(fold=1).astimezone(datetime.UTC), there
    while high - low > datetime.timedelta(milliseconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
            low = middle
        else:
            high = middle
    return (high + datetime.timedelta(seconds=0.5)).replace(microsecond=0)


def start_of_day(day, zone):
    return moment(zone, day, MIDNIGHT)


def as_day(text):
    """The day that an address asks for, or None."""
    try:
        day = datetime.date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY + DAY * 40 <= day < LAST_DAY else None


def occurrences(zone, day, time):
    """The moments at which the clocks show this time: none in a gap, two when they go back, else one."""
    found = []
    for fold in (0, 1):
        there = datetime.datetime.combine(day, time, zone).replace(fold=fold).astimezone(datetime.UTC)
        shows = there.astimezone(zone)
        if shows.replace(tzinfo=None, fold=0) == datetime.datetime.combine(day, time) and there not in found:
            found.append(there)
    return found


class Calendar:
    """When a site can be reached. Moments come in and go out in UTC."""

    def __init__(self, zone, hours, holidays):
        self.zone = zone
        self.hours = hours
        self.holidays = holidays

    def local(self, at):
        return at.astimezone(self.zone)

    def at(self, day, time):
        return moment(self.zone, day, time)

    def opening_hours(self, day):
        """First and last open moment of `day`, or None when the site is closed."""
        if day in self.holidays or day.weekday() not in self.hours:
            return None
        opens, closes = self.hours[day.weekday()]
        return self.at(day, opens), self.at(day, closes)

    def is_open(self, at):
        hours = self.opening_hours(self.local(at).date())
        return bool(hours) and hours[0] <= at < hours[1]

    def openings(self, at):
        """The open stretches from `at` on, each as (from, to)."""
        day = self.local(at).date()
        for n in range(HORIZON):
            hours = self.opening_hours(day + n * DAY)
            if hours and hours[1] > at:
                yield max(hours[0], at), hours[1]

    def next_opening(self, at):
        """`at` itself while the site is open, else the next opening (`at` where it never opens)."""
        return next((begins for begins, _ in self.openings(at)), at)

    def add_open_hours(self, at, hours):
        """The moment when `hours` open hours have passed since `at`."""
        left = datetime.timedelta(hours=hours)
        for begins, ends in self.openings(at):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        return at + left

    def add_awake_hours(self, at, hours):
        """As `add_open_hours`, with every day awake from 08:00 to 22:00."""
        awake = Calendar(self.zone, dict.fromkeys(range(7), AWAKE), frozenset())
        return awake.add_open_hours(at, hours)

    def add_open_days(self, at, days):
        """The same time of day, `days` open days later, and not outside that day's hours."""
        begins = self.next_opening(at)
        local, passed = self.local(begins), 0
        for n in range(1, HORIZON):
            hours = self.opening_hours(local.date() + n * DAY)
            passed += bool(hours)
            if passed == days:
                return min(max(self.at(local.date() + n * DAY, local.time()), hours[0]), hours[1])
        return at + days * DAY

    def add_days(self, at, days):
        """The same time of day, `days` calendar days later; half a day is twelve hours."""
        local = self.local(at)
        whole = int(days)
        later = self.at(local.date() + whole * DAY, local.time()) if whole else at
        return later + datetime.timedelta(hours=24 * (days - whole))

    def end_of_day(self, at):
        """When the site closes today, or, after hours, at its next closing (midnight where it never opens)."""
        ends = next((ends for _, ends in self.openings(at)), None)
        return ends or self.at(self.local(at).date() + DAY, MIDNIGHT)

    def end_of_next_open_day(self, at):
        """When the next day of care after today ends."""
        tomorrow = self.at(self.local(at).date() + DAY, MIDNIGHT)
        return self.end_of_day(tomorrow)
