"""Staying close where something happens meanwhile: another beginning, a wish, a mistake, a death, a closed day."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from interactions.models import CheckIn, Concern, FollowUp, Mail, Reminder
from interactions.reminders import run_pass
from interactions.services import care, watch
from interactions.services.checkins import strike
from interactions.services.concerns import raise_concern
from interactions.watch import page_of
from interactions.watch_upkeep import LeftForLater, end_over
from patients.choices import CareRole
from patients.models import CareTeamMember, Episode, OutreachDay, TransitionWatch
from patients.services import record_safe_contact
from patients.watch_choices import Covered, WatchBegan, WatchEnd
from staff.models import WorkingHours
from tests.close import DAY, HOUR, days, fresh, leave, opioids, talk
from tests.factories import NOW, make_episode, make_on_call, make_patient, make_staff, switch_on

FRIDAY = NOW + 2 * DAY


def begin(patient, because, by, now, **over):
    return watch.begin(patient=fresh(patient), because=because, by=by, now=now, **over)


def running():
    found = TransitionWatch.objects.running().with_all().get()
    found.patient = fresh(found.patient)
    return found


def open_days():
    return OutreachDay.objects.open().select_related("owner", "cover").order_by("due_on")


# another beginning


@pytest.mark.parametrize("because", [WatchBegan.METHADONE, WatchBegan.USED])
def test_another_beginning_shortens_nothing_and_takes_no_day_away(dana, mara, nils, because):
    leave(opioids(dana), mara, outreach_owner=nils)
    planned = list(open_days().values_list("due_on", flat=True))

    begin(dana, because, mara, NOW + 2 * DAY)

    assert set(planned[-4:]) <= set(open_days().values_list("due_on", flat=True)) or because == WatchBegan.USED
    assert open_days().last().due_on >= planned[-1]
    assert running().last_on >= planned[-1] - 2 * DAY  # a closed day moves
    assert {day.owner for day in open_days()} == {nils}
    run_pass(now=NOW + 25 * DAY)
    assert CareTeamMember.objects.of(dana).current(NOW + 25 * DAY).filter(staff=nils).exists()


def test_what_is_written_down_late_leaves_the_newer_plan_as_it_is(dana, mara, nils):
    leave(opioids(dana), mara, outreach_owner=nils)
    before = [(day.ref, day.due_on) for day in open_days()]

    begin(dana, WatchBegan.USED, mara, NOW + HOUR, began_at=NOW - 12 * DAY)

    assert [(day.ref, day.due_on) for day in open_days()] == before
    assert running().because == WatchBegan.LEFT


def test_an_earlier_beginning_that_lasts_longer_makes_it_longer(dana, mara):
    begin(opioids(dana), WatchBegan.METHADONE, mara, NOW)
    begin(dana, WatchBegan.USED, mara, NOW + HOUR, began_at=NOW - 2 * DAY)

    assert running().because == WatchBegan.METHADONE
    assert running().last_on == open_days().last().due_on == (NOW + 118 * DAY).date()


def test_an_overdose_begins_it_anew_and_a_hard_moment_does_not(dana, mara):
    begin(opioids(dana), WatchBegan.USED, mara, NOW)
    late = NOW + 95 * DAY
    talk(dana, mara, late, hard_moment=True)
    assert running().began_at == NOW

    raise_concern(
        patient=fresh(dana), words="She used alone", kind="safety", urgency="safety", safety={"about": "overdose"},
        by=mara, now=late,
    )  # fmt: skip

    assert (running().because, running().began_at) == (WatchBegan.USED, late)
    assert open_days().first().number == 1


def test_what_was_asked_before_they_left_is_known_afterwards(dana, mara, nils):
    begin(dana, WatchBegan.USED, mara, NOW - DAY, naloxone="given", medication="Buprenorphine")
    leave(dana, mara, outreach_owner=nils)

    assert (running().naloxone, running().medication) == ("given", "Buprenorphine")


def test_where_medication_for_opioid_use_stopped_it_is_asked_about(dana, mara):
    begin(dana, WatchBegan.MEDICATION, mara, NOW)
    assert running().opioid_involved
    begin(dana, WatchBegan.USED, mara, NOW + DAY)
    assert open_days().first().number == 1


def test_back_from_a_hospital_by_way_of_some_days_of_leave(dana, mara):
    care.pause(episode=fresh(dana).latest_episode, kind="hospital", back_on=(NOW + 5 * DAY).date(), by=mara, now=NOW)
    at = NOW + 5 * DAY
    care.pause(episode=fresh(dana).latest_episode, kind="leave", back_on=(NOW + 8 * DAY).date(), by=mara, now=at)
    assert not TransitionWatch.objects.exists()
    care.resume(episode=fresh(dana).latest_episode, by=mara, now=NOW + 7 * DAY)

    assert running().because == WatchBegan.BACK


def test_exactly_two_weeks_ago_is_not_too_long_ago(dana, mara):
    afternoon = NOW + 5 * HOUR
    noon = dana.latest_episode.program.site.moment((NOW - 14 * DAY).date(), time(12))
    assert begin(dana, WatchBegan.USED, mara, afternoon, began_at=noon)
    with pytest.raises(ValidationError, match="two weeks ago"):
        begin(dana, WatchBegan.USED, mara, afternoon, began_at=noon - DAY)


def test_a_hard_moment_that_was_struck_ends_what_it_began(dana, mara):
    talk(dana, mara, NOW, hard_moment=True)
    assert running()
    strike(check_in=CheckIn.objects.get(), because="Wrong person", by=mara, now=NOW + HOUR)

    assert TransitionWatch.objects.get().ended_because == WatchEnd.MISTAKE


# another wish


def test_letters_only_said_later_turns_the_calls_into_letters_and_back(dana, mara, nils):
    leave(opioids(dana), mara, outreach_owner=nils)
    record_safe_contact(patient=fresh(dana), by=mara, now=NOW, after_leaving="yes")
    record_safe_contact(patient=fresh(dana), by=mara, now=NOW + DAY, after_leaving="letter")
    run_pass(now=NOW + DAY + HOUR)
    assert running().by_letter
    assert len(open_days()) < 11
    assert {day.owner for day in open_days()} == {nils}

    record_safe_contact(patient=fresh(dana), by=mara, now=NOW + 2 * DAY, after_leaving="yes")
    run_pass(now=NOW + 2 * DAY + HOUR)
    assert not running().by_letter
    assert Episode.objects.get().contact_after == "yes"


def test_how_to_reach_them_written_anew_with_the_same_wish_changes_nothing(dana, mara, nils):
    record_safe_contact(patient=fresh(dana), by=mara, now=NOW, after_leaving="yes")
    leave(dana, mara, contact_after="no")
    record_safe_contact(patient=fresh(dana), by=mara, now=NOW + DAY, after_leaving="yes", message_words="It is Dee")

    assert Episode.objects.get().contact_after == "no"


def test_after_a_no_nobody_tries_again_and_nobody_stays_on_the_team_for_it(dana, mara, nils):
    leave(dana, mara, outreach_owner=nils)
    day = days()[0]
    day.patient = fresh(dana)
    watch.settle_day(day=day, outcome="promised", by=nils, now=NOW + 2 * DAY, try_at=NOW + 3 * DAY)
    record_safe_contact(patient=fresh(dana), by=mara, now=NOW + 2 * DAY + HOUR, after_leaving="no")
    run_pass(now=NOW + 4 * DAY)

    assert FollowUp.objects.get().state == "not_needed"
    assert not Reminder.objects.standing().exists()
    assert not CareTeamMember.objects.of(dana).current(NOW + 4 * DAY).exists()


def test_who_left_with_a_no_has_nobody_on_the_team_for_staying_in_touch(dana, mara, nils):
    leave(dana, mara, contact_after="no", outreach_owner=nils)

    assert not CareTeamMember.objects.of(dana).current(NOW + HOUR).exists()


@pytest.mark.parametrize(
    ("outcome", "over", "field"),
    [("promised", {"try_at": NOW - DAY}, "still to come"), ("next_day", {}, "last day of the plan")],
)
def test_what_cannot_become_of_a_day_is_refused(dana, mara, nils, vera, outcome, over, field):
    leave(dana, mara, outreach_owner=nils)
    day = days()[-1]
    day.patient = fresh(dana)

    with pytest.raises(ValidationError, match=field):
        watch.settle_day(day=day, outcome=outcome, by=vera, now=NOW + 90 * DAY, **over)


def test_a_mistake_promises_no_letter(dana, mara, nils):
    leave(dana, mara, outreach_owner=nils)
    watch.end(watch=running(), because="mistake", words="Not them", letter=True, by=nils, now=NOW + HOUR)

    assert not FollowUp.objects.exists()


# a mistake, a death


def test_a_mistaken_discharge_is_taken_back_also_after_another_beginning(dana, mara, nils):
    begin(dana, WatchBegan.USED, mara, NOW - DAY)
    leave(dana, mara, outreach_owner=nils)
    begin(dana, WatchBegan.USED, mara, NOW + HOUR)

    care.reopen_discharge(episode=Episode.objects.get(), because="Wrong person", by=mara, now=NOW + 2 * HOUR)

    assert Episode.objects.get().is_open
    assert running().began_at == NOW + HOUR


def test_a_mistaken_discharge_with_a_no_brings_back_what_ran_and_promises_no_letter(dana, mara):
    begin(dana, WatchBegan.USED, mara, NOW - DAY)
    leave(dana, mara, contact_after="no", door_letter=True)
    episode = fresh(dana).latest_episode
    episode.patient = fresh(dana)

    care.reopen_discharge(episode=episode, because="Wrong person", by=mara, now=NOW + 2 * HOUR)

    assert running().because == WatchBegan.USED
    assert Episode.objects.get().contact_after == ""
    assert FollowUp.objects.get().state == "not_needed"


def test_after_a_death_whoever_stayed_in_touch_still_reads_the_record(dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    care.record_death(patient=fresh(dana), died_on=(NOW + DAY).date(), by=vera, now=NOW + DAY)
    run_pass(now=NOW + DAY + HOUR)

    assert CareTeamMember.objects.of(dana).current(NOW + 2 * DAY).filter(staff=nils).exists()


def test_one_that_cannot_be_ended_keeps_no_other(dana, residential, mara, nils, vera):
    """Nobody else may see what nils looks after: he stays until he hands it over, and the pass says that it is so."""
    eli = make_episode(make_patient("Eli", by=mara), residential, mara, now=NOW).patient
    deputy = make_staff("deputy", "supervisor", residential.site)
    residential.deputy = deputy
    residential.save()
    for person in (dana, eli):
        leave(person, mara, outreach_owner=nils)
    raise_concern(patient=fresh(dana), words="Of the lead", about_staff=True, not_for=vera, by=nils, now=NOW)
    Concern.objects.update(owner=nils, recorded_by=nils)
    residential.deputy = None
    residential.save()
    over = max(TransitionWatch.objects.values_list("ends_at", flat=True)) + DAY

    with pytest.raises(LeftForLater):
        end_over(now=over)

    assert not TransitionWatch.objects.running().exists()
    assert [member.patient for member in CareTeamMember.objects.current(over).filter(staff=nils)] == [dana]


# a first day that is a closed one


@pytest.fixture
def on_duty(residential):
    """Somebody on call, who works from Monday to Friday."""
    residential.site.on_call.all().delete()
    found = make_staff("cov", site=residential.site, email="cov@example.org")
    make_on_call(residential.site, found)
    for weekday in range(5):
        WorkingHours.objects.create(staff=found, weekday=weekday, starts=time(9), ends=time(17))
    return found


def test_whoever_stands_in_hears_of_it_by_mail_on_that_morning(dana, mara, nils, residential, on_duty, mailoutbox):
    switch_on(residential, "outreach_due")
    leave(opioids(dana), mara, FRIDAY, outreach_owner=nils)
    nine = residential.site.moment((FRIDAY + DAY).date(), time(9))

    run_pass(now=nine - HOUR)
    assert not mailoutbox
    run_pass(now=nine)

    assert [mail.to for mail in mailoutbox] == [[on_duty.email]]
    assert Mail.objects.get(recipient=on_duty, kind="urgent").sent_at == nine


def test_who_stands_in_is_asked_anew_when_the_day_changes_hands(dana, mara, nils, vera, on_duty):
    WorkingHours.objects.create(staff=nils, weekday=5, starts=time(8), ends=time(20))
    leave(opioids(dana), mara, FRIDAY, outreach_owner=nils)
    first = open_days().first()
    assert first.covered == Covered.OWNER
    member = CareTeamMember.objects.of(dana).current(FRIDAY + HOUR).get(role=CareRole.OUTREACH)
    member.patient = fresh(dana)
    care.end_membership(member=member, by=vera, now=FRIDAY + HOUR)
    run_pass(now=FRIDAY + 2 * HOUR)

    assert (open_days().first().owner, open_days().first().cover) == (vera, on_duty)
    run_pass(now=FRIDAY + 3 * DAY)
    assert open_days().first().cover is None


def test_whose_day_it_is_takes_it_back_from_whoever_stands_in(dana, mara, nils, on_duty):
    leave(opioids(dana), mara, FRIDAY, outreach_owner=nils)
    first = open_days().first()
    first.patient = fresh(dana)
    assert first.cover == on_duty

    watch.hand_over_day(day=first, to=nils, by=nils, now=FRIDAY + HOUR)

    assert open_days().first().doer == nils


# its page


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Pacific/Auckland"])
def test_the_clocks_go_by_the_day_of_the_site_also_after_another_beginning(dana, mara, nils, zone):
    leave(dana, mara, outreach_owner=nils)
    begin(dana, WatchBegan.USED, mara, NOW + DAY)
    evening = NOW + 7 * DAY + 12 * HOUR  # the seventh day in New York
    talk(dana, nils, evening, channel="call")

    with timezone.override(zone):
        clocks = page_of(running(), nils, evening + DAY).clocks

    assert [(clock.days, clock.met is not None) for clock in clocks] == [(7, True), (30, True)]


def test_a_day_is_kept_however_many_hellos_there_were(dana, mara):
    begin(opioids(dana), WatchBegan.USED, mara, NOW)
    for n in range(205):
        talk(dana, mara, NOW + n * HOUR / 4, happened="hello", text="")
    talk(dana, mara, NOW + 60 * DAY)

    found = page_of(running(), mara, NOW + 60 * DAY + HOUR).days
    assert {day.tone for day in found if day.record.due_on < (NOW + 60 * DAY).date()} == {"good"}
