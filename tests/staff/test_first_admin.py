"""`manage.py first_admin`: the way into an empty installation, closed as soon as somebody is in."""

import io

import pytest
from django.core.management import CommandError, call_command

from staff.models import AccessEntry, StaffMember
from staff.roles import Role

PASSWORD = "steady-cedar-window-7"


@pytest.fixture
def make(monkeypatch, db):
    """Runs the command with what is piped into it."""

    def run(typed=PASSWORD, **over):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        asked = {"username": "ada", "name": "Ada Lovell", "site": "North", "time_zone": "America/New_York", **over}
        call_command("first_admin", asked.pop("username"), stdout=io.StringIO(), **asked)

    return run


def test_the_first_admin_signs_in_and_is_logged(make, client):
    make()

    ada = StaffMember.objects.get()
    assert (ada.role, ada.site.name, str(ada.site.zone)) == (Role.ADMIN, "North", "America/New_York")
    client.post("/accounts/login/", {"username": "ada", "password": PASSWORD})
    assert client.get("/manage/").status_code == 200
    assert AccessEntry.objects.filter(action="staff.first_admin", record_ref=ada.ref, actor=None).exists()


def test_while_there_is_an_admin_nobody_gets_in_this_way(make, ada):
    with pytest.raises(CommandError, match="There is an admin"):
        make(username="eve")

    assert not StaffMember.objects.filter(username="eve").exists()


def test_where_the_last_admin_is_gone_it_opens_again(make, ada):
    StaffMember.objects.filter(pk=ada.pk).update(is_active=False)

    make(username="eve", site="North")

    assert StaffMember.objects.get(username="eve").site == ada.site


@pytest.mark.parametrize("bad", [{"typed": "short"}, {"time_zone": "Nowhere/Land", "site": "South"}, {"username": ""}])
def test_what_is_wrong_is_said_and_nothing_is_made(make, bad):
    with pytest.raises(CommandError):
        make(**bad)

    assert not StaffMember.objects.exists()
