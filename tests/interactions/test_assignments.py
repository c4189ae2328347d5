import uuid
from datetime import timedelta

import pytest

from interactions.models import Concern, FollowUp, HistoryEntry
from interactions.services.concerns import raise_concern
from interactions.services.promises import promise
from patients.choices import CareRole
from patients.models import CareTeamMember, Patient
from patients.services import assign
from staff.models import AccessedPatient, AwayPeriod
from staff.roles import Role
from tests.factories import NOW, make_episode, make_floor, make_patient, make_staff
from tests.queries import counted

DAY = timedelta(days=1)


@pytest.fixture
def move(at, sign_in, mara, nils):
    """`move(ada)` opens mara's work as ada; `move(ada, to=nils, patients=[dana])` moves it."""
    at(NOW)

    def page(user, to=None, patients=(), leaving=mara):
        address = f"/manage/assignments/?from={leaving.ref}"
        browser = sign_in(user)
        if to is None:
            return browser.get(address)
        return browser.post(
            f"{address}&to={to.ref}",
            {"form_token": uuid.uuid4(), "to": to.ref, "patients": [patient.ref for patient in patients]},
        )

    return page


@pytest.fixture
def owed(dana, mara):
    return (
        raise_concern(patient=dana, words="When can I call home?", by=mara, now=NOW),
        promise(patient=dana, what="Call the landlord", due_at=NOW + DAY, by=mara, now=NOW),
    )


def team_of(patient):
    return {m.staff.username: m.role for m in CareTeamMember.objects.of(patient).current(NOW).select_related("staff")}


def test_the_admin_sees_record_numbers_initials_and_counts_and_not_a_word(move, ada, dana, owed):
    text = move(ada).content.decode()

    assert dana.record_number in text
    assert "DW" in text
    assert "1 open concern, 1 open promise" in text
    for secret in ("Dana", "Whitfield", "landlord", "call home", "Residential"):
        assert secret not in text


def test_looking_at_it_is_logged(move, ada, dana):
    move(ada)

    assert AccessedPatient.objects.filter(patient_ref=dana.ref, entry__actor=ada).exists()


def test_a_whole_case_moves_at_once(move, ada, mara, nils, dana, owed):
    answer = move(ada, to=nils, patients=[dana])

    assert answer.status_code == 302
    assert team_of(dana) == {"nils": CareRole.PRIMARY}
    assert {thing.owner for thing in (Concern.objects.get(), FollowUp.objects.get())} == {nils}
    assert HistoryEntry.objects.filter(action="new_owner").count() == 2
    assert not Patient.objects.visible_to(mara, NOW).exists()
    assert "hold nothing now" in move(ada).content.decode()


def test_only_what_was_chosen_moves(move, ada, mara, nils, dana, residential):
    other = make_episode(patient=make_patient("Ola", "Berg", by=mara), program=residential, primary=mara).patient

    move(ada, to=nils, patients=[dana])

    assert team_of(other) == {"mara": CareRole.PRIMARY}


def test_a_colleague_who_is_on_the_team_already_takes_over_the_place(move, ada, nils, dana, owed):
    assign(patient=dana, staff=nils, role=CareRole.NURSE, by=ada, now=NOW - DAY)

    move(ada, to=nils, patients=[dana])

    assert team_of(dana) == {"nils": CareRole.PRIMARY}


def test_another_role_than_primary_moves_as_it_is(move, ada, mara, nils, vera, residential):
    patient = make_episode(patient=make_patient("Ola", "Berg", by=vera), program=residential, primary=vera).patient
    assign(patient=patient, staff=mara, role=CareRole.PEER, by=ada, now=NOW - DAY)

    move(ada, to=nils, patients=[patient])

    assert team_of(patient) == {"vera": CareRole.PRIMARY, "nils": CareRole.PEER}


def test_what_somebody_owns_without_being_on_the_team_moves_too(move, ada, nils, vera, residential, dana):
    floor = make_staff("flo", Role.CLINICIAN, vera.site)
    make_floor(residential, floor)
    promise(patient=dana, what="Bring a blanket", due_at=NOW + DAY, by=floor, now=NOW, owner=floor)
    make_floor(residential, nils)

    move(ada, to=nils, patients=[dana], leaving=floor)

    assert FollowUp.objects.get().owner == nils


def test_an_admin_cannot_put_themselves_on_a_care_team(move, ada, mara, dana):
    page = move(ada, to=ada, patients=[dana])

    assert "A second person reads it and decides" in str(page.context["form"].errors)
    assert team_of(dana) == {"mara": CareRole.PRIMARY}


