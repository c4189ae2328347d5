"""What goes along with a disclosure, and the account of all of them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from patients import disclosing
from patients.consent_choices import NoticeVersion
from patients.notices import NOTICES
from tests.consents import OFFICER, make_consent, make_disclosure, make_emergency
from tests.factories import NOW
from tests.queries import counted


@pytest.fixture
def browser(sign_in, mara, at):
    at(NOW)
    return sign_in(mara)


@pytest.mark.parametrize("how", ["paper", "fax", "electronic", "spoken"])
def test_the_sheet_carries_the_notice_the_consent_and_what_was_given(how, browser, dana, mara):
    consent = make_consent(dana, by=mara, recipient=f"{OFFICER}\nOfficer B. Lund")
    made = make_disclosure(consent, by=mara, how=how)

    sheet = browser.get(made.get_absolute_url()).content.decode()

    assert made.notice == (NoticeVersion.SHORT_2024 if how == "spoken" else NoticeVersion.FULL_2024)
    said = ["Came: Jun 8, 2026, Jun 9, 2026.", "On which days I came", "My probation asks for it", "Dana Whitfield"]
    said += ["At any time, by telling any of us", "until the end of Dec 31, 2026"]
    for words in (NOTICES[made.notice].text, *said):
        assert words in sheet
    assert "Officer B. Lund" not in sheet, "the other recipients are nobody’s business"
    assert "Folder 12" not in sheet


def test_the_sheet_keeps_the_consent_as_it_was_when_it_is_taken_back_later(browser, dana, mara):
    consent = make_consent(dana, by=mara)
    made = make_disclosure(consent, by=mara)
    disclosing.end_consent(consent=consent, how="revoked", told="written", already_gone="One report", by=mara, now=NOW)

    assert NOTICES[NoticeVersion.FULL_2024].text in browser.get(made.get_absolute_url()).content.decode()


def test_a_sheet_under_an_exception_carries_no_notice(browser, dana, mara):
    made = make_emergency(dana, by=mara)

    sheet = browser.get(made.get_absolute_url()).content.decode()

    assert "General Hospital, emergency department" in sheet
    assert not [notice for notice in NOTICES.values() if notice.text in sheet]


def test_the_account_holds_three_years_or_the_days_asked_for(browser, dana, mara):
    consent = make_consent(dana, by=mara, signed_on=date(2020, 1, 1))
    for days in (1, 400, 1100, 1300):
        words = {"given": f"{days} days ago"}
        make_emergency(dana, by=mara, given_at=NOW - timedelta(days=days), **words)
    make_disclosure(consent, by=mara)
    address = reverse("patients:accounting", args=[dana.ref])

    usual = browser.get(address).content.decode()
    narrow = browser.get(address, {"from": "2022-01-01", "to": "2025-12-31"}).content.decode()

    assert [f"{days} days ago" in usual for days in (1, 400, 1100, 1300)] == [True, True, False, False]
    assert [f"{days} days ago" in narrow for days in (1, 400, 1100, 1300)] == [False, True, True, True]
    assert OFFICER in usual
    assert OFFICER not in narrow


def test_the_account_costs_the_same_with_many_lines(browser, dana, mara):
    def cost():
        with counted() as statements:
            browser.get(reverse("patients:accounting", args=[dana.ref]))
        return len(statements)

    consent = make_consent(dana, by=mara)
    make_disclosure(consent, by=mara)
    one = cost()
    for _ in range(30):
        make_disclosure(consent, by=mara)

    assert cost() == one
