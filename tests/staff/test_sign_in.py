from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, connections
from django.test import Client

from staff import sign_in
from staff.models import SignInCounter
from tests.factories import NOW, PASSWORD

MINUTE = timedelta(minutes=1)
WRONG = "wrong horse battery"
GOOD = "another correct horse"


@pytest.fixture
def guess(client, at, mara):
    """`guess()` tries a password for mara over HTTP and says whether it let her in."""

    def try_(password=WRONG, username="mara", when=NOW, address="192.0.2.1"):
        at(when)
        answer = client.post("/accounts/login/", {"username": username, "password": password}, REMOTE_ADDR=address)
        let_in = answer.status_code == 302
        if let_in:
            client.logout()
        return let_in

    return try_


@pytest.fixture
def checks(monkeypatch):
    """The passwords that were compared with a stored one."""
    made = []
    monkeypatch.setattr(
        "staff.models.StaffMember.check_password", lambda self, raw: made.append(raw) or raw == PASSWORD
    )
    return made


def test_the_right_password_lets_them_in(guess):
    assert guess(PASSWORD)


def test_five_failures_close_the_account_for_a_minute(guess):
    for _ in range(5):
        guess()

    assert not guess(PASSWORD, when=NOW + MINUTE - timedelta(seconds=1))
    assert guess(PASSWORD, when=NOW + MINUTE)


