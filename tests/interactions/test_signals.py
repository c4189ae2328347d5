"""Signs that a relationship is changing, as those meet them who work with the person."""

import pytest

from interactions.models import Meeting, Signal, Step
from interactions.services import signals
from interactions.services.checkins import log_conversation, strike
from interactions.services.concerns import raise_concern
from interactions.services.meetings import miss, plan_meeting
from interactions.services.talks import not_there, request_talk
from patients.models import Pause
from staff.models import Standard
from tests.factories import NOW, make_episode, make_patient, make_signal
from tests.queries import counted
from tests.signs import ASKED, DAY, HOUR, QUIET, answer, dana, fresh, page_of, signs, talked

__all__ = ["dana", "talked"]

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
    assert signs(dana, mara, friday + HOUR) == []


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
