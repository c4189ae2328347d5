"""The plan: what somebody needs, what they want, and what we do differently for them, each until it is settled."""

from django.db import transaction

from interactions.choices import Action
from interactions.deadlines import usual_review_on
from interactions.services.records import add, change, hold
from patients.models import Adjustment, Cadence, Goal, Need
from patients.plan_choices import AdjustmentState, Agreement, GoalState, NeedState
from patients.services import refuse_if_died
from staff.saving import refuse_unless


@transaction.atomic
def note_need(*, patient, domain, words, by, now, respond="", good=""):
    """Writes down what somebody needs and returns the `Need`."""
    refuse_if_died(patient)
    refuse_unless(words.strip(), {"words": "Write what they need."})
    return add(
        Need(patient=patient, domain=domain, words=words, respond=respond, good=good, set_at=now), by=by, now=now
    )


@transaction.atomic
def settle_need(*, need, state, by, now, words=""):
    """The need is met, or is no longer there."""
    refuse_unless(state in (NeedState.MET, NeedState.NO_LONGER), {"state": "Choose what became of it."})
    return _settle(hold(need, states=[NeedState.OPEN]), state, by=by, now=now, words=words)


@transaction.atomic
def set_goal(*, patient, words, agreement, by, now, our_view="", review_on=None):
    """Writes down a goal in their own words, whether both sides agree, and returns the `Goal`."""
    refuse_if_died(patient)
    refuse_unless(words.strip(), {"words": "Write it in their own words."})
    _check_view(agreement, our_view)
    goal = Goal(patient=patient, words=words, agreement=agreement, our_view=our_view, set_at=now)
    return _set(goal, review_on, by=by, now=now)


@transaction.atomic
def try_adjustment(*, patient, words, because, by, now, review_on=None):
    """Writes down what we do differently for this person from now on, and returns the `Adjustment`."""
    refuse_if_died(patient)
    refuse_unless(words.strip(), {"words": "Write what we do differently."})
    refuse_unless(because.strip(), {"because": "Write why."})
    adjustment = Adjustment(patient=patient, words=words, because=because, set_at=now)
    return _set(adjustment, review_on, by=by, now=now)


@transaction.atomic
def review_goal(*, goal, agreement, review_on, by, now, our_view="", words=""):
    """It was talked about again: whether both sides agree now, and when it is looked at next."""
    _check_view(agreement, our_view)
    goal = hold(goal, states=[GoalState.OPEN])
    return _look_again(goal, review_on, by=by, now=now, words=words, agreement=agreement, our_view=our_view)


@transaction.atomic
def settle_goal(*, goal, state, by, now, words=""):
    """They reached it, or let it go."""
    refuse_unless(state in (GoalState.REACHED, GoalState.LET_GO), {"state": "Choose what became of it."})
    return _settle(hold(goal, states=[GoalState.OPEN]), state, by=by, now=now, words=words)


@transaction.atomic
def try_on(*, adjustment, review_on, by, now, words=""):
    """It is too early to tell: it is tried until another day."""
    return _look_again(hold(adjustment, states=[AdjustmentState.TRYING]), review_on, by=by, now=now, words=words)


@transaction.atomic
def settle_adjustment(*, adjustment, state, by, now, words=""):
    """What we did differently is kept, or dropped."""
    refuse_unless(state in (AdjustmentState.KEPT, AdjustmentState.DROPPED), {"state": "Kept or dropped?"})
    return _settle(hold(adjustment, states=[AdjustmentState.TRYING]), state, by=by, now=now, words=words)


def move_reviews(episode):
    """Sets when the plan of an episode's patient is to be looked at again, from the line that comes first.

    Two lines written at once wait for each other here, so that the second one counts both.
    """
    list(Cadence.objects.select_for_update(no_key=True).filter(episode=episode))
    found = filter(None, (kind.objects.of(episode.patient).next_review() for kind in (Goal, Adjustment)))
    due_at, clock_at = min(found, default=(None, None))
    Cadence.objects.filter(episode=episode).update(review_due_at=due_at, review_clock_at=clock_at)


def _check_view(agreement, our_view):
    refuse_unless(agreement in Agreement.values, {"agreement": "Say whether you agree."})
    refuse_unless(agreement == Agreement.BOTH or our_view.strip(), {"our_view": "Say how it is seen differently."})


def _clock(patient, review_on, now):
    """The fields that say when a line is looked at again: by the end of that day at the site."""
    site = patient.latest_episode.program.site
    review_on = review_on or usual_review_on(patient, now)
    refuse_unless(review_on > site.local_date(now), {"review_on": "Choose a day that is still to come."})
    return {"reviewed_at": now, "review_on": review_on, "review_due_at": site.day_bounds(review_on)[1]}


def _set(line, review_on, *, by, now):
    for name, value in _clock(line.patient, review_on, now).items():
        setattr(line, name, value)
    add(line, by=by, now=now)
    move_reviews(line.patient.latest_episode)
    return line


def _look_again(line, review_on, *, by, now, words, **fields):
    change(line, Action.ASKED, by=by, now=now, words=words, **fields, **_clock(line.patient, review_on, now))
    move_reviews(line.patient.latest_episode)
    return line


def _settle(line, state, *, by, now, words):
    change(
        line, Action.SETTLED, by=by, now=now, words=words, state=state, settled_at=now, settled_by=by,
        outcome_words=words,
    )  # fmt: skip
    move_reviews(line.patient.latest_episode)
    return line
