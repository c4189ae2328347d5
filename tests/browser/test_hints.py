"""A quiet hint while somebody writes: it takes nothing from them, and saving works as ever."""

from playwright.sync_api import expect

from interactions.models import CheckIn
from tests.browser.test_drafts import note_of


def test_typing_shows_a_hint_and_saving_works(page, dana, mara, assert_accessible):
    note = note_of(page, dana)
    hints = page.locator("#hints_id_text")
    note.press_sequentially("Her father was an alcoholic")

    expect(hints).to_contain_text("Another way to say it: person with alcohol use disorder")
    expect(note).to_be_focused()
    expect(hints).to_have_attribute("aria-live", "polite")
    assert_accessible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(hints).to_be_in_viewport(ratio=0.5)
    note.press_sequentially(" and kind.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Dana")
    expect(page.get_by_role("main")).not_to_contain_text("Another way to say it")
    assert CheckIn.objects.get().texts.get().text == "Her father was an alcoholic and kind."


def test_the_hint_goes_when_the_word_does_and_a_kept_draft_holds_none(page, dana, mara):
    note = note_of(page, dana)
    note.fill("An addict.")
    expect(page.locator("#hints_id_text")).to_contain_text("substance use disorder")

    note.fill("Somebody tired.")

    expect(page.locator("#hints_id_text")).to_be_empty()
    expect(page.locator("input[name='hinted']")).to_have_count(0)
