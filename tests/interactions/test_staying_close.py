"""Staying close after a loss of tolerance: what begins it, whose day each is, what keeps it and what ends it."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.models import FollowUp, Reminder
from interactions.reminders import run_pass
from interactions.services import care, watch
from interactions.services.checkins import log_conversation, strike
from patients.choices import CareRole, DischargeReason
from patients.models import CareTeamMember, Episode, OutreachDay, Patient, TransitionWatch
from patients.services import record_safe_contact
from patients.watch_choices import WatchBegan, WatchEnd
from staff.choices import ProgramKind
from staff.models import WorkingHours
from tests.close import DAY, HOUR, days, leave, open_numbers, opioids, talk
from tests.factories import (
    NOW,
    make_episode,
    make_exclusion,
    make_floor,
    make_on_call,
    make_patient,
    make_program,
    make_restriction,
    make_staff,
)

FRIDAY = NOW + 2 * DAY
OPIOID = [1, 3, 7, 10, 14, 21, 28, 45, 60, 90, 120]


# whose day it is


def test_a_discharge_begins_it_and_each_day_has_an_owner(dana, mara, nils):
    leave(opioids(dana), mara, outreach_owner=nils, naloxone="given", next_place="Harbor House")

    begun = TransitionWatch.objects.get()
    assert (begun.because, begun.naloxone, begun.place) == (WatchBegan.LEFT, "given", "Harbor House")
    assert [day.number for day in days()] == OPIOID
    assert {day.owner for day in days()} == {nils}


def test_where_nobody_was_named_the_supervisor_stays_in_touch(dana, mara, vera):
    leave(dana, mara)

    assert [day.number for day in days()] == [2, 7, 14, 30, 60, 90]
    assert {day.owner for day in days()} == {vera}


def test_by_letter_only_it_is_letters(dana, mara, vera):
    leave(dana, mara, contact_after="letter")
    log_conversation(
        patient=dana, by=vera, now=NOW + 7 * DAY, happened="left_message", channel="letter", text="A letter"
    )

    assert [day.number for day in days()] == [7, 30, 90]
    assert TransitionWatch.objects.get().by_letter
    assert open_numbers(dana, vera, NOW + 8 * DAY) == 0


def test_a_no_leaves_nothing_but_one_letter(dana, mara, vera):
    leave(dana, mara, contact_after="no", door_letter=True)

    assert not TransitionWatch.objects.exists()
    assert FollowUp.objects.get().what == watch.DOOR_LETTER
    with pytest.raises(ValidationError, match="may not be in touch"):
        watch.begin(patient=Patient.objects.with_care().get(), because=WatchBegan.USED, by=vera, now=NOW)


def test_a_no_without_a_letter_leaves_nothing(dana, mara):
    leave(dana, mara, contact_after="no")

    assert not OutreachDay.objects.exists() and not FollowUp.objects.exists()


def test_saturday_belongs_to_whoever_is_on_call(dana, mara, nils, residential):
    residential.site.on_call.all().delete()
    make_on_call(residential.site, nils)
    leave(opioids(dana), mara, FRIDAY)

    first = days()[0]
    assert first.due_on == date(2026, 6, 13)
    assert (first.covered, first.cover) == ("cover", nils)
    assert days()[1].covered == "owner"


def test_or_to_somebody_of_the_floor_who_works_then(dana, mara, nils, residential):
    residential.site.on_call.all().delete()
    make_floor(residential, nils)
    WorkingHours.objects.create(staff=nils, weekday=5, starts=time(8), ends=time(20))
    leave(opioids(dana), mara, FRIDAY)

    assert (days()[0].covered, days()[0].cover) == ("cover", nils)


def test_where_nobody_is_there_the_day_says_so_and_keeps_its_owner(dana, mara, nils, vera, residential):
    residential.site.on_call.all().delete()
    leave(opioids(dana), mara, FRIDAY)

    assert (days()[0].covered, days()[0].cover, days()[0].owner) == ("nobody", None, vera)


@pytest.mark.parametrize("kept_from", ["restricted", "excluded"])
def test_nobody_stands_in_who_may_not_know_of_them(kept_from, dana, mara, nils, vera, residential):
    residential.site.on_call.all().delete()
    make_on_call(residential.site, nils)
    if kept_from == "restricted":
        make_restriction(dana, vera)
    else:
        make_exclusion(dana, nils, by=vera)
    leave(opioids(dana), mara, FRIDAY)

    assert days()[0].cover is None


def test_on_duty_they_know_of_somebody_on_that_day_only(dana, mara, nils, residential):
    residential.site.on_call.all().delete()
    make_on_call(residential.site, nils)
    leave(opioids(dana), mara, FRIDAY)
    saturday = FRIDAY + DAY

    def knows(at):
        return Patient.objects.visible_to(nils, at).filter(pk=dana.pk).exists()

    assert [knows(FRIDAY + 2 * HOUR), knows(saturday), knows(saturday + DAY)] == [False, True, False]


def test_who_leaves_the_house_hands_over_their_days(dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    dana = Patient.objects.with_care().get()
    member = CareTeamMember.objects.of(dana).current(NOW).get()
    member.patient = dana
    care.end_membership(member=member, by=vera, now=NOW)

    assert {day.owner for day in days()} == {vera}


# what keeps a day


def test_a_conversation_keeps_a_day_also_one_the_day_before_and_striking_it_opens_the_day(dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    second = NOW + 2 * DAY

    assert open_numbers(dana, nils, second) == 1
    made = talk(dana, nils, NOW + DAY)
    assert open_numbers(dana, nils, second) == 0
    strike(check_in=made, because="It was somebody else", by=nils, now=second)
    assert open_numbers(dana, nils, second) == 1


@pytest.mark.parametrize("happened", ["no_answer", "hello", "left_message"])
def test_what_is_no_conversation_keeps_nothing(happened, dana, mara, nils):
    leave(dana, mara, outreach_owner=nils)
    talk(dana, nils, NOW + 2 * DAY, happened=happened, text="")

    assert open_numbers(dana, nils, NOW + 2 * DAY + HOUR) == 1


def test_a_conversation_on_the_day_they_left_keeps_nothing(dana, mara, nils):
    leave(opioids(dana), mara, outreach_owner=nils)
    talk(dana, nils, NOW + HOUR)

    assert open_numbers(dana, nils, NOW + DAY) == 1


# reminders


def told(rule="outreach_due"):
    found = Reminder.objects.standing().filter(rule=rule).order_by("pk")
    return [(one.stage, one.recipient.username) for one in found.select_related("recipient")]


def test_the_owner_hears_on_the_day_and_the_supervisor_on_the_same_day_while_there_is_time(dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    friday = days()[0]

    run_pass(now=friday.from_at - HOUR)
    assert told() == []
    run_pass(now=friday.from_at)
    assert told() == [("owner", "nils")]
    run_pass(now=friday.escalates_at)
    assert told() == [("owner", "nils"), ("supervisor", "vera")]
    assert friday.escalates_at < friday.due_at
    talk(dana, nils, friday.due_at)
    run_pass(now=friday.due_at + HOUR)
    assert told() == []


def test_whoever_stands_in_hears_on_that_day_and_then_the_owner(dana, mara, nils, vera, residential):
    residential.site.on_call.all().delete()
    make_on_call(residential.site, mara)
    leave(opioids(dana), mara, FRIDAY, outreach_owner=nils)
    saturday = days()[0]

    run_pass(now=saturday.from_at + HOUR)
    assert told() == [("owner", "mara")]
    run_pass(now=saturday.from_at + DAY + HOUR)
    assert ("owner", "nils") in told()


def test_after_three_tries_at_different_hours_the_supervisor_decides(dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    opens = days()[0].from_at + 10 * HOUR
    for at in (opens, opens + HOUR / 6):  # within one hour
        talk(dana, nils, at, happened="no_answer", text="", channel="call")
    run_pass(now=opens + HOUR / 2)
    assert ("tried", "vera") not in told()
    for at in (opens + HOUR, opens + 2 * HOUR):
        talk(dana, nils, at, happened="no_answer", text="", channel="call")
    run_pass(now=opens + 3 * HOUR)
    assert ("tried", "vera") in told()

    day = days()[0]
    day.patient = Patient.objects.with_care().get()
    with pytest.raises(ValidationError, match="the supervisor decides"):
        watch.settle_day(day=day, outcome="next_day", by=nils, now=opens + 3 * HOUR)
    watch.settle_day(day=day, outcome="next_day", by=vera, now=opens + 3 * HOUR)
    run_pass(now=opens + 4 * HOUR)
    assert told() == []


# what begins it, and what ends it


def test_the_end_of_detox_begins_it_also_by_transfer(vera, mara, residential):
    detox = make_program("Detox North", ProgramKind.DETOX, vera.site, vera)
    patient = make_patient("Ana")
    make_episode(patient, detox, mara, opioid_involved=True)
    patient = Patient.objects.with_care().get(pk=patient.pk)
    care.transfer(episode=patient.latest_episode, program=residential, by=mara, now=NOW)

    assert TransitionWatch.objects.get().because == WatchBegan.DETOX_ENDED
    assert {day.owner for day in days()} == {mara}


@pytest.mark.parametrize(("kind", "begins"), [("hospital", True), ("custody", True), ("leave", False)])
def test_coming_back_from_hospital_or_custody_begins_it(kind, begins, dana, mara):
    care.pause(episode=dana.latest_episode, kind=kind, back_on=date(2026, 6, 12), by=mara, now=NOW)
    care.resume(episode=dana.latest_episode, by=mara, now=NOW + DAY)

    assert TransitionWatch.objects.exists() == begins


def test_a_hard_moment_begins_it_once_and_says_nothing_against_them(dana, mara):
    talk(dana, mara, NOW, hard_moment=True)
    talk(dana, mara, NOW + DAY, hard_moment=True)

    assert TransitionWatch.objects.get().because == WatchBegan.HARD_MOMENT


def test_what_is_for_few_eyes_tells_nobody_else_that_it_was_a_hard_moment(dana, mara):
    talk(dana, mara, NOW, hard_moment=True, audience="care_team")

    assert not TransitionWatch.objects.exists()


def test_the_first_days_on_methadone_are_fourteen(dana, mara):
    watch.begin(patient=dana, because=WatchBegan.METHADONE, by=mara, now=NOW)

    assert [day.number for day in days()] == [1, 3, 7, 10, 14]


def test_a_new_loss_begins_the_days_anew_and_keeps_what_was_asked(dana, mara):
    first = watch.begin(patient=dana, because=WatchBegan.MEDICATION, by=mara, now=NOW, naloxone="has")
    second = watch.begin(patient=dana, because=WatchBegan.USED, by=mara, now=NOW + 5 * DAY)

    first.refresh_from_db()
    assert first.ended_because == WatchEnd.REPLACED
    assert second.naloxone == "has"


def test_a_mistaken_discharge_takes_back_what_it_began(dana, mara):
    before = watch.begin(patient=dana, because=WatchBegan.MEDICATION, by=mara, now=NOW)
    leave(dana, mara, NOW + DAY)
    patient = Patient.objects.with_care().get(pk=dana.pk)
    care.reopen_discharge(episode=patient.latest_episode, because="They came back", by=mara, now=NOW + 2 * DAY)

    assert TransitionWatch.objects.running().get() == before


def test_coming_back_ends_it_and_death_ends_every_day(dana, mara, nils, vera, residential):
    leave(dana, mara, outreach_owner=nils)
    dana = Patient.objects.with_care().get()
    run_pass(now=NOW + 2 * DAY)
    care.record_death(patient=dana, died_on=date(2026, 6, 12), by=vera, now=NOW + 2 * DAY)

    assert TransitionWatch.objects.get().ended_because == WatchEnd.DIED
    assert not Reminder.objects.standing().filter(patient=dana).exists()
    run_pass(now=NOW + 3 * DAY)
    assert told() == []


def test_when_its_days_are_over_it_ends_and_whoever_stayed_in_touch_leaves_the_team(dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    ends_at = TransitionWatch.objects.get().ends_at
    run_pass(now=ends_at - HOUR)
    assert CareTeamMember.objects.of(dana).current(ends_at).filter(role=CareRole.OUTREACH).exists()
    run_pass(now=ends_at)

    assert TransitionWatch.objects.get().ended_because == WatchEnd.OVER
    assert not CareTeamMember.objects.of(dana).current(ends_at + HOUR).exists()


def test_they_asked_us_to_stop(dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    running = TransitionWatch.objects.get()
    running.patient = Patient.objects.with_care().get()
    watch.end(watch=running, because="their_wish", words="Please no more calls", letter=True, by=nils, now=NOW + DAY)
    run_pass(now=NOW + DAY)

    assert Episode.objects.get().contact_after == "no"
    assert FollowUp.objects.get().owner == vera
    assert not CareTeamMember.objects.of(dana).current(NOW + DAY).exists()
    run_pass(now=NOW + 3 * DAY)
    assert told() == []


def test_a_no_to_the_question_how_to_reach_them_ends_it_too(dana, mara, nils):
    leave(dana, mara, outreach_owner=nils)
    record_safe_contact(patient=Patient.objects.with_care().get(), by=nils, now=NOW + DAY, after_leaving="no")
    run_pass(now=NOW + 3 * DAY)

    assert TransitionWatch.objects.get().ended_because == WatchEnd.THEIR_WISH
    assert Episode.objects.get().contact_after == "no"
    assert not CareTeamMember.objects.of(dana).current(NOW + 3 * DAY).exists()
    assert told() == []


# the property: no day without somebody, and none where none is wanted

REASONS = [reason for reason in DischargeReason.values if reason != "died"]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_discharge_leaves_a_day_without_an_owner_and_no_outreach_follows_a_no_or_a_death(data):
    lead, mara, nils = (
        make_staff(name, role) for name, role in (("lead", "supervisor"), ("mara", "clinician"), ("nils", "clinician"))
    )
    kind = data.draw(st.sampled_from(ProgramKind.values))
    program = make_program(f"Program {kind}", kind, lead.site, lead)
    now = datetime(2026, 3, 1, 15, tzinfo=NOW.tzinfo) + data.draw(st.integers(0, 300)) * DAY
    patient = make_patient("Ana", "Ray", by=mara, now=now - 20 * DAY)
    make_episode(patient, program, mara, now=now - 20 * DAY, opioid_involved=data.draw(st.booleans()))
    contact = data.draw(st.sampled_from(["yes", "letter", "no"]))
    leave(
        patient, mara, now, reason=data.draw(st.sampled_from(REASONS)), contact_after=contact, note="Why",
        outreach_owner=data.draw(st.sampled_from([None, mara, nils])), door_letter=data.draw(st.booleans()),
    )  # fmt: skip
    planned = OutreachDay.objects.of(patient).open()
    if contact == "no":
        assert not TransitionWatch.objects.of(patient).exists() and not planned.exists()
        return
    assert planned.exists()
    for day in planned.select_related("owner"):
        at = day.from_at + 12 * HOUR
        assert day.owner.is_active and Patient.objects.visible_to(day.doer, at).filter(pk=patient.pk).exists()
    if data.draw(st.booleans()):
        patient = Patient.objects.with_care().get(pk=patient.pk)
        care.record_death(
            patient=patient, died_on=program.site.local_date(now + DAY), by=lead, now=now + DAY,
        )  # fmt: skip
        assert not planned.all().exists()
