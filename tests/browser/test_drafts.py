"""A note is kept while it is written, survives the end of the session, and goes on over the sign-in."""

import re

from playwright.sync_api import expect

from interactions.models import CheckIn, Draft
from staff.models import Session
from tests.browser.test_manage_pages import sign_in
from tests.browser.test_staying import wait  # noqa: F401  (a fixture)
from tests.factories import PASSWORD

WORDS = "Walked to the lake.\nThey want to call home. 🙂"


def note_of(page, dana):
    sign_in(page, "mara")
    page.goto(f"{dana.get_absolute_url()}check-ins/new/")
    return page.get_by_label("In a line or more")


def kept(page):
    return page.locator(".form-actions").get_by_text(re.compile(r"^Kept today \d\d:\d\d$"))


def test_a_note_is_kept_two_seconds_after_a_pause_and_offered_after_the_browser_is_gone(page, wait, dana):  # noqa: F811
    note = note_of(page, dana)
    note.fill(WORDS)
    page.clock.run_for(2100)
    expect(kept(page)).to_be_visible()

    fresh = page.context.new_page()
    fresh.goto(f"{dana.get_absolute_url()}check-ins/new/")
    fresh.get_by_role("link", name="Go on with it").click()

    expect(fresh.get_by_label("In a line or more")).to_have_value(WORDS)
    fresh.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(fresh.get_by_role("heading", level=1)).to_contain_text("Dana")
    assert CheckIn.objects.get().texts.get().text == WORDS
    assert not Draft.objects.exists()


def test_leaving_the_field_keeps_the_note_at_once(page, wait, dana):  # noqa: F811
    note = note_of(page, dana)
    note.fill(WORDS)

    note.press("Tab")

    expect(kept(page)).to_be_visible()


def test_one_signs_in_over_the_page_and_saves(page, wait, dana, assert_accessible):  # noqa: F811
    note = note_of(page, dana)
    note.fill("Walked to the lake.")
    Session.objects.all().delete()
    note.press_sequentially(" And back.")
    page.clock.run_for(2100)
    expect(kept(page)).to_be_visible()
    wait(13)
    wait(16)
    box = page.get_by_role("alertdialog")
    expect(box).to_contain_text("You are signed out")
    assert_accessible()

    box.get_by_label("Password").fill("wrong")
    box.get_by_role("button", name="Sign in").click()
    expect(box.get_by_role("alert")).to_contain_text("That did not work")
    box.get_by_label("Password").fill(PASSWORD)
    box.get_by_role("button", name="Sign in").click()

    expect(box).to_be_hidden()
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dana")
    assert CheckIn.objects.get().texts.get().text == "Walked to the lake. And back."
