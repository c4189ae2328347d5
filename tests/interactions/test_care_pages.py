"""Care teams and stays, as a user meets them."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from interactions.services import care
from patients.choices import CareRole
from tests.factories import NOW


@pytest.fixture(autouse=True)
def stopped(at):
    at(NOW)


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


def test_after_a_death_the_team_can_only_be_ended(sign_in, dana, vera, mara):
    care.record_death(patient=dana, died_on=date(2026, 6, 10), by=vera, now=NOW)
    team = reverse("interactions:care_team", args=[dana.ref])
    browser = sign_in(vera)
    assert "Add a colleague" not in browser.get(team).content.decode()

    browser.post(f"{team}{dana.care_team.get().ref}/end/", {"form_token": uuid.uuid4()})

    assert dana.care_team.get().ended_at == NOW
