"""Sessions: how long they last, where they are listed, and who ends them."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from staff import services
from staff.devices import device
from staff.models import Session
from tests.factories import NOW, PASSWORD, make_session
from tests.queries import counted

MINUTE = timedelta(minutes=1)
MINE = "/accounts/sessions/"
LEFT = "/accounts/sessions/left/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def arrive(at, mara):
    """`arrive()` is a browser in which mara has signed in at ten in the morning."""

    def signed_in(agent=FIREFOX):
        at(NOW)
        client = Client(headers={"User-Agent": agent})
        answer = client.post("/accounts/login/", {"username": "mara", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
        assert answer.status_code == 302
        return client

    return signed_in


def lets_in(client, address="/accounts/"):
    return client.get(address).status_code == 200


def test_a_session_lasts_until_a_rest_of_fifteen_minutes(arrive, at):
    client = arrive()

    at(NOW + MINUTE * 15 - timedelta(seconds=10))
    assert lets_in(client)
    at(NOW + MINUTE * 30 - timedelta(seconds=20))
    assert lets_in(client)
    at(NOW + MINUTE * 45 - timedelta(seconds=20))
    assert not lets_in(client)
    assert not Session.objects.exists()


def test_exactly_fifteen_minutes_are_a_rest(arrive, at):
    client = arrive()

    at(NOW + MINUTE * 15)

    assert not lets_in(client)


def test_a_day_ends_after_twelve_hours_however_busy(arrive, at):
    client = arrive()
    for ten in range(1, 72):
        at(NOW + MINUTE * 10 * ten)
        assert lets_in(client)

    at(NOW + timedelta(hours=12))

    assert not lets_in(client)


def test_what_a_page_asks_by_itself_is_no_sign_of_life(arrive, at):
    client = arrive()
    for minute in range(1, 15):
        at(NOW + MINUTE * minute)
        answer = client.get(LEFT, headers={"X-Background": "yes"})
        assert int(answer.content) == (15 - minute) * 60

    at(NOW + MINUTE * 15)

    assert client.get(LEFT, headers={"X-Background": "yes"}).status_code == 302


def test_saying_so_keeps_one_signed_in(arrive, at):
    client = arrive()
    at(NOW + MINUTE * 14)

    assert int(client.post(LEFT).content) == 15 * 60

    at(NOW + MINUTE * 28)
    assert lets_in(client)


@pytest.mark.parametrize(
    ("later", "why"), [(MINUTE * 20, "nothing was done here"), (timedelta(hours=13), "You were signed out")]
)
def test_the_sign_in_page_says_why_and_leads_back(arrive, at, later, why):
    client = arrive()
    at(NOW + later)

    asked = client.get("/accounts/hours/?x=1")
    page = client.get(asked.url)

    assert why in page.content.decode()
    back = client.post(asked.url, {"username": "mara", "password": PASSWORD, "next": page.context["next"]})
    assert back.url == "/accounts/hours/?x=1"


def test_a_form_sent_too_late_leads_back_to_its_page(arrive, at):
    client = arrive()
    at(NOW + MINUTE * 16)

    here = client.post("/patients/search/", {"q": "x"}, headers={"Referer": "http://testserver/accounts/hours/?a=b"})

    assert here.url == "/accounts/login/?next=/accounts/hours/%3Fa%3Db&why=idle"


@pytest.mark.parametrize("before", ["https://evil.example/x", "//evil.example", "javascript:alert(1)", "", "\\evil"])
def test_no_referrer_leads_elsewhere(client, db, before):
    answer = client.post("/patients/search/", headers={"Referer": before})

    assert answer.url == "/accounts/login/?next=/"


def test_nobody_who_was_never_signed_in_is_told_that_they_were_signed_out(client, db):
    assert "why" not in client.get("/accounts/").url


def test_the_list_says_where_in_plain_words(arrive, at, nils):
    here, elsewhere = arrive(), arrive(agent="curl/8")
    make_session(nils)

    page = here.get(MINE).content.decode()

    assert "Firefox on Windows" in page and "A browser" in page and "192.0.2.7" in page
    assert page.count("This one") == 1
    assert page.count("Sign out there") == 1
    for client in (here, elsewhere):
        assert client.session.session_key not in page


def test_one_that_is_ended_is_out_at_its_next_request(arrive, mara):
    here, elsewhere = arrive(), arrive()
    other = Session.objects.get(pk=elsewhere.session.session_key)

    answer = here.post(f"{MINE}{other.ref}/end/")

    assert answer.url == MINE
    assert lets_in(here)
    assert "why=gone" in elsewhere.get("/accounts/").url


def test_all_others_are_ended_at_once(arrive, nils):
    here, second, third = arrive(), arrive(), arrive()
    make_session(nils)

    here.post(f"{MINE}end/")

    assert [lets_in(client) for client in (here, second, third)] == [True, False, False]
    assert Session.objects.of(nils).count() == 1


def test_nobody_ends_the_session_of_somebody_else_or_their_own_one_there(arrive, nils):
    here = arrive()
    own = Session.objects.get(pk=here.session.session_key)

    assert here.post(f"{MINE}{make_session(nils).ref}/end/").status_code == 404
    assert here.post(f"{MINE}{own.ref}/end/").status_code == 404


def test_an_ended_session_is_not_brought_back_by_a_request_that_was_under_way(arrive):
    client = arrive()
    store = client.session
    store["searches"] = [["key", "words"]]
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        store.save()

    assert not Session.objects.exists()


def test_a_changed_password_ends_all_others_and_begins_no_new_day(arrive, at, mara):
    here, elsewhere = arrive(), arrive()
    at(NOW + MINUTE * 5)
    good = "another correct horse"

    here.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": good, "new_password2": good})

    assert [(session.started_at, session.device) for session in Session.objects.of(mara)] == [
        (NOW, "Firefox on Windows")
    ]
    assert lets_in(here) and not lets_in(elsewhere)


def test_a_new_password_by_an_admin_ends_all(arrive, mara, ada):
    client = arrive()

    services.set_password(member=mara, password="steady-cedar-window-7", by=ada, now=NOW)

    assert not Session.objects.of(mara).exists()
    assert not lets_in(client)


@pytest.mark.parametrize("over", [{"role": "auditor"}, {"is_active": ""}])
def test_a_changed_role_and_a_closed_account_end_all(arrive, sign_in, mara, ada, over):
    client = arrive()
    form = {
        "name": "Mara", "role": "clinician", "site": mara.site.ref, "is_active": "on", "email": mara.email,
    } | over  # fmt: skip

    answer = sign_in(ada).post(f"/manage/staff/{mara.ref}/edit/", form)

    assert answer.status_code == 302
    assert not Session.objects.of(mara).exists()
    assert not lets_in(client)


def test_a_changed_name_ends_nothing(arrive, sign_in, mara, ada):
    client = arrive()
    form = {"name": "Mara M", "role": "clinician", "site": mara.site.ref, "is_active": "on"}

    sign_in(ada).post(f"/manage/staff/{mara.ref}/edit/", form)

    assert lets_in(client)


def test_signing_out_ends_the_row_and_clears_the_browser(arrive):
    client = arrive()

    answer = client.post("/accounts/logout/")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.exists()


def test_what_is_over_is_swept_out_at_the_next_sign_in(arrive, nils):
    make_session(nils, now=NOW - timedelta(minutes=16))
    make_session(nils, key="there", now=NOW - timedelta(minutes=14))

    arrive()

    assert [session.pk for session in Session.objects.of(nils)] == ["there"]


def test_that_it_was_used_costs_one_statement_a_minute(arrive, at):
    client = arrive()
    client.get(LEFT)
    with counted() as plain:
        client.get(LEFT)
    at(NOW + MINUTE * 2)
    with counted() as later:
        client.get(LEFT)
    with counted() as again:
        client.get(LEFT)

    assert len(later) == len(plain) + 1
    assert len(again) == len(plain)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_devices_in_plain_words(agent, words):
    assert device(agent) == words
