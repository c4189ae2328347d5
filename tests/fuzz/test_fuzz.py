"""A short stretch of `./run prove fuzz`."""

import pytest

from tests.factories import NOW
from tests.fuzz.epochs import Fuzz
from tests.hardening import world

REQUESTS = 250


@pytest.mark.django_db
@pytest.mark.filterwarnings("default")
def test_no_odd_request_makes_an_error_page_and_what_was_accepted_can_be_read(at):
    at(NOW)

    tally = Fuzz(world.build(), 7, words=60).run(REQUESTS, depth=0, zones=("Pacific/Kiritimati",), told=str)

    assert not tally.faults
    assert tally.accepted > REQUESTS / 20
    assert tally.opened > 100
