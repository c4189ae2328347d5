"""Moments and stretches of time in the words of the pages."""

from datetime import timedelta

from staff.choices import Weekday

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def lasting(stretch):
    """How long, in the one unit that matters: "20 minutes", "5 hours", "2 days"."""
    for unit, name in ((DAY, "day"), (HOUR, "hour")):
        if stretch >= unit:
            n = stretch // unit
            return f"{n} {name}{'' if n == 1 else 's'}"
    n = max(stretch // MINUTE, 1)
    return f"{n} minute{'' if n == 1 else 's'}"


def clock(at, now, zone):
    """A moment as people say it: "today 16:00", "tomorrow 08:00", "Fri, Jun 12, 14:00", with the year if another."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    day = {today: "today", today + DAY: "tomorrow", today - DAY: "yesterday"}.get(there.date())
    if day is None:
        day = f"{there:%a, %b} {there.day}" + (f", {there.year}" if there.year != today.year else "") + ","
    return f"{day} {there:%H:%M}"


def day_words(day):
    """ "Jun 12"."""
    return f"{day:%b} {day.day}"


def due(due_at, now, zone):
    """ "Due today 16:00", or "Late by 2 days"."""
    return f"Late by {lasting(now - due_at)}" if due_at < now else f"Due {clock(due_at, now, zone)}"


def many(n, one, more=None):
    """ "1 patient", "3 patients"."""
    return f"{n} {one if n == 1 else more or one + 's'}"


def week_words(rows):
    """The hours of a week, (weekday, from, until) each, as "Monday 08:00–16:00"."""
    return [f"{Weekday(day).label} {begins:%H:%M}–{ends:%H:%M}" for day, begins, ends in sorted(rows)]
