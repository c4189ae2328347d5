"""The proof `chaos`, in short: with everything killed but the database, and Redis away, no saved check-in is lost."""

import shutil

import pytest

from tests import rig
from tests.proofs import chaos


@pytest.mark.skipif(not rig.has_servers() or not shutil.which("redis-server"), reason=rig.SERVERS)
@pytest.mark.django_db(transaction=True)
def test_no_saved_check_in_is_lost_and_no_request_fails_for_want_of_redis():
    told = chaos.drill(None, **chaos.SHORT)

    assert "0 missing, 0 twice" in told and "Redis frozen 1 s: 0 of" in told
