"""Each rule: when it is due, for whom, and what ends it."""

from datetime import timedelta

import pytest

from interactions import planning
from interactions.choices import Answer, Happened, Settled
from interactions.models import Reminder, Rung
from interactions.reminder_rules import RULES, rule_of
from interactions.services.checkins import log_conversation
from interactions.services.concerns import acknowledge, answer, confirm, raise_concern, tell
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise, reschedule
from interactions.services.safety import take_over
from interactions.services.talks import keep, request_talk
from patients.models import Patient, Pause
from staff.defaults import QUIET_START
from staff.models import StaffMember
from tests.factories import NOW, make_away, make_episode, make_on_call, make_program, make_staff, switch_on

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALL = [rule.code for rule in RULES]


@pytest.fixture
def dana(dana, residential):
    """Dana, in a program where every rule is on."""
    switch_on(residential, *ALL)
    return dana


@pytest.fixture
def told(dana, mara):
    return {"patient": dana, "by": mara, "now": NOW}


def due(code, now):
    """Who is reminded by the rule at that moment, by stage."""
    planning.plan(rule_of(code), now)
    live = Reminder.objects.live(now).filter(rule=code)
    return {(reminder.stage, reminder.recipient.username) for reminder in live}


def test_a_safety_concern_climbs_the_ladder_until_somebody_takes_it_over(told, mara, vera, nils, ada):
    make_on_call(vera.site, nils, rank=0)
    concern = raise_concern(**told, words="I can’t go on.", urgency="safety")

    assert due("safety_not_taken_over", NOW + 14 * MINUTE) == set()
    first = due("safety_not_taken_over", NOW + 15 * MINUTE)
    later = due("safety_not_taken_over", NOW + 45 * MINUTE)

    assert {who for _, who in first} == {"nils", "vera"}
    assert {who for _, who in later} == {"nils", "vera", "ada"}
    take_over(concern=concern, by=nils, now=NOW + 46 * MINUTE)
    assert due("safety_not_taken_over", NOW + 60 * MINUTE) == set()


def test_each_rung_of_the_ladder_is_a_reminder_of_its_own(told, vera, ada):
    concern = raise_concern(**told, words="I can’t go on.", urgency="safety")

    planning.plan(rule_of("safety_not_taken_over"), NOW + HOUR)

    rungs = Rung.objects.filter(concern=concern, due_at__lte=NOW + HOUR)
    assert Reminder.objects.filter(rule="safety_not_taken_over").count() == rungs.count() > 1


def test_a_concern_is_taken_on_in_time_or_the_owner_and_then_the_supervisor_hear(told, nils, mara):
    concern = raise_concern(**told | {"by": make_staff("ines")}, words="When can I call home?", urgency="today")
    late = concern.ack_due_at

    assert due("concern_not_acknowledged", late - MINUTE) == set()
    assert due("concern_not_acknowledged", late + MINUTE) == {("owner", "mara")}
    assert due("concern_not_acknowledged", late + 2 * HOUR) == {("owner", "mara"), ("supervisor", "vera")}
    acknowledge(concern=concern, by=mara, now=late + 3 * HOUR)
    assert due("concern_not_acknowledged", late + 3 * HOUR) == set()


def test_an_unanswered_concern_reminds_its_owner_then_the_supervisor(told, mara):
    concern = raise_concern(**told, words="When can I call home?")
    late = concern.answer_due_at

    assert due("concern_not_answered", late + MINUTE) == {("owner", "mara")}
    assert due("concern_not_answered", late + DAY) == {("owner", "mara"), ("supervisor", "vera")}
    answer(concern=concern, answer=Answer.YES, words="", by=mara, now=late + DAY)
    assert due("concern_not_answered", late + DAY) == set()


def test_an_answer_that_was_not_told_reminds_until_they_know(told, mara):
    concern = raise_concern(**told, words="When can I call home?")
    concern = answer(concern=concern, answer=Answer.YES, words="Each evening.", by=mara, now=NOW + HOUR)
    late = concern.tell_due_at

    assert due("concern_not_told", late + MINUTE) == {("owner", "mara")}
    assert due("concern_not_told", late + DAY) == {("owner", "mara"), ("supervisor", "vera")}
    tell(concern=concern, by=mara, now=late + DAY)
    assert due("concern_not_told", late + DAY) == set()


