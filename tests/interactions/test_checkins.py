"""Logging a conversation: everything that came of it is saved together, or nothing is."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import ATTEMPTS, Action, Happened, StepAnswer, StepState, TalkState
from interactions.models import CheckIn, CheckInText, Concern, FollowUp, HistoryEntry, Step, StepAsked, TalkRequest
from interactions.services.checkins import amend, log_conversation, strike
from interactions.services.concerns import answer
from interactions.services.steps import choose
from interactions.services.talks import request_talk
from interactions.timeline import timeline
from patients.choices import CareRole
from patients.models import Cadence, CareTeamMember
from patients.services import assign
from staff.models import AwayPeriod
from tests.factories import NOW, make_staff

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def talk(patient, by, now=NOW, **over):
    return log_conversation(
        patient=patient, by=by, now=now, **{"happened": Happened.TALKED, "text": "She misses her son."} | over
    )


def cadence():
    return Cadence.objects.get()


def introduced(patient, staff):
    return CareTeamMember.objects.get(patient=patient, staff=staff, ended_at=None).introduced_at


@pytest.fixture
def nurse(dana, vera, nils):
    assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW - DAY)
    return nils


def test_one_conversation_brings_everything_that_came_of_it(dana, mara):
    step = choose(patient=dana, words="Walk each morning", by=mara, now=NOW - DAY)
    promised = request_talk(patient=dana, due_at=NOW - HOUR, by=mara, now=NOW - DAY)

    check_in = talk(
        dana,
        mara,
        concerns=[{"words": "When can I call home?"}, {"words": "The nights are loud", "urgency": "today"}],
        follow_ups=[{"what": "Ask about the phone"}],
        talk_request={"due_at": NOW + DAY, "topic": "Her son"},
        steps_chosen=[{"words": "Write to him"}],
        steps_asked=[(step, StepAnswer.DONE)],
        kept_talks=[promised],
        turns=[{"position": 1, "speaker": "client", "time_said": "00:01", "text": "Hello", "extra": {}}],
    )

    assert check_in.concerns.count() == 2
    assert check_in.follow_ups.get().what == "Ask about the phone"
    assert check_in.talk_requests.get().topic == "Her son"
    assert check_in.steps.get().words == "Write to him"
    assert StepAsked.objects.get().answer == StepAnswer.DONE
    assert check_in.turns.get().text == "Hello"
    assert check_in.turn_count == 1
    promised.refresh_from_db()
    assert promised.state == TalkState.KEPT


def test_if_one_part_is_refused_nothing_is_saved(dana, mara):
    before = cadence().last_conversation_at

    with pytest.raises(ValidationError):
        talk(dana, mara, concerns=[{"words": "Fine"}, {"words": " "}], follow_ups=[{"what": "Call"}])

    assert [kind.objects.count() for kind in (CheckIn, CheckInText, Concern, FollowUp, HistoryEntry)] == [0] * 5
    assert cadence().last_conversation_at == before
    assert introduced(dana, mara) is None


def test_a_conversation_needs_one_line_and_an_attempt_none(dana, mara):
    for happened in (Happened.TALKED, Happened.CAME_TO_ME):
        with pytest.raises(ValidationError) as refusal:
            talk(dana, mara, happened=happened, text=" \n")
        assert list(refusal.value.error_dict) == ["text"]

    for happened in (Happened.NO_ANSWER, Happened.LEFT_MESSAGE, Happened.RESTING, Happened.HELLO):
        talk(dana, mara, happened=happened, text="")

    assert CheckIn.objects.count() == 4


def test_asked_for_another_time_needs_one(dana, mara):
    with pytest.raises(ValidationError) as refusal:
        talk(dana, mara, happened=Happened.ANOTHER_TIME)
    assert list(refusal.value.error_dict) == ["talk_when"]

    talk(dana, mara, happened=Happened.ANOTHER_TIME, talk_request={"due_at": NOW + HOUR})

    assert TalkRequest.objects.get().due_at == NOW + HOUR


def test_what_is_still_to_come_is_refused_but_for_clocks_that_differ_a_little(dana, mara):
    talk(dana, mara, happened_at=NOW + 4 * MINUTE)

    with pytest.raises(ValidationError, match="still to come"):
        talk(dana, mara, happened_at=NOW + 6 * MINUTE)


def test_a_conversation_moves_the_teams_clock_and_the_primarys_only_by_the_primary(dana, mara, nurse):
    before = cadence()

    talk(dana, nurse)
    after = cadence()

    assert (after.last_conversation_at, after.last_conversation_by) == (NOW, nurse)
    assert after.team_clock_at == NOW
    assert after.primary_clock_at == before.primary_clock_at

    talk(dana, mara, now=NOW + HOUR)
    assert cadence().primary_clock_at == NOW + HOUR


def test_who_covers_for_the_primary_moves_the_primarys_clock(dana, mara, nurse):
    AwayPeriod.objects.create(staff=mara, cover=nurse, began_at=NOW - HOUR, ended_at=NOW + DAY)

    check_in = talk(dana, nurse)

    assert check_in.as_primary
    assert cadence().primary_clock_at == NOW


def test_who_talked_counts_not_who_wrote_it_down(dana, mara, nurse):
    talk(dana, nurse, talked_by=mara)

    assert cadence().last_conversation_by == mara
    assert cadence().primary_clock_at == NOW
    assert introduced(dana, mara) == NOW
    assert introduced(dana, nurse) is None


def test_a_quick_hello_moves_only_last_seen_and_introduces(dana, mara):
    before = cadence()

    talk(dana, mara, happened=Happened.HELLO, text="")

    after = cadence()
    assert (after.last_seen_at, after.last_conversation_at) == (NOW, None)
    assert (after.team_clock_at, after.primary_clock_at) == (before.team_clock_at, before.primary_clock_at)
    assert introduced(dana, mara) == NOW


@pytest.mark.parametrize("happened", ATTEMPTS)
def test_an_attempt_moves_nothing(dana, mara, happened):
    before = Cadence.objects.values().get()

    talk(dana, mara, happened=happened, text="", talk_request={"due_at": NOW + HOUR})

    assert Cadence.objects.values().get() == before
    assert introduced(dana, mara) is None


def test_a_late_entry_stands_where_it_happened_and_never_moves_a_clock_back(dana, mara):
    talk(dana, mara, happened_at=NOW - HOUR)
    late = talk(dana, mara, happened_at=NOW - 2 * DAY)

    entries, _ = timeline(dana, mara, NOW, kind="check_in")

    assert [entry.at for entry in entries] == [NOW - HOUR, NOW - 2 * DAY]
    assert [entry.late for entry in entries] == [False, True]
    assert late.is_late_entry
    assert cadence().last_conversation_at == NOW - HOUR


def test_nothing_is_added_after_a_death(dana, mara):
    dana.died_on = NOW.date()

    with pytest.raises(ValidationError, match="has died"):
        talk(dana, mara)


def versions(check_in):
    return list(check_in.texts.values_list("version", "text"))


def actions(check_in):
    return list(HistoryEntry.objects.filter(record_ref=check_in.ref).order_by("pk").values_list("action", flat=True))


def test_within_a_quarter_of_an_hour_its_author_corrects_and_later_amends(dana, mara, vera):
    check_in = talk(dana, mara, text="He is well")

    amend(check_in=check_in, text="She is well", by=mara, now=NOW + 15 * MINUTE)
    amend(check_in=check_in, text="She is better", by=mara, now=NOW + 16 * MINUTE)
    amend(check_in=check_in, text="She is better now", by=vera, now=NOW + 17 * MINUTE)

    assert versions(check_in) == [
        (1, "He is well"), (2, "She is well"), (3, "She is better"), (4, "She is better now"),
    ]  # fmt: skip
    assert actions(check_in) == [Action.CORRECTED, Action.AMENDED, Action.AMENDED]


def test_once_somebody_has_acted_on_it_a_change_is_an_amendment(dana, mara, vera):
    check_in = talk(dana, mara, concerns=[{"words": "When can I call home?"}])
    answer(concern=Concern.objects.get(), answer="yes", words="On Sunday.", by=vera, now=NOW + MINUTE)

    amend(check_in=check_in, text="She asked about Sunday", by=mara, now=NOW + 2 * MINUTE)

    assert actions(check_in) == [Action.AMENDED]


def test_an_amendment_by_a_colleague_is_one_at_once(dana, mara, vera):
    check_in = talk(dana, mara)

    amend(check_in=check_in, text="More", by=vera, now=NOW + MINUTE)

    assert actions(check_in) == [Action.AMENDED]


def test_the_newest_words_are_shown_and_found(dana, mara):
    check_in = talk(dana, mara, text="Misses José")
    amend(check_in=check_in, text="Misses Zoë", by=mara, now=NOW)

    assert CheckIn.objects.with_words().get().text == "Misses Zoë"
    assert len(timeline(dana, mara, NOW, typed="zoe")[0]) == 1
    assert not timeline(dana, mara, NOW, typed="jose")[0]


def hidden(page):
    return dict(re.findall(r'name="(form_token|form_seen)" value="([^"]*)"', page.content.decode()))


def test_after_a_colleague_was_quicker_the_page_shows_both_and_sent_again_it_follows(at, sign_in, dana, mara, vera):
    at(NOW)
    check_in = talk(dana, mara)
    address = f"{check_in.get_absolute_url()}amend/"
    page = sign_in(mara).get(address)
    typed = hidden(page) | {"text": "Mine"}
    amend(check_in=check_in, text="Vera’s words", by=vera, now=NOW)

    refused = sign_in(mara).post(address, typed)
    typed |= hidden(refused)
    saved = sign_in(mara).post(address, typed)

    assert refused.status_code == 409
    assert "Vera’s words" in refused.content.decode()
    assert "Mine" in refused.content.decode()
    assert saved.status_code == 302
    assert versions(check_in)[1:] == [(2, "Vera’s words"), (3, "Mine")]


def test_a_struck_one_moves_every_clock_back(dana, mara):
    talk(dana, mara, happened_at=NOW - DAY)
    before = Cadence.objects.values().get()
    check_in = talk(dana, mara)

    strike(check_in=check_in, because="Wrong person", by=mara, now=NOW + HOUR)

    assert Cadence.objects.values().get() == before
    check_in.refresh_from_db()
    assert (check_in.struck_at, check_in.struck_by) == (NOW + HOUR, mara)
    assert HistoryEntry.objects.get(record_ref=check_in.ref).words == "Wrong person"


def test_struck_the_introduction_is_taken_back_or_moves_to_the_next(dana, mara):
    first, second = talk(dana, mara, happened_at=NOW - HOUR), talk(dana, mara)

    strike(check_in=first, because="Wrong person", by=mara, now=NOW)
    assert introduced(dana, mara) == NOW

    strike(check_in=second, because="Wrong person", by=mara, now=NOW)
    assert introduced(dana, mara) is None


def test_a_struck_attempt_takes_no_introduction_back(dana, mara):
    CareTeamMember.objects.update(introduced_at=NOW - DAY)
    attempt = talk(dana, mara, happened=Happened.NO_ANSWER, text="")

    strike(check_in=attempt, because="It was Sam", by=mara, now=NOW)

    assert introduced(dana, mara) == NOW - DAY


def test_only_its_author_or_a_supervisor_strikes_and_says_why(dana, mara, nurse, vera):
    check_in = talk(dana, mara)
    with pytest.raises(ValidationError, match="Only its author"):
        strike(check_in=check_in, because="Wrong", by=nurse, now=NOW)
    with pytest.raises(ValidationError, match="Say why"):
        strike(check_in=check_in, because=" ", by=mara, now=NOW)

    strike(check_in=check_in, because="Wrong", by=vera, now=NOW)

    with pytest.raises(ValidationError, match="struck already"):
        strike(check_in=check_in, because="Wrong", by=vera, now=NOW)
    with pytest.raises(ValidationError, match="no longer be amended"):
        amend(check_in=check_in, text="More", by=mara, now=NOW)


def test_how_a_step_went_is_asked_once_it_is_open(dana, mara):
    step = choose(patient=dana, words="Walk each morning", by=mara, now=NOW)
    talk(dana, mara, steps_asked=[(step, StepAnswer.NOT_YET)])
    assert Step.objects.get().state == StepState.OPEN
    talk(dana, mara, steps_asked=[(step, StepAnswer.CHANGED)])
    assert Step.objects.get().state == StepState.CHANGED

    with pytest.raises(ValidationError, match="Somebody was quicker"):
        talk(dana, mara, steps_asked=[(step, StepAnswer.PARTLY)])

    assert StepAsked.objects.count() == 2


def test_by_the_form_two_concerns_a_promise_and_a_talk_are_saved_together(at, sign_in, dana, mara):
    at(NOW)
    ines = make_staff("ines")

    answer = sign_in(mara).post(
        f"/patients/{dana.ref}/check-ins/new/",
        {
            "happened": "came", "text": "She asked for a walk.", "channel": "in_person",
            "happened_at": "2026-06-10T09:30",
            "seemed": ["open", "worried"], "started_by": "patient", "minutes": "20", "good_news": "A letter came",
            "concern-0-words": "When can I call home?", "concern-0-urgency": "today",
            "concern-1-words": "Ines was late", "concern-1-urgency": "routine", "concern-1-not_for": str(ines.ref),
            "promise-0-what": "Ask about the phone", "promise-0-when": "tomorrow", "promise-1-when": "tomorrow",
            "talk-when": "tonight", "talk-topic": "Her son", "step-words": "Write to him",
        },
    )  # fmt: skip

    assert answer.status_code == 302, answer.context["form"].main.errors
    check_in = CheckIn.objects.with_words().get()
    assert (check_in.text, check_in.seemed, check_in.minutes) == ("She asked for a walk.", "open,worried", 20)
    assert check_in.happened_at == NOW - 30 * MINUTE
    assert {(c.words, c.urgency, c.not_for) for c in check_in.concerns.all()} == {
        ("When can I call home?", "today", None), ("Ines was late", "routine", ines),
    }  # fmt: skip
    assert [FollowUp.objects.count(), TalkRequest.objects.count(), Step.objects.count()] == [1, 1, 1]
