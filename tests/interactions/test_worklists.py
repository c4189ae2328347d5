"""Work lists and my day: whose, in which order, page by page."""

from datetime import UTC, datetime, timedelta

import pytest

from interactions.my_day import day_of
from interactions.services import concerns
from interactions.services.checkins import log_conversation
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise
from interactions.worklists import LISTS, parse_place
from patients.choices import CareRole
from patients.services import assign
from staff.models import AwayPeriod
from tests.factories import NOW, make_episode, make_patient

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def lines(kind, user, whose="mine", now=NOW):
    return [line.what for line in LISTS[kind].page(user, now, whose=whose, after=None).lines]


def test_mine_is_what_i_owe_and_everyones_is_what_i_may_see(dana, mara, nils, vera, sione):
    assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    promise(patient=dana, what="Mara’s", by=mara, now=NOW)
    promise(patient=dana, what="Nils’s", by=nils, now=NOW)

    assert lines("follow_up", mara) == ["Mara’s"]
    assert sorted(lines("follow_up", mara, "all")) == ["Mara’s", "Nils’s"]
    assert lines("follow_up", sione, "all") == []


@pytest.mark.parametrize("kind", ["concern", "follow_up", "meeting"])
def test_mine_holds_what_a_colleague_owes_for_whom_i_stand_in(dana, mara, nils, kind):
    concerns.raise_concern(patient=dana, words="Hers", by=mara, now=NOW)
    promise(patient=dana, what="Hers", by=mara, now=NOW)
    plan_meeting(patient=dana, starts_at=NOW + HOUR, agenda="Hers", by=mara, now=NOW)

    AwayPeriod.objects.create(staff=mara, cover=nils, began_at=NOW - HOUR, ended_at=NOW + DAY)

    assert lines(kind, nils) == ["Hers"]
    assert [line.what for line in day_of(nils, NOW).meetings] == ["Hers"]


def test_the_earliest_due_comes_first_and_an_answer_counts_from_when_it_is_to_be_told(dana, mara):
    late = concerns.raise_concern(patient=dana, words="Answered", by=mara, now=NOW - 3 * DAY)
    concerns.answer(concern=late, answer="no", words="No", by=mara, now=NOW)
    concerns.raise_concern(patient=dana, words="Today", urgency="today", by=mara, now=NOW)
    concerns.raise_concern(patient=dana, words="In a few days", by=mara, now=NOW)

    assert lines("concern", mara) == ["Today", "Answered", "In a few days"]


def test_what_is_settled_is_not_listed(dana, mara):
    concerns.raise_concern(patient=dana, words="Known", on_the_spot=True, by=mara, now=NOW)

    assert lines("concern", mara) == []


@pytest.mark.parametrize(
    "text",
    [None, "", "_", "x_y", "2026-01-01_zz", "2026-01-01T00:00:00_" + "0" * 32, "0001-01-01T00:00:00+14:00_" + "0" * 32,
     "9999-12-31T23:59:59-14:00_" + "0" * 32, "a_b_c", "\0"],
)  # fmt: skip
def test_what_names_no_place_is_the_beginning(text):
    assert parse_place(text) is None


def test_a_place_is_read_in_utc():
    assert parse_place("2026-01-01T01:00:00+01:00_" + "0" * 32)[0] == datetime(2026, 1, 1, tzinfo=UTC)


def test_people_to_talk_to_are_those_past_the_ideal_gap_longest_first(residential, mara):
    def patient(name, hours):
        found = make_episode(make_patient(name, by=mara), residential, mara, now=NOW - 9 * DAY).patient
        log_conversation(
            patient=found, happened="talked", text="We talked.", happened_at=NOW - hours * HOUR, by=mara, now=NOW
        )

    for name, hours in (("Ana", 30), ("Bo", 100), ("Cy", 2)):
        patient(name, hours)

    talks = day_of(mara, NOW).talks

    assert [(talk.patient.called, talk.tone) for talk in talks] == [("Bo", "warn"), ("Ana", "info")]
    assert all(talk.by == "Mara" for talk in talks)


def test_my_day_shows_seven_and_says_how_many_more(dana, mara):
    for n in range(9):
        promise(patient=dana, what=f"Promise {n}", due_at=NOW - n * HOUR, by=mara, now=NOW - DAY)

    day = day_of(mara, NOW)

    assert len(day.shown()) == 7
    assert len(day.owed) == len(day.shown()) + len(day.more())


def test_what_can_wait_stands_below_what_somebody_waits_for(dana, mara):
    promise(patient=dana, what="Bring the map", by=mara, now=NOW)
    later = NOW + 5 * DAY  # their safety plan was to be made before that promise was due

    whats = [line.what for line in day_of(mara, later).owed]

    assert whats[-1] == "To ask about again"
    assert "Bring the map" in whats