def test_a_second_no_goes_to_the_supervisor_at_once(told, mara):
    concern = raise_concern(**told, words="When can I call home?")
    for hours in (1, 3):
        now = NOW + hours * HOUR
        concern = answer(concern=concern, answer=Answer.NO, words="The phone is broken.", by=mara, now=now)
        concern = tell(concern=concern, by=mara, now=now + 10 * MINUTE)
        before = due("concern_unsettled_twice", now + 20 * MINUTE)
        concern = confirm(concern=concern, settled=Settled.NO, by=mara, now=now + 20 * MINUTE)

    assert before == set()
    assert due("concern_unsettled_twice", now + 21 * MINUTE) == {("supervisor", "vera")}


def test_a_promise_reminds_its_owner_when_due_and_the_supervisor_a_day_later(told, mara):
    follow_up = promise(**told, what="Call the landlord", due_at=NOW + DAY)

    assert due("follow_up_due", NOW + DAY + MINUTE) == {("owner", "mara")}
    assert due("follow_up_overdue", NOW + DAY + MINUTE) == set()
    assert due("follow_up_overdue", NOW + 2 * DAY + MINUTE) == {("supervisor", "vera")}
    reschedule(follow_up=follow_up, due_at=NOW + 5 * DAY, by=mara, now=NOW + 2 * DAY)
    assert due("follow_up_due", NOW + 3 * DAY) == due("follow_up_overdue", NOW + 3 * DAY) == set()
    assert due("follow_up_due", NOW + 5 * DAY + MINUTE) == {("owner", "mara")}


def test_a_supervisor_is_not_told_twice_of_their_own_promise(told, vera):
    promise(**told, what="Call the landlord", due_at=NOW + DAY, owner=vera)

    assert due("follow_up_due", NOW + 2 * DAY + MINUTE) == {("owner", "vera")}
    assert due("follow_up_overdue", NOW + 2 * DAY + MINUTE) == set()


def test_a_promised_talk_reminds_who_promised_it(told, mara):
    talk = request_talk(**told, due_at=NOW + 2 * HOUR)

    assert due("talk_request_not_kept", NOW + HOUR) == set()
    assert due("talk_request_not_kept", NOW + 3 * HOUR) == {("owner", "mara")}
    assert due("talk_request_not_kept", NOW + 27 * HOUR) == {("owner", "mara"), ("supervisor", "vera")}
    keep(talk=talk, by=mara, now=NOW + 28 * HOUR)
    assert due("talk_request_not_kept", NOW + 28 * HOUR) == set()


def test_a_meeting_is_overdue_after_the_grace_unless_one_was_planned_in_time(told, dana):
    late = dana.latest_episode.cadence.meeting_overdue_at

    assert due("meeting_overdue", late - MINUTE) == set()
    assert due("meeting_overdue", late) == {("owner", "mara")}
    assert due("meeting_overdue", late + DAY) == {("owner", "mara"), ("supervisor", "vera")}
    plan_meeting(**told, starts_at=late - HOUR)
    assert due("meeting_overdue", late) == set()
    assert due("meeting_without_outcome", late) == set()
    assert due("meeting_without_outcome", late + DAY) == {("owner", "mara")}


def test_silence_reminds_by_both_cadences_and_ends_with_a_conversation(told, dana, nils):
    cadence = dana.latest_episode.cadence

    assert due("silence", cadence.team_overdue_at - MINUTE) == set()
    assert due("silence", cadence.team_overdue_at) == {("team_owner", "mara")}
    assert due("silence", cadence.primary_escalates_at) == {("team_owner", "mara"), ("team_supervisor", "vera")}
    now = cadence.primary_escalates_at
    log_conversation(**told | {"now": now, "by": nils}, happened=Happened.TALKED, text="We talked.")
    assert due("silence", now) == {("primary_owner", "mara"), ("primary_supervisor", "vera")}
    log_conversation(**told | {"now": now}, happened=Happened.TALKED, text="We talked.")
    assert due("silence", now) == set()


