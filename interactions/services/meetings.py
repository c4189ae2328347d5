"""Meetings about the treatment itself: planned, held or missed; the cadence moves with the last one held."""

from django.db import transaction

from interactions.choices import NOT_HELD, Action, ConcernKind, MeetingState
from interactions.contact import move_clocks
from interactions.models import Concern, Meeting
from interactions.ownership import owner_for
from interactions.services.concerns import raise_concern
from interactions.services.facts import learn
from interactions.services.records import add, change, hold
from interactions.services.signals import look
from patients.choices import FactKind
from patients.services import refuse_if_died
from staff.saving import refuse_unless

PLANNED = [MeetingState.PLANNED]


@transaction.atomic
def plan_meeting(*, patient, starts_at, by, now, owner=None, agenda=""):
    """Plans a meeting and returns it."""
    refuse_if_died(patient)
    meeting = Meeting(
        patient=patient,
        starts_at=starts_at,
        planned_at=now,
        owner=owner_for(patient, owner or by, now),
        agenda=agenda,
    )
    return add(meeting, by=by, now=now)


@transaction.atomic
def hold_meeting(
    *,
    meeting,
    by,
    now,
    attendees,
    explained,
    held_at=None,
    own_summary="",
    decided="",
    decided_how="",
    questions_left="",
    hopes="",
):
    """The meeting took place: who was there and what was explained. Moves the meeting cadence.

    Each line of `questions_left` becomes a concern that is owed an answer, and `hopes` a fact about them.
    """
    refuse_unless(attendees.strip(), {"attendees": "Say who was there."})
    refuse_unless(explained.strip(), {"explained": "Write one line: what was explained."})
    refuse_unless((held_at or now) <= now, {"held_at": "This is still to come."})
    meeting = hold(meeting, states=PLANNED)
    change(
        meeting,
        Action.HELD,
        by=by,
        now=now,
        state=MeetingState.HELD,
        settled_at=now,
        settled_by=by,
        starts_at=held_at or min(meeting.starts_at, now),
        planned_for_at=meeting.starts_at,
        attendees=attendees,
        explained=explained,
        own_summary=own_summary,
        decided=decided,
        decided_how=decided_how,
        questions_left=questions_left,
    )
    if hopes.strip():
        learn(patient=meeting.patient, kind=FactKind.HOPES, words=hopes, learned_at=meeting.starts_at, by=by, now=now)
    asked = set(Concern.objects.asked_in(meeting).values_list("words", flat=True))  # of a meeting that was undone
    for words in dict.fromkeys(filter(None, map(str.strip, questions_left.splitlines()))):
        if words not in asked:
            raise_concern(
                patient=meeting.patient, words=words, kind=ConcernKind.QUESTION, meeting=meeting, by=by, now=now
            )
    move_clocks(meeting.patient.latest_episode)
    return meeting


@transaction.atomic
def miss(*, meeting, state, by, now, why="", barrier=""):
    """The meeting did not take place; a label that blames nobody says how, and `barrier` what kept them from coming."""
    refuse_unless(state in NOT_HELD, {"state": "Choose what happened."})
    refuse_unless(
        not barrier or state == MeetingState.THEY_COULD_NOT,
        {"barrier": "Only where they couldn’t come: choose that above, or take this out."},
    )
    meeting = hold(meeting, states=PLANNED)
    change(
        meeting,
        Action.MISSED,
        by=by,
        now=now,
        words=why,
        state=state,
        settled_at=now,
        settled_by=by,
        why_not=why,
        barrier=barrier,
    )
    look(patient=meeting.patient, heard=("planned",), by=by, now=now)
    return meeting


@transaction.atomic
def reschedule(*, meeting, starts_at, by, now, because=""):
    """Moves a planned meeting."""
    refuse_unless(starts_at > now, {"starts_at": "Choose a moment that is still to come."})
    meeting = hold(meeting, states=PLANNED)
    return change(meeting, Action.RESCHEDULED, by=by, now=now, words=because, starts_at=starts_at, planned_at=now)


@transaction.atomic
def undo_hold(*, meeting, by, now):
    """Takes a mistaken "we met" back: the meeting is planned again, and the cadence is what it was."""
    meeting = hold(meeting, states=[MeetingState.HELD])
    change(
        meeting,
        Action.UNDONE,
        by=by,
        now=now,
        state=MeetingState.PLANNED,
        settled_at=None,
        settled_by=None,
        starts_at=meeting.planned_for_at or meeting.starts_at,
        planned_for_at=None,
    )
    move_clocks(meeting.patient.latest_episode)
    return meeting
