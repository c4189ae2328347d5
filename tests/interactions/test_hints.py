"""Hints while somebody writes, and after saving where a page has no JavaScript."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from interactions.models import CheckIn, Draft
from interactions.services import facts
from interactions.services.concerns import raise_concern
from patients.choices import FactKind
from staff.models import AccessedPatient, AccessEntry, Session
from tests.cast import enter
from tests.factories import NOW, make_break_glass
from tests.queries import counted
from tests.test_doors import bare

HTMX = {"HX-Request": "true", "HX-Target": "hints_id_text", "X-Background": "yes"}
PERSON = "person with alcohol use disorder"


@pytest.fixture
def browser(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


def ask(browser, patient, text, **more):
    return browser.post(f"/patients/{patient.ref}/hints/", {"text": text, **more}, headers=HTMX)


def log(browser, patient, text, **more):
    """Saves a conversation as a page does; the answer is the page one lands on."""
    return browser.post(
        f"/patients/{patient.ref}/check-ins/new/",
        {
            "form_token": uuid.uuid4(), "happened": "talked", "text": text, "happened_at": "2026-06-10T09:00",
            "channel": "in_person", "concern-0-urgency": "routine", "concern-1-urgency": "routine",
            "promise-0-when": "tomorrow", "promise-1-when": "tomorrow", **more,
        },
        follow=True,
    ).content.decode()  # fmt: skip


def test_another_way_to_say_it_comes_as_a_fragment(browser, dana):
    answer = ask(browser, dana, "Her father was an alcoholic.")

    words = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in words
    assert f"Another way to say it: <strong>{PERSON}</strong>" in words and "“alcoholic”" in words


def test_without_htmx_the_same_words_come(browser, dana):
    answer = browser.post(f"/patients/{dana.ref}/hints/", {"text": "an alcoholic"})

    assert PERSON in answer.content.decode()


def test_each_way_is_said_once_and_at_most_five_at_a_time(browser, dana):
    words = ask(
        browser, dana, "an alcoholic, an alcoholic, a junkie, a convict, a thug, the inmate, marijuana, a felon"
    )

    assert words.content.decode().count("Another way") == 5
    assert words.content.decode().count(PERSON) == 1


def test_nothing_changes_where_the_same_hints_stand_already(browser, dana):
    shown = {"hinted": ["hints_id_text:alcoholic, alcoholics", "hints_id_other:marijuana"]}

    assert ask(browser, dana, "an alcoholic", **shown).status_code == 204
    assert ask(browser, dana, "nothing to say", hinted="hints_id_other:marijuana").status_code == 204
    gone = ask(browser, dana, "nothing to say", **shown)
    assert gone.status_code == 200 and "hinted" not in gone.content.decode()


def test_what_is_typed_is_shown_as_text(browser, dana):
    words = ask(browser, dana, "<b>drug</b>\nuser of <script>drug user").content.decode()

    assert "<script" not in words and "<b>" not in words


def test_of_a_patient_whom_one_may_not_see_it_answers_as_of_nobody(at, sign_in, nils, dana):
    at(NOW)
    browser = sign_in(nils)

    hidden, nobody = ask(browser, dana, "an alcoholic"), browser.post(f"/patients/{uuid.uuid4()}/hints/", headers=HTMX)

    assert (hidden.status_code, nobody.status_code) == (404, 404)
    assert bare(hidden) == bare(nobody)


def test_an_auditor_and_a_stranger_get_none(at, client, sign_in, otto, dana):
    at(NOW)

    assert client.post("/hints/", {"text": "an addict"}).status_code == 302
    assert sign_in(otto).post("/hints/", {"text": "an addict"}).status_code == 403


def test_a_session_that_is_over_leads_nobody_away_from_what_they_type(client, dana):
    answer = ask(client, dana, "an alcoholic")

    assert answer.status_code == 204 and "HX-Redirect" not in answer.headers


def test_a_forged_one_is_refused(mara, dana):
    answer = enter(Client(enforce_csrf_checks=True), mara).post("/hints/", {"text": "an addict"})

    assert answer.status_code == 403


def test_nothing_of_it_is_kept_or_logged(browser, dana, caplog):
    before = AccessEntry.objects.count(), AccessedPatient.objects.count(), Session.objects.count()

    with counted() as statements:
        ask(browser, dana, "Her father was an alcoholic named Zebedee.")

    assert (AccessEntry.objects.count(), AccessedPatient.objects.count(), Session.objects.count()) == before
    assert not Draft.objects.exists() and "Zebedee" not in caplog.text
    assert not [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE")) or "Zebedee" in sql]


def test_asking_keeps_nobody_signed_in(browser, mara, dana):
    Session.objects.update(last_seen_at=NOW - timedelta(minutes=5))

    ask(browser, dana, "an alcoholic")

    assert Session.objects.get().last_seen_at == NOW - timedelta(minutes=5)


def test_the_patients_own_preference_wins(browser, dana, mara):
    own = facts.learn(patient=dana, kind=FactKind.CALLS, words="Calls herself an alcoholic", by=mara, now=NOW)

    assert ask(browser, dana, "She is an alcoholic, a recovering alcoholic").status_code == 204
    assert "substance use disorder" in ask(browser, dana, "an addict").content.decode()
    assert PERSON in browser.post("/hints/", {"text": "an alcoholic"}).content.decode()

    facts.no_longer(fact=own, by=mara, now=NOW)
    assert PERSON in ask(browser, dana, "She is an alcoholic").content.decode()


def test_whoever_writes_a_note_in_an_emergency_gets_them_too(at, sign_in, nils, dana):
    at(NOW)
    make_break_glass(dana, nils, NOW)

    assert PERSON in ask(sign_in(nils), dana, "an alcoholic").content.decode()


def test_staffs_own_long_boxes_ask_and_the_patients_words_do_not(browser, dana):
    form = browser.get(f"/patients/{dana.ref}/check-ins/new/").context["form"]
    asks = {
        part[name].html_name: "hx-post" in field.widget.attrs
        for part in form.forms
        for name, field in part.fields.items()
    }

    assert asks["text"] and asks["promise-0-what"] and asks["update-what"] and asks["concern-0-answer_words"]
    assert not any(
        asks[name] for name in ("concern-0-words", "good_news", "step-words", "fact-words", "update-told_words")
    )
    assert not asks["others_present"] and not asks["seemed"]


def test_a_box_and_the_place_of_its_hints_belong_together(browser, dana, mara):
    concern = raise_concern(patient=dana, words="When can I call home?", by=mara, now=NOW)
    for address in (
        f"/patients/{dana.ref}/check-ins/new/",
        concern.get_absolute_url(),
        f"{concern.get_absolute_url()}answer/",
    ):
        page = browser.get(address).content.decode()

        assert f'hx-post="/patients/{dana.ref}/hints/"' in page, address
        assert page.count('class="hints" aria-live="polite"') == page.count("hx-post"), address


def test_the_words_of_a_paper_get_none(browser, dana):
    page = browser.get(f"/patients/{dana.ref}/consents/new/").content.decode()

    assert "hx-post" not in page


def test_after_saving_the_hint_is_said_once_and_nothing_is_held_up(browser, dana):
    page = log(browser, dana, "Her father was an alcoholic.")

    assert "Another way to say it" in page and PERSON in page
    assert CheckIn.objects.get().texts.get().text == "Her father was an alcoholic."
    assert PERSON not in browser.get(dana.get_absolute_url()).content.decode()


def test_what_was_said_while_writing_is_not_said_again(browser, dana):
    page = log(browser, dana, "an alcoholic, a junkie", hinted="hints_id_text:alcoholic, alcoholics")

    assert PERSON not in page and "“junkie”" in page


def test_the_patients_words_are_never_corrected(browser, dana, mara):
    facts.learn(patient=dana, kind=FactKind.CALLS, words="An addict, she says", by=mara, now=NOW)

    page = log(
        browser, dana, "She spoke as an addict.", **{"concern-0-words": "I am a junkie", "good_news": "Not drunk!"}
    )

    assert "Another way" not in page


def test_saving_costs_one_statement_more(browser, dana, monkeypatch):
    with counted() as plain:
        log(browser, dana, "She slept well.")
    with counted() as marked:
        log(browser, dana, "His father was an alcoholic.")
    monkeypatch.setattr("interactions.views.pages.say_otherwise", lambda *args: None)
    with counted() as without:
        log(browser, dana, "She ate well.")

    assert len(plain) - len(without) <= 1 and len(marked) - len(without) <= 2


def test_opening_a_form_costs_none(browser, dana):
    with counted() as statements:
        browser.get(f"/patients/{dana.ref}/check-ins/new/")

    assert not [sql for sql in statements if "staff_hint" in sql]
