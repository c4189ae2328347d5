"""How much people hear: a quiet start, at most two notices for a person and a thing, and somebody for who is away."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from interactions.choices import Happened
from interactions.models import Reminder
from interactions.reminder_rules import RULES
from interactions.reminders import run_pass
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise
from interactions.services.talks import request_talk
from patients.models import Pause
from staff.calendar import DAY
from staff.choices import Presence
from staff.defaults import QUIET_START
from staff.models import Program
from staff.wording import HOUR, MINUTE
from tests.cast import enter
from tests.factories import NOW, make_away, make_episode, make_on_call, make_patient, switch_on

ALWAYS = {
    "safety_not_taken_over", "opened_in_emergency", "orphaned_patient", "still_away", "emergency_not_reviewed",
    "boundary_event_serious", "safety_report_not_told", "safety_report_undecided", "feedback_low",
}  # fmt: skip


@pytest.fixture
def told(dana, mara):
    return {"patient": dana, "by": mara, "now": NOW}


def owe_everything(told):
    """Something of every kind that a person at work may forget."""
    log_conversation(**told, happened=Happened.NO_ANSWER)
    raise_concern(**told, words="When can I call home?")
    raise_concern(**told, words="My medication!", urgency="today")
    promise(**told, what="Call the landlord", due_at=NOW + HOUR)
    request_talk(**told, due_at=NOW + HOUR)
    plan_meeting(**told, starts_at=NOW + HOUR)


def test_a_new_program_starts_quiet_with_eight_rules_on(at, north, vera, mara, ada):
    at(NOW)
    make_on_call(north, vera)
    browser, address = enter(Client(), ada), reverse("staff:program_new")
    form = browser.get(address).context["form"]
    sent = {
        "form_token": form["form_token"].value(), "site": north.ref, "name": "Harbor", "kind": "residential",
        "lead": vera.ref, "presence": Presence.ROUND_THE_CLOCK.value, "safety_steps": "",
    }  # fmt: skip
    answer = browser.post(address, {name: value for name, value in sent.items() if name in form.fields})
    assert answer.status_code == 302, answer.context["form"].errors
    program = Program.objects.get(name="Harbor")
    told = {"patient": make_episode(program=program, primary=mara).patient, "by": mara, "now": NOW}
    owe_everything(told)

    for days in (0.1, 3, 20):
        run_pass(now=NOW + days * DAY)

    assert set(program.rule_switches.values_list("rule", flat=True)) == set(QUIET_START)
    assert len(QUIET_START) == 8
    assert {rule.code for rule in RULES if rule.always_on} == ALWAYS
    spoke = set(Reminder.objects.values_list("rule", flat=True))
    assert spoke == {"concern_not_answered", "follow_up_due", "talk_request_not_kept", "silence", "meeting_overdue"}


# Rows of the product's table of rules that are several rules here.
SAME = {"concern_not_acknowledged": "concern_not_answered", "follow_up_overdue": "follow_up_due"}


@pytest.mark.parametrize("stand_in", [False, True], ids=["at work", "the supervisor stands in"])
def test_nobody_hears_more_than_twice_of_one_thing(told, dana, residential, mara, vera, ada, stand_in):
    """Whatever is on, however long nothing happens, and also where the supervisor stands in for who is away."""
    switch_on(residential, *[rule.code for rule in RULES])
    owe_everything(told)
    if stand_in:
        make_away(mara, began_at=NOW + 30 * MINUTE, ended_at=NOW + 60 * DAY)

    for days in (0.05, 0.3, 1.1, 2.2, 6, 20):
        run_pass(now=NOW + days * DAY)

    heard = Counter(
        (one.recipient.username, SAME.get(one.rule, one.rule), one.cause, one.clock_started_at)
        for one in Reminder.objects.exclude(rule__in=["safety_not_taken_over", "milestone"]).select_related("recipient")
    )
    assert {rule for _, rule, _, _ in heard} >= {"silence", "meeting_overdue", "follow_up_due", "concern_not_answered"}
    assert {who for who, *_ in heard} == ({"vera", "ada"} if stand_in else {"mara", "vera"})
    assert [one for one, times in heard.items() if times > 2] == []


def test_a_milestone_is_told_once_for_each_of_its_days(told, dana, residential, mara):
    switch_on(residential, "milestone")

    for days in (0, 1, 4, 5, 6, 11):
        run_pass(now=NOW + days * DAY)

    told_of = Reminder.objects.filter(rule="milestone").values_list("stage", "recipient__username")
    assert sorted(told_of) == [("day_14", "mara"), ("day_3", "mara"), ("day_7", "mara")]


def test_who_was_expected_back_is_asked_about_when_the_day_has_ended(told, dana, residential, mara, nils):
    """The clocks rest during a pause: without this nobody would notice."""
    residential.rule_switches.all().delete()
    episode = dana.latest_episode
    back_on = (NOW + 3 * DAY).date()
    pause = Pause.objects.create(episode=episode, kind="leave", began_at=NOW, back_on=back_on, recorded_by=mara)
    over_at = residential.site.day_bounds(back_on)[1]

    def heard(now):
        run_pass(now=now)
        live = Reminder.objects.live(now).filter(rule="still_away")
        return {(one.stage, one.recipient.username, one.due_at) for one in live}

    assert heard(over_at - MINUTE) == set()
    assert heard(over_at) == {("owner", "mara", over_at)}
    assert heard(over_at + DAY) == {("owner", "mara", over_at), ("supervisor", "vera", over_at)}
    pause.ended_at = over_at + DAY + HOUR
    pause.save()
    assert heard(over_at + DAY + HOUR) == set()


def test_it_leads_to_the_stays_where_that_is_written_down(at, sign_in, told, dana, mara):
    Pause.objects.create(episode=dana.latest_episode, kind="leave", began_at=NOW, back_on=NOW.date(), recorded_by=mara)
    now = NOW + 2 * DAY
    run_pass(now=now)
    at(now)

    page = sign_in(mara).get("/reminders/").content.decode()

    assert "Dana was expected back." in page
    assert reverse("interactions:episodes", args=[dana.ref]) in page


def entries(browser):
    """The words of each entry on the page of one's reminders."""
    page = browser.get("/reminders/")
    return [" ".join(line.what for line in notice.lines) for notice in page.context["notices"]]


