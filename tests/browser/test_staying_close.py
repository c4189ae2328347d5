"""In a real browser: somebody leaves, and whoever stays in touch sees the day, calls, and has kept it."""

import pytest
from playwright.sync_api import expect

from patients.choices import CareRole
from patients.models import CareTeamMember, OutreachDay, TransitionWatch
from staff.calendar import DAY
from tests.browser.hands import Mouse
from tests.browser.test_clinician_journey import sign_in
from tests.factories import NOW


@pytest.fixture
def look(page, assert_accessible):
    def at_heading(heading):
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        assert_accessible()

    return at_heading


def test_a_discharge_with_its_watch(page, at, dana, mara, look):
    at(NOW)
    hands = Mouse(page)
    sign_in(page, hands)
    page.goto(f"{dana.get_absolute_url()}episodes/discharge/")
    look("Discharge")
    hands.choose(page.get_by_label("Left before the planned date"))
    hands.choose(page.get_by_label("Yes", exact=True))
    page.get_by_text("More about it").click()
    hands.choose(page.get_by_label("Could not ask, they had gone"))
    page.get_by_label("Who stays in touch").select_option(label="Mara")
    hands.save("Discharge")

    assert TransitionWatch.objects.get().naloxone == "not_asked"
    assert {day.owner for day in OutreachDay.objects.all()} == {mara}
    assert CareTeamMember.objects.current(NOW).get().role == CareRole.OUTREACH

    at(NOW + 2 * DAY)
    sign_in(page, hands)
    page.goto("/today/")
    hands.press(page.get_by_role("link", name="Stay in touch").first)
    look("Staying close: day 2 of 90")
    expect(page.get_by_text("Naloxone: nobody could ask.")).to_be_visible()
    hands.press(page.get_by_role("link", name="Write down how it went"))
    hands.choose(page.get_by_label("We talked"))
    hands.write(page.get_by_label("In a line or more"), "Home, tired, glad we rang.")
    hands.save()

    page.goto(f"{dana.get_absolute_url()}staying-close/")
    expect(page.get_by_role("link", name="In touch")).to_be_visible()
    hands.press(page.get_by_role("link", name="What they said about it"))
    look("What they said")
    hands.choose(page.get_by_label("Has it"))
    hands.save()
    expect(page.get_by_text("Naloxone: nobody could ask.")).to_have_count(0)
