"""When the next conversation and the next meeting with a patient are due: set from the facts, never from a schedule."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from patients.models import Cadence, CareTeamMember

DAY = timedelta(days=1)
FRESH = 3 * DAY  # a safety plan looked at within these days before the last one needs no further look before they leave
ESCALATION = 1.5  # the supervisor is told at one and a half times the longest gap


@dataclass(frozen=True)
class Facts:
    """The last moments that move an episode's clocks; None where nothing of the kind happened in this episode."""

    conversation_at: datetime | None = None
    conversation_by_id: int | None = None
    primary_conversation_at: datetime | None = None
    seen_at: datetime | None = None
    meeting_at: datetime | None = None
    meetings_held: int = 0
    feedback_asked_at: datetime | None = None
    times_asked: int = 0
    welcomed_at: datetime | None = None
    safety_plan_looked_at: datetime | None = None


def recompute(episode, facts):
    """Sets the clocks and due moments of `episode` from `facts` and saves them; returns the `Cadence`."""
    cadence = Cadence.objects.filter(episode=episode).first() or Cadence(episode=episode)
    for field, value in clocks(episode, facts).items():
        setattr(cadence, field, value)
    cadence.save()
    return cadence


def clocks(episode, facts):
    """Field values of a `Cadence` that follow from `facts`."""
    resumed_at = max((pause.ended_at for pause in episode.pauses.all() if pause.ended_at), default=None)
    primary = CareTeamMember.objects.primaries().of(episode.patient).filter(ended_at=None).first()
    team_clock = _latest(episode.admitted_at, resumed_at, facts.conversation_at)
    primary_clock = _latest(
        episode.admitted_at, resumed_at, facts.primary_conversation_at, primary.began_at if primary else None
    )
    meeting_clock = _latest(episode.admitted_at, resumed_at, facts.meeting_at)
    standard = episode.standards()
    team, own, meeting = (standard(clock) for clock in (team_clock, primary_clock, meeting_clock))
    every = meeting.meeting_every_days if facts.meetings_held else meeting.meeting_first_days
    asking_clock = facts.feedback_asked_at or episode.admitted_at
    asking = standard(asking_clock)
    ask_after = asking.feedback_every_days if facts.times_asked else asking.feedback_first_days
    due = _due_in(episode)
    return {
        "last_conversation_at": facts.conversation_at,
        "last_conversation_by_id": facts.conversation_by_id,
        "last_seen_at": facts.seen_at,
        "team_clock_at": team_clock,
        "team_due_at": due(team_clock, team.team_ideal_days),
        "team_overdue_at": due(team_clock, team.team_max_days),
        "team_escalates_at": due(team_clock, team.team_max_days * ESCALATION),
        "primary_clock_at": primary_clock,
        "primary_due_at": due(primary_clock, own.primary_ideal_days),
        "primary_overdue_at": due(primary_clock, own.primary_max_days),
        "primary_escalates_at": due(primary_clock, own.primary_max_days * ESCALATION),
        "meeting_clock_at": meeting_clock,
        "meeting_due_at": due(meeting_clock, every),
        "meeting_overdue_at": due(meeting_clock, every + meeting.meeting_grace_days),
        "meetings_held": facts.meetings_held,
        "welcome_due_at": standard(episode.admitted_at).due("welcome_within", episode.admitted_at),
        "welcomed_at": facts.welcomed_at,
        "feedback_clock_at": asking_clock,
        "feedback_due_at": due(asking_clock, ask_after) if ask_after else None,
        "safety_plan_clock_at": facts.safety_plan_looked_at or episode.admitted_at,
        "safety_plan_due_at": _safety_plan_due(episode, standard, facts.safety_plan_looked_at, due),
    }


def _safety_plan_due(episode, standard_at, looked_at, due):
    """When the safety plan is to be made (in this stay one from before is looked at instead), or looked at again: by
    its own days, and on the day before they leave. None: not at any time.
    """
    clock = looked_at or episode.admitted_at
    standard = standard_at(clock)
    found = []
    if looked_at is None and standard.safety_plan_within:
        found.append(standard.due("safety_plan_within", clock))
    if looked_at and standard.safety_plan_every_days:
        found.append(due(clock, standard.safety_plan_every_days))
    if standard.safety_plan_before_leaving and episode.planned_discharge_on:
        eve = episode.program.site.moment(episode.planned_discharge_on - DAY, time(12))
        if looked_at is None or looked_at < eve - FRESH:
            found.append(max(eve, clock))
    return min(found, default=None)


def _due_in(episode):
    """A function from (clock, days) to the due moment: same wall-clock time, moved to the next opening of the site
    unless the program runs round the clock.
    """
    calendar = episode.program.site.calendar

    def due(clock, days):
        moment = calendar.add_days(clock, days)
        return moment if episode.program.round_the_clock else calendar.next_opening(moment)

    return due


def _latest(*moments):
    return max(moment for moment in moments if moment is not None)
