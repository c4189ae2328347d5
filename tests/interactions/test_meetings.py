from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import NOT_HELD, ConcernKind, ConcernState, MeetingState
from interactions.forms.records import MissMeetingForm
from interactions.models import Concern, Meeting
from interactions.services import meetings
from patients.models import Cadence
from tests.factories import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELD = {"attendees": "Dana, Mara", "explained": "What step-down means"}


@pytest.fixture
def planned(dana, mara):
    return meetings.plan_meeting(patient=dana, starts_at=NOW + DAY, agenda="Step-down", by=mara, now=NOW)


def test_a_meeting_held_moves_the_cadence(planned, mara):
    meeting = meetings.hold_meeting(meeting=planned, by=mara, now=NOW + DAY + HOUR, **HELD)

    cadence = Cadence.objects.get()
    assert (meeting.state, meeting.starts_at) == (MeetingState.HELD, NOW + DAY)
    assert (cadence.meeting_clock_at, cadence.meetings_held) == (NOW + DAY, 1)
    assert cadence.meeting_due_at == NOW + 8 * DAY


def test_held_earlier_than_planned_it_stands_at_its_own_time(planned, mara):
    assert meetings.hold_meeting(meeting=planned, by=mara, now=NOW, **HELD).starts_at == NOW


@pytest.mark.parametrize("missing", ["attendees", "explained"])
def test_who_was_there_and_what_was_explained_are_asked(planned, mara, missing):
    with pytest.raises(ValidationError) as refusal:
        meetings.hold_meeting(meeting=planned, by=mara, now=NOW, **HELD | {missing: " "})

    assert list(refusal.value.error_dict) == [missing]


def test_a_meeting_cannot_have_been_held_in_the_future(planned, mara):
    with pytest.raises(ValidationError, match="still to come"):
        meetings.hold_meeting(meeting=planned, held_at=NOW + HOUR, by=mara, now=NOW, **HELD)


def test_a_mistaken_we_met_is_taken_back_with_its_time_and_the_cadence(planned, mara):
    before = Cadence.objects.values().get()
    meeting = meetings.hold_meeting(meeting=planned, by=mara, now=NOW, **HELD)

    meeting = meetings.undo_hold(meeting=meeting, by=mara, now=NOW + HOUR)

    assert (meeting.state, meeting.starts_at, meeting.settled_at) == (MeetingState.PLANNED, NOW + DAY, None)
    assert Cadence.objects.values().get() == before


@pytest.mark.parametrize("state", NOT_HELD)
def test_one_that_did_not_take_place_says_how_and_moves_nothing(planned, mara, state):
    before = Cadence.objects.values().get()

    meeting = meetings.miss(meeting=planned, state=state, why="The bus", by=mara, now=NOW)

    assert (meeting.state, meeting.why_not) == (state, "The bus")
    assert Cadence.objects.values().get() == before


@pytest.mark.parametrize("state", [MeetingState.PLANNED, MeetingState.HELD, MeetingState.ENDED])
def test_other_states_are_neither_offered_nor_taken(planned, mara, state):
    with pytest.raises(ValidationError, match="Choose what happened"):
        meetings.miss(meeting=planned, state=state, by=mara, now=NOW)

    assert state not in dict(MissMeetingForm().fields["state"].choices)


def test_moved_it_is_planned_for_another_time(planned, mara):
    meeting = meetings.reschedule(meeting=planned, starts_at=NOW + 2 * DAY, by=mara, now=NOW + HOUR)

    assert (meeting.starts_at, meeting.planned_at) == (NOW + 2 * DAY, NOW + HOUR)
    with pytest.raises(ValidationError, match="still to come"):
        meetings.reschedule(meeting=meeting, starts_at=NOW, by=mara, now=NOW)


def test_whoever_comes_second_is_told(planned, mara):
    meetings.miss(meeting=planned, state=MeetingState.WE_MISSED, by=mara, now=NOW)

    with pytest.raises(ValidationError, match="We missed it"):
        meetings.hold_meeting(meeting=planned, by=mara, now=NOW, **HELD)
    assert Meeting.objects.get().explained == ""


def test_each_question_left_becomes_a_concern_that_is_owed(planned, dana, mara):
    meetings.hold_meeting(
        meeting=planned, questions_left="When can I call home?\n\n  Who pays?  \nWho pays?", by=mara, now=NOW, **HELD
    )

    found = {concern.words: concern for concern in Concern.objects.of(dana)}
    assert set(found) == {"When can I call home?", "Who pays?"}
    assert {(one.kind, one.state, one.owner, one.meeting) for one in found.values()} == {
        (ConcernKind.QUESTION, ConcernState.HELD, mara, planned)
    }


def test_a_meeting_that_was_undone_does_not_ask_its_questions_twice(planned, dana, mara):
    held = meetings.hold_meeting(meeting=planned, questions_left="Who pays?", by=mara, now=NOW, **HELD)
    meetings.undo_hold(meeting=held, by=mara, now=NOW)

    meetings.hold_meeting(meeting=planned, questions_left="Who pays?\nAnd when?", by=mara, now=NOW + HOUR, **HELD)

    assert sorted(Concern.objects.of(dana).values_list("words", flat=True)) == ["And when?", "Who pays?"]


def test_the_sheet_to_take_along_says_what_comes_next(at, sign_in, planned, dana, mara):
    at(NOW + 2 * DAY)
    browser = sign_in(mara)
    assert browser.get(f"{planned.get_absolute_url()}sheet/").status_code == 404  # not held yet

    meetings.hold_meeting(
        meeting=planned,
        questions_left="Who pays?",
        decided="To stay",
        decided_how="they",
        by=mara,
        now=NOW + DAY,
        **HELD,
    )
    page = browser.get(f"{planned.get_absolute_url()}sheet/").content.decode()

    for words in ("What step-down means", "Who pays?", "To stay", "Mara", "988"):
        assert words in page
