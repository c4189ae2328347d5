"""How somebody seemed, day by day over a stay: what was written down, drawn, and no score."""

from dataclasses import dataclass

from interactions.choices import Seemed
from interactions.models import CheckIn
from staff.wording import day_words

LIGHTER = {Seemed.AT_EASE, Seemed.OPEN, Seemed.HOPEFUL}
HEAVIER = {Seemed.WORRIED, Seemed.LOW, Seemed.RESTLESS, Seemed.ANGRY, Seemed.UNWELL, Seemed.DROWSY}
MOST = 400  # notes of one stay that are looked at; more than one a day for a year


@dataclass(frozen=True)
class Point:
    """One day: how they seemed in the last note of it."""

    day: str
    words: str
    level: str
    in_detox: bool
    hard_moment: bool
    url: str


def strip_of(patient, viewer, now, *, days=60):
    """The last `days` days of the present stay on which somebody wrote how they seemed, oldest first.

    The first week in detox is marked: what shows then is often withdrawal, and often passes.
    """
    episode = patient.latest_episode
    notes = CheckIn.objects.on_pages_of(patient, viewer, now).showing_how_they_seemed(episode)[:MOST]
    site, by_day = episode.program.site, {}
    for note in notes:  # newest first
        by_day.setdefault(site.local_date(note.happened_at), note)
    return [point(day, by_day[day]) for day in sorted(by_day)[-days:]]


def point(day, note):
    seemed = {Seemed(value) for value in note.seemed.split(",")}
    return Point(
        day=day_words(day),
        words=", ".join(note.seemed_labels),
        level=level_of(seemed),
        in_detox=note.in_detox,
        hard_moment=note.hard_moment,
        url=note.get_absolute_url(),
    )


def level_of(seemed):
    """ "up", "down", or "mid" where it is neither or both."""
    lighter, heavier = bool(seemed & LIGHTER), bool(seemed & HEAVIER)
    return "mid" if lighter == heavier else "up" if lighter else "down"