def test_ten_failures_close_the_account_for_fifteen_minutes(guess):
    for n in range(10):
        guess(when=NOW + MINUTE * (n // 5))

    assert not guess(PASSWORD, when=NOW + 15 * MINUTE)
    assert guess(PASSWORD, when=NOW + 16 * MINUTE)


def test_each_failure_after_the_tenth_closes_it_again(guess):
    for n in range(10):
        guess(when=NOW + MINUTE * (n // 5))
    guess(when=NOW + 16 * MINUTE)

    assert not guess(PASSWORD, when=NOW + 30 * MINUTE)
    assert guess(PASSWORD, when=NOW + 31 * MINUTE)


def test_a_failure_during_the_wait_prolongs_nothing(guess, checks):
    for n in range(30):
        guess(when=NOW + timedelta(seconds=n))

    assert len(checks) == 5
    assert guess(PASSWORD, when=NOW + timedelta(seconds=4) + MINUTE)


def test_a_success_begins_the_count_anew(guess):
    for _ in range(4):
        guess()
    assert guess(PASSWORD)
    for _ in range(4):
        guess()

    assert guess(PASSWORD)


@pytest.mark.parametrize("spelling", ["mara", "MARA", " mara ", "Mara\t", "ｍａｒａ", "ＭＡＲＡ"])
def test_every_spelling_of_a_name_is_the_same_account(guess, checks, spelling):
    assert guess(PASSWORD, username=spelling)
    for _ in range(5):
        guess(username=spelling)

    assert not guess(PASSWORD)
    assert len(checks) == 6


def test_a_name_nobody_has_is_counted_under_its_folded_spelling(guess):
    for spelling in ("ghost", "GHOST", " ghost ", "ｇｈｏｓｔ", "Ghost"):
        guess(username=spelling)
    closed = SignInCounter.objects.get(blocked_until_at__isnull=False)

    assert closed.failures == 5
    assert closed.blocked_until_at == NOW + MINUTE
    assert "ghost" not in closed.key


def test_another_account_stays_open(guess, nils):
    for _ in range(5):
        guess()

    assert guess(PASSWORD, username="nils")


def test_sixty_failures_in_ten_minutes_close_an_address(guess, nils):
    for n in range(60):
        guess(username=f"ghost{n}", when=NOW + timedelta(seconds=n))
    ends = NOW + timedelta(seconds=59) + 10 * MINUTE

    assert not guess(PASSWORD, when=ends - timedelta(seconds=1))
    assert guess(PASSWORD, when=ends - timedelta(seconds=1), address="192.0.2.2")
    assert guess(PASSWORD, when=ends)


def test_sixty_failures_over_a_longer_time_do_not(guess):
    for n in range(60):
        guess(username=f"ghost{n}", when=NOW + timedelta(seconds=12 * n))

    assert guess(PASSWORD, when=NOW + 12 * MINUTE)


def test_a_whole_shift_signs_in_from_one_address(guess):
    assert all(guess(PASSWORD) for _ in range(70))


def test_every_refusal_reads_the_same(client, at, mara, nils):
    at(NOW)
    nils.is_active = False
    nils.save()

    def refusal(username, password=WRONG):
        page = client.post("/accounts/login/", {"username": username, "password": password})
        assert page.status_code == 200
        return page.content.decode().partition('<form method="post" class="panel')[2].replace(username, "…")

    said = {refusal("mara"), refusal("ghost"), refusal("nils", PASSWORD)}
    said |= {refusal(name) for name in ("mara", "ghost") for _ in range(6)} | {refusal("mara", PASSWORD)}

    assert len({without_token(page) for page in said}) == 1


def without_token(page):
    head, _, rest = page.partition('name="csrfmiddlewaretoken" value="')
    return head + rest.partition('"')[2]


@pytest.mark.parametrize("username", ["", "x" * 5000, "ma\0ra", "𝔪𝔞𝔯𝔞" * 40, "'; --"])
def test_a_strange_name_is_refused_and_nothing_breaks(guess, username):
    assert not guess(PASSWORD, username=username)


def test_a_new_password_ends_all_other_sessions(mara):
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.post("/accounts/login/", {"username": "mara", "password": PASSWORD})

    answer = here.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD})

    assert answer.status_code == 302
    assert here.get("/accounts/password/").status_code == 200
    assert elsewhere.get("/accounts/password/").headers["Location"].startswith("/accounts/login/")


def test_a_short_or_common_password_is_refused_at_its_field(sign_in, mara):
    page = sign_in(mara).post(
        "/accounts/password/", {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    )

    assert page.status_code == 200
    assert page.context["form"].errors["new_password2"]


def test_a_deactivated_person_is_out_at_the_next_request(sign_in, mara):
    browser = sign_in(mara)
    assert browser.get("/accounts/password/").status_code == 200

    mara.is_active = False
    mara.save()

    assert browser.get("/accounts/password/").status_code == 302


def test_signing_out_needs_a_form_and_ends_the_session(sign_in, mara):
    browser = sign_in(mara)

    assert browser.get("/accounts/logout/").status_code == 405
    browser.post("/accounts/logout/")

    assert browser.get("/accounts/password/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_time_do_not_pass_together(mara, checks):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time anyway")
    request = SimpleNamespace(META={"REMOTE_ADDR": "192.0.2.1"})

    def guess_once(n):
        try:
            return sign_in.PasswordBackend().authenticate(request, username="mara", password=f"{WRONG} {n}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as crowd:
        let_in = list(crowd.map(guess_once, range(20)))

    assert not any(let_in)
    assert len(checks) == 5


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("four words of mine", True),
        ("ein längerer Satz ☂ ganz ohne Zahl", True),
        ("x7" * 64, True),
        ("x7" * 64 + "!", False),
        ("fourteen chars", False),
        ("our Daybook is locked", False),
        ("mara's own long words", False),
        ("far up NORTH it is cold", False),
    ],
)
def test_what_a_password_may_be(sign_in, mara, password, good):
    page = sign_in(mara).post(
        "/accounts/password/", {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    )

    assert (page.status_code == 302) is good


def test_passwords_are_kept_by_argon2id():
    assert settings_hashers()[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    assert Argon2PasswordHasher().encode("words", "saltsaltsalt").startswith("argon2$argon2id$")


def settings_hashers():
    """Those of the settings file: the tests use a quicker one."""
    return import_module("rehabcrm.settings").PASSWORD_HASHERS
