"""Who comes back: how the last stay ended and what helped then, told in the first weeks of the new one."""

from dataclasses import dataclass

from interactions.models import CheckIn
from patients.models import Episode

NEW_FOR = 14  # days of a stay in which it is told how the last one went
READ, HELPED = 12, 2


@dataclass(frozen=True)
class LastTime:
    episode: Episode
    helped: list


def last_time_of(patient, viewer, now):
    """`LastTime` as `viewer` may know of it, in the first two weeks after somebody came back; else None."""
    episode = patient.latest_episode
    if not episode.is_open or episode.day_of_care(now) > NEW_FOR:
        return None
    before = Episode.objects.of(patient).before(episode).first()
    if before is None:
        return None
    talks = CheckIn.objects.on_pages_of(patient, viewer, now).until(before.discharged_at).last_words(before)[:READ]
    return LastTime(before, [talk for talk in talks if talk.what_helped][:HELPED])
