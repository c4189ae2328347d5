"""Whatever happens to a care team, every open thing has an owner who can see it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.choices import Action
from interactions.models import Concern, FollowUp, HistoryEntry
from interactions.ownership import open_things, owner_for, pass_on_unseen
from interactions.services import care
from interactions.services.concerns import raise_concern
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise
from interactions.services.talks import request_talk
from patients.choices import Audience, CareRole, ContactAfter, DischargeReason, PauseKind
from patients.models import CareTeamMember, Patient
from staff.choices import ProgramKind
from staff.models import AwayPeriod, StaffMember
from tests.factories import (
    NOW,
    make_episode,
    make_exclusion,
    make_floor,
    make_program,
    make_restriction,
    make_site,
    make_staff,
)

STAFF = ("mara", "nils", "tess", "vera", "ines")
STEPS = ("owe", "owe", "assign", "end", "primary", "transfer", "discharge", "reopen", "readmit", "about", "pause")


def test_the_proposed_owner_has_it_if_they_may_see_the_patient(dana, mara, nils, vera, now):
    assert owner_for(dana, vera, now) == vera
    assert owner_for(dana, nils, now) == mara
    assert owner_for(dana, None, now) == mara


def test_without_a_primary_the_supervisor_has_it(dana, mara, nils, vera, now):
    mara.is_active = False
    mara.save()

    assert owner_for(dana, nils, now) == vera


def test_what_a_cover_took_on_goes_back_when_the_absence_ends(dana, mara, nils, now):
    AwayPeriod.objects.create(staff=mara, cover=nils, began_at=now, ended_at=now + timedelta(days=2))
    follow_up = promise(patient=dana, what="Bring the forms", owner=nils, by=nils, now=now)
    assert follow_up.owner == nils
    later = now + timedelta(days=3)

    assert pass_on_unseen(now=later) == 1
    assert pass_on_unseen(now=later) == 0

    assert FollowUp.objects.get().owner == mara
    assert HistoryEntry.objects.get(record_ref=follow_up.ref, action=Action.NEW_OWNER).words == "Mara"


def test_a_successor_who_may_not_see_it_is_passed_over(dana, mara, nils, vera, now):
    care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=now)
    concern = raise_concern(patient=dana, words="About nils", about_staff=True, not_for=nils, by=mara, now=now)
    Concern.objects.filter(pk=concern.pk).update(owner=mara)

    care.change_primary(patient=dana, staff=nils, by=vera, now=now)

    assert Concern.objects.get().owner == vera


def world():
    north = make_site("North")
    vera = make_staff("vera", "supervisor", north)
    programs = [
        make_program("Residential North", ProgramKind.RESIDENTIAL, north, vera),
        make_program("Evening North", ProgramKind.IOP, north, make_staff("ines", "supervisor", north)),
    ]
    make_floor(programs[0], make_staff("finn"))
    return make_episode(program=programs[0], primary=make_staff("mara")).patient, programs


def act(step, patient, programs, who, other, now):
    """One step of a random history. A refusal is an answer too."""
    episode, vera = patient.latest_episode, episode_lead(patient)
    if step == "owe":
        raise_concern(patient=patient, words="?", owner=who, by=who, now=now)
        promise(patient=patient, what="!", owner=who, by=who, now=now)
        plan_meeting(patient=patient, starts_at=now + timedelta(days=1), owner=who, by=who, now=now)
        request_talk(patient=patient, due_at=now + timedelta(days=1), owner=who, by=who, now=now)
    if step == "about":
        raise_concern(patient=patient, words="?", about_staff=True, not_for=who, by=other, now=now)
    if step == "assign":
        care.assign(patient=patient, staff=who, role=CareRole.COUNSELOR, by=vera, now=now)
    if step == "end":
        member = CareTeamMember.objects.of(patient).current(now).filter(staff=who).first()
        if member:
            care.end_membership(member=member, successor=other, by=vera, now=now)
    if step == "primary":
        care.change_primary(patient=patient, staff=who, by=vera, now=now)
    if step == "transfer":
        target = next(program for program in programs if program != episode.program)
        care.transfer(episode=episode, program=target, by=vera, now=now)
    if step == "discharge":
        care.discharge(
            episode=episode,
            reason=DischargeReason.COMPLETED,
            contact_after=ContactAfter.YES,
            outreach_owner=who,
            by=vera,
            now=now,
        )
    if step == "reopen":
        care.reopen_discharge(episode=episode, because="A mistake", by=vera, now=now)
    if step == "readmit":
        care.readmit(patient=patient, program=programs[0], primary=who, by=other, now=now)
    if step == "pause":
        day = episode.program.site.local_date(now) + timedelta(days=3)
        care.pause(episode=episode, kind=PauseKind.LEAVE, back_on=day, by=who, now=now)


def episode_lead(patient):
    return patient.latest_episode.program.lead


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(STAFF), st.sampled_from(STAFF)), max_size=10))
def test_every_open_thing_has_an_owner_who_can_see_it(steps):
    with transaction.atomic():
        patient, programs = world()
        now = NOW
        for step, who, other in steps:
            now += timedelta(hours=5)
            patient = Patient.objects.with_care().get(pk=patient.pk)
            try:
                with transaction.atomic():
                    act(step, patient, programs, make_staff(who), make_staff(other), now)
            except ValidationError:
                pass
            for things in open_things():
                for thing in things:
                    visible = things.visible_to(thing.owner, now).filter(pk=thing.pk).exists()
                    assert visible, f"after {step} by {who}: {thing.owner} cannot see {thing._meta.model_name}"
        transaction.set_rollback(True)


def test_what_is_in_no_doubt_is_seen_by_its_owner(dana, mara, nils, vera, ada, now):
    finn = make_staff("finn")
    make_floor(dana.latest_episode.program, finn)
    later = now + timedelta(hours=1)
    follow_up = promise(patient=dana, what="Bring the forms", owner=mara, by=mara, now=now)
    things = FollowUp.objects.filter(pk=follow_up.pk)

    def in_doubt(owner, **over):
        with transaction.atomic():
            things.update(owner=owner, **over)
            doubtful = things.in_doubtful_hands(later).exists()
            assert doubtful or things.visible_to(owner, later).exists(), (owner, over)
            transaction.set_rollback(True)
        return doubtful

    def everybody():
        people = StaffMember.objects.filter(pk__in=[one.pk for one in (mara, nils, vera, ada, finn)])
        ways = [{"not_for": None}, {"not_for": mara}, *({"audience": audience} for audience in Audience)]
        doubts = {person.username: [in_doubt(person, **way) for way in ways] for person in people}
        return {username for username, (as_it_is, *_) in doubts.items() if not as_it_is}

    assert everybody() == {"mara", "vera"}
    for kept_out, left in ((mara, {"vera"}), (vera, {"mara"})):
        exclusion = make_exclusion(dana, kept_out, by=ada, began_at=now)
        assert everybody() == left
        exclusion.delete()
    restriction = make_restriction(dana, vera, began_at=now)
    assert everybody() == {"mara"}
    restriction.delete()
    Patient.objects.update(account=mara)
    assert everybody() == {"vera"}
    Patient.objects.update(account=None)
    StaffMember.objects.filter(pk=mara.pk).update(is_active=False)
    assert everybody() == {"vera"}
    StaffMember.objects.filter(pk=mara.pk).update(is_active=True)
    CareTeamMember.objects.update(ended_at=later)
    assert everybody() == {"vera"}
