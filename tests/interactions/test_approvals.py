"""What needs a second person: asked, decided by somebody else, done with the decision, and never twice."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from interactions.second_person import to_decide
from interactions.services import approvals, care
from interactions.services.decisions import decide
from interactions.services.promises import promise
from patients.choices import ApprovalState, CareRole, RestrictionKind
from patients.models import Approval, Patient
from patients.reviews import findings
from staff import services as staff
from staff.models import AccessEntry, StaffMember
from staff.roles import Permission, Role
from tests.factories import NOW, PASSWORD, make_exclusion, make_restriction, make_staff
from tests.queries import counted

SOON = NOW + timedelta(minutes=1)
LIST = "/manage/approvals/"
JOIN = "/manage/approvals/join/"


@pytest.fixture(autouse=True)
def stopped(at):
    at(NOW)


def account(member, **over):
    """What the form of an account sends."""
    said = {"name": member.name, "role": member.role, "site": member.site.ref, "email": member.email, "is_active": "on"}
    return said | {"form_token": uuid.uuid4()} | over


def agree(browser, approval, **over):
    return browser.post(approval.get_absolute_url(), {"form_token": uuid.uuid4(), "verdict": "agree", **over})


def waiting_for(person, now=NOW):
    return list(to_decide(person, now))


# an admin


def test_to_become_an_admin_waits_for_a_second_person(sign_in, ada, mara, vera):
    browser = sign_in(ada)
    page = browser.post(
        f"/manage/staff/{mara.ref}/edit/",
        account(mara, role="admin", job="Lead nurse", reason="Ada leaves."),
        follow=True,
    )
    mara.refresh_from_db()
    assert (mara.role, mara.job) == (Role.CLINICIAN, "Lead nurse")
    assert "when a second person agrees" in page.content.decode()

    agree(sign_in(vera), Approval.objects.get())

    mara.refresh_from_db()
    assert mara.role == Role.ADMIN
    assert Approval.objects.get().state == ApprovalState.APPROVED


def test_without_a_reason_nobody_is_asked(sign_in, ada, mara):
    page = sign_in(ada).post(f"/manage/staff/{mara.ref}/edit/", account(mara, role="admin"))

    assert "Say why. A second person reads it and decides." in page.content.decode()
    assert not Approval.objects.exists()


def test_the_account_of_a_new_admin_is_closed_until_a_second_person_agrees(sign_in, ada, otto, north):
    new = {"name": "Ines", "username": "ines", "password": PASSWORD, "role": "admin", "site": north.ref}
    sign_in(ada).post("/manage/staff/new/", new | {"reason": "The second admin.", "form_token": uuid.uuid4()})
    ines = StaffMember.objects.get(username="ines")
    assert not ines.is_active
    assert not ines.may(Permission.MANAGE)

    agree(sign_in(otto), Approval.objects.get())

    ines.refresh_from_db()
    assert ines.may(Permission.MANAGE)


def test_opening_the_account_of_an_admin_again_is_granting_it_anew(sign_in, ada, vera, north):
    wim = make_staff("wim", Role.ADMIN, north, is_active=False)

    sign_in(ada).post(f"/manage/staff/{wim.ref}/edit/", account(wim, reason="Back from leave."))

    wim.refresh_from_db()
    assert not wim.is_active
    assert waiting_for(vera)


def test_a_new_clinician_needs_nobody(sign_in, ada, north):
    new = {"name": "Ines", "username": "ines", "password": PASSWORD, "role": "clinician", "site": north.ref}

    sign_in(ada).post("/manage/staff/new/", new | {"form_token": uuid.uuid4()})

    assert StaffMember.objects.get(username="ines").is_active
    assert not Approval.objects.exists()


def test_another_admin_may_agree_to_an_admin_but_not_to_who_sees_whom(ada, mara, vera, dana, north):
    wim = make_staff("wim", Role.ADMIN, north)
    admin = approvals.ask_to_make_admin(member=mara, reason="Ada leaves.", by=ada, now=NOW)
    approvals.ask_to_restrict(
        patient=dana, kind=RestrictionKind.PUBLIC, lead=vera, reason="In the papers.", by=mara, now=NOW
    )

    assert waiting_for(wim) == [admin]


# who may be the second person


def test_nobody_decides_what_they_asked_for_or_what_is_for_them(sign_in, ada, mara, vera, otto, north):
    asked = approvals.ask_to_make_admin(member=otto, reason="Ada leaves.", by=ada, now=NOW)

    assert [bool(waiting_for(person)) for person in (ada, otto, mara, vera)] == [False, False, False, True]
    for person in (ada, otto):
        assert agree(sign_in(person), asked).status_code == 404
        with pytest.raises(ValidationError, match="A second person"):
            decide(approval=asked, agreed=True, words="", by=person, now=NOW)
    assert agree(sign_in(mara), asked).status_code == 403


def test_the_database_holds_the_second_person(ada, otto):
    asked = approvals.ask_to_make_admin(member=otto, reason="Ada leaves.", by=ada, now=NOW)
    for person in (ada, otto):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.filter(pk=asked.pk).update(state="approved", decided_at=NOW, decided_by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(state="approved")


def test_neither_the_patient_nor_whoever_is_kept_out_decides_about_a_record(dana, mara, vera, otto, sione, north):
    wes, wanda = (make_staff(name, Role.SUPERVISOR, north) for name in ("wes", "wanda"))
    dana.account = wes
    dana.save()
    make_exclusion(dana, wanda, by=vera)
    approvals.ask_to_restrict(
        patient=dana, kind=RestrictionKind.COLLEAGUE, lead=vera, reason="He works here.", by=mara, now=NOW
    )

    assert [bool(waiting_for(person)) for person in (wes, wanda, vera, sione, otto)] == [False, False, True, True, True]


# deciding


def test_declining_says_why_and_changes_nothing(sign_in, ada, mara, vera):
    asked = approvals.ask_to_make_admin(member=mara, reason="Ada leaves.", by=ada, now=NOW)
    browser = sign_in(vera)
    silent = agree(browser, asked, verdict="decline")
    assert "Say why not" in silent.content.decode()

    agree(browser, asked, verdict="decline", words="One admin is enough.")

    mara.refresh_from_db()
    assert mara.role == Role.CLINICIAN
    assert "One admin is enough." in sign_in(ada).get(LIST).content.decode()
    assert "One admin is enough." in sign_in(vera).get(LIST).content.decode()


def test_what_is_decided_is_decided(sign_in, ada, mara, vera, otto):
    asked = approvals.ask_to_make_admin(member=mara, reason="Ada leaves.", by=ada, now=NOW)
    decide(approval=asked, agreed=False, words="No.", by=vera, now=NOW)

    with pytest.raises(ValidationError, match="Vera has decided this"):
        decide(approval=asked, agreed=True, words="", by=otto, now=NOW)
    assert agree(sign_in(otto), asked).status_code == 404


def test_after_seven_days_it_has_run_out_and_can_be_asked_again(at, sign_in, ada, mara, vera):
    asked = approvals.ask_to_make_admin(member=mara, reason="Ada leaves.", by=ada, now=NOW)
    with pytest.raises(ValidationError, match="asked already"):
        approvals.ask_to_make_admin(member=mara, reason="Again.", by=ada, now=SOON)
    later = NOW + timedelta(days=7)
    at(later)

    assert agree(sign_in(vera), asked).status_code == 404
    with pytest.raises(ValidationError, match="more than 7 days"):
        decide(approval=asked, agreed=True, words="", by=vera, now=later)
    assert "Ran out" in sign_in(vera).get(LIST).content.decode()
    approvals.ask_to_make_admin(member=mara, reason="Again.", by=ada, now=later)
    assert len(waiting_for(vera, later)) == 1


def test_what_has_moved_on_is_not_done_and_stays_undecided(sign_in, ada, mara, vera):
    asked = approvals.ask_to_make_admin(member=mara, reason="Ada leaves.", by=ada, now=NOW)
    mara.role = Role.AUDITOR
    mara.save()

    page = agree(sign_in(vera), asked)

    asked.refresh_from_db()
    assert "Things have changed since this was asked" in page.content.decode()
    assert asked.state == ApprovalState.WAITING


def test_a_restriction_whose_asker_has_left_the_team_has_moved_on(dana, mara, nils, vera, otto):
    member = care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    asked = approvals.ask_to_restrict(
        patient=dana, kind=RestrictionKind.PUBLIC, lead=vera, reason="In the papers.", by=nils, now=NOW
    )
    care.end_membership(member=member, by=vera, now=SOON)

    with pytest.raises(ValidationError, match="Things have changed"):
        decide(approval=asked, agreed=True, words="", by=otto, now=SOON)


def test_each_step_is_logged(dana, mara, vera, otto):
    asked = approvals.ask_to_restrict(
        patient=dana, kind=RestrictionKind.PUBLIC, lead=vera, reason="In the papers.", by=mara, now=NOW
    )
    decide(approval=asked, agreed=True, words="", by=otto, now=NOW)

    logged = set(AccessEntry.objects.of(dana).values_list("action", "actor__username"))
    assert logged >= {("approval.ask.restrict", "mara"), ("approval.approved", "otto"), ("restriction.begin", "otto")}


# onto a care team


def ask_to_join(browser, patient, **over):
    said = {"record_number": patient.record_number, "role": CareRole.NURSE, "reason": "Nobody else is here."}
    return browser.post(JOIN, said | over | {"form_token": uuid.uuid4()})


def test_an_admin_joins_a_care_team_with_a_second_person_and_it_is_reviewed(sign_in, dana, ada, vera, otto):
    assert ask_to_join(sign_in(ada), dana).status_code == 302
    assert not Patient.objects.visible_to(ada, NOW).exists()

    agree(sign_in(vera), Approval.objects.get())

    assert Patient.objects.visible_to(ada, NOW).having(dana)
    logged = AccessEntry.objects.doing("care_team.join").get()
    found = findings(logged.recorded_at - timedelta(hours=2), logged.recorded_at + timedelta(hours=2))
    assert ("ada", "joined") in [(one.staff.username, str(one.kind)) for one in found]


def test_whom_one_could_not_join_answers_like_whom_there_is_not(sign_in, dana, ada, vera):
    make_restriction(dana, vera)
    browser = sign_in(ada)

    restricted = ask_to_join(browser, dana).content.decode()
    unknown = ask_to_join(browser, dana, record_number="R99999").content.decode()

    assert "There is nobody with this record number" in restricted
    assert restricted.count(approvals.NOBODY_TO_JOIN) == unknown.count(approvals.NOBODY_TO_JOIN)
    assert not Approval.objects.exists()


def test_a_record_that_was_restricted_meanwhile_is_not_joined(dana, ada, vera, otto):
    asked = approvals.ask_to_join(patient=dana, role=CareRole.NURSE, reason="Nobody is here.", by=ada, now=NOW)
    make_restriction(dana, vera)

    with pytest.raises(ValidationError, match="only the lead adds somebody"):
        decide(approval=asked, agreed=True, words="", by=otto, now=SOON)

    assert not Patient.objects.visible_to(ada, SOON).exists()


def test_work_that_an_admin_moves_to_themselves_is_asked_for(sign_in, dana, mara, ada, vera):
    owed = promise(patient=dana, what="Call the landlord", due_at=SOON, by=mara, now=NOW)
    url = f"/manage/assignments/?from={mara.ref}&to={ada.ref}"
    said = {"to": ada.ref, "patients": [dana.ref], "reason": "Mara is ill."}
    browser = sign_in(ada)
    assert "Nobody lets themselves in" in browser.get(url).content.decode()
    browser.post(url, said | {"form_token": uuid.uuid4()})
    assert dana.care_team.get(ended_at=None).staff == mara

    agree(sign_in(vera), Approval.objects.get())

    owed.refresh_from_db()
    assert dana.care_team.get(ended_at=None).staff == ada
    assert owed.owner == ada


def test_a_supervisor_who_joins_a_team_of_their_own_program_is_reviewed(dana, vera, db):
    care.assign(patient=dana, staff=vera, role=CareRole.COUNSELOR, by=vera, now=NOW)

    assert AccessEntry.objects.doing("care_team.join").get().actor == vera


# the pages


def test_the_list_and_the_decision_name_nobody(sign_in, dana, mara, vera, otto):
    asked = approvals.ask_to_restrict(
        patient=dana, kind=RestrictionKind.PUBLIC, lead=vera, reason="In the papers.", by=mara, now=NOW
    )
    browser = sign_in(otto)

    listed = browser.get(LIST).content.decode()
    decision = browser.get(asked.get_absolute_url()).content.decode()

    assert dana.record_number in listed and dana.record_number in decision
    for told in (f"{dana.initials},", dana.family_name, dana.latest_episode.program.name):
        assert told not in listed + decision
    assert AccessEntry.objects.of(dana).by(otto).filter(route="interactions:approval").exists()


def test_the_list_costs_as_many_queries_with_more_lines(sign_in, ada, vera, north):
    people = [make_staff(f"person{n}", Role.CLINICIAN, north) for n in range(8)]
    approvals.ask_to_make_admin(member=people[0], reason="Ada leaves.", by=ada, now=NOW)
    browser = sign_in(vera)
    browser.get(LIST)
    with counted() as one:
        browser.get(LIST)
    for person in people[1:]:
        approvals.ask_to_make_admin(member=person, reason="Ada leaves.", by=ada, now=NOW)

    with counted() as many:
        browser.get(LIST)

    assert len(one) == len(many)


def test_nobody_makes_their_own_second_person(sign_in, ada, mara, vera, north):
    puppet = staff.add_staff(
        username="puppet", name="Puppet", role=Role.SUPERVISOR, site=north, password=PASSWORD, by=ada
    )
    browser = sign_in(ada)
    browser.post(f"/manage/staff/{mara.ref}/edit/", account(mara, role="admin", reason="Ada leaves."))

    page = agree(sign_in(puppet), Approval.objects.get())

    assert "made or changed your account in the last 7 days" in page.content.decode()
    mara.refresh_from_db()
    assert mara.role == Role.CLINICIAN
