from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from staff.wording import clock, due, lasting, many

NOW = datetime(2026, 6, 10, 14, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("stretch", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_a_stretch_is_said_in_the_unit_that_matters(stretch, words):
    assert lasting(stretch) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW + timedelta(hours=2), "today 12:00"),
        (NOW + timedelta(hours=14), "tomorrow 00:00"),
        (NOW - timedelta(hours=11), "yesterday 23:00"),
        (NOW + timedelta(days=2), "Fri, Jun 12, 10:00"),
        (datetime(2027, 1, 4, 15, tzinfo=UTC), "Mon, Jan 4, 2027, 10:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it_where_they_are(at, words):
    assert clock(at, NOW, NEW_YORK) == words


def test_what_is_late_says_by_how_much_and_what_is_not_says_when():
    assert due(NOW - timedelta(days=2, hours=3), NOW, NEW_YORK) == "Late by 2 days"
    assert due(NOW, NOW, NEW_YORK) == "Due today 10:00"


def test_counts_agree_with_their_noun():
    assert (many(1, "patient"), many(2, "patient"), many(2, "person", "people")) == (
        "1 patient",
        "2 patients",
        "2 people",
    )
