from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from staff.calendar import Calendar
from staff.spans import check_span, due, spoken

WEEKDAYS = Calendar(ZoneInfo("America/New_York"), dict.fromkeys(range(5), (time(8), time(18))), set())
FRIDAY = datetime(2026, 6, 12, 20, tzinfo=UTC)  # 16:00
BEFORE_FALL = datetime(2026, 11, 1, 3, tzinfo=UTC)  # 23:00 on the night when the clocks go back


@pytest.mark.parametrize("text", ["4h", "72h", "12ah", "3d", "2wd", "day", "999d"])
def test_a_span_is_an_amount_and_a_unit(text):
    check_span(text)


@pytest.mark.parametrize("text", ["", "0h", "h", "4", "4 h", "-4h", "1000h", "4w", "day ", "days", "4h\n", "٤h"])
def test_anything_else_is_refused_with_the_ways_to_write_it(text):
    with pytest.raises(ValidationError, match="Write 4h"):
        check_span(text)


def test_hours_are_open_hours_or_round_the_clock():
    assert due("4h", FRIDAY, WEEKDAYS, round_the_clock=True) == FRIDAY + timedelta(hours=4)
    assert due("4h", FRIDAY, WEEKDAYS, round_the_clock=False) == datetime(2026, 6, 15, 14, tzinfo=UTC)


@pytest.mark.parametrize("hours", [1, 8, 24, 48])
def test_clock_hours_pass_alike_on_the_night_the_clocks_change(hours):
    found = due(f"{hours}h", BEFORE_FALL, WEEKDAYS, round_the_clock=True)

    assert found == BEFORE_FALL + timedelta(hours=hours)


def test_working_days_days_and_the_same_day():
    monday = datetime(2026, 6, 15, 20, tzinfo=UTC)

    assert due("1wd", FRIDAY, WEEKDAYS, round_the_clock=False) == monday
    assert due("3d", FRIDAY, WEEKDAYS, round_the_clock=False) == monday
    assert due("day", FRIDAY, WEEKDAYS, round_the_clock=True) == datetime(2026, 6, 12, 22, tzinfo=UTC)


def test_a_span_is_spoken_in_words():
    assert [spoken(span) for span in ("1h", "4h", "1wd", "2wd", "12ah", "1d", "day")] == [
        "1 hour", "4 hours", "1 working day", "2 working days", "12 hours awake", "1 day", "the same day",
    ]  # fmt: skip
