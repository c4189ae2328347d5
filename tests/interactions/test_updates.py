from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions import debts
from interactions.choices import Delay, Happened, TurnedOut, UpdateKind, UpdateState
from interactions.models import HistoryEntry, Reminder, Update
from interactions.reminders import run_pass
from interactions.services import care, checkins, updates
from patients.choices import CareRole, ContactAfter, DischargeReason
from tests.factories import NOW, make_episode, make_patient, switch_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOMORROW_EVENING = NOW + DAY + 10 * HOUR  # Thursday 20:00 in New York, where Residential North never closes


@pytest.fixture
def setback(dana, mara):
    return updates.note_update(patient=dana, kind=UpdateKind.SETBACK, what="The flat is gone", by=mara, now=NOW)


def owed(patient, viewer, now):
    return [
        (debt.kind, debt.late)
        for debt in debts.of_patient(patient, viewer, now)
        if debt.kind in ("update", "expectation")
    ]


def test_what_they_do_not_know_yet_is_owed_by_the_end_of_the_next_day_of_care(setback, dana, mara):
    assert (setback.state, setback.owner, setback.tell_by_at) == (UpdateState.TO_TELL, mara, TOMORROW_EVENING)
    assert owed(dana, mara, NOW) == [("update", False)]
    assert ("update", True) in owed(dana, mara, TOMORROW_EVENING + HOUR)


def test_once_told_nothing_is_owed_and_their_words_stand(setback, dana, mara):
    told = updates.tell(update=setback, words="I knew it.", by=mara, now=NOW + HOUR)

    assert (told.state, told.told_at, told.told_by, told.told_words) == (
        UpdateState.TOLD, NOW + HOUR, mara, "I knew it.",
    )  # fmt: skip
    assert owed(dana, mara, NOW + HOUR) == []
    with pytest.raises(ValidationError, match="Somebody was quicker"):
        updates.tell(update=setback, by=mara, now=NOW + HOUR)


def test_what_was_told_in_a_conversation_is_known_from_then_on(dana, mara):
    checkins.log_conversation(
        patient=dana, happened=Happened.TALKED, text="About the plan", happened_at=NOW - HOUR, by=mara, now=NOW,
        update={"kind": UpdateKind.WHERE, "what": "The second week", "expect": "The step down", "told": True},
    )  # fmt: skip

    update = Update.objects.get()
    assert (update.state, update.told_at, update.told_by) == (UpdateState.TOLD, NOW - HOUR, mara)
    assert Update.objects.of(dana).where_we_are(dana.latest_episode).get() == update


@pytest.mark.parametrize(
    ("days", "delay", "field"),
    [(8, Delay.NOT_WELL, "tell_by_at"), (-1, Delay.NOT_WELL, "tell_by_at"), (3, "", "delay")],
)
def test_another_day_needs_a_reason_and_is_at_most_seven_days_away(setback, mara, days, delay, field):
    with pytest.raises(ValidationError) as refusal:
        updates.put_off(update=setback, tell_by_at=NOW + days * DAY, delay=delay, by=mara, now=NOW)

    assert list(refusal.value.error_dict) == [field]


def test_putting_it_off_again_and_again_does_not_reach_past_the_seventh_day(setback, mara):
    later = updates.put_off(update=setback, tell_by_at=NOW + 6 * DAY, delay=Delay.NOT_SURE, by=mara, now=NOW)

    assert (later.tell_by_at, later.promised_at, later.noted_at) == (NOW + 6 * DAY, NOW, NOW)
    with pytest.raises(ValidationError, match="seven days after it became known"):
        updates.put_off(update=later, tell_by_at=NOW + 9 * DAY, delay=Delay.NOT_SURE, by=mara, now=NOW + 5 * DAY)


def test_what_turned_out_not_to_be_so_needs_no_telling(setback, dana, mara):
    gone = updates.not_so(update=setback, words="They gave it back to her.", by=mara, now=NOW)

    assert (gone.state, gone.outcome_words) == (UpdateState.NOT_SO, "They gave it back to her.")
    assert owed(dana, mara, NOW + 9 * DAY) == []


