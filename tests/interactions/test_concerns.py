"""The told loop: raised, owned, acknowledged, answered, told, settled; and whom each concern is for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import Action, Answer, ConcernState, Ending, Happened, Settled
from interactions.models import Concern, HistoryEntry
from interactions.services import care, concerns
from interactions.services.checkins import log_conversation
from interactions.services.meetings import plan_meeting
from patients.choices import CareRole, ContactAfter, DischargeReason
from patients.services import assign
from tests.factories import NOW, make_episode, make_staff

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nurse(dana, vera, nils):
    assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    return nils


def raised(patient, by, now=NOW, **over):
    return concerns.raise_concern(patient=patient, by=by, now=now, **{"words": "When can I call home?"} | over)


def answered(patient, by, now=NOW, **over):
    concern = raised(patient, by, now, **over)
    return concerns.answer(concern=concern, answer=Answer.PARTLY, words="On Sunday.", by=by, now=now)


def told(patient, by, now=NOW, **over):
    return concerns.tell(concern=answered(patient, by, now, **over), words="Good.", by=by, now=now)


def actions(concern):
    return list(HistoryEntry.objects.filter(record_ref=concern.ref).order_by("pk").values_list("action", flat=True))


def test_who_hears_it_and_stands_on_the_care_team_has_it(dana, mara, nurse):
    concern = raised(dana, nurse)

    assert (concern.owner, concern.state, concern.acknowledged_by) == (nurse, ConcernState.HELD, nurse)


def test_what_others_hear_waits_for_the_primary(dana, mara, vera):
    concern = raised(dana, vera)

    assert (concern.owner, concern.state, concern.acknowledged_at) == (mara, ConcernState.WAITING, None)


def test_a_concern_needs_their_words(dana, mara):
    with pytest.raises(ValidationError, match="own words"):
        raised(dana, mara, words=" \n")


@pytest.mark.parametrize(("urgency", "ack", "answer"), [("today", 2, 8), ("soon", 8, 24), ("routine", 24, 72)])
def test_its_targets_are_those_of_the_program(dana, mara, urgency, ack, answer):
    concern = raised(dana, mara, urgency=urgency)

    assert concern.clock_started_at == NOW
    assert (concern.ack_due_at, concern.answer_due_at) == (NOW + ack * HOUR, NOW + answer * HOUR)


def test_no_target_is_later_than_noon_of_the_day_they_leave(residential, mara):
    dana = make_episode(program=residential, primary=mara, planned_discharge_on=date(2026, 6, 11)).patient
    noon = residential.site.moment(date(2026, 6, 11), NOW.time().replace(hour=12))

    concern = answered(dana, mara, now=NOW + 8 * HOUR)
    later = concerns.answer(
        concern=raised(dana, mara), answer=Answer.LATER, words="Soon", say_by_at=NOW + 5 * DAY, by=mara, now=NOW
    )

    assert concern.answer_due_at == noon
    assert concern.tell_due_at == noon
    assert later.answer_due_at == noon


def test_answered_on_the_spot_it_has_all_its_states_at_once(dana, mara):
    concern = raised(dana, mara, on_the_spot=True, answer_words="On Sunday.")

    assert concern.state == ConcernState.TOLD
    assert (concern.acknowledged_at, concern.answered_at, concern.told_at) == (NOW, NOW, NOW)
    assert (concern.answer, concern.answer_words) == (Answer.YES, "On Sunday.")


def test_the_whole_loop_from_raised_to_settled(dana, mara, vera):
    concern = raised(dana, vera)
    concern = concerns.acknowledge(concern=concern, by=mara, now=NOW + HOUR)
    concern = concerns.answer(concern=concern, answer=Answer.NO, words="Not this week.", by=mara, now=NOW + 2 * HOUR)
    assert concern.state == ConcernState.ANSWERED
    assert concern.tell_due_at == NOW + 26 * HOUR

    concern = concerns.tell(concern=concern, words="Thank you for asking.", by=mara, now=NOW + 3 * HOUR)
    concern = concerns.confirm(concern=concern, settled=Settled.YES, by=mara, now=NOW + 3 * HOUR)

    assert (concern.state, concern.settled, concern.told_words) == (
        ConcernState.TOLD, Settled.YES, "Thank you for asking.",
    )  # fmt: skip
    assert actions(concern) == [Action.ACKNOWLEDGED, Action.ANSWERED, Action.TOLD, Action.CONFIRMED]
    assert not Concern.objects.owed().exists()


def test_an_answer_takes_on_a_concern_that_nobody_had(dana, mara, vera):
    concern = concerns.answer(concern=raised(dana, vera), answer=Answer.YES, words="", by=mara, now=NOW)

    assert (concern.acknowledged_by, concern.acknowledged_at) == (mara, NOW)


@pytest.mark.parametrize("answer", [Answer.NO, Answer.PARTLY, Answer.LATER])
def test_all_but_a_plain_yes_needs_words_to_tell(dana, mara, answer):
    with pytest.raises(ValidationError, match="so that it can be told"):
        concerns.answer(concern=raised(dana, mara), answer=answer, words=" ", by=mara, now=NOW, say_by_at=NOW + DAY)


def test_we_will_say_by_sets_a_new_clock_and_stays_with_us(dana, mara):
    concern = concerns.answer(
        concern=raised(dana, mara), answer=Answer.LATER, words="After the round.", say_by_at=NOW + 5 * DAY, by=mara,
        now=NOW + HOUR,
    )  # fmt: skip

    assert (concern.state, concern.clock_started_at) == (ConcernState.HELD, NOW + HOUR)
    assert (concern.answer_due_at, concern.tell_due_at) == (NOW + 5 * DAY, None)
    assert concern in Concern.objects.unanswered()


@pytest.mark.parametrize("by_when", [None, NOW, NOW - HOUR])
def test_we_will_say_by_needs_a_time_to_come(dana, mara, by_when):
    with pytest.raises(ValidationError, match="by when"):
        concerns.answer(
            concern=raised(dana, mara), answer=Answer.LATER, words="Later", by=mara, now=NOW, say_by_at=by_when
        )


def test_where_it_may_wait_for_the_next_session_it_is_told_at_the_next_meeting(outpatient, mara):
    sam = make_episode(program=outpatient, primary=mara).patient
    plan_meeting(patient=sam, starts_at=NOW + DAY, by=mara, now=NOW)

    assert answered(sam, mara).tell_due_at == NOW + DAY


def test_nobody_is_told_what_has_no_answer(dana, mara):
    with pytest.raises(ValidationError, match="Somebody was quicker"):
        concerns.tell(concern=raised(dana, mara), by=mara, now=NOW)


def test_a_mistaken_told_goes_one_state_back_with_the_old_clock(dana, mara):
    before = answered(dana, mara)
    concern = concerns.tell(concern=before, by=mara, now=NOW + HOUR)
    concern = concerns.confirm(concern=concern, settled=Settled.YES, by=mara, now=NOW + HOUR)

    concern = concerns.undo_tell(concern=concern, by=mara, now=NOW + 2 * HOUR)

    assert (concern.state, concern.told_at, concern.told_by, concern.settled) == (ConcernState.ANSWERED, None, None, "")
    assert concern.tell_due_at == before.tell_due_at


def test_what_was_answered_on_the_spot_cannot_go_back_and_is_opened_again(dana, mara):
    concern = raised(dana, mara, on_the_spot=True)

    with pytest.raises(ValidationError, match="open it again"):
        concerns.undo_tell(concern=concern, by=mara, now=NOW)

    assert concerns.reopen(concern=concern, words="It rang out.", by=mara, now=NOW).state == ConcernState.REOPENED


@pytest.mark.parametrize("settled", [Settled.YES, Settled.PARTLY, Settled.NOT_ASKED])
def test_only_a_no_opens_it_again(dana, mara, settled):
    concern = concerns.confirm(concern=told(dana, mara), settled=settled, by=mara, now=NOW)

    assert (concern.state, concern.settled) == (ConcernState.TOLD, settled)


def test_a_no_opens_it_again_with_a_new_clock_and_nothing_answered(dana, mara):
    concern = concerns.confirm(concern=told(dana, mara), settled=Settled.NO, by=mara, now=NOW + DAY)

    assert (concern.state, concern.owner, concern.times_unsettled) == (ConcernState.REOPENED, mara, 1)
    assert (concern.clock_started_at, concern.answer_due_at) == (NOW + DAY, NOW + 4 * DAY)
    assert (concern.answered_at, concern.told_at, concern.answer, concern.settled) == (None, None, "", "")
    assert "On Sunday." in HistoryEntry.objects.filter(record_ref=concern.ref).values_list("words", flat=True)


def test_a_second_no_goes_to_the_supervisor(dana, mara, vera):
    concern = told(dana, mara)
    for n in (1, 2):
        concern = concerns.confirm(concern=concern, settled=Settled.NO, by=mara, now=NOW + n * DAY)
        if n == 1:
            concern = concerns.answer(concern=concern, answer=Answer.NO, words="No.", by=mara, now=NOW + n * DAY)
            concern = concerns.tell(concern=concern, by=mara, now=NOW + n * DAY)

    assert (concern.owner, concern.times_unsettled, concern.unsettled_at) == (vera, 2, NOW + 2 * DAY)


def test_handed_over_it_waits_for_the_colleague(dana, mara, nurse):
    concern = concerns.hand_over(concern=raised(dana, mara), to=nurse, by=mara, now=NOW)

    assert (concern.owner, concern.state, concern.acknowledged_at) == (nurse, ConcernState.WAITING, None)
    assert (concern.handed_by, concern.hand_back_at) == (mara, NOW + 36 * HOUR)


def test_not_taken_on_within_half_its_target_it_goes_back(dana, mara, nurse):
    concern = concerns.hand_over(concern=raised(dana, mara, urgency="today"), to=nurse, by=mara, now=NOW)

    assert concerns.return_unclaimed(now=NOW + 3 * HOUR) == 0
    assert concerns.return_unclaimed(now=NOW + 4 * HOUR) == 1
    assert concerns.return_unclaimed(now=NOW + 4 * HOUR) == 0

    concern.refresh_from_db()
    assert (concern.owner, concern.hand_back_at) == (mara, None)
    assert actions(concern)[-1] == Action.WENT_BACK


def test_taken_on_in_time_it_stays(dana, mara, nurse):
    concern = concerns.hand_over(concern=raised(dana, mara), to=nurse, by=mara, now=NOW)
    concerns.acknowledge(concern=concern, by=nurse, now=NOW + HOUR)

    assert concerns.return_unclaimed(now=NOW + 30 * DAY) == 0
    concern.refresh_from_db()
    assert concern.owner == nurse


def test_told_by_the_colleague_and_opened_again_it_does_not_go_back(dana, mara, nurse):
    concern = concerns.hand_over(concern=answered(dana, mara), to=nurse, by=mara, now=NOW)
    concern = concerns.tell(concern=concern, by=nurse, now=NOW + HOUR)
    concerns.reopen(concern=concern, words="Still nothing.", by=nurse, now=NOW + 2 * HOUR)

    assert concerns.return_unclaimed(now=NOW + 30 * DAY) == 0


def test_nobody_gets_a_concern_of_somebody_they_do_not_care_for(dana, mara, nils, sione):
    for colleague in (nils, sione):
        with pytest.raises(ValidationError, match="does not care for Dana"):
            concerns.hand_over(concern=raised(dana, mara), to=colleague, by=mara, now=NOW)


def test_it_ends_as_they_wished(dana, mara):
    concern = concerns.close(
        concern=raised(dana, mara), ending=Ending.NOT_WANTED, words="It solved itself.", by=mara, now=NOW
    )

    assert (concern.state, concern.closed_by, concern.ending) == (ConcernState.CLOSED, mara, Ending.NOT_WANTED)


@pytest.mark.parametrize("ending", [Ending.THEY_KNOW, Ending.DIED])
def test_nobody_ends_it_as_known_or_as_a_death(dana, mara, ending):
    with pytest.raises(ValidationError, match="somebody has told them"):
        concerns.close(concern=raised(dana, mara), ending=ending, words="Done", by=mara, now=NOW)


def test_kept_for_their_return_only_after_they_left_and_three_tries(dana, mara, vera):
    concern = raised(dana, mara)
    end = {"ending": Ending.HAD_LEFT, "words": "Rang three times.", "by": vera}
    with pytest.raises(ValidationError, match="still in care"):
        concerns.close(concern=concern, now=NOW, **end)
    care.discharge(
        episode=dana.latest_episode, reason=DischargeReason.LEFT_EARLY, contact_after=ContactAfter.YES, by=vera, now=NOW
    )
    dana.refresh_from_db()
    concern = Concern.objects.get()
    for n in range(3):
        with pytest.raises(ValidationError, match=f"{n} tries are on the record"):
            concerns.close(concern=concern, now=NOW + DAY, **end)
        log_conversation(patient=dana, happened=Happened.NO_ANSWER, by=vera, now=NOW + n * HOUR)

    concern = concerns.close(concern=concern, now=NOW + DAY, **end)

    assert concern.state == ConcernState.KEPT


@pytest.mark.parametrize("second", ["acknowledge", "answer", "tell", "confirm", "close", "reopen", "undo_tell"])
def test_whoever_comes_second_is_told_and_overwrites_nothing(dana, mara, second):
    concern = raised(dana, mara)
    stale = Concern.objects.select_related("patient__latest_episode").get()
    wrong = {
        "acknowledge": (told, {}),
        "answer": (told, {"answer": Answer.YES, "words": "Mine"}),
        "tell": (told, {}),
        "confirm": (answered, {"settled": Settled.YES}),
        "close": (told, {"ending": Ending.NOT_WANTED, "words": "Mine"}),
        "reopen": (answered, {"words": "Mine"}),
        "undo_tell": (answered, {}),
    }
    concern = concerns.answer(concern=concern, answer=Answer.PARTLY, words="Theirs", by=mara, now=NOW)
    if wrong[second][0] is told:
        concerns.tell(concern=concern, by=mara, now=NOW)

    with pytest.raises(ValidationError, match="Somebody was quicker"):
        getattr(concerns, second)(concern=stale, by=mara, now=NOW, **wrong[second][1])

    assert Concern.objects.get().answer_words == "Theirs"


def test_it_can_be_handed_to_those_who_look_after_them_and_nobody_else(sign_in, at, dana, mara, vera, nurse):
    at(NOW)
    stranger = make_staff("stranger", site=mara.site, name="Somebody Elsewhere")
    concern = raised(dana, mara)

    page = sign_in(mara).get(f"/concerns/{concern.ref}/hand-over/").content.decode()

    assert all(member.name in page for member in (vera, nurse))
    assert stranger.name not in page
