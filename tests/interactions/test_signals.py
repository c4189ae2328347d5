"""Signs that a relationship is changing, as those meet them who work with the person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions import planning
from interactions.choices import Seemed
from interactions.models import Meeting, Reminder, Signal, Step
from interactions.reminder_rules import rule_of
from interactions.services import signals
from interactions.services.checkins import log_conversation, strike
from interactions.services.concerns import raise_concern
from interactions.services.meetings import miss, plan_meeting
from interactions.services.talks import not_there, request_talk
from interactions.signals import of_patient
from patients.models import Cadence, Patient, Pause
from staff.models import Standard
from tests.factories import NOW, make_episode, make_patient, make_signal, switch_on
from tests.queries import counted

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def dana(at, residential, mara):
    """Somebody who has been here for three weeks; nobody owes them anything."""
    at(NOW)
    patient = make_episode(program=residential, primary=mara, now=NOW - 21 * DAY).patient
    far = {f"{who}_{what}_at": NOW + 9 * DAY for who in ("team", "primary") for what in ("overdue", "escalates")}
    Cadence.objects.update(**far)
    return patient


@pytest.fixture
def talked(dana, mara):
    """`talked("quiet", "")`: a conversation each hour, the last an hour ago."""

    def talk(*seemed, by=mara, until=NOW - HOUR):
        first = until - (len(seemed) - 1) * HOUR
        return [
            log_conversation(
                patient=fresh(dana), by=by, now=first + n * HOUR, happened="talked", text="We talked.",
                seemed=[Seemed(value) for value in one.split()],
            )
            for n, one in enumerate(seemed)
        ]  # fmt: skip

    return talk


def fresh(patient):
    return Patient.objects.with_care().get(pk=patient.pk)


def signs(patient, viewer, now=NOW):
    return [sign.code.value for sign in of_patient(fresh(patient), viewer, now, paused=False).signs]


def page_of(browser, patient):
    return browser.get(f"/patients/{patient.ref}/").content.decode()


def answer(browser, patient, rule, **said):
    address = f"/patients/{patient.ref}/signals/{rule}/"
    token = browser.get(address).context["form"]["form_token"].value()
    return browser.post(address, {"form_token": token, **said})


QUIET = ("", "", "", "quiet", "quiet guarded")
ASKED = {"answer": "asked", "words": "“I miss my sister.” We call her on Friday."}


# On the pages


def test_the_page_says_what_is_changing_and_leads_to_what_was_logged(sign_in, dana, mara, talked):
    made = talked(*QUIET)

    page = page_of(sign_in(mara), dana)

    assert "Quieter than usual" in page and "Quiet or guarded in 2 of the last 3 conversations" in page
    assert "Worth asking" in page and "Reach out today" not in page
    for check_in in made[-2:]:
        assert f'href="{check_in.get_absolute_url()}"' in page


def test_where_nothing_is_noted_it_stands_steady(sign_in, dana, mara, talked):
    talked("open", "")

    assert "Steady" in page_of(sign_in(mara), dana)


def test_signs_of_two_groups_ask_to_reach_out_today(sign_in, dana, mara, talked):
    talked(*QUIET)
    for n in range(2):
        raise_concern(patient=dana, words=f"When? {n}", by=mara, now=NOW - 10 * DAY)

    page = page_of(sign_in(mara), dana)

    assert "Reach out today" in page and "Waiting too long for us" in page


def test_an_answer_ends_it_and_stands_in_the_timeline(sign_in, dana, mara, talked):
    talked(*QUIET)
    browser = sign_in(mara)

    saved = answer(browser, dana, "withdrawing", **ASKED)
    page = page_of(browser, dana)

    assert saved.status_code == 302
    assert "Steady" in page and "I miss my sister" in page
    assert "I asked. They said …" in page
    signal = Signal.objects.get()
    assert (signal.state, signal.answered_by, signal.answered_at) == ("asked", mara, NOW)
    assert browser.get(signal.get_absolute_url()).status_code == 200


def test_the_same_evidence_does_not_come_back_and_new_evidence_does(sign_in, at, dana, mara, talked):
    talked(*QUIET)
    answer(sign_in(mara), dana, "withdrawing", **ASKED)

    talked("quiet", until=NOW + HOUR)  # with what was answered it would be three of three
    at(NOW + 2 * HOUR)
    assert signs(dana, mara, NOW + 2 * HOUR) == []
    talked("guarded", until=NOW + 3 * HOUR)

    assert signs(dana, mara, NOW + 3 * HOUR) == ["withdrawing"]
    assert Signal.objects.count() == 2


def test_it_stands_although_later_conversations_were_easy(dana, mara, talked):
    talked(*QUIET, "open", "open", "open")

    assert signs(dana, mara) == ["withdrawing"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"answer": "asked", "words": " "}, "words"),
        ({"answer": "not_so", "words": ""}, "words"),
        ({"answer": "will_ask"}, "ask_on"),
        ({"answer": "will_ask", "ask_on": "2026-06-10"}, "ask_on"),
        ({"answer": "will_ask", "ask_on": "2026-06-18"}, "ask_on"),
        ({"answer": "struck", "words": "Away with it"}, "answer"),
    ],
)
def test_nothing_ends_it_but_what_was_said(sign_in, dana, mara, talked, said, field):
    talked(*QUIET)

    page = answer(sign_in(mara), dana, "withdrawing", **said)

    assert field in page.context["form"].errors
    assert Signal.objects.get().state == "open"


def test_it_can_be_put_off_once_to_a_day(sign_in, at, dana, mara, talked):
    talked(*QUIET)
    browser = sign_in(mara)
    answer(browser, dana, "withdrawing", answer="will_ask", ask_on="2026-06-12")

    assert signs(dana, mara, NOW + DAY) == []
    friday = NOW + 2 * DAY
    assert signs(dana, mara, friday) == ["withdrawing"]
    at(friday)
    browser = sign_in(mara)
    again = answer(browser, dana, "withdrawing", answer="will_ask", ask_on="2026-06-15")

    assert again.status_code == 200 and "answer" in again.context["form"].errors
    assert answer(browser, dana, "withdrawing", **ASKED).status_code == 302
    assert signs(dana, mara, friday + DAY) == []


def test_two_who_answer_at_once_are_told_and_no_word_is_lost(sign_in, dana, mara, talked):
    talked(*QUIET)
    browser, address = sign_in(mara), f"/patients/{dana.ref}/signals/withdrawing/"
    token = browser.get(address).context["form"]["form_token"].value()
    signals.answer(patient=fresh(dana), rule="withdrawing", answer="not_so", words="Always so", by=mara, now=NOW)

    late = browser.post(address, {"form_token": token, **ASKED}).content.decode()

    assert "Somebody has answered this" in late and "I miss my sister" in late
    assert Signal.objects.get().answer_words == "Always so"


def test_what_was_answered_meanwhile_leads_back_to_the_person(sign_in, dana, mara):
    gone = sign_in(mara).get(f"/patients/{dana.ref}/signals/missing/")

    assert (gone.status_code, gone.url) == (302, dana.get_absolute_url())


def test_what_rested_on_a_struck_conversation_is_taken_back(dana, mara, talked):
    *_, last = talked(*QUIET)

    strike(check_in=last, because="Written on the wrong page.", by=mara, now=NOW)

    assert signs(dana, mara) == []
    assert Signal.objects.get().state == "struck"


def test_others_clinicians_find_neither_the_sign_nor_its_form(sign_in, dana, mara, nils, talked):
    talked(*QUIET)
    signal = Signal.objects.get()
    browser = sign_in(nils)

    assert browser.get(signal.get_absolute_url()).status_code == 404
    assert browser.get(f"/patients/{dana.ref}/signals/withdrawing/").status_code == 404
    assert "Worth asking about" not in browser.get("/today/").content.decode()


def test_my_day_lists_whom_to_ask(sign_in, dana, mara, talked):
    talked(*QUIET)

    page = sign_in(mara).get("/today/")

    assert [told.patient for told in page.context["day"].signs] == [dana]
    assert "Quieter than usual" in page.content.decode()


def test_the_supervisor_sees_where_something_may_be_changing(sign_in, dana, vera, sione, talked):
    talked(*QUIET)

    page = sign_in(vera).get("/team/").content.decode()

    assert "Where something may be changing" in page and "Quieter than usual" in page
    assert "Where something may be changing" not in sign_in(sione).get("/team/").content.decode()


@pytest.mark.parametrize("address", ["/today/", "/team/"])
def test_many_signs_cost_no_more_queries_than_one(sign_in, dana, vera, mara, residential, address):
    make_signal(dana, mara)
    browser = sign_in(mara if address == "/today/" else vera)
    with counted() as few:
        browser.get(address)
    for n in range(20):
        make_signal(make_episode(make_patient(f"P{n}", by=mara), residential, mara).patient, mara)

    with counted() as many:
        page = browser.get(address)

    assert page.content.decode().count("Missed 2 of 3") == 21
    assert len(many) == len(few)


def test_nothing_is_asked_of_somebody_who_is_away_or_has_left(sign_in, dana, mara, talked):
    talked(*QUIET)
    Pause.objects.create(
        episode=dana.latest_episode, kind="leave", began_at=NOW - HOUR, back_on="2026-06-12", recorded_by=mara
    )
    browser = sign_in(mara)

    assert browser.get(f"/patients/{dana.ref}/").context["relationship"] is None
    assert browser.get("/today/").context["day"].signs == []


# What each comes of


def test_meetings_and_talks_that_they_missed_are_a_sign_and_barriers_are_none(dana, mara):
    def meeting(hours, **how):
        planned = plan_meeting(patient=dana, starts_at=NOW - hours * HOUR, by=mara, now=NOW - 2 * DAY)
        return miss(meeting=planned, by=mara, now=NOW - (hours - 1) * HOUR, **how)

    meeting(9, state="chose_not")
    meeting(8, state="could_not", barrier="transport")
    meeting(7, state="moved")
    meeting(6, state="missed")
    assert signs(dana, mara) == []
    talk = request_talk(patient=dana, due_at=NOW - 4 * HOUR, by=mara, now=NOW - 5 * HOUR)
    not_there(talk=talk, by=mara, now=NOW - 3 * HOUR)

    assert signs(dana, mara) == ["missing"]
    assert "1 more was kept from them" in Signal.objects.get().said


def test_what_kept_them_is_asked_only_where_they_could_not_come(sign_in, dana, mara):
    meeting = plan_meeting(patient=dana, starts_at=NOW - HOUR, by=mara, now=NOW - DAY)
    browser, address = sign_in(mara), f"/meetings/{meeting.ref}/miss/"
    said = {"form_token": browser.get(address).context["form"]["form_token"].value(), "barrier": "transport"}

    refused = browser.post(address, {**said, "state": "chose_not"})
    assert "barrier" in refused.context["form"].errors
    browser.post(address, {**said, "state": "could_not"})

    assert Meeting.objects.get().barrier == "transport"
    assert "No way to get here" in browser.get(meeting.get_absolute_url()).content.decode()


def test_a_step_that_does_not_happen_is_a_sign(dana, mara):
    words = {"patient": fresh(dana), "by": mara, "happened": "talked", "text": "We talked."}
    log_conversation(**words, now=NOW - 5 * HOUR, steps_chosen=[{"words": "Walk each morning"}])

    for hours in (4, 3):
        step = Step.objects.get()
        step.patient = words["patient"]
        log_conversation(**words, now=NOW - hours * HOUR, steps_asked=[(step, "not_yet")])

    assert signs(dana, mara) == ["steps"]


def test_ten_conversations_with_one_person_are_a_sign_where_the_program_looks_at_it(dana, mara, talked):
    talked(*[""] * 10)
    assert signs(dana, mara) == ["only_one"]

    Signal.objects.all().delete()
    Standard.objects.update(one_person_percent=0)
    talked("")
    assert signs(dana, mara) == []


def test_the_thresholds_are_the_programs_own(dana, mara, talked):
    Standard.objects.update(quiet_signs=3)
    talked(*QUIET)
    assert signs(dana, mara) == []

    talked("quiet", until=NOW)
    assert signs(dana, mara) == ["withdrawing"]


def test_a_concern_that_few_may_read_counts_for_nobody(dana, mara, vera):
    for n in range(2):
        raise_concern(patient=dana, words=f"It {n}", about_staff=True, not_for=mara, by=vera, now=NOW - 20 * DAY)

    assert signs(dana, vera) == signs(dana, mara) == []


# Silence: the same item as its reminder


@pytest.fixture
def silent(dana, residential):
    switch_on(residential, "silence", "signal_not_addressed")
    Cadence.objects.update(
        team_clock_at=NOW - 4 * DAY, team_due_at=NOW - 2 * DAY, team_overdue_at=NOW - DAY,
        team_escalates_at=NOW + HOUR, primary_clock_at=NOW - 4 * DAY, primary_overdue_at=NOW + 9 * DAY,
        primary_escalates_at=NOW + 19 * DAY,
    )  # fmt: skip
    return dana


def reminded(code, now):
    planning.plan(rule_of(code), now)
    live = Reminder.objects.live(now).filter(rule=code)
    return {(reminder.stage, reminder.recipient.username) for reminder in live}


def test_silence_is_a_sign_that_a_conversation_ends(sign_in, silent, mara, talked):
    page = page_of(sign_in(mara), silent)
    assert "We haven’t talked since" in page and "Worth asking" in page

    talked("", until=NOW)

    assert signs(silent, mara) == []
    assert not Signal.objects.exists()


def test_who_answered_silence_is_not_reminded_of_it_and_the_supervisor_still_is_later(sign_in, silent, mara):
    assert reminded("silence", NOW) == {("team_owner", "mara")}
    browser = sign_in(mara)
    assert "asked" not in browser.get(f"/patients/{silent.ref}/signals/silent/").content.decode().split("value=")

    saved = answer(browser, silent, "silent", answer="not_so", words="We spoke at supper; Nils writes it down tonight.")

    assert saved.status_code == 302
    assert signs(silent, mara) == []
    assert reminded("silence", NOW) == set()
    assert reminded("silence", NOW + HOUR) == {("team_supervisor", "vera")}
    assert signs(silent, mara, NOW + HOUR) == ["silent"]  # past one and a half times: new evidence


def test_silence_that_is_put_off_comes_back_on_its_day(sign_in, silent, mara):
    Cadence.objects.update(team_escalates_at=NOW + 30 * DAY)
    answer(sign_in(mara), silent, "silent", answer="will_ask", ask_on="2026-06-12")

    assert reminded("silence", NOW + HOUR) == set()
    assert signs(silent, mara, NOW + HOUR) == []
    assert reminded("silence", NOW + 2 * DAY) == {("team_owner", "mara")}
    assert signs(silent, mara, NOW + 2 * DAY) == ["silent"]
    saved = signals.answer(
        patient=fresh(silent), rule="silent", answer="not_so", words="Talked", by=mara, now=NOW + 2 * DAY
    )
    assert Signal.objects.get() == saved


def test_silence_is_not_answered_by_words_without_a_conversation(silent, mara):
    with pytest.raises(ValidationError):
        signals.answer(patient=fresh(silent), rule="silent", answer="asked", words="Fine", by=mara, now=NOW)


# The reminder


def test_a_sign_that_nobody_asked_about_reminds_the_primary_and_then_the_supervisor(dana, residential, mara, talked):
    switch_on(residential, "signal_not_addressed")
    talked(*QUIET)
    appeared_at = Signal.objects.get().appeared_at

    assert reminded("signal_not_addressed", appeared_at + 3 * DAY - HOUR) == set()
    assert reminded("signal_not_addressed", appeared_at + 3 * DAY) == {("owner", "mara")}
    assert reminded("signal_not_addressed", appeared_at + 6 * DAY) == {("owner", "mara"), ("supervisor", "vera")}
    signals.answer(
        patient=fresh(dana), rule="withdrawing", answer="asked", words="Fine", by=mara, now=appeared_at + 6 * DAY
    )
    assert reminded("signal_not_addressed", appeared_at + 6 * DAY) == set()


def test_who_will_ask_on_a_day_is_reminded_at_its_end(sign_in, dana, residential, mara, talked):
    switch_on(residential, "signal_not_addressed")
    talked(*QUIET)
    answer(sign_in(mara), dana, "withdrawing", answer="will_ask", ask_on="2026-06-16")

    assert reminded("signal_not_addressed", NOW + 4 * DAY) == set()
    assert reminded("signal_not_addressed", NOW + 6 * DAY) == set()
    assert reminded("signal_not_addressed", NOW + 7 * DAY) == {("owner", "mara")}


def test_the_rule_is_not_among_the_first_of_a_new_program(residential):
    assert "signal_not_addressed" not in set(residential.rule_switches.values_list("rule", flat=True))
