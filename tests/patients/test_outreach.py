"""On which days somebody stays in touch: none moves onto the day they left, and each is one of its own."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from patients.outreach import plan
from staff.calendar import Calendar

DAY = timedelta(days=1)
OPIOID = [1, 3, 7, 10, 14, 21, 28, 45, 60, 90, 120]


def calendar(site_hours=range(5), holidays=()):
    return Calendar(ZoneInfo("America/New_York"), {day: (time(9), time(17)) for day in site_hours}, frozenset(holidays))


def test_a_closed_day_moves_to_the_open_day_before_but_the_first():
    left_on = date(2026, 6, 10)  # a Wednesday
    moved = {day.number: day.due_on - left_on for day in plan(left_on, OPIOID, calendar())}

    assert moved[1] == DAY
    assert moved[3] == 2 * DAY  # from Saturday to Friday
    assert moved[10] == 9 * DAY
    assert moved[45] == 47 * DAY  # after day 28, from Saturday to Monday


def test_never_onto_the_day_they_left():
    left_on = date(2026, 6, 12)  # a Friday

    assert [day.due_on for day in plan(left_on, [2], calendar())] == [date(2026, 6, 15)]


@settings(max_examples=200)
@given(
    left_on=st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    numbers=st.lists(st.integers(1, 120), min_size=1, max_size=12, unique=True).map(sorted),
    hours=st.sets(st.integers(0, 6), max_size=7),
    closed=st.sets(st.integers(0, 140), max_size=8),
)
def test_each_day_is_one_of_its_own_after_the_first_and_its_moments_are_in_order(left_on, numbers, hours, closed):
    there = calendar(hours, [left_on + n * DAY for n in closed])
    planned = plan(left_on, numbers, there)

    assert sorted(day.number for day in planned) == numbers
    on = [day.due_on for day in planned]
    assert on == sorted(set(on)) and on[0] > left_on
    for before, day in zip([left_on, *on], planned, strict=False):
        assert day.from_at < day.due_at and day.from_at < day.escalates_at
        assert there.local(day.counts_from_at).date() > before  # what kept one day does not keep the next
        assert day.counts_from_at <= day.from_at
        if day.number <= 14:
            assert there.local(day.escalates_at).date() == day.due_on  # the supervisor can act on that day
