"""The admin's pages in a real browser: somebody leaves, and nothing they held is left behind."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from interactions.services.promises import promise
from patients.models import CareTeamMember
from staff.models import AwayPeriod, Holiday, OnCallDuty
from tests.factories import NOW, PASSWORD, make_floor

DAY = timedelta(days=1)


@pytest.fixture
def world(at, dana, mara, nils, vera, ada):
    """Dana is mara's, and mara owes her a call; the on-call list ends tomorrow."""
    at(NOW)
    promise(patient=dana, what="Call the landlord", due_at=NOW + DAY, by=mara, now=NOW)
    program = dana.latest_episode.program
    make_floor(program, nils)
    OnCallDuty.objects.update(ended_at=NOW + DAY)
    Holiday.objects.create(site=program.site, closed_on=(NOW + 30 * DAY).date(), name="Founders’ day")
    AwayPeriod.objects.create(staff=mara, cover=nils, began_at=NOW + DAY, ended_at=NOW + 2 * DAY)
    return {"program": program.ref, "site": program.site.ref, "staff": mara.ref}


def sign_in(page, username):
    page.goto("/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


PAGES = [
    "/manage/",
    "/manage/staff/",
    "/manage/staff/new/",
    "/manage/staff/{staff}/",
    "/manage/staff/{staff}/edit/",
    "/manage/staff/{staff}/hours/",
    "/manage/staff/{staff}/away/new/",
    "/manage/staff/{staff}/password/",
    "/manage/programs/",
    "/manage/programs/new/",
    "/manage/programs/{program}/",
    "/manage/programs/{program}/edit/",
    "/manage/programs/{program}/rules/",
    "/manage/programs/{program}/standards/0/",
    "/manage/words/",
    "/manage/words/new/",
    "/manage/hours/",
    "/manage/hours/new/",
    "/manage/hours/{site}/",
    "/manage/hours/{site}/contact-hours/",
    "/manage/hours/{site}/holidays/new/",
    "/manage/hours/{site}/on-call/new/",
    "/manage/reminders/",
    "/manage/reminders/fired/",
    "/manage/reminders/coming/",
    "/manage/assignments/",
    "/manage/assignments/?from={staff}",
    "/accounts/hours/",
]


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_of_the_admin_is_accessible_and_fits(page, assert_accessible, world, width):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "ada")

    for address in PAGES:
        page.goto(address.format(**world))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_a_colleague_leaves_and_somebody_else_is_there_for_the_patient(page, world, dana, nils):
    sign_in(page, "ada")
    page.goto(f"/manage/staff/{world['staff']}/edit/")

    page.get_by_label("Works here and can sign in").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Mara still has 1 care team, 1 open promise")

    page.get_by_role("link", name="Move these to a colleague", exact=True).click()
    page.get_by_label("To whom does it move?").select_option(label="Nils, Clinician")
    page.get_by_role("button", name="Show what would move").click()
    expect(page.get_by_role("table")).to_contain_text(dana.record_number)
    page.get_by_role("button", name="Move to Nils").click()
    expect(page.get_by_role("status")).to_contain_text("Moved.")

    page.goto(f"/manage/staff/{world['staff']}/edit/")
    page.get_by_label("Works here and can sign in").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert [member.staff for member in CareTeamMember.objects.of(dana).current(NOW)] == [nils]
