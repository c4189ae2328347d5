from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from interactions import debts
from interactions.models import Reminder
from interactions.reminders import run_pass
from interactions.services import care, plan
from patients.choices import ContactAfter, DischargeReason
from patients.models import Adjustment, Cadence, Goal
from patients.plan_choices import AdjustmentState, Agreement, GoalState, NeedDomain, NeedState
from tests.factories import NOW, switch_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AFTER_TWO_WEEKS = NOW + 15 * DAY


@pytest.fixture
def goal(dana, mara):
    return plan.set_goal(patient=dana, words="My own flat", agreement=Agreement.BOTH, by=mara, now=NOW)


@pytest.fixture
def walks(dana, mara):
    return plan.try_adjustment(
        patient=dana, words="We walk", because="The room is loud", review_on=date(2026, 6, 17), by=mara, now=NOW
    )


def kinds_owed(patient, viewer, now):
    return {debt.kind for debt in debts.of_patient(patient, viewer, now)}


def test_a_goal_is_talked_about_again_when_its_program_usually_does(goal):
    assert goal.review_on == date(2026, 6, 24)  # residential: every 14 days
    assert Cadence.objects.get().review_due_at == goal.review_due_at


def test_an_honest_disagreement_is_a_state_and_says_how(dana, mara):
    with pytest.raises(ValidationError) as refusal:
        plan.set_goal(patient=dana, words="Go home now", agreement=Agreement.THEIRS, by=mara, now=NOW)
    assert list(refusal.value.error_dict) == ["our_view"]

    honest = plan.set_goal(
        patient=dana, words="Go home now", agreement=Agreement.THEIRS, our_view="Two weeks more", by=mara, now=NOW
    )
    assert honest.get_agreement_display() == "They want it, we see it differently"
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.update(our_view="")


def test_everything_due_to_be_looked_at_is_one_item_for_the_primary(residential, goal, walks, dana, mara):
    switch_on(residential, "reviews_due")
    Cadence.objects.update(feedback_due_at=None, safety_plan_due_at=None)  # asked about in the same item

    assert "review" not in kinds_owed(dana, mara, NOW + 6 * DAY)
    assert "review" in kinds_owed(dana, mara, AFTER_TWO_WEEKS)
    run_pass(now=AFTER_TWO_WEEKS)
    assert [r.recipient for r in Reminder.objects.filter(rule="reviews_due")] == [mara]

    plan.settle_adjustment(adjustment=walks, state=AdjustmentState.KEPT, words="It helps", by=mara, now=AFTER_TWO_WEEKS)
    plan.review_goal(
        goal=goal, agreement=Agreement.BOTH, review_on=date(2026, 7, 10), words="Still", by=mara, now=AFTER_TWO_WEEKS
    )
    run_pass(now=AFTER_TWO_WEEKS + HOUR)
    assert not Reminder.objects.standing().filter(rule="reviews_due").exists()
    assert "review" not in kinds_owed(dana, mara, AFTER_TWO_WEEKS)


def clock():
    cadence = Cadence.objects.get()
    return cadence.review_due_at, cadence.review_clock_at


def test_the_clock_is_what_the_open_lines_say(goal, walks, mara):
    assert clock() == (walks.review_due_at, walks.reviewed_at)

    plan.try_on(adjustment=walks, review_on=date(2026, 7, 1), by=mara, now=NOW + DAY)
    assert clock() == (goal.review_due_at, goal.reviewed_at)  # the moment of the one that comes first, not the last

    plan.settle_goal(goal=goal, state=GoalState.REACHED, by=mara, now=NOW + DAY)
    assert Cadence.objects.get().review_due_at == Adjustment.objects.get().review_due_at
    plan.settle_adjustment(adjustment=walks, state=AdjustmentState.DROPPED, by=mara, now=NOW + DAY)
    assert clock() == (None, None)


def test_between_stays_nothing_is_asked_and_the_plan_comes_back_with_them(residential, goal, dana, mara, vera):
    care.discharge(
        episode=dana.latest_episode, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.YES, by=vera, now=NOW
    )
    dana.refresh_from_db()
    assert "review" not in kinds_owed(dana, vera, AFTER_TWO_WEEKS)

    care.readmit(patient=dana, program=residential, primary=mara, by=vera, now=NOW + DAY)

    dana.refresh_from_db()
    assert dana.latest_episode.cadence.review_due_at == goal.review_due_at
    assert "review" in kinds_owed(dana, mara, AFTER_TWO_WEEKS)


def test_a_need_is_met_or_no_longer_there(dana, mara):
    need = plan.note_need(patient=dana, domain=NeedDomain.SOCIAL, words="Somebody to eat with", by=mara, now=NOW)

    met = plan.settle_need(need=need, state=NeedState.MET, words="Eats with Lou now", by=mara, now=NOW + HOUR)

    assert (met.state, met.settled_by, met.outcome_words) == (NeedState.MET, mara, "Eats with Lou now")
    with pytest.raises(ValidationError, match="Somebody was quicker"):
        plan.settle_need(need=need, state=NeedState.MET, by=mara, now=NOW + HOUR)


@pytest.mark.parametrize("day", [date(2026, 6, 10), date(2026, 6, 1)])
def test_it_is_looked_at_again_on_a_day_to_come(dana, mara, day):
    with pytest.raises(ValidationError, match="still to come"):
        plan.set_goal(patient=dana, words="It", agreement=Agreement.BOTH, review_on=day, by=mara, now=NOW)


@pytest.fixture
def browser(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


def test_the_plan_is_written_and_read_on_its_page(browser, dana):
    home = f"/patients/{dana.ref}/plan/"
    browser.post(f"{home}goals/new/", {
        "words": "Only here because I must", "agreement": "theirs", "our_view": "We hope for more",
        "review_on": "2026-06-20",
    })  # fmt: skip
    browser.post(f"{home}needs/new/", {"domain": "physical", "words": "Sleep", "respond": "A room to the garden"})
    browser.post(f"{home}adjustments/new/", {"words": "Short talks", "because": "Tires", "review_on": "2026-06-20"})

    page = browser.get(home).content.decode()

    for words in ("Only here because I must", "We hope for more", "Sleep", "A room to the garden", "Short talks"):
        assert words in page


def test_a_goal_is_talked_about_again_from_its_page(browser, goal):
    page = browser.get(goal.get_absolute_url())
    assert "We talked about it again" in page.content.decode()

    browser.post(f"{goal.get_absolute_url()}review/", {
        "agreement": "ours", "our_view": "She would rather stay with Lou", "words": "Not sure",
        "review_on": "2026-07-01",
    })  # fmt: skip

    goal.refresh_from_db()
    assert (goal.agreement, goal.review_on) == (Agreement.OURS, date(2026, 7, 1))
