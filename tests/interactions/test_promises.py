from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import Action, PromiseState
from interactions.models import FollowUp, HistoryEntry
from interactions.promised_times import DueWhen, TalkWhen, moment_of
from interactions.services import concerns, promises
from patients.choices import CareRole
from patients.services import assign
from staff.models import WorkingHours
from tests.factories import NOW, make_episode

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def promised(dana, mara):
    return promises.promise(patient=dana, what="Call the landlord", by=mara, now=NOW)


def test_a_promise_without_a_time_is_due_at_the_end_of_the_next_day_of_care(promised, outpatient, mara):
    sam = make_episode(program=outpatient, primary=mara).patient

    assert promised.due_at == datetime(2026, 6, 12, 0, tzinfo=UTC)  # 20:00 tomorrow
    friday = datetime(2026, 6, 12, 14, tzinfo=UTC)
    monday = promises.promise(patient=sam, what="Call", by=mara, now=friday).due_at
    assert monday == outpatient.site.calendar.opening_hours(date(2026, 6, 15))[1]


def test_the_supervisor_hears_of_it_a_day_after_it_was_due(promised, outpatient, mara):
    sam = make_episode(program=outpatient, primary=mara).patient
    friday = datetime(2026, 6, 12, 14, tzinfo=UTC)
    later = promises.promise(patient=sam, what="Call", due_at=friday, by=mara, now=NOW)

    assert promised.escalates_at == promised.due_at + DAY
    assert later.escalates_at == friday + 3 * DAY


def test_a_promise_says_what(dana, mara):
    with pytest.raises(ValidationError, match="what was promised"):
        promises.promise(patient=dana, what=" ", by=mara, now=NOW)


def test_one_that_came_from_a_concern_is_told_when_it_is_done(dana, mara):
    concern = concerns.raise_concern(patient=dana, words="The phone", by=mara, now=NOW)

    assert promises.promise(patient=dana, what="Ask", concern=concern, by=mara, now=NOW).tell_when_done
    assert not promises.promise(
        patient=dana, what="Ask", concern=concern, tell_when_done=False, by=mara, now=NOW
    ).tell_when_done


def test_done_and_then_told(dana, mara):
    follow_up = promises.promise(patient=dana, what="Ask", tell_when_done=True, by=mara, now=NOW)

    follow_up = promises.done(follow_up=follow_up, words="Booked", by=mara, now=NOW + HOUR)
    assert follow_up in FollowUp.objects.owed()

    follow_up = promises.told(follow_up=follow_up, by=mara, now=NOW + 2 * HOUR)
    assert follow_up.state == PromiseState.DONE_TOLD
    assert (follow_up.settled_at, follow_up.settled_by, follow_up.outcome_words) == (NOW + HOUR, mara, "Booked")
    assert follow_up not in FollowUp.objects.owed()


def test_done_and_told_at_once(promised, mara):
    assert promises.done(follow_up=promised, told=True, by=mara, now=NOW).state == PromiseState.DONE_TOLD


@pytest.mark.parametrize(
    ("act", "state"), [("could_not", PromiseState.COULD_NOT), ("not_needed", PromiseState.NOT_NEEDED)]
)
def test_one_that_is_not_kept_says_why(promised, mara, act, state):
    with pytest.raises(ValidationError) as refusal:
        getattr(promises, act)(follow_up=promised, words=" ", by=mara, now=NOW)
    assert list(refusal.value.error_dict) == ["words"]

    settled = getattr(promises, act)(follow_up=promised, words="The office closed.", by=mara, now=NOW)

    assert (settled.state, settled.outcome_words) == (state, "The office closed.")


def test_moved_it_has_a_new_clock(promised, mara):
    moved = promises.reschedule(follow_up=promised, due_at=NOW + 5 * DAY, because="She agreed", by=mara, now=NOW + HOUR)

    assert (moved.promised_at, moved.due_at, moved.escalates_at) == (NOW + HOUR, NOW + 5 * DAY, NOW + 6 * DAY)
    assert HistoryEntry.objects.get(action=Action.RESCHEDULED).words == "She agreed"
    with pytest.raises(ValidationError, match="still to come"):
        promises.reschedule(follow_up=moved, due_at=NOW, by=mara, now=NOW)


def test_handed_to_a_colleague_who_cares_for_them_only(promised, dana, mara, nils, vera):
    with pytest.raises(ValidationError, match="does not care for Dana"):
        promises.hand_over(follow_up=promised, to=nils, by=mara, now=NOW)
    assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)

    assert promises.hand_over(follow_up=promised, to=nils, by=mara, now=NOW).owner == nils
    with pytest.raises(ValidationError, match="has it already"):
        promises.hand_over(follow_up=promised, to=nils, by=mara, now=NOW)


@pytest.mark.parametrize("act", ["done", "could_not", "not_needed", "reschedule", "hand_over"])
def test_what_is_settled_is_not_settled_again(promised, mara, vera, act):
    promises.done(follow_up=promised, by=mara, now=NOW)
    more = {"could_not": {"words": "x"}, "not_needed": {"words": "x"}, "reschedule": {"due_at": NOW + DAY}}

    with pytest.raises(ValidationError, match="Somebody was quicker: this now reads “Done”"):
        getattr(promises, act)(
            follow_up=promised, by=mara, now=NOW, **more.get(act, {"to": vera} if act == "hand_over" else {})
        )


def when(name, program, user, now=NOW, picked=None):
    return moment_of(name, user=user, program=program, now=now, picked=picked)


def test_the_times_that_have_names(residential, mara):
    monday_evening = datetime(2026, 6, 13, 0, 30, tzinfo=UTC)  # Friday 20:30

    assert when(DueWhen.SHIFT, residential, mara) == NOW + 4 * HOUR  # no working hours entered
    assert when(DueWhen.TOMORROW, residential, mara) == datetime(2026, 6, 12, 0, tzinfo=UTC)
    assert when(DueWhen.WEEK, residential, mara) == datetime(2026, 6, 12, 21, tzinfo=UTC)
    assert when(DueWhen.WEEK, residential, mara, monday_evening) == datetime(2026, 6, 19, 21, tzinfo=UTC)
    assert when(TalkWhen.TONIGHT, residential, mara) == datetime(2026, 6, 11, 0, tzinfo=UTC)
    assert when(TalkWhen.TONIGHT, residential, mara, monday_evening) == monday_evening + HOUR
    assert when(TalkWhen.MORNING, residential, mara) == datetime(2026, 6, 11, 13, tzinfo=UTC)
    assert when(DueWhen.PICK, residential, mara, picked=NOW + DAY) == NOW + DAY


@pytest.mark.parametrize(
    ("starts", "ends", "now", "due"),
    [
        ("07:00", "15:00", NOW, datetime(2026, 6, 10, 19, tzinfo=UTC)),
        ("22:00", "06:00", datetime(2026, 6, 11, 5, tzinfo=UTC), datetime(2026, 6, 11, 10, tzinfo=UTC)),
        ("22:00", "06:00", datetime(2026, 6, 11, 3, tzinfo=UTC), datetime(2026, 6, 11, 10, tzinfo=UTC)),
    ],
)
def test_this_shift_ends_when_the_shift_does_also_after_midnight(residential, mara, starts, ends, now, due):
    for weekday in range(7):
        WorkingHours.objects.create(staff=mara, weekday=weekday, starts=starts, ends=ends)

    assert when(DueWhen.SHIFT, residential, mara, now) == due
