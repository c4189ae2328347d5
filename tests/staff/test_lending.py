"""A device in a patient's hands: nothing but their form can be reached from it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from interactions.models import Draft
from tests.cast import enter
from tests.factories import NOW
from tests.test_doors import ROUTES, address_of, world  # noqa: F401  (a fixture)

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


@pytest.fixture
def lent(world):  # noqa: F811
    """A browser that mara handed to dana, and the address of the form in it."""
    browser = Client()
    enter(browser, world["cast"]["mara"])
    answer = browser.post(reverse("interactions:feedback_new", args=[world["patient"].ref]), {"way": "tablet"})
    assert answer.status_code == 302
    return browser, answer.headers["Location"]


@pytest.mark.parametrize("method", METHODS)
def test_every_address_leads_to_the_form(lent, world, method):  # noqa: F811
    browser, form = lent
    open_there = {form, reverse("interactions:feedback_thanks"), reverse("take_back")}

    for name in ROUTES:
        address = address_of(name, world)
        if address in open_there:
            continue
        answer = getattr(browser, method)(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, form), f"{method} {name}"
        assert not answer.content, name


def test_a_crawler_that_follows_everything_finds_three_pages(lent, world):  # noqa: F811
    browser, form = lent
    patient = world["patient"]
    seen, waiting = {}, [form]
    while waiting:
        address = waiting.pop()
        if address in seen or not address.startswith("/"):
            continue
        page = browser.get(address, follow=True)
        seen[page.request["PATH_INFO"]] = page.text
        found = re.findall(r'(?:href|action|src)="([^"#?]+)', page.text)
        waiting += [each for each in found if not each.startswith("/static/")]

    assert set(seen) <= {form, reverse("interactions:feedback_thanks"), reverse("take_back")}
    for text in seen.values():
        for secret in (patient.given_name, patient.family_name, patient.record_number, "mara"):
            assert secret not in text


def test_nothing_can_be_typed_into_a_draft_from_there(lent):
    browser, _ = lent
    before = Draft.objects.count()

    answer = browser.post(reverse("interactions:draft_save"), {"pass": "guessed", "text": "x"})

    assert (answer.status_code, Draft.objects.count()) == (302, before)


def test_somebody_who_stays_long_over_the_form_keeps_it(lent, at):
    browser, form = lent
    at(NOW + timedelta(minutes=14))
    assert browser.get(form).status_code == 200
    at(NOW + timedelta(minutes=28))
    assert browser.get("/today/").headers["Location"] == form


def test_a_device_that_stays_away_for_hours_forgets_whose_it_was(lent, at):
    browser, form = lent
    for minutes in range(10, 121, 10):
        at(NOW + timedelta(minutes=minutes))
        browser.get(form)

    assert browser.get("/today/").headers["Location"].startswith("/accounts/login/")
    assert browser.get(reverse("take_back")).headers["Location"] == "/"


def test_no_browser_fills_the_password_in(lent):
    browser, _ = lent

    page = browser.get(reverse("take_back")).text

    assert 'autocomplete="new-password"' in page and "current-password" not in page


def test_a_device_left_alone_forgets_and_still_opens_nothing(lent, at):
    browser, form = lent
    at(NOW + timedelta(minutes=31))

    assert browser.get("/today/").headers["Location"].startswith("/accounts/login/")
    assert browser.get(form).status_code == 200, "what they have typed can still be sent"
