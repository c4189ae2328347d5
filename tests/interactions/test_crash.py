"""The proof `crash`, in short: workers that are killed lose and double nothing."""

import pytest

from tests import rig
from tests.proofs import crash


@pytest.mark.skipif(not rig.has_servers(), reason=rig.SERVERS)
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_loses_and_doubles_nothing():
    told = crash.drill(concerns=60, patients=4, staff=2, kills=2, every=2, workers=1, beats=1, loop=False)

    assert "120 reminders, 0 lost, 0 twice" in told and " mails, 0 lost, 0 twice" in told
