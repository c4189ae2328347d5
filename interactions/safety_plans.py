"""What pages show of a safety plan: how fresh it is, what is still to be done, and the card that goes into a pocket."""

import re
from dataclasses import dataclass

from django.conf import settings

from interactions.next_steps import hours_of
from interactions.shown import ago
from patients.models import SafetyPlan
from patients.search import words

NUMBER = re.compile(r"\+?\(?\d[\d\s().-]{4,}\d")
ROOMY = 1200  # letters
LINES, LINE = 8, 46  # of a section on the card; more and shorter lines run on in one
# Words by which whoever finds the card would know what it is about. Its holder may still want them there.
TELLING = ("treatment", "rehab", "detox", "recovery", "clinic", "counselor", "sober", "addiction", "outpatient",
           "inpatient", "residential", "sponsor")  # fmt: skip


def holding(patient, viewer, now):
    """The version that holds and that `viewer` may read, or None."""
    return SafetyPlan.objects.on_pages_of(patient, viewer, now).holding().for_page().first()


def freshness(plan, now):
    """How fresh it is, in a few words: "none yet", "looked at 12 days ago"."""
    if plan is None:
        return "none yet"
    if plan.looked_at is None:
        return "written down, not gone through together yet"
    return f"looked at together {ago(plan.looked_at, now)}"


def before_they_leave(plan, patient, now):
    """What is still to be done with the safety plan of somebody who is about to leave, in a sentence; else empty."""
    if plan is None:
        return "There is no safety plan yet."
    if plan.looked_at is None or plan.looked_at < patient.latest_episode.admitted_at:
        return "Nobody has gone through the safety plan with them in this stay."
    if plan.copied_at is None:
        return f"The safety plan was {freshness(plan, now)}. They have no copy of it yet."
    return ""


@dataclass(frozen=True)
class Card:
    """What is printed: nothing on it says who holds it, from where, or why."""

    sections: list
    numbers: list
    hours: list
    any_hour: bool
    crisis_numbers: list
    made_at: object

    @property
    def roomy(self):
        """Whether there is so little on it that it can be printed larger."""
        return sum(len(heading) + len(written) for heading, written in self.sections) < ROOMY


def card_of(plan):
    program = plan.patient.latest_episode.program
    site = program.site
    return Card(
        sections=[(heading, on_card(written)) for heading, written in plan.sections],
        numbers=numbers_in(site.phone),
        hours=[] if program.round_the_clock else hours_of(site),
        any_hour=program.round_the_clock,
        crisis_numbers=[number for number in numbers_in(site.crisis_line) if number not in numbers_in(site.phone)],
        made_at=plan.looked_at or plan.made_at,
    )


def numbers_in(text):
    """The telephone numbers in a line of words, and nothing else of it: the words would say whose they are."""
    return [found.strip() for found in NUMBER.findall(text)]


def on_card(text):
    """The words with their lines, or run on where so many lines would not fit on the page."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    rows = sum(1 + len(line) // LINE for line in lines)
    return "\n".join(lines) if rows <= LINES else " · ".join(lines)


def telling(plan):
    """The words on the card by which whoever finds it would learn who holds it, or that they are in care."""
    patient = plan.patient
    program = patient.latest_episode.program
    site = program.site
    first = [word for word in site.name.split()[:1] if len(word) > 3]
    names = [site.name, program.name, patient.family_name, settings.PUBLIC_NAME, *first]
    text = folded(" ".join(written for _, written in plan.sections))
    found = [word for word in dict.fromkeys([*names, *TELLING]) if word.strip() and folded(word) in text]
    return [word for word in found if not any(word != other and word in other for other in found)]


def folded(text):
    return f" {' '.join(words(text))} "