def test_a_failed_attempt_asks_to_try_again_until_a_conversation_succeeds(told, mara):
    log_conversation(**told, happened=Happened.NO_ANSWER)

    assert due("try_again", NOW + 3 * HOUR) == set()
    assert due("try_again", NOW + 4 * HOUR) == {("owner", "mara")}
    log_conversation(**told | {"now": NOW + 5 * HOUR}, happened=Happened.NO_ANSWER, next_try_at=NOW + DAY)
    assert due("try_again", NOW + 6 * HOUR) == set()
    assert due("try_again", NOW + DAY) == {("owner", "mara")}
    log_conversation(**told | {"now": NOW + DAY}, happened=Happened.TALKED, text="We talked.")
    assert due("try_again", NOW + DAY + HOUR) == set()


def test_who_tried_and_left_the_team_is_not_asked_again(told, nils):
    log_conversation(**told | {"by": nils}, happened=Happened.NO_ANSWER)

    assert due("try_again", NOW + DAY) == {("owner", "mara")}


def test_a_member_who_was_never_introduced_is_reminded(told, dana):
    member = dana.care_team.get()

    assert due("not_introduced", member.introduce_by_at - MINUTE) == set()
    assert due("not_introduced", member.introduce_by_at) == {("owner", "mara")}
    log_conversation(**told, happened=Happened.HELLO)
    assert due("not_introduced", NOW) == set()


def test_nobody_there_goes_to_the_supervisor_and_the_admins_even_with_the_rule_off(residential, dana, mara, nils, ada):
    residential.rule_switches.all().delete()

    assert due("orphaned_patient", NOW) == set()
    away = make_away(mara)
    assert due("orphaned_patient", NOW) == {("supervisor", "vera"), ("admin", "ada")}
    away.cover = nils
    away.save()
    assert due("orphaned_patient", NOW) == set()
    StaffMember.objects.filter(pk=nils.pk).update(is_active=False)
    assert due("orphaned_patient", NOW) == {("supervisor", "vera"), ("admin", "ada")}


def test_a_primary_without_an_active_account_is_nobody(dana, mara, ada):
    StaffMember.objects.filter(pk=mara.pk).update(is_active=False)

    assert due("orphaned_patient", NOW) == {("supervisor", "vera"), ("admin", "ada")}


def test_a_milestone_stands_on_its_day_until_somebody_talked_with_them(told, dana):
    site, admitted_on = dana.latest_episode.program.site, NOW.date() - 3 * DAY
    seventh = site.day_bounds(admitted_on + 6 * DAY)[0]

    assert due("milestone", seventh - MINUTE) == set()
    assert due("milestone", seventh + MINUTE) == {("day_7", "mara")}
    assert due("milestone", seventh + 3 * DAY - MINUTE) == {("day_7", "mara")}
    assert due("milestone", seventh + 3 * DAY) == set()
    log_conversation(**told | {"now": seventh + HOUR}, happened=Happened.TALKED, text="A week!")
    assert due("milestone", seventh + HOUR) == set()


def test_milestones_are_quiet_for_those_who_want_none(dana):
    Patient.objects.update(wants_milestones=False)

    assert due("milestone", NOW + 4 * DAY) == set()


CADENCES = ("silence", "meeting_overdue", "milestone", "not_introduced", "try_again")


@pytest.mark.parametrize("code", CADENCES)
def test_a_pause_stops_the_cadences(code, told, dana, mara):
    log_conversation(**told, happened=Happened.NO_ANSWER)
    now = NOW + 26 * DAY + HOUR  # day 30 of care
    assert due(code, now)

    Pause.objects.create(episode=dana.latest_episode, kind="leave", began_at=NOW, back_on=now.date(), recorded_by=mara)

    assert due(code, now) == set()


