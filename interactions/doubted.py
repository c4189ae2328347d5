"""Thresholds to think over: what was put aside, or turned out not so, more than half the time."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from interactions.choices import Sign
from interactions.models import Reminder, Signal
from interactions.reminder_rules import BY_CODE

WITHIN = timedelta(days=30)
AT_LEAST = 4  # of one rule in one program; fewer say nothing about a threshold


@dataclass(frozen=True)
class Doubt:
    """A rule in one program whose threshold may be wrong."""

    title: str
    where: str
    words: str
    url: str


def doubted(programs, now):
    """A `Doubt` for each rule and kind of sign that was put aside, or answered "not so", more than half the time in
    the last 30 days, in `programs`.
    """
    known, since = {program.pk: program for program in programs}, now - WITHIN
    aside = Reminder.objects.mostly_put_aside(since, AT_LEAST)
    not_so = Signal.objects.mostly_not_so(since, AT_LEAST)
    found = [(pk, BY_CODE[rule].title, f"Put aside {n} of {of} times") for pk, rule, of, n in aside if rule in BY_CODE]
    found += [(pk, Sign(rule).label, f"Not so {n} of {of} times") for pk, rule, of, n in not_so]
    return [doubt(known[pk], title, words) for pk, title, words in found if pk in known]


def doubt(program, title, words):
    where = f"{program.name}, {program.site.name}"
    return Doubt(title, where, words, reverse("staff:program", args=[program.ref]))
