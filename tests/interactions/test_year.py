"""The proof `year`, in short: half a week around the end of summer time on Lord Howe Island: half an hour."""

import pytest

from tests.proofs import year
from tests.simulated import utc


@pytest.mark.django_db
def test_hourly_passes_miss_and_double_nothing_while_a_clock_goes_back():
    told, _ = year.walk(utc(2027, 4, 3), utc(2027, 4, 6, 12), per_place=2)

    assert "0 missed, 0 twice" in told and "0 out of hours" in told