def test_all_that_is_due_with_one_patient_is_one_entry_and_each_thing_can_be_put_aside(at, sign_in, told, mara):
    lee = make_episode(make_patient("Lee", "Okafor", by=mara), told["patient"].latest_episode.program, mara).patient
    promises = {told["patient"]: ("Call the landlord", "Ask about the visit"), lee: ("Bring the form",)}
    for patient, whats in promises.items():
        log_conversation(patient=patient, by=mara, now=NOW, happened=Happened.TALKED, text="We talked.")
        for what in whats:
            promise(patient=patient, by=mara, now=NOW, what=what, due_at=NOW + HOUR)
    run_pass(now=NOW + 2 * HOUR)
    at(NOW + 2 * HOUR)
    browser = sign_in(mara)

    assert sorted(entries(browser)) == [
        "Something was promised to Dana Something was promised to Dana",
        "Something was promised to Lee",
    ]
    page = browser.get("/reminders/").content.decode()
    assert "2 things" in page
    for reminder in Reminder.objects.all():
        assert reverse("interactions:reminder_snooze", args=[reminder.ref]) in page
    assert Reminder.objects.filter(rule="follow_up_due").count() == 3  # the record knows each of them


def test_what_nobody_waits_for_is_one_entry_about_everybody_below_the_rest(at, sign_in, told, residential, mara):
    switch_on(residential, "milestone")
    lee = make_episode(make_patient("Lee", "Okafor", by=mara), residential, mara, now=NOW - 2 * DAY).patient
    for patient in (told["patient"], lee):
        log_conversation(
            patient=patient, by=mara, now=NOW - 2 * DAY + HOUR, happened=Happened.TALKED, text="We talked."
        )
    promise(**told, what="Call the landlord", due_at=NOW + HOUR)
    run_pass(now=NOW + 2 * HOUR)
    at(NOW + 2 * HOUR)
    browser = sign_in(mara)
    page = browser.get("/reminders/").content.decode()

    first, last = entries(browser)

    assert first == "Something was promised to Dana"
    assert last == "A milestone for Dana: recognise it with them A milestone for Lee: recognise it with them"
    assert "2 people" in page and "Lee Okafor" in page


def test_what_cannot_wait_stands_by_itself_above_the_rest(at, sign_in, told, vera, residential):
    switch_on(residential, "follow_up_overdue")
    promise(**told, what="Call the landlord", due_at=NOW + HOUR)
    raise_concern(**told | {"now": NOW + 3 * DAY}, words="I can’t go on.", urgency="safety")
    run_pass(now=NOW + 3 * DAY + 20 * MINUTE)
    at(NOW + 3 * DAY + 20 * MINUTE)

    first, *others = entries(sign_in(vera))

    assert first == "Dana may not be safe. Nobody has taken it over yet"
    assert any("Something was promised to Dana and is late" in entry for entry in others)


def test_what_can_wait_is_folded_on_a_full_page_and_what_somebody_waits_for_never_is(at, sign_in, residential, mara):
    switch_on(residential, "not_introduced")
    people = [make_episode(make_patient(f"Person{n}", "Ng", by=mara), residential, mara).patient for n in range(13)]
    for patient in people[10:]:
        promise(patient=patient, by=mara, now=NOW, what="Call home", due_at=NOW + HOUR)
    residential.rule_switches.exclude(rule__in=["not_introduced", "follow_up_due"]).delete()
    run_pass(now=NOW + 2 * HOUR)
    at(NOW + 2 * HOUR)
    browser = sign_in(mara)

    page = browser.get("/reminders/")
    assert len(page.context["notices"]) == 10 and len(page.context["more"]) == 3
    assert "and 3 more that can wait" in page.content.decode()
    assert all("Something was promised" in entry for entry in entries(browser)[:3])

    for patient in people[:10]:
        promise(patient=patient, by=mara, now=NOW, what="Call home", due_at=NOW + HOUR)
    run_pass(now=NOW + 2 * HOUR)
    page = browser.get("/reminders/")
    assert len(page.context["notices"]) == 13 and not page.context["more"]
