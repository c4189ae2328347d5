"""When a staff member is at work, on the clocks of their site: mails wait for it."""

from datetime import time, timedelta

from staff.calendar import DAY

OFFICE_DAY = (time(8), time(17))
WEEKDAYS = range(5)
HORIZON = 35  # days in which the next working day is looked for


class WorkingTime:
    """The working time of `member`, whose `working_hours`, `away_periods` and site are loaded.

    Somebody without hours of their own works from 08:00 to 17:00 on weekdays that are no holidays of the site.
    """

    def __init__(self, member):
        self.site = member.site
        self.hours = list(member.working_hours.all())
        self.away = [(period.began_at, period.ended_at) for period in member.away_periods.all()]

    def next_at_work(self, now):
        """`now` while they are at work, else when they next are; None when that is more than a month away."""
        for begins, ends in self.shifts(now):
            begins = self.back(max(begins, now))
            if begins < ends:
                return begins
        return None

    def digest_day(self, now):
        """The working day whose start `now` belongs to, as (day, first moment): the one that has begun or the next."""
        return next(((day, begins) for day, begins, ends in self.days(now) if self.back(begins) < ends), None)

    def next_digest_day(self, now):
        """The first working day that begins after `now`, as (day, first moment at work)."""
        for day, begins, ends in self.days(now):
            begins = self.back(begins)
            if now < begins < ends:
                return day, begins
        return None

    def days(self, now):
        """(day, first moment, last moment) of the working days from yesterday's on that have not ended."""
        today = self.site.local_date(now)
        for n in range(-1, HORIZON):
            day = today + n * DAY
            spans = [self.span(day, *hours) for hours in self.hours_of(day)]
            if spans and max(ends for _, ends in spans) > now:
                yield day, min(begins for begins, _ in spans), max(ends for _, ends in spans)

    def shifts(self, now):
        """(from, to) of the shifts that have not ended at `now`, earliest first."""
        today = self.site.local_date(now)
        for n in range(-1, HORIZON):
            spans = [self.span(today + n * DAY, *hours) for hours in self.hours_of(today + n * DAY)]
            yield from sorted(span for span in spans if span[1] > now)

    def hours_of(self, day):
        if self.hours:
            return [(shift.starts, shift.ends) for shift in self.hours if shift.weekday == day.weekday()]
        closed = day.weekday() not in WEEKDAYS or day in self.site.calendar.holidays
        return [] if closed else [OFFICE_DAY]

    def span(self, day, starts, ends):
        """A shift that ends before it starts ends on the next day."""
        last = day if ends > starts else day + timedelta(days=1)
        return self.site.moment(day, starts), self.site.moment(last, ends)

    def back(self, at):
        """`at`, or when they are back if they are away then."""
        for began_at, ended_at in sorted(self.away):
            if began_at <= at < ended_at:
                at = ended_at
        return at
