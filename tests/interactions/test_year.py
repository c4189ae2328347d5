"""The proof `year`, in short: half a week around the end of summer time on Lord Howe Island: half an hour; and when
`year` and `caseload` fail for telling too much.
"""

from collections import Counter

import pytest

from tests.proofs import year
from tests.proofs._notices import Notices
from tests.simulated import utc


@pytest.mark.django_db
def test_hourly_passes_miss_and_double_nothing_while_a_clock_goes_back():
    told, _ = year.walk(utc(2027, 4, 3), utc(2027, 4, 6, 12), per_place=2)

    assert "0 missed, 0 twice" in told and "0 out of hours" in told


@pytest.mark.parametrize(
    ("clinicians", "signals", "why"),
    [
        ([6, 6, 1], [0], "more notices than 5 in the middle or 10 at worst"),
        ([1, 1, 11], [0], "more notices than 5 in the middle or 10 at worst"),
        ([1, 1, 1], [2, 3], "more signals than 2 a week"),
    ],
)
def test_more_than_the_budget_ends_the_proof_with_an_error(clinicians, signals, why):
    with pytest.raises(SystemExit, match=why):
        notices(clinicians, signals).must_hold("caseload")


def test_the_budget_itself_may_be_used_up():
    notices([5, 5, 10], [2, 2]).must_hold("caseload")


def notices(clinicians, signals):
    return Notices(clinicians, clinicians, clinicians, [0], signals, [0], Counter())