def test_what_they_may_expect_is_asked_about_once_its_day_has_passed(dana, mara):
    told = updates.note_update(
        patient=dana, kind=UpdateKind.CHANGE, what="A new room", expect="The move", expect_by_on=date(2026, 6, 12),
        told=True, by=mara, now=NOW,
    )  # fmt: skip
    after = NOW + 3 * DAY

    assert ("expectation", True) in owed(dana, mara, after)
    assert "expectation" not in dict(owed(dana, mara, NOW + DAY))
    with pytest.raises(ValidationError, match="what happened instead"):
        updates.turn_out(update=told, turned_out=TurnedOut.OTHERWISE, by=mara, now=after)
    updates.turn_out(update=told, turned_out=TurnedOut.OTHERWISE, words="On Monday.", by=mara, now=after)
    assert "expectation" not in dict(owed(dana, mara, after))
    with pytest.raises(ValidationError, match="already"):
        updates.turn_out(update=told, turned_out=TurnedOut.AS_SAID, by=mara, now=after)


def test_a_day_without_what_may_be_expected_is_refused(dana, mara):
    with pytest.raises(ValidationError) as refusal:
        updates.note_update(
            patient=dana, kind=UpdateKind.CHANGE, what="A new room", expect_by_on=date(2026, 6, 12), by=mara, now=NOW
        )

    assert list(refusal.value.error_dict) == ["expect"]


def test_who_tells_and_the_primary_are_reminded_and_both_stop_when_it_is_told(residential, dana, mara, nils, vera):
    switch_on(residential, "setback_not_told")
    care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW - DAY)
    update = updates.note_update(
        patient=dana, kind=UpdateKind.COMPLICATION, what="The test came back", owner=nils, by=mara, now=NOW
    )

    run_pass(now=TOMORROW_EVENING)
    assert not Reminder.objects.filter(rule="setback_not_told").exists()
    run_pass(now=TOMORROW_EVENING + HOUR)
    told = Reminder.objects.filter(rule="setback_not_told")
    assert set(told.values_list("stage", "recipient")) == {("owner", nils.pk), ("primary", mara.pk)}

    updates.tell(update=update, by=nils, now=TOMORROW_EVENING + 2 * HOUR)
    run_pass(now=TOMORROW_EVENING + 3 * HOUR)
    assert not told.standing().exists()


def test_the_primary_who_tells_it_is_reminded_once(residential, setback):
    switch_on(residential, "setback_not_told")

    run_pass(now=TOMORROW_EVENING + HOUR)

    assert Reminder.objects.filter(rule="setback_not_told").count() == 1


def test_it_passes_to_the_primary_when_whoever_tells_it_leaves_the_team(dana, mara, nils, vera):
    member = care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    update = updates.note_update(patient=dana, kind=UpdateKind.SETBACK, what="It", owner=nils, by=mara, now=NOW)

    care.end_membership(member=member, by=vera, now=NOW + HOUR)

    update.refresh_from_db()
    assert update.owner == mara


def test_it_is_handed_only_to_somebody_who_sees_them(setback, mara, nils, vera):
    with pytest.raises(ValidationError, match="does not care for"):
        updates.hand_over(update=setback, to=nils, by=mara, now=NOW)

    assert updates.hand_over(update=setback, to=vera, by=mara, now=NOW).owner == vera


def test_a_death_lets_what_was_to_be_told_rest(setback, dana, mara):
    told = updates.note_update(
        patient=dana, kind=UpdateKind.CHANGE, what="A new room", expect="The move", expect_by_on=date(2026, 6, 12),
        told=True, by=mara, now=NOW,
    )  # fmt: skip

    care.record_death(patient=dana, died_on=NOW.date(), by=mara, now=NOW + HOUR)

    setback.refresh_from_db()
    assert setback.state == UpdateState.ENDED
    assert HistoryEntry.objects.of(setback).first().words == "They died."
    dana.refresh_from_db()
    assert owed(dana, mara, NOW + 9 * DAY) == []
    assert not Update.objects.owed().exists()
    told.refresh_from_db()
    assert not told.awaits_outcome


def test_what_was_told_in_a_conversation_that_was_struck_was_not_told(dana, mara):
    told = {"kind": UpdateKind.WHERE, "what": "Your tests", "expect": "A call", "told": True}
    talk = checkins.log_conversation(
        patient=dana, happened=Happened.TALKED, text="It", by=mara, now=NOW,
        update={**told, "expect_by_on": date(2026, 6, 11)},
    )  # fmt: skip

    checkins.strike(check_in=talk, because="Somebody else’s page", by=mara, now=NOW + HOUR)

    assert not Update.objects.of(dana).where_we_are(dana.latest_episode).exists()
    assert owed(dana, mara, NOW + 9 * DAY) == []


