"""What leaves: asked for with a purpose, taken once by whoever asked, in one envelope, and written down."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client

from patients.exports import LIFE, LONGEST
from patients.models import CareTeamMember, Export
from patients.reviews import one_person_routes
from staff.calendar import DAY
from staff.models import AccessEntry
from staff.roles import Role
from tests.cast import enter
from tests.factories import NOW, make_episode, make_patient
from tests.queries import counted
from tests.taking_out import address, ask, download, opened, take

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def ten_oclock(at):
    at(NOW)


@pytest.fixture
def browser(sign_in, mara, dana):
    return sign_in(mara)


def exported():
    return AccessEntry.objects.filter(action="export")


# The form


def test_the_list_leads_to_the_form_and_takes_its_filters_along(browser):
    page = browser.get("/patients/?status=in_care").content.decode()

    assert 'href="/exports/new/?of=patients&amp;status=in_care"' in page


def test_a_purpose_is_needed_and_what_was_typed_stays(browser):
    answer = ask(browser, "patients", purpose="", words="For the handover at 15:00")

    assert answer.status_code == 200
    assert "For the handover at 15:00" in answer.content.decode()
    assert not Export.objects.exists()


def test_something_else_is_said_in_words(browser):
    answer = ask(browser, "patients", purpose="other", words="  ")

    assert "Say in a few words what it is for." in answer.content.decode()
    assert not Export.objects.exists()


def test_the_same_form_sent_twice_asks_once(browser):
    token = str(uuid4())

    first, second = (ask(browser, "patients", form_token=token) for _ in range(2))

    assert first.url == second.url
    assert Export.objects.count() == 1


def test_an_old_password_is_asked_for_again(sign_in, mara, dana):
    browser = sign_in(mara, confirmed=False)

    answers = [browser.get(address("patients")), ask(browser, "patients")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert all("Is it you?" in answer.content.decode() for answer in answers)
    assert not Export.objects.exists()


def test_a_list_that_is_none_answers_like_no_page(browser):
    assert [browser.get(address(key)).status_code for key in ("", "nothing", "\0", "__class__")] == [404] * 4


def test_odd_filters_make_no_error_page(browser):
    for value in ("\0", "%", "9" * 5000, "’; DROP", "\ud800", "0001-01-01"):
        for key in ("patients", "concerns", "record"):
            query = dict.fromkeys(("status", "program", "last_contact", "whose", "patient", "s"), value)
            query = {name: value.encode(errors="surrogatepass") for name, value in query.items()}

            assert browser.get(address(key, **query)).status_code < 500
            assert ask(browser, key, query).status_code < 500


# The link


def test_it_is_taken_once(browser):
    asked = ask(browser, "patients")

    first, second = browser.post(asked.url), browser.post(asked.url)

    assert (first.status_code, second.status_code) == (200, 410)
    assert "works only once" in second.content.decode()
    assert exported().count() == 1


def test_looking_at_the_link_does_not_take_it(browser):
    asked = ask(browser, "patients")

    for _ in range(3):
        assert "Download" in browser.get(asked.url).content.decode()

    assert browser.post(asked.url).status_code == 200


def test_it_ends_after_fifteen_minutes(browser, at):
    asked = [ask(browser, "patients") for _ in range(2)]

    at(NOW + LIFE)
    last = browser.post(asked[0].url)
    at(NOW + LIFE + timedelta(seconds=1))
    late = browser.post(asked[1].url)

    assert (last.status_code, late.status_code) == (200, 410)
    assert "15 minutes are over" in late.content.decode()


def test_nobody_else_takes_it_and_not_from_another_session(browser, mara, vera, ada, otto):
    asked = ask(browser, "patients")
    made_up = f"/exports/{uuid4()}/"

    for member in (mara, vera, ada, otto):
        other = enter(Client(), member)
        for method in ("get", "post"):
            answer, unknown = (getattr(other, method)(url) for url in (asked.url, made_up))
            assert (answer.status_code, unknown.status_code) == (404, 404)
    assert browser.post(asked.url).status_code == 200


def test_who_signed_out_and_in_again_asks_again(browser, mara):
    asked = ask(browser, "patients")

    browser.post("/accounts/logout/")
    enter(browser, mara)

    assert browser.post(asked.url).status_code == 404


def test_an_account_that_ended_takes_nothing(browser, mara):
    asked = ask(browser, "patients")
    type(mara).objects.filter(pk=mara.pk).update(is_active=False)

    answer = browser.post(asked.url)

    assert answer.status_code == 302
    assert not exported().exists()


def test_an_assignment_that_ended_in_between_takes_its_patient_along(browser, mara, dana, residential):
    other = make_episode(patient=make_patient("Ezra", "Bloom"), program=residential, primary=mara).patient
    asked = ask(browser, "patients")
    CareTeamMember.objects.of(dana).update(ended_at=NOW, ended_by=mara)

    got = opened(browser.post(asked.url))

    assert [row["Record number"] for row in got.rows] == [other.record_number]
    assert got.manifest["rows"] == Export.objects.get().rows == 1


def test_a_list_is_asked_anew_when_it_is_taken_and_may_have_grown(sign_in, vera, dana, nils):
    browser = sign_in(nils)
    asked = ask(browser, "patients")
    CareTeamMember.objects.create(
        patient=dana, staff=nils, role="nurse", began_at=NOW - DAY, assigned_by=vera, introduce_by_at=NOW
    )

    assert len(opened(browser.post(asked.url)).rows) == 1


def test_a_whole_record_of_a_patient_no_longer_theirs_is_not_found(browser, mara, dana):
    asked = ask(browser, "record", {"patient": dana.ref})
    CareTeamMember.objects.of(dana).update(ended_at=NOW, ended_by=mara)

    answer = browser.post(asked.url)

    assert answer.status_code == 404
    assert dana.called not in answer.content.decode()
    assert AccessEntry.objects.of(dana).filter(outcome="not_found", route="patients:export").count() == 1


def test_another_role_takes_only_what_that_role_may(browser, mara, dana):
    asked = ask(browser, "patients")
    type(mara).objects.filter(pk=mara.pk).update(role=Role.ADMIN)

    answer = browser.post(asked.url)

    assert answer.status_code == 403
    assert Export.objects.get().taken_at is None


def test_a_search_that_is_no_longer_kept_takes_nothing_rather_than_everything(browser, dana):
    key = browser.post("/patients/search/", {"q": "Dana"}).url.partition("s=")[2]
    asked = ask(browser, "patients", {"s": key})
    for n in range(10):
        browser.post("/patients/search/", {"q": f"Somebody {n}"})

    answer = browser.post(asked.url)

    assert answer.status_code == 409
    assert "no longer kept" in answer.content.decode()
    assert not exported().exists()


def test_more_rows_than_may_leave_are_refused(browser, monkeypatch, mara, residential):
    monkeypatch.setattr("patients.exports.LONGEST", 1)
    asked = ask(browser, "patients")
    make_episode(patient=make_patient("Ezra", "Bloom"), program=residential, primary=mara)

    taken, page, again = browser.post(asked.url), browser.get(address("patients")), ask(browser, "patients")

    assert LONGEST == 5000
    assert (taken.status_code, page.status_code, again.status_code) == (409, 200, 200)
    for answer in (taken, page, again):
        assert "There are more than 1 rows. Narrow the list first" in answer.content.decode()
    assert Export.objects.count() == 1


# What is written down


def test_the_log_says_what_left_of_whom_and_for_what(browser, mara, dana):
    take(browser, "patients", purpose="supervision")

    entry = exported().get()
    assert (entry.actor, entry.route, entry.method, entry.outcome) == (mara, "patients:export", "POST", "ok")
    assert entry.record_ref == Export.objects.get().ref
    assert entry.fields == "patients file for=supervision rows=1"
    assert [row.patient_ref for row in entry.patients.all()] == [dana.ref]


def test_the_log_says_that_it_was_asked_for(browser, mara):
    ask(browser, "patients", purpose="review")

    entry = AccessEntry.objects.get(action="export.ask")
    assert (entry.actor, entry.record_ref, entry.fields) == (mara, Export.objects.get().ref, "patients review")


def test_a_list_without_patients_is_logged_too(sign_in, ada):
    take(sign_in(ada), "staff", purpose="work")

    assert exported().get().fields.startswith("staff file for=work rows=")


def test_nothing_leaves_when_the_log_cannot_be_written(browser, monkeypatch):
    asked = ask(browser, "patients")

    def fail(*args):
        raise DatabaseError

    monkeypatch.setattr("staff.access_log._write", fail)
    answer = browser.post(asked.url)

    assert answer.status_code == 503
    assert not answer.content.startswith(b"PK")


def test_the_patient_is_told_that_something_was_taken_out(sign_in, mara, at, dana):
    at(datetime.now(UTC))  # the log's own time is the database's
    browser = sign_in(mara)
    take(browser, "record", {"patient": dana.ref})

    assert "Copied something out" in browser.get(f"/patients/{dana.ref}/access/").content.decode()


def test_many_records_in_one_export_are_found_unusual(sign_in, mara, otto, residential):
    for n in range(51):
        make_episode(patient=make_patient(f"Person {n}"), program=residential, primary=mara)
    take(sign_in(mara), "patients")

    rows = list(AccessEntry.objects.doing("export").reads().by_person_and_hour(one_person_routes()))

    assert [(row["actor"], row["opened"]) for row in rows] == [(mara.pk, 51)]


def test_an_admin_and_an_auditor_see_who_took_out_what(browser, mara, ada, otto, dana):
    take(browser, "record", {"patient": dana.ref}, words="For the court")
    export = Export.objects.get()

    pages = {member: enter(Client(), member).get("/manage/exports/").content.decode() for member in (ada, otto)}

    for page in pages.values():
        for words in (mara.name, "The whole record", "Care: a handover", f"{export.rows} rows", str(export.ref)):
            assert words in page
        for words in (dana.called, dana.family_name, dana.record_number, str(dana.ref)):
            assert words not in page
    assert "For the court" in pages[otto]
    assert "For the court" not in pages[ada]


def test_the_list_of_exports_goes_on_and_asks_as_many_questions_for_fifty(browser, ada, mara):
    ask(browser, "patients")
    admin = enter(Client(), ada)
    with counted() as for_one:
        admin.get("/manage/exports/")
    for n in range(51):
        Export.objects.create(
            by=mara, what="patients", kind="file", purpose="care", asked_at=NOW - n * MINUTE, expires_at=NOW
        )
    with counted() as for_fifty:
        page = admin.get("/manage/exports/").content.decode()
    older = admin.get("/manage/exports/", {"before": page.partition("?before=")[2].partition('"')[0]})

    assert len(for_fifty) == len(for_one)
    assert page.count('class="main"') == 50
    assert older.content.decode().count('class="main"') == 2


# Who may not


def test_an_admin_on_a_care_team_takes_nothing_of_patients_out(sign_in, ada, vera, dana, mara):
    CareTeamMember.objects.create(
        patient=dana, staff=ada, role="nurse", began_at=NOW - DAY, assigned_by=vera, introduce_by_at=NOW
    )
    browser = sign_in(ada)

    assert dana.called in browser.get("/patients/").content.decode()
    assert "/exports/new/" not in browser.get("/patients/").content.decode()
    assert "/exports/new/" not in browser.get(f"/patients/{dana.ref}/").content.decode()
    for key, query in (("patients", {}), ("concerns", {}), ("today", {}), ("record", {"patient": dana.ref})):
        assert browser.get(address(key, **query)).status_code == 403
        assert ask(browser, key, query).status_code == 403


def test_an_admin_takes_assignments_by_number_alone(sign_in, ada, dana, mara):
    got = download(sign_in(ada), "assignments", {"from": mara.ref})

    assert [row["Record number"] for row in got.rows] == [dana.record_number]
    assert not {dana.called, dana.family_name, dana.initials} & {value for row in got.rows for value in row.values()}
