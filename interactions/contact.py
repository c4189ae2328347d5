"""What happened in an episode that moves its clocks, asked of the records."""

from django.db.models import Count, Max

from interactions.choices import WelcomeItem
from interactions.models import CheckIn, FeedbackInvitation, Meeting, Welcome
from patients.cadence import Facts, recompute
from patients.models import Cadence, SafetyPlan


def facts_of(episode):
    """The `Facts` of an episode: conversations and encounters since admission, meetings held, how often they were
    asked what they think, and when their safety plan was last looked at together.
    """
    check_ins = CheckIn.objects.of(episode.patient).since(episode.admitted_at)
    last = check_ins.conversations().newest_first().values("happened_at", "talked_by_id").first() or {}
    moments = check_ins.last_moments()
    meetings = (
        Meeting.objects.of(episode.patient)
        .held_since(episode.admitted_at)
        .aggregate(last=Max("starts_at"), count=Count("pk"))
    )
    asked = FeedbackInvitation.objects.of(episode.patient).since(episode.admitted_at)
    asked = asked.aggregate(last=Max("made_at"), count=Count("pk"))
    return Facts(
        conversation_at=last.get("happened_at"),
        conversation_by_id=last.get("talked_by_id"),
        primary_conversation_at=moments["primary_conversation_at"],
        seen_at=moments["seen_at"],
        meeting_at=meetings["last"],
        meetings_held=meetings["count"],
        feedback_asked_at=asked["last"],
        times_asked=asked["count"],
        welcomed_at=welcomed_at(episode),
        safety_plan_looked_at=SafetyPlan.objects.of(episode.patient).last_look_since(episode.admitted_at),
    )


def welcomed_at(episode):
    """When the last part of the welcome was explained, or None while something of it is still to be."""
    done = set()
    for items, at in Welcome.objects.in_stay(episode).values_list("items", "explained_at"):
        done.update(items.split(","))
        if done >= set(WelcomeItem.values):
            return at
    return None


def move_clocks(episode):
    """Sets the episode's clocks and due moments from what happened in it.

    Two conversations saved at once wait for each other here, so that the second one counts both.
    """
    list(Cadence.objects.select_for_update(no_key=True).filter(episode=episode))
    return recompute(episode, facts_of(episode))
