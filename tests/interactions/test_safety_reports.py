"""Safety reports: for their author and the supervisor; told within the hour, decided within the day, in clock hours."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from interactions.models import Reminder, SafetyReport
from interactions.planning import plan_all
from interactions.services.safety_reports import decide, know, report
from patients.choices import CareRole
from patients.services import assign
from staff.calendar import DAY
from staff.roles import Role
from staff.wording import HOUR, MINUTE
from tests.factories import NOW, make_away, make_break_glass, make_floor, make_staff

CANARY = "the boy is six and alone at night"


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)


@pytest.fixture
def made(dana, mara, vera):
    return report(patient=dana, at_risk="child", seen_words=CANARY, by=mara, now=NOW)


def text(answer):
    return answer.content.decode()


def told(rule, now=NOW):
    plan_all(now)
    found = Reminder.objects.standing().filter(rule=rule).values_list("stage", "recipient__username")
    return sorted(found)


def test_it_stands_on_no_page_of_anybody_but_its_author_and_the_supervisor(
    sign_in, made, dana, mara, vera, ada, otto, sione, residential
):
    nurse, floor, night = make_staff("nina"), make_staff("flo"), make_staff("rosa")
    assign(patient=dana, staff=nurse, role=CareRole.NURSE, by=vera, now=NOW - DAY)
    make_floor(residential, floor)
    make_break_glass(dana, night, NOW)
    here = f"/patients/{dana.ref}/"
    pages = [made.get_absolute_url(), here, f"{here}?kind=safety_report", f"{here}boundaries/", f"{here}brief/",
             f"{here}access/", "/today/", "/team/", "/team/boundaries/", "/manage/reviews/boundaries/",
             "/manage/access-log/", "/reminders/"]  # fmt: skip

    for member in (nurse, floor, night, ada, otto, sione):
        browser = sign_in(member)
        for page in pages:
            shown = text(browser.get(page))
            assert CANARY not in shown and str(made.ref) not in shown, (member, page)
    for member in (mara, vera):
        assert CANARY in text(sign_in(member).get(made.get_absolute_url()))
        assert CANARY not in text(sign_in(member).get(f"{here}brief/"))


def test_the_auditor_sees_kind_moment_and_whether_it_was_settled(sign_in, made, otto, vera):
    waiting = text(sign_in(otto).get("/manage/reviews/boundaries/"))
    decide(report=made, state="not_reported", words="No way is open", by=vera, now=NOW + HOUR)
    done = text(sign_in(otto).get("/manage/reviews/boundaries/"))

    assert "A child" in waiting and "Decided, and the supervisor knows" not in waiting
    assert "Decided, and the supervisor knows" in done
    for page in (waiting, done):
        assert CANARY not in page and "No way is open" not in page and "Dana" not in page


def test_the_supervisor_hears_at_once_and_the_admin_after_an_hour(made, vera, ada):
    assert told("safety_report_not_told") == [("supervisor", "vera")]
    assert told("safety_report_not_told", NOW + 59 * MINUTE) == [("supervisor", "vera")]
    assert told("safety_report_not_told", NOW + HOUR) == [("admin", "ada"), ("supervisor", "vera")]
    know(report=made, by=vera, now=NOW + HOUR)
    assert told("safety_report_not_told", NOW + HOUR) == []


def test_a_decision_is_on_record_within_24_clock_hours_over_a_weekend_too(dana, mara, vera, ada):
    friday = NOW + 2 * DAY + 8 * HOUR
    made = report(patient=dana, at_risk="named", seen_words=CANARY, by=mara, now=friday, told_at=friday)

    assert made.decision_due_at == friday + DAY
    assert told("safety_report_undecided", friday + DAY - MINUTE) == []
    assert told("safety_report_undecided", friday + DAY) == [("owner", "mara"), ("supervisor", "vera")]
    assert ("admin", "ada") in told("safety_report_undecided", friday + 2 * DAY)
    decide(report=made, state="reported", reported_to="Police", reported_at=friday + DAY, by=mara, now=friday + 2 * DAY)
    assert told("safety_report_undecided", friday + 2 * DAY) == []


def test_it_counts_from_when_it_was_known(dana, mara, vera):
    made = report(patient=dana, at_risk="child", seen_words=CANARY, known_at=NOW - 5 * HOUR, by=mara, now=NOW)

    assert (made.told_due_at, made.decision_due_at) == (NOW - 4 * HOUR, NOW + 19 * HOUR)


def test_while_the_lead_is_away_the_deputy_is_the_one_to_tell(dana, mara, vera, residential, north):
    residential.deputy = make_staff("rhea", Role.SUPERVISOR, north)
    residential.save(update_fields=["deputy"])
    make_away(vera)

    made = report(patient=dana, at_risk="child", seen_words=CANARY, by=mara, now=NOW)

    assert made.supervisor == residential.deputy
    assert told("safety_report_not_told") == [("supervisor", "rhea")]
    assert SafetyReport.objects.visible_to(vera, NOW).exists(), "the lead reads it when they are back"


def test_while_the_lead_is_away_the_cover_hears_and_decides(dana, mara, vera, north):
    made = report(patient=dana, at_risk="child", seen_words=CANARY, by=mara, now=NOW)
    cover = make_staff("rhea", Role.SUPERVISOR, north)
    make_away(vera, cover)

    assert told("safety_report_not_told") == [("supervisor", "rhea")]
    know(report=made, by=cover, now=NOW)
    decide(report=made, state="not_reported", words="No way is open", by=cover, now=NOW)
    assert told("safety_report_not_told") == told("safety_report_undecided", NOW + 2 * DAY) == []


def test_its_author_may_say_that_the_supervisor_was_told_by_voice(made, dana, mara, nils):
    with pytest.raises(ValidationError):
        know(report=made, by=nils, now=NOW)
    know(report=made, by=mara, now=NOW)

    assert told("safety_report_not_told") == []


def test_whoever_leads_after_them_may_end_it(made, dana, mara, vera, residential, north):
    residential.lead = make_staff("rhea", Role.SUPERVISOR, north)
    residential.save(update_fields=["lead"])

    assert told("safety_report_not_told") == [("supervisor", "rhea")]
    know(report=made, by=residential.lead, now=NOW)
    assert not SafetyReport.objects.visible_to(vera, NOW).exists()


def test_the_lead_who_writes_it_knows_of_it(dana, vera):
    made = report(patient=dana, at_risk="child", seen_words=CANARY, by=vera, now=NOW)

    assert (made.supervisor, made.supervisor_told_at) == (vera, NOW)


def test_a_decision_says_to_whom_and_when_or_why_not(made, mara, nils):
    for wrong in (
        {"state": "reported"},
        {"state": "reported", "reported_to": "The county"},
        {"state": "reported", "reported_to": "The county", "reported_at": NOW + DAY},
        {"state": "not_reported"},
        {"state": "open"},
        {"state": "not_reported", "words": "No way", "patient_told": "no"},
    ):
        with pytest.raises(ValidationError):
            decide(report=made, by=mara, now=NOW, **wrong)
    with pytest.raises(ValidationError):
        decide(report=made, by=nils, now=NOW, state="not_reported", words="No way")
    for wrong in ({"state": "reported"}, {"audience": "team"}, {"state": "not_reported"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SafetyReport.objects.update(**wrong)


def test_the_page_asks_for_counsel_and_never_says_which_way_applies(sign_in, made, mara):
    page = text(sign_in(mara).get(made.get_absolute_url()))

    assert "§2.12(c)(6)" in page and "no general exception" in page
    assert "ask the privacy officer or counsel now" in page.lower()
    assert "counsel must confirm this page [check]" in page


def test_it_is_written_known_and_decided_on_its_pages(sign_in, dana, mara, vera):
    sent = {"at_risk": "child", "seen_words": CANARY, "known_at": "2026-06-10T10:00"}
    form = text(sign_in(mara).get(f"/patients/{dana.ref}/safety-reports/new/"))
    saved = sign_in(mara).post(f"/patients/{dana.ref}/safety-reports/new/", sent, follow=True)
    made = SafetyReport.objects.get()

    assert "Tell Vera by voice within the hour" in form
    assert CANARY in text(saved) and "I know of it" not in text(saved)
    assert f"{made.get_absolute_url()}know/" in text(sign_in(vera).get(made.get_absolute_url()))
    sign_in(vera).post(f"{made.get_absolute_url()}know/")
    sent = {"state": "reported", "reported_to": "The county", "reported_at": "2026-06-10T10:00", "patient_told": "yes"}
    done = sign_in(vera).post(f"{made.get_absolute_url()}decide/", sent, follow=True)
    made.refresh_from_db()
    assert (made.supervisor_told_at, made.decided_by, made.patient_told) == (NOW, vera, "yes")
    assert "The county" in text(done)
