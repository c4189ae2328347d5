"""Finding people, admitting them, and who they are, as a user meets it."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from interactions.choices import Happened
from interactions.services import care
from interactions.services.checkins import log_conversation
from patients.choices import CareRole, ContactAfter, DischargeReason
from patients.models import Patient, SafeContact
from staff.access_log import log_change
from staff.models import AccessedPatient, AccessEntry
from tests.factories import NOW, make_episode, make_patient, make_staff
from tests.queries import counted

LIST, NEW = "/patients/", "/patients/new/"


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


@pytest.mark.parametrize("page", ["patients:about", "interactions:care_team", "interactions:episodes"])
def test_the_pages_of_a_person_stay_within_their_queries(sign_in, dana, vera, page):
    browser = sign_in(vera)

    with counted() as statements:
        assert browser.get(reverse(page, args=[dana.ref])).status_code == 200

    assert len(statements) <= 12, statements


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


def test_a_team_changes_on_its_page(sign_in, dana, vera, mara, nils):
    browser = sign_in(vera)
    team = reverse("interactions:care_team", args=[dana.ref])
    browser.post(team + "assign/", {"form_token": uuid.uuid4(), "staff": nils.ref, "role": CareRole.NURSE})
    member = dana.care_team.get(staff=nils)
    assert "Not yet, by" in browser.get(team).content.decode()

    browser.post(f"{team}{member.ref}/end/", {"form_token": uuid.uuid4(), "successor": ""})

    member.refresh_from_db()
    assert member.ended_by == vera
    assert "Nurse" not in browser.get(team).context["members"]
    assert nils.name in browser.get(team).content.decode()


def test_a_primary_is_changed_on_its_page(sign_in, dana, vera, nils):
    sign_in(vera).post(
        reverse("interactions:team_primary", args=[dana.ref]), {"form_token": uuid.uuid4(), "staff": nils.ref}
    )

    assert dana.care_team.get(ended_at=None).staff == nils


def act(browser, patient, action, **form):
    return browser.post(
        reverse("interactions:episode_act", args=[patient.ref, action]), {"form_token": uuid.uuid4()} | form
    )


def test_a_stay_goes_its_whole_way(sign_in, dana, mara, vera, outpatient):
    browser = sign_in(vera)
    stays = reverse("interactions:episodes", args=[dana.ref])

    act(browser, dana, "transfer", program=outpatient.ref, note="Ready")
    act(browser, dana, "pause", kind="hospital", back_on="2026-06-14")
    assert "They are back" in browser.get(stays).content.decode()
    act(browser, dana, "back")
    act(browser, dana, "discharge", discharged_on="2026-06-10", reason="completed", contact_after="yes", words="Thanks")
    page = browser.get(stays).content.decode()
    assert "Finished what we planned" in page
    assert "Thanks" in page
    act(browser, dana, "reopen", because="Not yet")
    act(browser, dana, "discharge", discharged_on="2026-06-10", reason="left_early", contact_after="letter")
    act(
        browser,
        dana,
        "welcome-back",
        program=outpatient.ref,
        primary=mara.ref,
        admitted_at="2026-06-10T10:00",
        came_by="own",
    )
    answer = act(browser, dana, "died", died_on="2026-06-10")

    assert answer.status_code == 302
    dana.refresh_from_db()
    assert dana.died_on == date(2026, 6, 10)
    assert [str(e.get_discharge_reason_display()) for e in dana.episodes.order_by("pk")] == [
        "Left before the planned date",
        "Died",
    ]
    assert "Welcome back" not in browser.get(stays).content.decode()


def test_a_colleague_who_is_not_the_primary_cannot_discharge(sign_in, dana, nils, vera):
    care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    browser = sign_in(nils)

    assert act(browser, dana, "discharge").status_code == 403
    assert ">Discharge<" not in browser.get(reverse("interactions:episodes", args=[dana.ref])).content.decode()


@pytest.mark.parametrize("day", ["2026-06-11", "2026-05-01", "9999-12-31", ""])
def test_a_wrong_discharge_day_is_answered_and_nothing_lost(sign_in, dana, mara, day):
    answer = act(
        sign_in(mara), dana, "discharge", discharged_on=day, reason="completed", contact_after="no", words="Bye"
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors["discharged_on"]
    assert "Bye" in answer.content.decode()


def test_titles_carry_no_name(sign_in, dana, vera):
    browser = sign_in(vera)
    for page in ("patients:about", "interactions:care_team", "interactions:episodes", "patients:safe_contact"):
        html = browser.get(reverse(page, args=[dana.ref])).content.decode()
        assert "Dana" not in html[html.index("<title>") : html.index("</title>")]
