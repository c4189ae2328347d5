from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import Action, ConcernState, Ending, Happened, MeetingState, PromiseState, TalkState
from interactions.models import Concern, FollowUp, HistoryEntry, Meeting, TalkRequest
from interactions.services import care
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise
from interactions.services.talks import request_talk
from patients.choices import CareRole, ContactAfter, DischargeReason, EpisodeState, PauseKind
from patients.models import CareTeamMember, Patient
from patients.services import record_safe_contact, update_person
from tests.factories import NOW, make_episode, make_floor, make_patient, make_staff

DAY = timedelta(days=1)


def team(patient, now=NOW):
    return {m.staff.username: m.role for m in CareTeamMember.objects.of(patient).current(now).select_related("staff")}


def owe(patient, owner, now=NOW):
    """One of each kind of thing, owned by `owner`."""
    return [
        raise_concern(patient=patient, words="When can I call my son?", owner=owner, by=owner, now=now),
        promise(patient=patient, what="Ask about the phone", owner=owner, by=owner, now=now),
        plan_meeting(patient=patient, starts_at=now + 2 * DAY, owner=owner, by=owner, now=now),
        request_talk(patient=patient, due_at=now + DAY, owner=owner, by=owner, now=now),
    ]


def owners(*things):
    return [type(thing).objects.get(pk=thing.pk).owner.username for thing in things]


def leave(patient, by, now=NOW, **over):
    return care.discharge(
        episode=patient.latest_episode,
        **{"reason": DischargeReason.COMPLETED, "contact_after": ContactAfter.YES, "by": by, "now": now} | over,
    )


def test_admitting_registers_the_person_opens_the_stay_and_names_the_primary(residential, mara):
    episode = care.admit(
        person={"given_name": "Zoë", "family_name": "Ngata"}, program=residential, primary=mara, by=mara, now=NOW
    )

    assert episode.patient.record_number == "R00001"
    assert team(episode.patient) == {"mara": CareRole.PRIMARY}
    assert episode.cadence.team_clock_at == NOW


def test_nobody_admits_into_another_site(iop_south, mara, sione):
    with pytest.raises(ValidationError, match="program of your own site"):
        care.admit(person={"given_name": "Ana"}, program=iop_south, primary=sione, by=mara, now=NOW)

    assert not Patient.objects.exists()


def test_an_admin_does_not_admit(residential, mara, ada):
    with pytest.raises(ValidationError, match="Clinicians and supervisors admit"):
        care.admit(person={"given_name": "Ana"}, program=residential, primary=mara, by=ada, now=NOW)


def test_a_discharge_leaves_what_is_owed_with_the_outreach_owner(dana, mara, nils, vera):
    care.assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW)
    concern, follow_up, meeting, talk = owe(dana, mara)

    leave(dana, mara, outreach_owner=nils)

    assert owners(concern, follow_up, talk) == ["nils", "nils", "nils"]
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.ENDED
    assert team(dana) == {"nils": CareRole.OUTREACH}
    assert not Patient.objects.visible_to(mara, NOW).exists()


def test_a_discharge_without_an_outreach_owner_leaves_it_with_the_supervisor(dana, mara):
    concern, follow_up, _, talk = owe(dana, mara)

    leave(dana, mara)

    assert owners(concern, follow_up, talk) == ["vera", "vera", "vera"]
    assert team(dana) == {}
    assert HistoryEntry.objects.filter(record_ref=concern.ref, action=Action.NEW_OWNER, words="Vera").exists()


def test_only_the_primary_and_supervisors_discharge(dana, mara, nils, vera, sione):
    care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)

    for stranger in (nils, sione):
        with pytest.raises(ValidationError, match="The primary and supervisors decide this"):
            leave(dana, stranger)

    leave(dana, vera)


def test_ending_a_stay_ourselves_asks_why(dana, mara):
    with pytest.raises(ValidationError, match="which supervisor agreed"):
        leave(dana, mara, reason=DischargeReason.ENDED_BY_US)


def test_a_discharge_cannot_lie_before_the_admission(dana, mara):
    with pytest.raises(ValidationError, match="They came after that day"):
        leave(dana, mara, discharged_at=NOW - 30 * DAY)


def test_a_stale_discharge_is_refused(dana, mara, outpatient):
    stale = Patient.objects.with_care().get(pk=dana.pk).latest_episode
    care.transfer(episode=dana.latest_episode, program=outpatient, by=mara, now=NOW)

    with pytest.raises(ValidationError, match="Somebody changed this stay meanwhile"):
        care.discharge(episode=stale, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.NO, by=mara, now=NOW)


