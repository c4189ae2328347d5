"""Wall-clock reckoning on ordinary days and on the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.calendar import Calendar, moment, occurrences
from staff.models import Holiday
from tests.factories import make_site

NEW_YORK, AUCKLAND, LORD_HOWE = (
    ZoneInfo(name) for name in ("America/New_York", "Pacific/Auckland", "Australia/Lord_Howe")
)
SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)  # in New York
OFFICE = dict.fromkeys(range(5), (time(8), time(18)))
HOUR = timedelta(hours=1)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def calendar(*holidays, zone=NEW_YORK, hours=OFFICE):
    return Calendar(zone, hours, set(holidays))


def test_a_wall_clock_time_is_a_moment_in_utc():
    assert moment(NEW_YORK, date(2026, 6, 10), time(10)) == utc(2026, 6, 10, 14)
    assert moment(AUCKLAND, date(2026, 6, 10), time(10)) == utc(2026, 6, 9, 22)


@pytest.mark.parametrize("skipped", [time(2), time(2, 10), time(2, 30), time(2, 59, 59)])
def test_a_time_that_the_clocks_skip_is_the_first_moment_after_the_gap(skipped):
    assert moment(NEW_YORK, SPRING, skipped) == utc(2026, 3, 8, 7)
    assert occurrences(NEW_YORK, SPRING, skipped) == []


def test_a_time_that_comes_twice_is_its_first_occurrence_and_both_are_known():
    assert moment(NEW_YORK, FALL, time(1, 30)) == utc(2026, 11, 1, 5, 30)
    assert occurrences(NEW_YORK, FALL, time(1, 30)) == [utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30)]


def test_clocks_may_move_by_half_an_hour():
    spring, fall = date(2026, 10, 4), date(2026, 4, 5)

    assert moment(LORD_HOWE, spring, time(2, 15)) == moment(LORD_HOWE, spring, time(2, 30)) == utc(2026, 10, 3, 15, 30)
    assert occurrences(LORD_HOWE, spring, time(2, 15)) == []
    first, second = occurrences(LORD_HOWE, fall, time(1, 45))
    assert second - first == timedelta(minutes=30)


def test_a_day_lasts_23_24_or_25_hours(db):
    site = make_site("North", "America/New_York")

    lasts = [(end - begin) / HOUR for begin, end in map(site.day_bounds, (SPRING, FALL, date(2026, 6, 10)))]

    assert lasts == [23, 25, 24]


@given(
    st.sampled_from([NEW_YORK, AUCKLAND, LORD_HOWE]),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.times().map(lambda at: at.replace(microsecond=0)),
)
def test_every_wall_clock_time_has_a_moment_that_shows_it_or_the_end_of_its_gap(zone, day, at):
    found = moment(zone, day, at)
    shown = found.astimezone(zone).replace(tzinfo=None)
    asked = datetime.combine(day, at)

    if occurrences(zone, day, at):
        assert shown == asked
        assert found == min(occurrences(zone, day, at))
    else:
        before = (found - timedelta(seconds=1)).astimezone(zone)
        assert before.replace(tzinfo=None) < asked < shown
        assert before.utcoffset() != found.astimezone(zone).utcoffset()


@given(st.sampled_from([NEW_YORK, AUCKLAND, LORD_HOWE]), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_days_follow_each_other_without_gap(zone, day):
    begins, ends = (moment(zone, day + timedelta(days=n), time()) for n in (0, 1))

    assert timedelta(hours=22) < ends - begins < timedelta(hours=26)


def test_open_hours_pass_only_while_the_site_is_open():
    friday = utc(2026, 6, 12, 21)  # 17:00, an hour before closing

    assert calendar().add_open_hours(friday, 4) == utc(2026, 6, 15, 15)  # Monday 11:00
    assert calendar(date(2026, 6, 15)).add_open_hours(friday, 4) == utc(2026, 6, 16, 15)
    assert calendar().add_open_hours(utc(2026, 6, 13, 12), 1) == utc(2026, 6, 15, 13)


def test_hours_that_end_with_the_day_are_due_at_closing():
    assert calendar().add_open_hours(utc(2026, 6, 12, 21), 1) == utc(2026, 6, 12, 22)


def test_an_open_day_later_is_the_same_time_of_day():
    friday = utc(2026, 6, 12, 14)

    assert calendar().add_open_days(friday, 1) == utc(2026, 6, 15, 14)
    assert calendar(date(2026, 6, 15)).add_open_days(friday, 1) == utc(2026, 6, 16, 14)


def test_what_comes_after_closing_counts_from_the_next_opening():
    saturday = utc(2026, 6, 13, 3)  # Friday 23:00

    assert calendar().add_open_days(saturday, 1) == utc(2026, 6, 16, 12)
    assert calendar().next_opening(saturday) == utc(2026, 6, 15, 12)


def test_a_shorter_day_is_not_outlasted():
    hours = OFFICE | {0: (time(9), time(12))}

    assert calendar(hours=hours).add_open_days(utc(2026, 6, 12, 20), 1) == utc(2026, 6, 15, 16)


def test_a_site_that_never_opens_keeps_ordinary_days_and_hours():
    never = calendar(hours={})
    at = utc(2026, 6, 10, 14)

    assert never.next_opening(at) == at
    assert never.add_open_hours(at, 5) == at + 5 * HOUR
    assert never.add_open_days(at, 2) == at + 48 * HOUR
    assert never.end_of_day(at) == utc(2026, 6, 11, 4)


def test_a_day_later_is_the_same_wall_clock_time_when_the_clocks_change():
    evening = utc(2026, 10, 31, 22)  # 18:00 in New York

    assert calendar().add_days(evening, 1) == utc(2026, 11, 1, 23)
    assert calendar().add_days(evening, 1.5) == utc(2026, 11, 2, 11)


def test_half_a_day_is_twelve_hours_in_the_hour_that_comes_twice_too():
    second = utc(2026, 11, 1, 6, 30)

    assert calendar().add_days(second, 0.5) == second + 12 * HOUR


def test_waking_hours_are_from_eight_to_ten_in_the_evening():
    night = utc(2026, 6, 11, 3)  # 23:00

    assert calendar().add_awake_hours(night, 12) == utc(2026, 6, 12, 0)
    assert calendar().add_awake_hours(utc(2026, 6, 10, 14), 12) == utc(2026, 6, 10, 14) + 12 * HOUR


def test_the_end_of_the_day_is_closing_time_and_after_it_the_next_one():
    assert calendar().end_of_day(utc(2026, 6, 12, 14)) == utc(2026, 6, 12, 22)
    assert calendar().end_of_day(utc(2026, 6, 12, 23)) == utc(2026, 6, 15, 22)
    assert calendar().end_of_next_open_day(utc(2026, 6, 12, 14)) == utc(2026, 6, 15, 22)


@given(
    st.integers(0, 365 * 24 * 60),
    st.integers(1, 60),
    st.sets(st.dates(date(2026, 1, 1), date(2027, 6, 1)), max_size=20),
    st.dictionaries(st.integers(0, 6), st.sampled_from([(time(8), time(18)), (time(9), time(12, 30))]), min_size=1),
)
def test_what_is_due_in_open_hours_is_due_while_the_site_is_open(minute, hours, holidays, week):
    at = utc(2026, 1, 1) + timedelta(minutes=minute)
    found = calendar(*holidays, hours=week)

    due = found.add_open_hours(at, hours)

    opens, closes = found.opening_hours(found.local(due).date())
    assert opens < due <= closes
    passed = sum((min(ends, due) - begins for begins, ends in found.openings(at) if begins < due), timedelta())
    assert passed == hours * HOUR


def test_a_site_reckons_with_its_own_hours_and_holidays(db):
    site = make_site("North", "America/New_York")
    Holiday.objects.create(site=site, closed_on=date(2026, 6, 11), name="Founders’ day")

    assert site.calendar.opening_hours(date(2026, 6, 11)) is None
    assert site.calendar.opening_hours(date(2026, 6, 10)) is not None
    assert site.local_date(utc(2026, 6, 11, 3)) == date(2026, 6, 10)
