"""Signing in over a page whose session has ended."""

import re
from html import unescape

import pytest
from django.test import Client

from staff import second_factor
from staff.models import AccessEntry, Session
from tests.factories import NOW, PASSWORD

AGAIN = "/accounts/again/"


@pytest.fixture
def who(at, sign_in, mara):
    """What mara's page knows of her."""
    at(NOW)
    page = sign_in(mara).get("/accounts/").content.decode()
    Session.objects.all().delete()
    return unescape(re.search(r'name="who" value="([^"]*)"', page).group(1))


@pytest.fixture
def browser(who):
    return Client(enforce_csrf_checks=True)


def ask(browser, **typed):
    return browser.post(AGAIN, {"csrfmiddlewaretoken": browser.get(AGAIN).content.decode(), **typed})


def test_the_password_signs_in_over_the_page_and_gives_a_new_token(browser, who):
    answer = ask(browser, who=who, password=PASSWORD)

    assert answer.json()["left"] > 800
    assert browser.get("/today/").status_code == 200
    assert browser.post("/accounts/sessions/left/", {"csrfmiddlewaretoken": answer.json()["token"]}).status_code == 200


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"password": ""}, {"who": "x:y"}, {"who": ""}])
def test_anything_else_signs_nobody_in(browser, who, change):
    answer = ask(browser, **({"who": who, "password": PASSWORD} | change))

    assert "That did not work. Check the password;" in answer.json()["refused"]  # there is no box for a username
    assert browser.get("/today/").status_code == 302


def test_without_a_token_of_this_site_nobody_is_signed_in(browser, who):
    assert browser.post(AGAIN, {"who": who, "password": PASSWORD}).status_code == 403
    assert browser.get("/today/").status_code == 302


def test_wrong_passwords_are_counted_as_at_the_sign_in_page(browser, who):
    for _ in range(5):
        ask(browser, who=who, password="wrong")

    assert "refused" in ask(browser, who=who, password=PASSWORD).json()
    assert browser.get("/today/").status_code == 302


def test_the_second_factor_is_asked_for_as_well(browser, who, mara):
    key = second_factor.default_key()
    second_factor.switch_on(user=mara, key=key, typed=second_factor.code_at(key, NOW), now=NOW)
    device = second_factor.TOTPDevice.objects.get(user=mara)
    device.last_t = -1
    device.save()

    asked = ask(browser, who=who, password=PASSWORD)
    wrong = ask(browser, who=who, password=PASSWORD, code="000000")
    right = ask(browser, who=who, password=PASSWORD, code=second_factor.code_at(key, NOW))

    tries = list(AccessEntry.objects.filter(route="sign_in_again").order_by("pk").values_list("action", flat=True))
    assert sorted(tries) == ["code.wrong", *["password.right"] * 3, "sign_in.ok"]
    assert asked.json()["code"] and wrong.json()["code"] and "token" in right.json()


def test_whoever_has_to_set_up_a_second_factor_first_is_not_let_in(browser, who, settings):
    settings.REQUIRE_SECOND_FACTOR = True

    assert "refused" in ask(browser, who=who, password=PASSWORD).json()
    assert browser.get("/today/").status_code == 302


def test_somebody_else_who_is_signed_in_stays_so(browser, who, nils):
    browser.force_login(nils)

    assert "Somebody else is signed in" in ask(browser, who=who, password=PASSWORD).json()["refused"]
    assert browser.get("/today/").wsgi_request.user == nils


def test_an_account_that_ended_is_not_let_in(browser, who, mara):
    mara.is_active = False
    mara.save()

    assert "refused" in ask(browser, who=who, password=PASSWORD).json()
    assert browser.get("/today/").status_code == 302
