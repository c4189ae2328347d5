"""A ready reply: when somebody is back, and whom to call until then. It names no centre and no person.

Always with the national numbers, and offered once for each absence and patient: said with every message, it drowns the
conversation.
"""

import re
from dataclasses import dataclass

from interactions.models import ReadyReply
from interactions.out_of_hours import shifts_of
from staff.models import AwayPeriod
from staff.models.places import NATIONAL_CRISIS_LINE

NUMBER = re.compile(r"\+?\d[\d ().-]{4,}\d")


def text_of(site, back_at, *, mine=True):
    """The reply in plain text; `mine`: as the person who is away would say it."""
    there = back_at.astimezone(site.zone)
    who = "I am back" if mine else "Your usual person here is back"
    number = number_of(site)
    urgent = f" If it cannot wait until then, call {number}." if number else ""
    return f"{who} on {there:%A, %B} {there.day}, {there:%H:%M}.{urgent} {NATIONAL_CRISIS_LINE}"


def number_of(site):
    """The site's own number without its name: the one of its crisis line, else its phone."""
    found = NUMBER.search(site.crisis_line) or NUMBER.search(site.phone)
    return found[0] if found else ""


@dataclass(frozen=True)
class Waiting:
    """A reply that can be offered on a patient's page while their primary is away."""

    text: str
    name: str


def while_primary_is_away(patient, primary, viewer, now):
    """The reply for `patient` whose `primary` is away now, unless it was offered in this absence already; or None."""
    if primary is None or not AwayPeriod.objects.current(now).filter(staff=primary).exists():
        return None
    back_at = back_of(primary, now)
    if back_at is None or ReadyReply.objects.of(patient, primary).of_absence(back_at).exists():
        return None
    site = patient.latest_episode.program.site
    return Waiting(text=text_of(site, back_at, mine=viewer == primary), name=primary.name)


def back_of(staff, now):
    """When `staff` is at work again: the end of this absence. None when that is more than a month away."""
    return shifts_of(staff).next_at_work(now)
