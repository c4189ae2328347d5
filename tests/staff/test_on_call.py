from datetime import timedelta

import pytest

from staff import services
from staff.models import OnCallDuty
from staff.on_call import gap_lines, gaps
from tests.factories import NOW, make_on_call

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_overlapping_and_touching_duties_leave_no_gap(north, vera):
    duties = [make_on_call(north, vera, NOW - HOUR, NOW + DAY), make_on_call(north, vera, NOW + HOUR, NOW + 3 * DAY)]
    duties.append(make_on_call(north, vera, NOW + 3 * DAY, NOW + 9 * DAY))

    assert gaps(duties, NOW, NOW + 7 * DAY) == []


def test_every_gap_is_found_at_the_ends_and_between(north, vera):
    duties = [make_on_call(north, vera, NOW + HOUR, NOW + DAY), make_on_call(north, vera, NOW + 2 * DAY, NOW + 3 * DAY)]

    assert gaps(duties, NOW, NOW + 7 * DAY) == [
        (NOW, NOW + HOUR),
        (NOW + DAY, NOW + 2 * DAY),
        (NOW + 3 * DAY, NOW + 7 * DAY),
    ]


def test_a_gap_is_said_in_the_time_of_the_site(south, sione):
    make_on_call(south, sione, NOW, NOW + DAY)

    lines = gap_lines([south], OnCallDuty.objects.all(), NOW)

    assert [line["words"] for line in lines] == ["Nobody is on call at South from tomorrow 02:00."]


def test_an_empty_list_is_said_plainly(north):
    assert gap_lines([north], [], NOW)[0]["words"] == "Nobody is on call at North in the next 7 days."


@pytest.mark.parametrize("weeks", [0, 3])
def test_a_duty_repeats_at_the_same_hour_of_the_clock(north, vera, ada, weeks):
    before_the_change = NOW.replace(month=10, day=28, hour=12)

    duties = services.add_duties(
        site=north,
        member=vera,
        phone="555 0100",
        rank=1,
        began_at=before_the_change,
        ended_at=before_the_change + 8 * HOUR,
        weeks=weeks,
        by=ada,
    )

    assert len(duties) == weeks + 1
    assert {duty.began_at.astimezone(north.zone).hour for duty in duties} == {8}
