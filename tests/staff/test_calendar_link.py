"""The link of one's own calendar: shown once, kept as a hash, ended with whatever ends the account's sessions."""

import hashlib
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from staff.models import AccessEntry, CalendarFeed
from staff.roles import Role
from tests.cast import enter
from tests.factories import NOW, PASSWORD

MINUTE = timedelta(minutes=1)
PAGE, LINK, OFF = "/accounts/calendar/", "/accounts/calendar/link/", "/accounts/calendar/off/"
ANOTHER = "steady-cedar-window-7"


def link_in(answer):
    """The path of the link that a page shows."""
    return re.search(rb"http://localhost:8000(/calendar/[\w-]{43}\.ics)", answer.content)[1].decode()


@pytest.fixture
def browser(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


@pytest.fixture
def link(browser):
    """Mara's link, made just now."""
    return link_in(browser.post(LINK))


def status(link):
    return Client().get(link).status_code


def test_a_link_is_shown_once_and_opens_the_calendar(browser, link):
    page = browser.get(PAGE)

    assert status(link) == 200
    assert link.encode() not in page.content
    assert b"Not yet" in page.content


def test_only_the_hash_of_the_secret_is_kept(link):
    token = link.removeprefix("/calendar/").removesuffix(".ics")

    kept = CalendarFeed.objects.values().get()

    assert kept["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(kept)
    assert token not in repr(list(AccessEntry.objects.values()))


def test_two_links_have_nothing_in_common(browser, link):
    assert link_in(browser.post(LINK)) != link


def test_the_page_says_when_the_calendar_was_fetched_last(browser, link, at):
    status(link)
    at(NOW + MINUTE)

    assert b"today 10:00" in browser.get(PAGE).content
    assert b"Not yet" not in browser.get(PAGE).content


def test_making_a_link_asks_for_the_password_again(at, client, mara):
    at(NOW)
    browser = enter(client, mara, confirmed=False)

    asked = browser.post(LINK)
    answer = browser.post(LINK, {"confirm_password": PASSWORD, "confirm_then": "send"})

    assert (asked.status_code, CalendarFeed.objects.count()) == (403, 1)
    assert status(link_in(answer)) == 200


def test_a_new_link_ends_the_old_one_at_once(browser, link):
    new = link_in(browser.post(LINK))

    assert (status(link), status(new)) == (404, 200)


def test_turned_off_it_is_gone_and_the_page_says_so(browser, link):
    page = browser.post(OFF, follow=True)

    assert status(link) == 404
    assert b"Off: nothing leaves." in page.content


def test_a_colleague_turns_off_their_own_only(browser, link, nils):
    enter(Client(), nils).post(OFF)

    assert status(link) == 200


def test_each_has_one_that_goes_on(mara, link):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(staff=mara, token_hash="0" * 64, made_at=NOW)


def change_own_password(browser, ada, mara):
    typed = {"old_password": PASSWORD, "new_password1": ANOTHER, "new_password2": ANOTHER}
    assert browser.post("/accounts/password/", typed).status_code == 302


def get_a_password(browser, ada, mara):
    typed = {"password": ANOTHER, "password_again": ANOTHER}
    assert enter(Client(), ada).post(f"/manage/staff/{mara.ref}/password/", typed).status_code == 302


def lose_the_second_factor(browser, ada, mara):
    answer = enter(Client(), ada).post(f"/manage/staff/{mara.ref}/second-factor/", {"form_token": str(uuid4())})
    assert answer.status_code == 302


def edit(ada, mara, **over):
    typed = {
        "name": mara.name,
        "username": mara.username,
        "role": mara.role,
        "site": str(mara.site.ref),
        "is_active": "on",
        **over,
    }
    typed = {name: value for name, value in typed.items() if value is not None}
    answer = enter(Client(), ada).post(f"/manage/staff/{mara.ref}/edit/", typed)
    assert answer.status_code == 302, answer.context["form"].errors


def change_role(browser, ada, mara):
    edit(ada, mara, role=Role.SUPERVISOR)


def become_auditor(browser, ada, mara):
    edit(ada, mara, role=Role.AUDITOR)


def leave_and_come_back(browser, ada, mara):
    edit(ada, mara, is_active=None)
    edit(ada, mara)


ENDS = [change_own_password, get_a_password, lose_the_second_factor, change_role, become_auditor, leave_and_come_back]


@pytest.mark.parametrize("change", ENDS)
def test_a_change_of_the_account_ends_the_link(change, browser, link, ada, mara):
    change(browser, ada, mara)

    assert status(link) == 404
    assert not CalendarFeed.objects.going_on()


def test_a_change_of_the_name_leaves_it(browser, link, ada, mara):
    edit(ada, mara, name="Mara Ortiz")

    assert status(link) == 200


def test_making_it_and_turning_it_off_stand_in_the_log(browser, link, mara):
    browser.post(OFF)
    browser.post(OFF)

    entries = AccessEntry.objects.by(mara).values_list("action", flat=True)
    assert list(entries) == ["account.calendar", "account.calendar_off"]


def test_my_account_leads_there_for_those_who_have_appointments(sign_in, mara, otto):
    assert PAGE.encode() in sign_in(mara).get("/accounts/").content
    assert PAGE.encode() not in sign_in(otto).get("/accounts/").content
