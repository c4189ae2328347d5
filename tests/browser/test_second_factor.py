"""Setting up an authenticator and signing in with it, in a real browser."""

from base64 import b32decode

from playwright.sync_api import expect

from staff.second_factor import code_at
from tests.browser.test_manage_pages import sign_in
from tests.factories import NOW, PASSWORD

MINE = "/accounts/second-factor/"


def test_it_is_set_up_once_and_asked_for_at_the_next_sign_in(page, at, residential, assert_accessible):
    at(NOW)
    page.set_viewport_size({"width": 390, "height": 900})
    sign_in(page, "mara")
    page.goto("/accounts/")
    page.get_by_role("link", name="Set it up").click()
    assert_accessible()
    page.get_by_role("link", name="Set it up").click()

    expect(page.get_by_role("img", name="A picture that the app reads")).to_be_visible()
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 100, "the picture is not drawn"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible()
    key = page.locator("code").inner_text()
    page.get_by_label("The code that the app shows now").fill(code_of(key))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1, name="Your recovery codes")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has=page.locator("code"))).to_have_count(10)
    assert_accessible()
    recovery = page.locator("main code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("10 of 10 left")
    assert_accessible()

    page.context.clear_cookies()
    page.goto(MINE)
    page.get_by_label("Username").fill("mara")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Code")).to_be_focused()
    assert_accessible()
    page.get_by_label("Code").fill(recovery)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("9 of 10 left")


def code_of(letters):
    return code_at(b32decode(letters.replace(" ", "")).hex(), NOW)
