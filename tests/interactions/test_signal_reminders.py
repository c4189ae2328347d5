"""Silence is one item, as a sign and as a reminder; and whoever asks about nothing is reminded."""

import pytest
from django.core.exceptions import ValidationError

from insights.exported import Overview
from interactions import planning
from interactions.exported import MyDay, Reminders
from interactions.models import Reminder, Signal
from interactions.my_day import day_of
from interactions.reminder_rules import rule_of
from interactions.services import signals
from interactions.whole_record import sheets_of
from patients.exports import Ask
from patients.models import Cadence
from tests.factories import NOW, switch_on
from tests.signs import DAY, HOUR, QUIET, answer, dana, fresh, page_of, signs, talked

__all__ = ["dana", "talked"]


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


def test_whoever_talked_before_that_day_is_asked_no_more(sign_in, silent, mara, talked):
    Cadence.objects.update(team_escalates_at=NOW + 30 * DAY)
    answer(sign_in(mara), silent, "silent", answer="will_ask", ask_on="2026-06-12")

    talked("", until=NOW + DAY)

    later = NOW + 3 * DAY
    assert signs(silent, mara, later) == []
    assert reminded("silence", later) == reminded("signal_not_addressed", later + 9 * DAY) == set()
    assert Signal.objects.get().state == "passed"
    assert signs(silent, mara, NOW + 5 * DAY) == ["silent"]  # a new gap, which can be put off anew


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


def test_signs_never_leave(dana, residential, mara, vera, talked):
    """Working notes: in no copy of the record, in no list that is taken out."""
    switch_on(residential, "signal_not_addressed")
    talked(*QUIET)
    late = NOW + 7 * DAY
    Cadence.objects.update(**{f"{who}_{what}_at": late + DAY for who in ("team", "primary") for what in MOMENTS})
    planning.plan(rule_of("signal_not_addressed"), late)
    assert "Quieter than usual" in str(day_of(mara, late).signs[0].relationship.signs[0].label)

    for user, lists in ((mara, (MyDay(), Reminders())), (vera, (Overview(),))):
        for one in lists:
            words = str([sheet.rows for sheet in one.leaving(Ask(user, late, {})).sheets])
            assert "changing" not in words and "Quiet" not in words
    sheets = sheets_of(fresh(dana), mara, late)
    assert not [sheet for sheet in sheets if "Quiet or guarded" in str(sheet.rows)]


MOMENTS = ("overdue", "escalates", "due")
