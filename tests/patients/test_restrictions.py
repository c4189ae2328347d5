"""A restricted record is for its care team, by name, and its lead; a colleague who is kept out never sees one."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from interactions.choices import Urgency
from interactions.second_person import to_decide
from interactions.services import approvals, care
from interactions.services.concerns import raise_concern
from interactions.services.decisions import decide
from patients.break_glass import look_up
from patients.choices import CareRole, RestrictionKind
from patients.models import Exclusion, Patient, Restriction
from staff.roles import Role
from tests.factories import (
    NOW,
    make_away,
    make_break_glass,
    make_episode,
    make_exclusion,
    make_floor,
    make_on_call,
    make_patient,
    make_restriction,
    make_staff,
)
from tests.queries import counted

SOON = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def stopped(at):
    at(NOW)


@pytest.fixture
def second(north):
    """Another supervisor at North, who leads nothing."""
    return make_staff("wes", Role.SUPERVISOR, north)


def opens(browser, patient):
    """Whether the page opens, the list holds the person and a search by number finds them: all or none."""
    page = browser.get(patient.get_absolute_url()).status_code == 200
    listed = [line.patient for line in browser.get("/patients/").context["lines"]]
    browser.post("/patients/search/", {"q": patient.record_number})
    found = browser.post("/patients/search/", {"q": patient.record_number}, follow=True).context["lines"]
    assert page == (patient in listed) == (patient in [line.patient for line in found])
    return page


def reach(way, dana, nils, mara, vera):
    """Lets nils reach dana in one of the ways that go beyond the care team."""
    program = dana.latest_episode.program
    if way == "floor":
        make_floor(program, nils)
    if way == "cover":
        make_away(mara, cover=nils)
    if way == "on call":
        make_on_call(program.site, nils)
        raise_concern(patient=dana, words="I am not safe", urgency=Urgency.SAFETY, by=mara, now=NOW)
    if way in ("leads", "deputizes"):
        nils.role = Role.SUPERVISOR
        nils.save()
        setattr(program, "lead" if way == "leads" else "deputy", nils)
        program.save()
    if way == "supervises":
        nils.role = Role.SUPERVISOR
        nils.save()
        mara.supervisor = nils
        mara.save()


WAYS = ("floor", "cover", "on call", "leads", "deputizes", "supervises")


@pytest.mark.parametrize("way", WAYS)
def test_no_way_but_the_team_reaches_a_restricted_record(way, sign_in, dana, nils, mara, vera, second):
    reach(way, dana, nils, mara, vera)
    browser = sign_in(nils)
    assert opens(browser, dana)

    restriction = make_restriction(dana, second)
    hidden = opens(browser, dana)
    restriction.ended_at, restriction.ended_by = NOW, second
    restriction.save()

    assert not hidden
    assert opens(browser, dana)


@pytest.mark.parametrize("way", WAYS)
def test_an_exclusion_wins_over_every_way_in(way, sign_in, dana, nils, mara, vera):
    reach(way, dana, nils, mara, vera)
    browser = sign_in(nils)
    assert opens(browser, dana)

    make_exclusion(dana, nils, by=vera)

    assert not opens(browser, dana)


def test_nobody_breaks_the_glass_to_a_record_that_they_are_kept_out_of(dana, nils, vera):
    make_break_glass(dana, nils, NOW)
    assert Patient.objects.opened_by(nils, NOW).having(dana)

    make_exclusion(dana, nils, by=vera)

    assert not Patient.objects.opened_by(nils, NOW).having(dana)
    assert look_up(by=nils, now=NOW, record_number=dana.record_number).refusal


def test_the_team_by_name_and_the_lead_see_it(sign_in, dana, mara, vera, second, ada):
    make_restriction(dana, second)

    assert opens(sign_in(mara), dana)
    assert opens(sign_in(second), dana)
    assert not opens(sign_in(vera), dana)
    assert not opens(sign_in(ada), dana)


def test_the_care_team_page_says_who_may_see_it(sign_in, dana, mara, second):
    make_restriction(dana, second)

    page = sign_in(mara).get(reverse("interactions:care_team", args=[dana.ref])).content.decode()

    assert "Only the people named here may see this record." in page
    assert f"{second.name}, who leads" in page


def test_an_exclusion_wins_over_the_team_and_the_lead(sign_in, dana, mara, vera, second):
    make_restriction(dana, second)
    make_exclusion(dana, mara, by=second)
    make_exclusion(dana, second, by=vera)

    assert not opens(sign_in(mara), dana)
    assert not opens(sign_in(second), dana)


def test_a_colleague_never_opens_their_own_record_even_as_its_lead(sign_in, dana, second):
    dana.account = second
    dana.save()
    make_restriction(dana, second)

    assert not opens(sign_in(second), dana)


def test_a_lead_who_is_no_supervisor_any_more_does_not_see_it(sign_in, dana, second):
    make_restriction(dana, second)
    second.role = Role.CLINICIAN
    second.save()

    assert not opens(sign_in(second), dana)


def test_one_open_restriction_and_a_second_person_are_held_by_the_database(dana, vera, second, mara):
    restriction = make_restriction(dana, second)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_restriction(dana, vera)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.filter(pk=restriction.pk).update(asked_by=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.filter(pk=restriction.pk).update(ended_at=NOW)


# ended with the next request


def ended_by(what, dana, nils, mara, vera):
    """Makes nils see dana, and returns what ends it."""
    program = dana.latest_episode.program
    if what == "assignment":
        member = care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
        return lambda: care.end_membership(member=member, by=vera, now=NOW)
    if what in ("role", "account"):
        care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
        change = {"role": Role.AUDITOR} if what == "role" else {"is_active": False}
        return lambda: type(nils).objects.filter(pk=nils.pk).update(**change)
    if what == "floor":
        floor = make_floor(program, nils)
        return lambda: type(floor).objects.filter(pk=floor.pk).update(ended_at=NOW)
    if what == "cover":
        away = make_away(mara, cover=nils)
        return lambda: type(away).objects.filter(pk=away.pk).update(ended_at=NOW)
    if what == "on call":
        raise_concern(patient=dana, words="I am not safe", urgency=Urgency.SAFETY, by=mara, now=NOW)
        duty = make_on_call(program.site, nils)
        return lambda: type(duty).objects.filter(pk=duty.pk).update(ended_at=NOW)
    make_floor(program, nils)
    if what == "restriction set":
        return lambda: make_restriction(dana, vera)
    return lambda: make_exclusion(dana, nils, by=vera)


@pytest.mark.parametrize(
    "what", ["assignment", "role", "account", "floor", "cover", "on call", "restriction set", "exclusion added"]
)
def test_access_ends_with_the_next_request(what, sign_in, dana, nils, mara, vera):
    end = ended_by(what, dana, nils, mara, vera)
    browser = sign_in(nils)
    assert browser.get(dana.get_absolute_url()).status_code == 200

    end()

    # 403: an auditor has no patients' pages at all; 302: whoever left is asked to sign in.
    assert browser.get(dana.get_absolute_url()).status_code == {"role": 403, "account": 302}.get(what, 404)


# changing it


def test_the_lead_changes_the_team_and_nobody_else(sign_in, dana, mara, nils, vera, second):
    make_restriction(dana, second)
    url = reverse("interactions:team_assign", args=[dana.ref])
    said = {"staff": nils.ref, "role": CareRole.NURSE}

    mine = sign_in(second).post(url, said | {"form_token": uuid.uuid4()})
    programs = sign_in(vera).post(url, said | {"form_token": uuid.uuid4()})
    members = sign_in(mara).post(url, said | {"form_token": uuid.uuid4()})

    assert (mine.status_code, programs.status_code, members.status_code) == (302, 404, 403)
    assert opens(sign_in(nils), dana)


def test_a_restriction_begins_when_a_second_person_agrees(sign_in, dana, mara, nils, vera, second):
    make_floor(dana.latest_episode.program, nils)
    sign_in(mara).post(
        reverse("interactions:team_restrict", args=[dana.ref]),
        {
            "form_token": uuid.uuid4(),
            "kind": "family",
            "lead": second.ref,
            "reason": "Her sister works here.",
        },
    )
    asked = to_decide(vera, NOW).get()
    assert opens(sign_in(nils), dana)

    answer = sign_in(vera).post(asked.get_absolute_url(), {"form_token": uuid.uuid4(), "verdict": "agree"})

    assert answer.status_code == 302
    assert not opens(sign_in(nils), dana)
    assert not opens(sign_in(vera), dana)
    assert opens(sign_in(second), dana)


def test_lifting_needs_a_second_person_too(sign_in, dana, mara, nils, vera, second):
    make_floor(dana.latest_episode.program, nils)
    make_restriction(dana, second)
    url = reverse("interactions:team_lift", args=[dana.ref])
    sign_in(mara).post(url, {"form_token": uuid.uuid4(), "reason": "The sister has left."})
    assert not opens(sign_in(nils), dana)

    decide(approval=to_decide(vera, NOW).get(), agreed=True, words="", by=vera, now=SOON)

    assert Patient.objects.visible_to(nils, SOON).having(dana)


def test_a_new_lead_is_named_by_a_second_person(dana, mara, vera, second):
    make_restriction(dana, second)
    asked = approvals.ask_to_restrict(
        patient=dana, kind=RestrictionKind.FAMILY, lead=vera, reason="Wes is away.", by=mara, now=NOW
    )

    decide(approval=asked, agreed=True, words="", by=second, now=SOON)

    assert Patient.objects.visible_to(vera, SOON).having(dana)
    assert not Patient.objects.visible_to(second, SOON).having(dana)
    assert Restriction.objects.filter(patient=dana).count() == 2


def test_a_colleague_is_kept_out_and_let_in_again_on_the_team_page(sign_in, dana, nils, vera):
    make_floor(dana.latest_episode.program, nils)
    url = reverse("interactions:team_exclude", args=[dana.ref])
    browser = sign_in(vera)
    browser.post(url, {"form_token": uuid.uuid4(), "staff": nils.ref, "reason": "They are cousins."})
    assert "They are cousins." in browser.get(reverse("interactions:care_team", args=[dana.ref])).content.decode()
    assert not opens(sign_in(nils), dana)
    exclusion = Exclusion.objects.get()

    sign_in(vera).post(
        reverse("interactions:exclusion_end", args=[dana.ref, exclusion.ref]), {"form_token": uuid.uuid4()}
    )

    assert opens(sign_in(nils), dana)


def test_the_primary_and_the_only_supervisor_cannot_be_kept_out(sign_in, dana, mara, vera):
    url = reverse("interactions:team_exclude", args=[dana.ref])
    browser = sign_in(vera)

    primary = browser.post(url, {"form_token": uuid.uuid4(), "staff": mara.ref, "reason": "They are cousins."})
    leader = browser.post(url, {"form_token": uuid.uuid4(), "staff": vera.ref, "reason": "We are neighbors."})

    assert "Name the new one first" in primary.content.decode()
    assert "Nobody would be left as their supervisor" in leader.content.decode()
    assert not Exclusion.objects.exists()


def test_the_list_costs_as_many_queries_with_restrictions(sign_in, dana, mara, vera, second):
    browser = sign_in(vera)
    browser.get("/patients/")
    with counted() as one:
        browser.get("/patients/")
    for n in range(6):
        other = make_episode(patient=make_patient(family_name=f"P{n}", by=mara), primary=mara).patient
        make_restriction(other, second if n % 2 else vera, asked_by=mara)
        make_exclusion(other, mara, by=vera)

    with counted() as many:
        browser.get("/patients/")

    assert len(one) == len(many)
