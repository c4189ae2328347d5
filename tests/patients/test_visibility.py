"""One rule decides for list, search and page: whoever is listed opens, and nobody else does."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.choices import Urgency
from interactions.services import care
from interactions.services.concerns import raise_concern
from patients.choices import CareRole, ContactAfter, DischargeReason
from patients.models import Patient
from staff.choices import ProgramKind
from staff.models import AwayPeriod
from staff.roles import Permission
from tests.factories import (
    NOW,
    make_episode,
    make_floor,
    make_on_call,
    make_patient,
    make_program,
    make_site,
    make_staff,
)

PEOPLE = {
    "mara": "clinician",
    "nils": "clinician",
    "finn": "clinician",
    "cora": "clinician",
    "vera": "supervisor",
    "sione": "supervisor",
    "ada": "admin",
    "otto": "auditor",
}
MOVES = (
    "team",
    "end",
    "floor",
    "on call",
    "cover",
    "supervise",
    "discharge",
    "transfer",
    "safety",
    "own",
    "leave work",
)
STEP = st.tuples(st.sampled_from(MOVES), st.sampled_from(sorted(PEOPLE)), st.integers(0, 2))


def world():
    north, south = make_site("North"), make_site("South", "Pacific/Auckland")
    people = {
        name: make_staff(name, role, south if name == "sione" else north) for name, role in sorted(PEOPLE.items())
    }
    programs = [
        make_program("Residential North", ProgramKind.RESIDENTIAL, north, people["vera"]),
        make_program("Evening South", ProgramKind.IOP, south, people["sione"]),
    ]
    patients = [
        make_episode(
            patient=make_patient(family_name=f"P{n}", by=people["mara"]),
            program=programs[n % 2],
            primary=people["mara"],
        ).patient
        for n in range(3)
    ]
    return people, programs, patients


def move(step, who, patient, people, programs):
    episode = patient.latest_episode
    lead = episode.program.lead
    if step == "team":
        care.assign(patient=patient, staff=who, role=CareRole.NURSE, by=lead, now=NOW)
    if step == "end":
        care.end_membership(member=patient.care_team.filter(staff=who, ended_at=None).get(), by=lead, now=NOW)
    if step == "floor":
        make_floor(episode.program, who)
    if step == "on call":
        make_on_call(episode.program.site, who)
    if step == "cover" and who.username != "mara":
        AwayPeriod.objects.create(staff=people["mara"], cover=who, began_at=NOW, ended_at=NOW + timedelta(days=1))
    if step == "supervise":
        people["mara"].supervisor = who
        people["mara"].save()
    if step == "discharge":
        care.discharge(
            episode=episode,
            reason=DischargeReason.COMPLETED,
            contact_after=ContactAfter.YES,
            outreach_owner=who,
            by=lead,
            now=NOW,
        )
    if step == "transfer":
        target = next(program for program in programs if program != episode.program)
        care.transfer(episode=episode, program=target, by=lead, now=NOW)
    if step == "safety":
        raise_concern(patient=patient, words="Not safe", urgency=Urgency.SAFETY, by=people["mara"], now=NOW)
    if step == "own":
        patient.account = who
        patient.save()
    if step == "leave work":
        who.is_active = False
        who.save()


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=6))
def test_whoever_is_listed_opens_and_nobody_else(at, steps):
    at(NOW)
    with transaction.atomic():
        people, programs, patients = world()
        for step, who, n in steps:
            patient = Patient.objects.with_care().get(pk=patients[n].pk)
            try:
                with transaction.atomic():
                    move(step, people[who], patient, people, programs)
            except (ValidationError, patient.care_team.model.DoesNotExist):
                pass
        for person in people.values():
            person.refresh_from_db()
            if not person.may(Permission.PATIENT_VIEW):
                assert not Patient.objects.visible_to(person, NOW).exists()
                continue
            browser = Client()
            browser.force_login(person, backend="staff.sign_in.PasswordBackend")
            listed = {line.patient.pk for line in browser.get("/patients/").context["lines"]}
            opened = {patient.pk for patient in patients if browser.get(patient.get_absolute_url()).status_code == 200}
            assert listed == opened, (person, steps)
        transaction.set_rollback(True)


def test_nobody_opens_their_own_record(sign_in, dana, mara, vera):
    dana.account = mara
    dana.save()

    assert sign_in(mara).get(f"/patients/{dana.ref}/about/").status_code == 404
    assert sign_in(vera).get(f"/patients/{dana.ref}/about/").status_code == 200


def test_an_ended_membership_ends_access_with_the_next_request(at, sign_in, dana, nils, vera):
    at(NOW)
    member = care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    browser = sign_in(nils)
    assert browser.get(f"/patients/{dana.ref}/about/").status_code == 200

    care.end_membership(member=member, by=vera, now=NOW)

    assert browser.get(f"/patients/{dana.ref}/about/").status_code == 404