def test_a_mistaken_i_told_them_is_taken_back_with_its_old_clock(setback, dana, mara):
    told = updates.tell(update=setback, words="Oh", by=mara, now=NOW + HOUR)

    back = updates.undo_tell(update=told, by=mara, now=NOW + 2 * HOUR)

    assert (back.state, back.told_at, back.told_words) == (UpdateState.TO_TELL, None, "")
    assert (back.tell_by_at, back.promised_at) == (setback.tell_by_at, setback.promised_at)
    assert owed(dana, mara, NOW + 2 * HOUR) == [("update", False)]


@pytest.mark.parametrize("happened", [Happened.NO_ANSWER, Happened.LEFT_MESSAGE, Happened.RESTING])
def test_whoever_was_not_reached_was_not_told(dana, mara, happened):
    with pytest.raises(ValidationError, match="so they were not told"):
        checkins.log_conversation(
            patient=dana, happened=happened, by=mara, now=NOW,
            update={"kind": UpdateKind.SETBACK, "what": "The flat is gone", "told": True},
        )  # fmt: skip

    assert not Update.objects.exists()


def test_who_had_left_is_told_when_they_are_back(residential, setback, dana, mara, nils, vera):
    with pytest.raises(ValidationError, match="They are here"):
        updates.keep(update=setback, words="Rang twice", by=mara, now=NOW)
    care.discharge(
        episode=dana.latest_episode, reason=DischargeReason.LOST_TOUCH, contact_after=ContactAfter.YES, by=vera, now=NOW
    )
    dana.refresh_from_db()
    setback.refresh_from_db()
    assert setback.owner == vera

    kept = updates.keep(update=setback, words="Rang twice", by=vera, now=NOW + DAY)
    assert kept.state == UpdateState.KEPT
    assert owed(dana, vera, NOW + 30 * DAY) == []

    back_at = NOW + 60 * DAY
    care.readmit(patient=dana, program=residential, primary=nils, by=vera, now=back_at)
    setback.refresh_from_db()
    assert (setback.state, setback.owner, setback.promised_at) == (UpdateState.TO_TELL, nils, back_at)
    assert setback.tell_by_at > back_at


def test_where_they_were_in_an_earlier_stay_is_not_where_they_are(residential, dana, mara, vera):
    updates.note_update(patient=dana, kind=UpdateKind.WHERE, what="Detox ends", told=True, by=mara, now=NOW)
    care.discharge(
        episode=dana.latest_episode, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.YES, by=vera, now=NOW
    )
    dana.refresh_from_db()
    back = care.readmit(patient=dana, program=residential, primary=mara, by=vera, now=NOW + 60 * DAY)

    assert not Update.objects.of(dana).where_we_are(back).exists()


# At the edge.


@pytest.fixture
def browser(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


def test_where_we_are_stands_on_their_page_with_how_old_it_is(browser, dana):
    answer = browser.post(
        f"/patients/{dana.ref}/updates/new/",
        {"kind": "where", "what": "Half way through", "expect": "A visit home", "told": "on", "told_words": "At last"},
        follow=True,
    )

    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == dana.get_absolute_url()
    for words in ("Half way through", "A visit home", "Told", "ago", "At last"):
        assert words in page


def test_what_is_wrong_is_said_at_its_field_and_the_words_stay(browser, dana):
    answer = browser.post(
        f"/patients/{dana.ref}/updates/new/",
        {"kind": "setback", "what": "The flat is gone", "delay": "not_well"},
    )

    assert list(answer.context["form"].errors) == ["tell_by_at"]
    assert "The flat is gone" in answer.content.decode()
    assert not Update.objects.exists()


def test_it_is_told_from_its_own_page(browser, dana, mara):
    update = updates.note_update(patient=dana, kind=UpdateKind.SETBACK, what="The flat is gone", by=mara, now=NOW)

    page = browser.get(update.get_absolute_url()).content.decode()
    assert "I told them" in page
    browser.post(f"{update.get_absolute_url()}tell/", {"words": "I knew it."})

    update.refresh_from_db()
    assert (update.state, update.told_words) == (UpdateState.TOLD, "I knew it.")


def test_somebody_elses_patient_is_not_there(browser, residential, nils):
    other = make_episode(make_patient("Omar", by=nils), residential, nils).patient
    update = updates.note_update(patient=other, kind=UpdateKind.SETBACK, what="It", by=nils, now=NOW)

    assert browser.get(update.get_absolute_url()).status_code == 404
    assert browser.post(f"{update.get_absolute_url()}tell/", {"words": ""}).status_code == 404
    assert browser.get(f"/patients/{other.ref}/updates/new/").status_code == 404
