"""Finding people, and who they are, as a user meets it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from interactions.choices import Happened
from interactions.services.checkins import log_conversation
from patients.models import SafeContact
from staff.models import AccessedPatient
from tests.factories import NOW, make_episode, make_patient
from tests.queries import counted

LIST = "/patients/"


@pytest.fixture(autouse=True)
def stopped(at):
    at(NOW)


def test_the_list_shows_whom_one_cares_for_with_the_last_conversation(sign_in, dana, mara, nils):
    log_conversation(
        patient=dana, by=mara, now=NOW, happened=Happened.TALKED, text="x", happened_at=NOW - timedelta(days=2)
    )

    page = sign_in(mara).get(LIST).content.decode()

    assert "Dana Whitfield" in page
    assert "2 days ago, Mara" in page
    assert "every 1 to 3 days" in page
    assert "Dana" not in sign_in(nils).get(LIST).content.decode()


def test_the_list_is_read_in_the_access_log(sign_in, dana, mara):
    sign_in(mara).get(LIST)

    assert AccessedPatient.objects.filter(patient_ref=dana.ref, entry__route="patients:list").exists()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?status=in_care", True),
        ("?status=between", False),
        ("?status=nonsense", True),
        ("?last_contact=3", True),
        ("?program=x", True),
        ("?after=not-a-ref", True),
    ],
)
def test_the_list_is_narrowed_by_its_address(sign_in, dana, mara, query, shown):
    assert ("Dana" in sign_in(mara).get(LIST + query).content.decode()) is shown


def test_the_list_pages_by_name(sign_in, mara, residential, monkeypatch):
    monkeypatch.setattr("patients.listing.PAGE", 2)
    for name in ("Ames", "Brook", "Chen", "Ames"):
        make_episode(patient=make_patient(family_name=name, by=mara), program=residential, primary=mara)
    browser, seen, url = sign_in(mara), [], LIST
    while url:
        answer = browser.get(url)
        seen += [line.patient.family_name for line in answer.context["lines"]]
        url = answer.context["next_url"]

    assert seen == ["Ames", "Ames", "Brook", "Chen"]


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_takes_the_same_queries_for_any_length(sign_in, mara, residential, rows):
    for n in range(rows):
        make_episode(patient=make_patient(family_name=f"N{n}", by=mara), program=residential, primary=mara)
    browser = sign_in(mara)
    browser.get(LIST)

    with counted() as statements:
        browser.get(LIST)

    assert len(statements) <= 12, statements


# The care team's page also says who is let in by name only, who is kept out, and what waits for a second person.
@pytest.mark.parametrize(
    ("page", "most"), [("patients:about", 12), ("interactions:care_team", 14), ("interactions:episodes", 12)]
)
def test_the_pages_of_a_person_stay_within_their_queries(sign_in, dana, vera, page, most):
    browser = sign_in(vera)

    with counted() as statements:
        assert browser.get(reverse(page, args=[dana.ref])).status_code == 200

    assert len(statements) <= most, statements


def test_a_search_leaves_no_word_in_the_address(sign_in, dana, mara):
    browser = sign_in(mara)

    answer = browser.post("/patients/search/", {"q": "whitfeild"})

    assert answer.url.startswith("/patients/?s=")
    assert "whit" not in answer.url.lower()
    assert "Dana Whitfield" in browser.get(answer.url).content.decode()


def test_a_search_for_nothing_shows_everyone(sign_in, dana, mara):
    assert sign_in(mara).post("/patients/search/", {"q": "  "}).url == LIST


def test_a_search_finds_only_whom_one_may_know_of(sign_in, dana, nils):
    browser = sign_in(nils)

    answer = browser.get(browser.post("/patients/search/", {"q": dana.record_number}).url)

    assert "Whitfield" not in answer.content.decode()


def test_an_unasked_safe_contact_is_shown_as_owed_above_every_number(sign_in, residential, mara):
    patient = make_episode(patient=make_patient(phone="555 0101", by=mara), program=residential, primary=mara).patient

    page = sign_in(mara).get(reverse("patients:about", args=[patient.ref])).content.decode()

    assert page.index("Not asked yet") < page.index("555 0101")


def test_what_they_say_about_reaching_them_stays_on_the_record(sign_in, dana, mara):
    browser, url = sign_in(mara), reverse("patients:safe_contact", args=[dana.ref])
    browser.post(url, {"form_token": uuid.uuid4(), "ways": ["call", "text"], "never": "Her husband’s phone"})
    browser.post(url, {"form_token": uuid.uuid4(), "ways": ["letter"], "after_leaving": "no"})

    page = browser.get(reverse("patients:about", args=[dana.ref])).content.decode()

    assert [c.ways for c in SafeContact.objects.of(dana)] == ["Letter", "Call, Text"]
    assert "Her husband’s phone" in page
    assert page.index("Letter") < page.index("Her husband’s phone")


def test_an_empty_answer_about_reaching_them_is_refused(sign_in, dana, mara):
    answer = sign_in(mara).post(reverse("patients:safe_contact", args=[dana.ref]), {"form_token": uuid.uuid4()})

    assert "at least one thing" in answer.content.decode()


def test_a_stale_form_shows_what_stands_there_and_keeps_what_was_typed(sign_in, dana, mara):
    browser, url = sign_in(mara), reverse("patients:about_edit", args=[dana.ref])
    typed = {"given_name": "Dana", "family_name": "Whitfield", "version": dana.version}
    browser.post(url, typed | {"form_token": uuid.uuid4(), "preferred_name": "Dee"})

    answer = browser.post(url, typed | {"form_token": uuid.uuid4(), "preferred_name": "DJ", "pronouns": "they/them"})

    page = answer.content.decode()
    assert "Somebody else changed this" in page
    assert "What stands there now" in page
    assert "<dd>Dee</dd>" in page
    assert 'value="DJ"' in page
    dana.refresh_from_db()
    assert dana.called == "Dee"
    again = typed | {"form_token": uuid.uuid4(), "preferred_name": "DJ", "version": dana.version}
    assert f'name="version" value="{dana.version}"' in page
    browser.post(url, again)
    dana.refresh_from_db()
    assert dana.called == "DJ"


def test_a_changed_name_is_found_at_once(sign_in, dana, mara):
    browser = sign_in(mara)
    browser.post(
        reverse("patients:about_edit", args=[dana.ref]),
        {"form_token": uuid.uuid4(), "given_name": "Daniela", "family_name": "Ruiz", "version": dana.version},
    )

    found = browser.get(browser.post("/patients/search/", {"q": "ruiz"}).url)

    assert "Daniela Ruiz" in found.content.decode()


def test_titles_carry_no_name(sign_in, dana, vera):
    browser = sign_in(vera)
    for page in ("patients:about", "interactions:care_team", "interactions:episodes", "patients:safe_contact"):
        html = browser.get(reverse(page, args=[dana.ref])).content.decode()
        assert "Dana" not in html[html.index("<title>") : html.index("</title>")]
