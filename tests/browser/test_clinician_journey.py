"""A clinician's shift in a real browser: somebody raises something, is answered and told, and nothing is owed."""

import re

import pytest
from playwright.sync_api import expect

from interactions.choices import WelcomeItem
from interactions.models import CheckIn, Concern, FollowUp, TalkRequest
from interactions.services.welcome import explain
from tests.browser.hands import Keyboard, Mouse
from tests.factories import NOW, PASSWORD

WORDS = "When can I call my son?"


@pytest.fixture
def world(at, dana, mara, vera):
    """Dana, whom mara cares for and has welcomed, on a Wednesday morning."""
    at(NOW)
    explain(patient=dana, items=WelcomeItem.values, choice_words="The room", by=mara, now=NOW)
    return dana


def sign_in(page, hands, username="mara", first="My day"):
    page.goto("/")
    hands.write(page.get_by_label("Username"), username)
    hands.write(page.get_by_label("Password"), PASSWORD)
    hands.press(page.get_by_role("button", name="Sign in"))
    expect(page.get_by_role("heading", level=1, name=first)).to_be_visible()


def find(page, hands, typed, called):
    hands.write(page.get_by_label("Find a patient by name or record number"), typed)
    hands.press(page.get_by_role("button", name="Find", exact=True).first)
    hands.press(page.get_by_role("link", name=called))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dana")


def log(page, hands):
    """A conversation with a concern, a promise and a talk for another time."""
    hands.press(page.get_by_role("link", name="Log a conversation"))
    hands.write(page.get_by_label("In a line or more"), "Walked to the lake. Misses home.")
    hands.choose(page.get_by_label("Worried, on edge"))
    hands.press(page.get_by_text("They raised something", exact=True))
    hands.write(page.get_by_label("Their words").first, WORDS)
    hands.choose(page.locator('input[name="concern-0-urgency"][value="today"]'))
    hands.press(page.get_by_text("I promised something", exact=True))
    hands.write(page.get_by_label("I promised to …").first, "Ask about the phone hours")
    hands.press(page.get_by_text("Not a good moment: promise another time"))
    hands.choose(page.locator('input[name="talk-when"][value="tonight"]'))
    hands.save()
    expect(page.get_by_role("status")).to_contain_text("Written down")


def settle(page, hands, look):
    """Answers, tells and confirms the concern, from my day on."""
    hands.press(page.get_by_role("link", name="My day", exact=True).first)
    look("My day")
    hands.press(page.get_by_role("link", name=WORDS))
    look("Answer")
    hands.choose(page.get_by_label("Yes, done"))
    hands.write(page.get_by_label("In words you can tell them"), "Every evening at seven.")
    hands.save()
    look("I told them")
    hands.write(page.get_by_label("What they said"), "Tonight, then!")
    hands.save()
    look("Did that answer it?")
    hands.choose(page.get_by_label("Yes", exact=True))
    hands.save()
    expect(page.get_by_text("They know", exact=True)).to_be_visible()


def journey(page, hands, assert_accessible=lambda: None):
    def look(heading):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert_accessible()

    sign_in(page, hands)
    find(page, hands, "whitfeild", "Dana Whitfield")
    look("How it went")
    log(page, hands)
    look("How it went")
    timeline = page.locator(".timeline")
    for words in ("Walked to the lake.", WORDS, "Ask about the phone hours", "They wanted to talk"):
        expect(timeline).to_contain_text(words)
    expect(page.get_by_text("We owe Dana 1 answer, 1 promise and 1 talk.")).to_be_visible()

    settle(page, hands, look)

    hands.press(page.get_by_role("link", name="Dana", exact=True))
    expect(page.get_by_text("We owe Dana 1 promise and 1 talk.")).to_be_visible()
    expect(timeline).to_contain_text("Did that answer it? Yes")
    hands.press(page.get_by_role("link", name="My day", exact=True).first)
    expect(page.get_by_role("heading", name="Owed now")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_have_count(0)
    assert [model.objects.count() for model in (CheckIn, Concern, FollowUp, TalkRequest)] == [1, 1, 1, 1]


def test_with_the_mouse(page, world, assert_accessible):
    journey(page, Mouse(page), assert_accessible)


def test_with_the_keyboard_alone_and_the_focus_always_in_sight(page, world, monkeypatch):
    for name in ("click", "down", "move", "dblclick"):
        monkeypatch.setattr(type(page.mouse), name, None)

    journey(page, Keyboard(page))


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript(page, world):
    journey(page, Mouse(page))

    expect(page.locator("html")).not_to_have_class(re.compile("js"))


def test_a_quick_note_takes_few_keys(page, world):
    """From my day: find them, one line, how they seemed, saved; besides the letters themselves."""
    hands = Keyboard(page)
    sign_in(page, hands)
    hands.keys = 0

    hands.write(page.get_by_label("Find a patient by name or record number"), "dana")
    hands.key("Enter")
    expect(page.get_by_role("heading", level=1, name="Patients")).to_be_visible()
    hands.skip()
    hands.press(page.get_by_role("link", name="Dana Whitfield"))
    hands.skip()
    hands.press(page.get_by_role("link", name="Log a conversation"))
    hands.skip()
    hands.write(page.get_by_label("In a line or more"), "Slept well, wants to walk tomorrow.")
    hands.choose(page.get_by_label("Hopeful"))
    hands.save()

    expect(page.get_by_role("status")).to_contain_text("Written down")
    assert CheckIn.objects.get().seemed == "hopeful"
    assert hands.keys <= 40, hands.keys
