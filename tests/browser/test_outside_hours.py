"""In a real browser: a call late in the evening, the question after it, and what the supervisor reads."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from interactions.models import BoundaryEvent, CheckIn, ReadyReply
from staff.choices import ProgramKind
from staff.models import WorkingHours
from tests.browser.hands import Keyboard, Mouse
from tests.browser.test_clinician_journey import sign_in
from tests.factories import NOW, make_episode, make_program

EVENING = NOW + timedelta(hours=10)  # 20:00
WORDS = "I keep the phone beside my bed because of this."


@pytest.fixture
def world(at, north, mara, vera):
    """Dana, in aftercare, on a Wednesday at 20:00; mara was off duty at 18:00."""
    at(EVENING)
    for day in range(5):
        WorkingHours.objects.create(staff=mara, weekday=day, starts=time(8), ends=time(18))
    program = make_program("Staying Close", ProgramKind.AFTERCARE, north, vera)
    return make_episode(program=program, primary=mara).patient


@pytest.fixture
def look(page, assert_accessible):
    def at_heading(heading):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert_accessible()

    return at_heading


@pytest.mark.parametrize("with_", [Mouse, Keyboard])
def test_a_late_call_asks_for_support_and_the_supervisor_answers(page, world, look, with_):
    hands = with_(page)
    sign_in(page, hands)
    page.goto(f"{world.get_absolute_url()}check-ins/new/")
    hands.write(page.get_by_label("In a line or more"), "Three calls; I took the last")
    hands.save()

    look("This was outside your hours.")
    expect(page.get_by_label("A ready reply")).to_have_value(
        "I am back on Thursday, June 11, 08:00. If it cannot wait until then, call 555 0199. Life in danger or "
        "someone hard to wake: 911. Thoughts of suicide, or just too much: call or text 988, any time."
    )
    hands.write(page.get_by_label("Anything you want support with?"), WORDS)
    hands.choose(page.get_by_label("I sent them the ready reply"))
    hands.save()

    expect(page.get_by_text("The supervisor reads it")).to_be_visible()
    assert CheckIn.objects.get().out_of_hours and ReadyReply.objects.get().used_at == EVENING
    page.context.clear_cookies()
    sign_in(page, hands, "vera", "Team")
    page.goto("/team/boundaries/")
    look("Boundaries")
    hands.press(page.get_by_role("link", name="Support wanted after a contact outside hours"))
    look("A boundary event")
    expect(page.get_by_text(WORDS)).to_be_visible()
    hands.write(page.get_by_label("What came of it?"), "The night nurse answers from now on.")
    hands.save()

    expect(page.get_by_text("Reviewed", exact=True).first).to_be_visible()
    assert BoundaryEvent.objects.get().state == "reviewed"


def test_it_can_be_skipped(page, world):
    hands = Mouse(page)
    sign_in(page, hands)
    page.goto(f"{world.get_absolute_url()}check-ins/new/")
    hands.write(page.get_by_label("In a line or more"), "A short call")
    hands.save()
    hands.press(page.get_by_role("link", name="Skip", exact=True))

    expect(page.get_by_text("A short call")).to_be_visible()
    assert not BoundaryEvent.objects.exists()