def test_a_supervisor_moves_within_the_programs_they_lead(move, vera, sione, nils, dana):
    assert "hold nothing now" in move(sione).content.decode()
    assert move(sione, to=nils, patients=[dana]).status_code == 200
    assert "nils" not in team_of(dana)

    assert move(vera, to=nils, patients=[dana]).status_code == 302
    assert team_of(dana) == {"nils": CareRole.PRIMARY}


@pytest.mark.parametrize("query", ["from=x", "from=", f"from={uuid.UUID(int=1)}"])
def test_an_unknown_colleague_is_not_found(at, sign_in, ada, query):
    at(NOW)

    assert sign_in(ada).get(f"/manage/assignments/?{query}").status_code == 404


def test_the_page_takes_the_same_statements_for_one_patient_and_for_fifty(at, sign_in, ada, mara, residential):
    at(NOW)

    def fill(n):
        for _ in range(n):
            patient = make_episode(patient=make_patient(by=mara), program=residential, primary=mara).patient
            promise(patient=patient, what="Call", due_at=NOW + DAY, by=mara, now=NOW)

    browser, address = sign_in(ada), f"/manage/assignments/?from={mara.ref}"
    fill(1)
    with counted() as few:
        browser.get(address)
    fill(50)
    with counted() as lots:
        browser.get(address)

    assert len(few) == len(lots) <= 12, (len(few), len(lots))


# The account itself


@pytest.fixture
def edit(at, sign_in, ada):
    at(NOW)

    def send(member, **over):
        fields = {
            "form_token": uuid.uuid4(),
            "name": member.name,
            "role": member.role,
            "site": member.site.ref,
            "is_active": "on",
            **over,
        }
        return sign_in(ada).post(
            f"/manage/staff/{member.ref}/edit/", {name: value for name, value in fields.items() if value is not None}
        )

    return send


def test_nobody_is_switched_off_who_still_cares_for_somebody(edit, mara, dana, owed):
    page = edit(mara, is_active=None)

    mara.refresh_from_db()
    assert mara.is_active
    said = page.context["form"].errors["is_active"][0]
    assert "1 care team, 1 open concern, 1 open promise" in said
    assert f"/manage/assignments/?from={mara.ref}" in page.content.decode()


def test_whoever_holds_nothing_can_leave(edit, nils):
    assert edit(nils, is_active=None).status_code == 302

    nils.refresh_from_db()
    assert not nils.is_active


def test_whoever_leads_a_program_stays_a_supervisor_until_another_leads(edit, vera, residential):
    page = edit(vera, role="clinician")

    assert "Residential North" in page.context["form"].errors["role"][0]


def test_nobody_takes_their_own_admin_role_away(edit, ada):
    assert "Another admin" in edit(ada, role="clinician").context["form"].errors["role"][0]
    assert "Another admin" in edit(ada, is_active=None).context["form"].errors["is_active"][0]


def test_what_a_member_of_the_floor_team_owned_passes_on_when_they_leave_it(
    at, sign_in, ada, mara, vera, residential, dana
):
    at(NOW)
    flo = make_staff("flo", Role.CLINICIAN, vera.site)
    floor = make_floor(residential, flo)
    promise(patient=dana, what="Bring a blanket", due_at=NOW + DAY, by=flo, now=NOW, owner=flo)

    sign_in(ada).post(f"/manage/floor/{floor.ref}/end/")

    assert FollowUp.objects.get().owner == mara


def test_a_cover_who_is_no_longer_needed_passes_on_what_they_took_on(at, sign_in, ada, mara, nils, dana):
    at(NOW)
    away = AwayPeriod.objects.create(staff=mara, cover=nils, began_at=NOW - DAY, ended_at=NOW + DAY)
    promise(patient=dana, what="Call", due_at=NOW + DAY, by=nils, now=NOW, owner=nils)

    sign_in(ada).post(f"/manage/away/{away.ref}/end/")

    assert FollowUp.objects.get().owner == mara


def test_a_new_lead_takes_over_what_the_old_one_owned_as_lead(at, sign_in, ada, vera, mara, residential, dana):
    at(NOW)
    wim = make_staff("wim", Role.SUPERVISOR, vera.site)
    promise(patient=dana, what="Call", due_at=NOW + DAY, by=vera, now=NOW, owner=vera)

    sign_in(ada).post(
        f"/manage/programs/{residential.ref}/edit/",
        {
            "form_token": uuid.uuid4(),
            "name": residential.name,
            "lead": wim.ref,
            "presence": "clock",
            "safety_steps": "",
        },
    )

    assert FollowUp.objects.get().owner == mara
