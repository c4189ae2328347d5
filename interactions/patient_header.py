"""The head of a patient's page: how to address them, where they are in care, and what comes next."""

from dataclasses import dataclass

from interactions.shown import ago, next_milestone
from patients.choices import CareRole, DischargeReason, EpisodeState
from patients.models import CareTeamMember, Pause, SafeContact


@dataclass(frozen=True)
class Header:
    state: str
    state_label: str
    state_tone: str
    day: int
    age: int | None
    is_minor: bool
    team: list
    primary: object
    safe_contact: object
    pause: object
    milestone: tuple | None
    last_conversation: str
    last_by: str
    cadence_tone: str
    next_due: object


def header_of(patient, now):
    """The `Header` of a patient opened `with_care`."""
    episode = patient.latest_episode
    cadence = episode.cadence
    team = list(CareTeamMember.objects.of(patient).current(now).in_order())
    pause = Pause.objects.of(patient).current(now).order_by("-began_at").first() if episode.is_open else None
    state, label, tone = standing(episode, pause)
    today = episode.program.site.local_date(now)
    running = state == EpisodeState.IN_CARE
    return Header(
        state=state,
        state_label=label,
        state_tone=tone,
        day=episode.day_of_care(now),
        age=patient.age(today),
        is_minor=patient.is_minor(today),
        team=team,
        primary=next((member for member in team if member.role == CareRole.PRIMARY), None),
        safe_contact=SafeContact.objects.filter(patient=patient).order_by("-recorded_at", "-pk").first(),
        pause=pause,
        milestone=next_milestone(episode, now) if running and patient.wants_milestones else None,
        last_conversation=ago(cadence.last_conversation_at, now),
        last_by=cadence.last_conversation_by.name if cadence.last_conversation_by else "",
        cadence_tone=cadence_tone(cadence, now) if running else "calm",
        next_due=cadence.team_due_at if running else None,
    )


def standing(episode, pause):
    """State, its words and its tone."""
    if episode.discharge_reason == DischargeReason.DIED:
        return EpisodeState.DIED, "Died", "calm"
    if not episode.is_open:
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
