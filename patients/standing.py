"""Where somebody stands in care, in the words of the pages."""

from patients.choices import EpisodeState


def standing(patient, pause, watch=None, now=None):
    """State, its words and its tone, of a patient `with_care`, their pause and what we stay close for (or None)."""
    if patient.died_on:
        return EpisodeState.DIED, "Died", "calm"
    if not patient.latest_episode.is_open:
        if watch:
            return EpisodeState.BETWEEN, watch.label(patient.latest_episode.program.site.local_date(now)), "info"
        return EpisodeState.BETWEEN, "Between stays", "calm"
    if pause:
        back = f"{pause.back_on:%b} {pause.back_on.day}"
        return EpisodeState.PAUSED, f"{pause.get_kind_display()} until {back}", "info"
    return EpisodeState.IN_CARE, "In care", "good"


def cadence_tone(cadence, now):
    """Past the longest gap: warn; past the ideal one: info; else good."""
    if min(cadence.team_overdue_at, cadence.primary_overdue_at) < now:
        return "warn"
    return "info" if min(cadence.team_due_at, cadence.primary_due_at) < now else "good"


def cadence_sign(cadence, now):
    """What the clocks ask for, in words, and its tone; nothing while there is time."""
    if cadence.team_overdue_at < now:
        return "Too long ago", "warn"
    if cadence.primary_overdue_at < now:
        return "With the primary: too long ago", "warn"
    if min(cadence.team_due_at, cadence.primary_due_at) < now:
        return "Time to talk", "info"
    return "", "calm"