def test_a_mistaken_discharge_is_taken_back_with_its_team_meetings_and_owners(dana, mara, nils, vera):
    care.assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW)
    things = owe(dana, mara)
    before = team(dana)
    leave(dana, mara, outreach_owner=nils)
    later = NOW + DAY

    care.reopen_discharge(episode=dana.latest_episode, because="It was her sister.", by=vera, now=later)

    dana.refresh_from_db()
    assert team(dana, later) == before == {"mara": "primary", "nils": "counselor"}
    assert dana.latest_episode.is_open
    assert owners(*things) == ["mara"] * 4
    assert Meeting.objects.get().state == MeetingState.PLANNED
    assert dana.latest_episode.placements.get().ended_at is None


def test_taking_a_discharge_back_needs_a_reason(dana, mara, vera):
    leave(dana, mara)

    with pytest.raises(ValidationError, match="Say why"):
        care.reopen_discharge(episode=dana.latest_episode, because=" ", by=vera, now=NOW)


def test_whoever_comes_back_finds_what_was_kept_for_them(dana, mara, nils, outpatient):
    concern = raise_concern(patient=dana, words="Is my dog cared for?", by=mara, now=NOW)
    follow_up = promise(patient=dana, what="Send the letter", by=mara, now=NOW, due_at=NOW + DAY)
    leave(dana, mara)
    Concern.objects.filter(pk=concern.pk).update(state=ConcernState.KEPT, ending=Ending.HAD_LEFT)
    later = NOW + 40 * DAY

    episode = care.readmit(patient=dana, program=outpatient, primary=nils, by=nils, now=later)

    concern.refresh_from_db()
    follow_up.refresh_from_db()
    assert (concern.state, concern.owner, concern.clock_started_at) == (ConcernState.REOPENED, nils, later)
    assert (follow_up.owner, follow_up.promised_at) == (nils, later)
    assert follow_up.due_at > later
    assert dana.episodes.count() == 2
    assert episode.cadence.team_clock_at == later


def test_the_outreach_owner_can_become_the_primary_again(dana, mara, residential):
    leave(dana, mara, outreach_owner=mara)

    care.readmit(patient=dana, program=residential, primary=mara, by=mara, now=NOW + DAY)

    assert team(dana, NOW + DAY) == {"mara": CareRole.PRIMARY}


def test_nobody_is_welcomed_back_while_in_care(dana, mara, residential):
    with pytest.raises(ValidationError, match="in care already"):
        care.readmit(patient=dana, program=residential, primary=mara, by=mara, now=NOW)


def test_a_transfer_passes_on_what_the_old_floor_owes(dana, mara, nils, residential, outpatient):
    make_floor(residential, nils)
    concern = raise_concern(patient=dana, words="My room is cold", owner=nils, by=nils, now=NOW)

    care.transfer(episode=dana.latest_episode, program=outpatient, by=mara, now=NOW, note="Ready for the next step")

    dana.refresh_from_db()
    assert dana.latest_episode.program == outpatient
    assert owners(concern) == ["mara"]
    assert [str(p.program) for p in dana.latest_episode.placements.all()] == ["Residential North", "Outpatient North"]


def test_a_transfer_sets_the_clocks_by_the_new_standards(dana, mara, outpatient):
    care.transfer(episode=dana.latest_episode, program=outpatient, by=mara, now=NOW)

    cadence = Patient.objects.with_care().get(pk=dana.pk).latest_episode.cadence
    assert (cadence.team_overdue_at - cadence.team_clock_at).days >= 14


def test_a_new_primary_takes_over_what_the_old_one_owed(dana, mara, nils, vera):
    things = owe(dana, mara)

    care.change_primary(patient=dana, staff=nils, by=vera, now=NOW, stays_as=CareRole.COUNSELOR)

    assert owners(*things) == ["nils"] * 4
    assert team(dana) == {"nils": CareRole.PRIMARY, "mara": CareRole.COUNSELOR}


def test_the_last_primary_is_not_taken_away(dana, vera):
    with pytest.raises(ValidationError, match="Name the new one first"):
        care.end_membership(member=CareTeamMember.objects.of(dana).get(), by=vera, now=NOW)


def test_a_concern_about_the_supervisor_never_passes_to_them(dana, mara, nils, vera, ada):
    deputy = make_staff("della", "supervisor", vera.site)
    program = dana.latest_episode.program
    program.deputy = deputy
    program.save()
    concern = raise_concern(patient=dana, words="She laughed at me", about_staff=True, not_for=vera, by=mara, now=NOW)

    leave(dana, mara)

    assert owners(concern) == ["della"]
    assert not Concern.objects.visible_to(vera, NOW).exists()


@pytest.mark.parametrize("who", ["mara", "sione", "otto"])
def test_only_the_program_and_admins_change_a_team(who, request, dana, nils):
    with pytest.raises(ValidationError, match="changes the care team"):
        care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=request.getfixturevalue(who), now=NOW)


def test_an_admin_does_not_let_themselves_in(dana, ada, nils):
    care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=ada, now=NOW)

    with pytest.raises(ValidationError, match="nobody lets themselves in"):
        care.assign(patient=dana, staff=ada, role=CareRole.NURSE, by=ada, now=NOW)


