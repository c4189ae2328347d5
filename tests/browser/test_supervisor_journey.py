"""A supervisor sees in a real browser what has waited too long, opens it and hands it on."""

from datetime import timedelta

from playwright.sync_api import expect

from interactions.services.care import assign
from interactions.services.concerns import raise_concern
from patients.choices import CareRole
from tests.browser.hands import Keyboard
from tests.browser.test_clinician_journey import sign_in
from tests.factories import NOW

WORDS = "Nobody told me when the doctor comes."


def test_an_unanswered_concern_stands_on_the_teams_page_after_its_target(
    page, at, dana, mara, vera, nils, assert_accessible
):
    at(NOW)
    assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW)
    raise_concern(patient=dana, words=WORDS, urgency="today", by=mara, owner=mara, now=NOW - timedelta(hours=9))
    hands = Keyboard(page)
    sign_in(page, hands, "vera", first="Team")

    assert_accessible()
    people = page.get_by_role("region", name="People to talk about today")
    expect(people).to_contain_text("Dana Whitfield")
    expect(people).to_contain_text("A concern has waited 9 hours for an answer with Mara")

    hands.press(page.get_by_role("link", name="Open concerns"))
    expect(page.get_by_role("heading", level=1, name="Open concerns")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=WORDS)
    expect(row).to_contain_text("Late by 1 hour")
    expect(row).to_contain_text("answered within 8 hours")
    assert_accessible()

    hands.press(row.get_by_role("link", name=WORDS))
    hands.press(page.get_by_role("link", name="Hand to a colleague"))
    expect(page.get_by_role("heading", level=1, name="Hand to a colleague")).to_be_visible()
    assert_accessible()
    hands.reach(page.get_by_role("combobox", name="To"))
    page.keyboard.type("Nils")
    hands.save()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_role("region", name="Concern", exact=True)).to_contain_text("Nils")