@pytest.mark.parametrize("code", [*CADENCES, "orphaned_patient"])
def test_a_discharge_ends_the_clocks(code, told, dana, mara):
    log_conversation(**told, happened=Happened.NO_ANSWER)
    now = NOW + 26 * DAY + HOUR
    if code == "orphaned_patient":
        make_away(mara, ended_at=now + DAY)
    assert due(code, now)

    episode = dana.latest_episode
    episode.discharged_at, episode.discharged_by, episode.discharge_reason = now, mara, "completed"
    episode.save()

    assert due(code, now) == set()


def test_what_is_owed_outlives_a_discharge(told, dana, mara):
    concern = raise_concern(**told, words="When can I call home?")
    promise(**told, what="Send the letter", due_at=NOW + DAY)
    episode = dana.latest_episode
    episode.discharged_at, episode.discharged_by, episode.discharge_reason = NOW, mara, "completed"
    episode.save()

    assert due("concern_not_answered", concern.answer_due_at + MINUTE)
    assert due("follow_up_due", NOW + DAY + MINUTE)


@pytest.mark.parametrize("code", ALL)
def test_a_death_ends_every_reminder_but_what_the_family_is_owed(code, told, dana, mara):
    raise_concern(**told, words="When can I call home?")
    request_talk(**told, due_at=NOW + HOUR)
    Patient.objects.update(died_on=NOW.date())

    assert due(code, NOW + 26 * DAY + HOUR) == set()


def test_while_the_owner_is_away_their_cover_hears_of_it_and_then_they_again(told, mara, nils):
    promise(**told, what="Call the landlord", due_at=NOW + HOUR)

    assert due("follow_up_due", NOW + 2 * HOUR) == {("owner", "mara")}
    away = make_away(mara, cover=nils)
    assert due("follow_up_due", NOW + 2 * HOUR) == {("owner", "nils")}
    away.cover = None
    away.save()
    assert due("follow_up_due", NOW + 2 * HOUR) == {("owner", "vera")}
    away.delete()
    assert due("follow_up_due", NOW + 2 * HOUR) == {("owner", "mara")}
    assert Reminder.objects.count() == 3


def test_the_supervisor_away_means_their_cover_or_the_deputy(told, residential, vera, north):
    uma, theo = make_staff("uma", "supervisor", north), make_staff("theo", "supervisor", north)
    follow_up = promise(**told, what="Call the landlord", due_at=NOW + HOUR)
    now = follow_up.escalates_at + MINUTE
    away = make_away(vera, cover=uma)

    assert due("follow_up_overdue", now) == {("supervisor", "uma")}
    away.cover = None
    away.save()
    assert due("follow_up_overdue", now) == {("supervisor", "vera")}
    residential.deputy = theo
    residential.save()
    assert due("follow_up_overdue", now) == {("supervisor", "theo")}


def test_a_concern_about_the_supervisor_never_reaches_them(told, residential, vera, north):
    residential.deputy = make_staff("theo", "supervisor", north)
    residential.save()
    told["patient"].refresh_from_db()
    concern = raise_concern(**told, words="She shouts at us.", about_staff=True, not_for=vera)

    assert {who for _, who in due("concern_not_answered", concern.answer_due_at + 2 * DAY)} == {"theo"}


def test_a_rule_that_is_off_in_a_program_is_silent_there(told, residential, dana, vera, mara):
    quiet = make_program("Quiet North", "residential", vera.site, vera)
    other = make_episode(program=quiet, primary=mara).patient
    now = dana.latest_episode.cadence.team_overdue_at + DAY
    for patient in (dana, other):
        log_conversation(**told | {"patient": patient}, happened=Happened.NO_ANSWER)

    planning.plan(rule_of("try_again"), now)
    planning.plan(rule_of("silence"), now)

    assert "try_again" not in QUIET_START
    assert set(Reminder.objects.filter(patient=other).values_list("rule", flat=True)) == {"silence"}
    assert set(Reminder.objects.filter(patient=dana).values_list("rule", flat=True)) == {"silence", "try_again"}
