"""Admitting somebody: likely duplicates first, nothing typed lost, nobody shown who may not be."""

import json
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from interactions.services import care
from patients import services
from patients.choices import ContactAfter, DischargeReason
from patients.forms.people import AdmitForm
from patients.models import Patient
from staff.access_log import log_change
from staff.models import AccessedPatient, AccessEntry
from tests.factories import NOW, make_episode, make_patient, make_staff

LIST, NEW = "/patients/", "/patients/new/"
STRINGS = Path(settings.BASE_DIR).parent / "shared" / "data" / "strings" / "blns_half.json"


@pytest.fixture(autouse=True)
def stopped(at):
    at(NOW)


def person(residential, mara, **over):
    return {
        "form_token": uuid.uuid4(),
        "given_name": "Jordan",
        "family_name": "Reyes",
        "born_on": "1990-04-03",
        "program": residential.ref,
        "primary": mara.ref,
        "admitted_at": "2026-06-10T09:30",
        "came_by": "own",
    } | over


def away(given="Jordan", family="Reyes", born_on=date(1990, 4, 3)):
    """Somebody whose only stay was with others and has ended."""
    other = make_staff("olga", site=make_staff("vera").site)
    patient = make_patient(given, family, by=other, born_on=born_on)
    episode = make_episode(patient=patient, primary=other)
    care.discharge(episode=episode, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.YES, by=other, now=NOW)
    return patient


def test_somebody_new_is_admitted_in_one_step(sign_in, residential, mara):
    answer = sign_in(mara).post(NEW, person(residential, mara, preferred_name="Jo"))

    patient = Patient.objects.get()
    assert answer.url == patient.get_absolute_url()
    assert (patient.called, patient.latest_episode.program) == ("Jo", residential)


def test_the_same_admission_sent_twice_is_one(sign_in, residential, mara):
    form = person(residential, mara)
    browser = sign_in(mara)

    first, second = browser.post(NEW, form), browser.post(NEW, form)

    assert Patient.objects.count() == 1
    assert first.url == second.url


def test_somebody_alike_is_offered_first_and_nothing_typed_is_lost(sign_in, residential, mara):
    known = make_episode(patient=make_patient("Jordon", "Reyes", by=mara), program=residential, primary=mara).patient
    browser = sign_in(mara)

    answer = browser.post(NEW, person(residential, mara, room="12b"))

    page = answer.content.decode()
    assert Patient.objects.count() == 1
    assert known.get_absolute_url() in page
    assert 'value="12b"' in page
    assert "None of these: admit a new person" in page
    browser.post(NEW, person(residential, mara, none_of_these=answer.context["form"].data["none_of_these"]))
    assert Patient.objects.count() == 2


def test_none_of_these_holds_only_for_the_person_it_was_said_about(sign_in, residential, mara, dana):
    answer = sign_in(mara).post(
        NEW, person(residential, mara, given_name="Dana", family_name="Whitfield", none_of_these="jordan reyes")
    )

    assert "Have they been here before?" in answer.content.decode()


def test_somebody_out_of_view_is_offered_by_number_and_initials_only(sign_in, residential, mara):
    hidden = away()

    page = sign_in(mara).post(NEW, person(residential, mara)).content.decode()

    assert hidden.record_number in page
    assert "JR" in page
    assert f"/patients/{hidden.ref}/episodes/welcome-back/" in page
    assert hidden.get_absolute_url() + '"' not in page
    assert AccessedPatient.objects.filter(patient_ref=hidden.ref, entry__action="patient.look_up").exists()


@pytest.mark.parametrize(
    "typed", [{"born_on": "1990-04-04"}, {"born_on": ""}, {"given_name": "Jordana"}, {"family_name": ""}]
)
def test_somebody_out_of_view_is_not_offered_to_a_guess(sign_in, residential, mara, typed):
    away()

    answer = sign_in(mara).post(NEW, person(residential, mara, **typed))

    assert answer.status_code == 302


def test_accents_and_case_do_not_hide_somebody(sign_in, residential, mara):
    hidden = away("José", "Núñez")

    page = sign_in(mara).post(NEW, person(residential, mara, given_name="JOSE", family_name="nunez")).content.decode()

    assert hidden.record_number in page


def test_looking_up_others_ends_after_twenty_in_an_hour(sign_in, residential, mara):
    away()
    for _ in range(20):
        log_change(action="patient.look_up", by=mara, patients=[])

    answer = sign_in(mara).post(NEW, person(residential, mara))

    assert answer.status_code == 302
    assert AccessEntry.objects.filter(action="patient.look_up").count() == 20


def test_whoever_was_offered_is_welcomed_back(sign_in, residential, mara):
    hidden = away()
    browser = sign_in(mara)
    url = f"/patients/{hidden.ref}/episodes/welcome-back/"
    assert browser.get(url).status_code == 404
    browser.post(NEW, person(residential, mara))

    page = browser.get(url).content.decode()
    answer = browser.post(url, person(residential, mara, admitted_at="2026-06-10T10:00"))

    assert "Jordan" not in page
    assert answer.status_code == 302
    hidden.refresh_from_db()
    assert hidden.latest_episode.is_open
    assert browser.get(hidden.get_absolute_url()).status_code == 200


def test_a_young_person_is_admitted_with_who_decides(sign_in, residential, mara):
    browser = sign_in(mara)

    answer = browser.post(NEW, person(residential, mara, born_on="2009-05-05"))

    assert "under 18: write down who decides" in answer.content.decode()
    browser.post(NEW, person(residential, mara, born_on="2009-05-05", decides="They and their mother"))
    assert (
        "They and their mother"
        in browser.get(reverse("patients:about", args=[Patient.objects.get().ref])).content.decode()
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", " "),
        ("given_name", "\x00"),
        ("family_name", "a\u202eb"),
        ("born_on", "0001-01-01"),
        ("born_on", "9999-12-31"),
        ("admitted_at", "2026-06-11T00:00"),
        ("admitted_at", "tomorrow"),
        ("program", uuid.uuid4()),
        ("primary", "x"),
        ("came_by", "ufo"),
        ("came_by", "required"),
        ("given_name", "x" * 121),
    ],
)
def test_a_bad_value_is_answered_at_its_field(sign_in, residential, mara, field, value):
    answer = sign_in(mara).post(NEW, person(residential, mara, **{field: value}))

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Patient.objects.exists()


@pytest.mark.skipif(not STRINGS.is_file(), reason=f"{STRINGS.name} is not beside the project")
def test_strange_names_are_kept_as_typed_or_refused_at_their_field(sign_in, residential, mara, monkeypatch):
    monkeypatch.setattr("patients.listing.PAGE", 300)
    browser, kept = sign_in(mara), []
    for text in json.loads(STRINGS.read_text()):
        form = AdmitForm(
            person(residential, mara, given_name="Ann", family_name=text),
            today=NOW.date(),
            programs=[residential],
            people=[mara],
        )
        if form.is_valid():
            assert form.person()["family_name"] == text.replace("\r\n", "\n")
            admitted = services.admit(person=form.person(), by=mara, now=NOW, **form.stay())
            kept.append(admitted.patient)
        else:
            assert form.errors["family_name"]

    page = browser.get(LIST).content.decode()

    assert len(kept) > 200
    for patient in kept:
        patient.refresh_from_db()
        assert escape(patient.display_name) in page
