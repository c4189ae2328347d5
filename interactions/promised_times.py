"""The times that a busy person offers by name: this shift, tonight, tomorrow morning, this week."""

from datetime import time, timedelta

from django.db import models

from interactions.deadlines import end_of_next_day_of_care
from staff.calendar import DAY

SHIFT = timedelta(hours=4)  # where no working hours are entered
TONIGHT, MORNING, EVENING = time(20), time(9), time(17)


class TalkWhen(models.TextChoices):
    SHIFT = "shift", "This shift"
    TONIGHT = "tonight", "Tonight"
    MORNING = "morning", "Tomorrow morning"
    PICK = "pick", "Pick a time"


class DueWhen(models.TextChoices):
    SHIFT = "shift", "This shift"
    TOMORROW = "tomorrow", "Tomorrow"
    WEEK = "week", "This week"
    PICK = "pick", "Pick a time"


def moment_of(when, *, user, program, now, picked=None):
    """The moment that a named time means for `user` at `now`; for "pick", the picked one. Always still to come."""
    site = program.site
    today = site.local_date(now)
    if when == DueWhen.PICK:
        return picked
    if when == DueWhen.SHIFT:
        return end_of_shift(user, now)
    if when == TalkWhen.TONIGHT:
        tonight = site.moment(today, TONIGHT)
        return tonight if tonight > now else now + timedelta(hours=1)
    if when == TalkWhen.MORNING:
        return site.moment(today + DAY, MORNING)
    if when == DueWhen.WEEK:
        friday = today + timedelta(days=(4 - today.weekday()) % 7)
        due = site.moment(friday, EVENING)
        return due if due > now else site.moment(friday + 7 * DAY, EVENING)
    return end_of_next_day_of_care(program, now)


def end_of_shift(user, now):
    """When the shift that `user` works at `now` ends, else four hours from now."""
    site = user.site
    today = site.local_date(now)
    for hours in user.working_hours.all():
        for day in (today - DAY, today):
            if day.weekday() != hours.weekday:
                continue
            starts = site.moment(day, hours.starts)
            ends = site.moment(day + DAY if hours.ends <= hours.starts else day, hours.ends)
            if starts <= now < ends:
                return ends
    return now + SHIFT
