"""Targets as the standards state them: "4h", "2wd", "3d", "12ah" or "day", on the clock of a program."""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models

SPAN = re.compile(r"(?P<amount>[1-9]\d{0,2})(?P<unit>h|ah|d|wd)|day")
UNITS = {"h": "hours", "ah": "hours awake", "d": "days", "wd": "working days"}


def check_span(text):
    if not SPAN.fullmatch(text):
        raise ValidationError("Write 4h (hours), 12ah (hours awake), 3d (days), 2wd (working days) or day (same day).")


class SpanField(models.CharField):
    """A target such as "4h"."""

    def __init__(self, **options):
        options.setdefault("max_length", 6)
        options["validators"] = [check_span]
        super().__init__(**options)

    def formfield(self, **options):
        return super().formfield(**{"validators": [check_span], **options})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs


def due(span, start, calendar, *, round_the_clock):
    """The moment at which the target `span` of a clock started at `start` is reached.

    Hours are clock hours in round-the-clock programs and open hours elsewhere; "day" is the end of the open day.
    """
    found = SPAN.fullmatch(span)
    if span == "day":
        return calendar.end_of_day(start)
    amount, unit = int(found["amount"]), found["unit"]
    if unit == "wd":
        return calendar.add_open_days(start, amount)
    if unit == "ah":
        return calendar.add_awake_hours(start, amount)
    if unit == "d":
        return calendar.add_days(start, amount)
    if round_the_clock:
        return start + timedelta(hours=amount)
    return calendar.add_open_hours(start, amount)


def spoken(span):
    """The target in words: "4 hours", "1 working day", "the same day"."""
    found = SPAN.fullmatch(span)
    if span == "day":
        return "the same day"
    amount, unit = int(found["amount"]), UNITS[found["unit"]]
    return f"{amount} {unit.replace('hours', 'hour').replace('days', 'day') if amount == 1 else unit}"


def within(span):
    """The target as the end of a sentence: "within 4 hours", "the same day"."""
    return spoken(span) if span == "day" else f"within {spoken(span)}"