def test_the_cadence_rests_while_they_are_away_and_runs_from_the_return(dana, mara):
    episode = dana.latest_episode
    care.pause(episode=episode, kind=PauseKind.HOSPITAL, back_on=date(2026, 6, 15), by=mara, now=NOW)
    assert list(Patient.objects.in_state(EpisodeState.PAUSED, NOW)) == [dana]

    cadence = care.resume(episode=episode, by=mara, now=NOW + 5 * DAY)

    assert cadence.team_clock_at == NOW + 5 * DAY
    assert list(Patient.objects.in_state(EpisodeState.IN_CARE, NOW + 5 * DAY)) == [dana]


def test_whoever_is_away_longer_is_asked_about_again(dana, mara):
    episode = dana.latest_episode
    care.pause(episode=episode, kind=PauseKind.LEAVE, back_on=date(2026, 6, 12), by=mara, now=NOW)

    care.pause(episode=episode, kind=PauseKind.LEAVE, back_on=date(2026, 6, 20), by=mara, now=NOW + DAY)

    assert episode.pauses.current(NOW + DAY).get().back_on == date(2026, 6, 20)


def test_after_a_death_everything_rests(dana, mara, vera):
    concern, follow_up, meeting, talk = owe(dana, mara)
    later = NOW + DAY

    care.record_death(
        patient=dana, died_on=date(2026, 6, 10), by=mara, now=later, owed_to_family="Give them her guitar"
    )

    for thing in (concern, follow_up, meeting, talk):
        thing.refresh_from_db()
    assert (concern.state, concern.ending) == (ConcernState.CLOSED, Ending.DIED)
    assert (follow_up.state, meeting.state, talk.state) == (
        PromiseState.NOT_NEEDED,
        MeetingState.ENDED,
        TalkState.ENDED,
    )
    assert [(f.what, f.owner) for f in FollowUp.objects.open()] == [("Give them her guitar", vera)]
    assert not Concern.objects.owed().exists()
    assert not TalkRequest.objects.open().exists()
    assert team(dana, later) == {"mara": CareRole.PRIMARY}
    assert list(Patient.objects.in_state(EpisodeState.DIED, later)) == [dana]


def test_nothing_new_is_written_about_somebody_who_died(dana, mara, vera, nils):
    care.record_death(patient=dana, died_on=date(2026, 6, 10), by=mara, now=NOW)

    for write in (
        lambda: owe(dana, mara),
        lambda: log_conversation(patient=dana, by=mara, now=NOW, happened=Happened.TALKED, text="x"),
        lambda: care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW),
        lambda: update_person(patient=dana, version=dana.version, by=mara, now=NOW, phone="1"),
        lambda: record_safe_contact(patient=dana, by=mara, now=NOW, ways="Call"),
        lambda: care.readmit(patient=dana, program=dana.latest_episode.program, primary=mara, by=mara, now=NOW),
        lambda: care.record_death(patient=dana, died_on=date(2026, 6, 10), by=mara, now=NOW),
    ):
        with pytest.raises(ValidationError, match="has died"):
            write()


def test_what_they_raised_about_our_staff_outlives_them(dana, mara, nils, vera):
    raise_concern(patient=dana, words="He shouted", about_staff=True, not_for=nils, by=mara, now=NOW - DAY)

    care.record_death(patient=dana, died_on=date(2026, 6, 10), by=mara, now=NOW)

    left = FollowUp.objects.open().get()
    assert (left.owner, left.not_for) == (vera, nils)


def test_a_death_between_stays_is_written_down_too(dana, mara, vera):
    leave(dana, mara)

    care.record_death(patient=dana, died_on=date(2026, 6, 20), by=vera, now=NOW + 12 * DAY)

    assert list(Patient.objects.in_state(EpisodeState.DIED, NOW)) == [dana]
    assert not Patient.objects.in_state(EpisodeState.BETWEEN, NOW).exists()


def test_a_transfer_to_another_site_leaves_nothing_with_the_old_supervisor(dana, mara, vera, iop_south):
    concern = raise_concern(patient=dana, words="My bus pass", owner=vera, by=vera, now=NOW)

    care.transfer(episode=dana.latest_episode, program=iop_south, by=mara, now=NOW)

    assert owners(concern) == ["mara"]
    assert not Patient.objects.visible_to(vera, NOW).exists()


def test_a_long_team_ends_and_comes_back_in_one_piece(residential, mara, vera):
    patient = make_episode(patient=make_patient(by=mara), program=residential, primary=mara).patient
    for n in range(4):
        care.assign(patient=patient, staff=make_staff(f"peer{n}"), role=CareRole.PEER, by=vera, now=NOW)
    before = team(patient)
    leave(patient, vera)

    care.reopen_discharge(episode=patient.latest_episode, because="Wrong person", by=vera, now=NOW + DAY)

    assert team(patient, NOW + DAY) == before
