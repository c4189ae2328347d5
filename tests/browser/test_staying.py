"""The warning before one is signed out for a rest, by keyboard, and what stands on the screen after it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_manage_pages import sign_in
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def wait(page, at):
    """`wait(13)`: it is that many minutes after NOW, here and in the browser."""
    passed = [0]
    at(NOW)
    page.clock.install(time=NOW)

    def until(minute):
        at(NOW + MINUTE * minute)
        page.clock.run_for(MINUTE / timedelta(milliseconds=1) * (minute - passed[0]))
        passed[0] = minute

    return until


def test_one_is_warned_two_minutes_before_and_stays_by_one_key(page, wait, residential, assert_accessible):
    sign_in(page, "mara")
    page.goto("/accounts/")
    warning = page.get_by_role("alertdialog", name="Are you still there?")
    wait(12)
    expect(warning).to_be_hidden()

    wait(13)

    expect(warning).to_contain_text("two minutes")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert_accessible()
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    wait(25)
    expect(warning).to_be_hidden()
    wait(26)
    expect(warning).to_be_visible()
    page.keyboard.press("Escape")
    expect(warning).to_be_hidden()


def test_after_the_end_the_page_is_gone_and_says_why(page, wait, residential, assert_accessible):
    sign_in(page, "mara")
    page.goto("/accounts/")

    wait(13)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    wait(14)
    wait(16)

    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    expect(page.locator("main")).to_contain_text("nothing was done here for a while")
    assert_accessible()


def test_what_was_written_is_not_thrown_away_by_the_end(page, wait, dana):
    sign_in(page, "mara")
    page.goto(f"{dana.get_absolute_url()}check-ins/new/")
    page.get_by_label("In a line or more").fill("Walked to the lake.")

    wait(13)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    wait(14)
    wait(16)

    box = page.get_by_role("alertdialog")
    expect(box).to_contain_text("What you wrote is still on this page")
    for _ in range(3):
        page.keyboard.press("Escape")  # nobody reads on in their place
    expect(box).to_be_visible()
    expect(page.locator("[name='text']")).to_have_value("Walked to the lake.")


def test_writing_is_no_rest(page, wait, dana):
    sign_in(page, "mara")
    page.goto(f"{dana.get_absolute_url()}check-ins/new/")

    for minute in (8, 16, 24):
        wait(minute)
        with page.expect_response("**/sessions/left/"):
            page.get_by_label("In a line or more").press_sequentially("x")

    expect(page.get_by_role("alertdialog")).to_be_hidden()
    wait(25)
    page.reload()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
