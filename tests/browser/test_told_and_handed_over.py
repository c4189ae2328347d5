"""In a real browser: a setback is written down, owed and told; a primary hands somebody over, down to goodbye."""

import pytest
from playwright.sync_api import expect

from interactions.choices import HandoverState, UpdateState
from interactions.models import Handover, Update
from interactions.ownership import primary_of
from interactions.services import care
from patients.choices import CareRole
from staff.calendar import DAY
from tests.browser.hands import Keyboard, Mouse
from tests.browser.test_clinician_journey import sign_in
from tests.factories import NOW

SETBACK = "The flat was given to somebody else."


@pytest.fixture
def world(at, dana, mara, nils, vera):
    """Dana, whom mara cares for and nils counsels, on a Wednesday morning."""
    at(NOW)
    care.assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW - DAY)
    return dana


@pytest.fixture
def look(page, assert_accessible):
    def at_heading(heading):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert_accessible()

    return at_heading


@pytest.mark.parametrize("with_", [Mouse, Keyboard])
def test_a_setback_is_owed_until_it_is_told(page, world, look, with_):
    hands = with_(page)
    sign_in(page, hands)
    page.goto(world.get_absolute_url())
    hands.press(page.get_by_role("link", name="Something to tell them"))
    look("What Dana is to hear")
    hands.choose(page.get_by_label("A setback"))
    hands.write(page.get_by_label("In words that they would understand"), SETBACK)
    hands.write(page.get_by_label("What comes next"), "We look at two more on Friday")
    hands.save()

    expect(page.get_by_text("They don’t know yet")).to_be_visible()
    expect(page.get_by_text("1 thing to tell")).to_be_visible()
    hands.press(page.get_by_role("link", name="My day", exact=True).first)
    hands.press(page.get_by_role("link", name=SETBACK))
    look("I told them")
    hands.write(page.get_by_label("What they said"), "I thought so.")
    hands.save()

    expect(page.get_by_text("They know", exact=True)).to_be_visible()
    assert Update.objects.get().state == UpdateState.TOLD
    page.goto(world.get_absolute_url())
    expect(page.get_by_text("I thought so.")).to_be_visible()
    expect(page.get_by_text("1 thing to tell")).to_have_count(0)


def test_a_primary_hands_somebody_over_and_says_goodbye(page, world, look):
    hands = Mouse(page)
    sign_in(page, hands)
    page.goto(f"{world.get_absolute_url()}care-team/")
    hands.press(page.get_by_role("link", name="Hand over to a colleague"))
    look("Hand Dana over")
    page.get_by_label("Who takes over?").select_option(label="Nils")
    hands.write(page.get_by_label("Why"), "I change to nights")
    hands.press(page.get_by_role("button", name="Ask them"))
    expect(page.get_by_text("Nothing changes until they accept")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, hands, "nils")
    hands.press(page.get_by_role("link", name="I change to nights"))
    look("I take over")
    hands.press(page.get_by_role("button", name="I take over"))
    look("What is done")
    for point in ("They were told, and why", "introduced in person", "gone through together", "Goodbye was said"):
        hands.choose(page.get_by_label(point))
    hands.save()

    expect(page.get_by_text("Handed over", exact=True).first).to_be_visible()
    assert Handover.objects.get().state == HandoverState.DONE
    assert primary_of(world, NOW).username == "nils"
