"""The people of the tests. At North in New York: mara and nils (clinicians), vera (supervisor), ada (admin), otto
(auditor). At South in Auckland: sione (supervisor), who must see nothing of North.
"""

from datetime import UTC, datetime
from functools import partial

import pytest

from staff.choices import ProgramKind
from staff.confirming import STAMP
from staff.models import Session
from staff.roles import Role
from staff.sessions import ABOUT
from tests.factories import NOW, make_episode, make_program, make_site, make_staff

FAR_AHEAD = 2**40
LAST_MOMENT = datetime(2199, 12, 30, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def north(db):
    return make_site("North", "America/New_York", crisis_line="North nurse line: 555 0199")


@pytest.fixture
def south(db):
    return make_site("South", "Pacific/Auckland")


@pytest.fixture
def vera(north):
    return make_staff("vera", Role.SUPERVISOR, north)


@pytest.fixture
def mara(north):
    return make_staff("mara", Role.CLINICIAN, north)


@pytest.fixture
def nils(north):
    return make_staff("nils", Role.CLINICIAN, north)


@pytest.fixture
def ada(north):
    return make_staff("ada", Role.ADMIN, north)


@pytest.fixture
def otto(north):
    return make_staff("otto", Role.AUDITOR, north)


@pytest.fixture
def sione(south):
    return make_staff("sione", Role.SUPERVISOR, south)


@pytest.fixture
def residential(vera, mara):
    return make_program("Residential North", ProgramKind.RESIDENTIAL, vera.site, vera)


@pytest.fixture
def outpatient(vera):
    return make_program("Outpatient North", ProgramKind.OUTPATIENT, vera.site, vera)


@pytest.fixture
def iop_south(sione):
    return make_program("Evening South", ProgramKind.IOP, sione.site, sione)


@pytest.fixture
def dana(residential, mara):
    """A patient at North, mara's, admitted three days ago."""
    return make_episode(program=residential, primary=mara).patient


def enter(client, member, *, confirmed=True):
    """`client`, signed in as `member` just now and with their password just given, wherever a test stops the clock."""
    client.force_login(member, backend="staff.sign_in.PasswordBackend")
    session = client.session
    session[STAMP] = FAR_AHEAD if confirmed else 0
    session[ABOUT] = {"began": LAST_MOMENT.timestamp()}
    session.save()
    Session.objects.with_key(session.session_key).update(last_seen_at=LAST_MOMENT)
    return client


@pytest.fixture
def sign_in(client):
    """`sign_in(mara)` gives a client that is signed in as mara."""
    return partial(enter, client)
