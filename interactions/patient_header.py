"""The head of a patient's page: how to address them, where they are in care, and what comes next."""

from dataclasses import dataclass

from interactions.shown import ago, next_milestone
from patients.choices import CareRole, EpisodeState
from patients.models import CareTeamMember, Pause, SafeContact, TransitionWatch
from patients.standing import cadence_tone, standing


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
    staying_close: str
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
    watch = TransitionWatch.objects.running().of(patient).first()
    state, label, tone = standing(patient, pause, watch, now)
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
        staying_close=watch.label(today) if watch else "",
        milestone=next_milestone(episode, now) if running and patient.wants_milestones else None,
        last_conversation=ago(cadence.last_conversation_at, now),
        last_by=cadence.last_conversation_by.name if cadence.last_conversation_by else "",
        cadence_tone=cadence_tone(cadence, now) if running else "calm",
        next_due=cadence.team_due_at if running else None,
    )
