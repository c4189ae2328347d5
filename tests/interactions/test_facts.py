from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import Happened
from interactions.services import checkins, facts
from patients.choices import FactKind, FactState
from patients.models import Fact
from staff.models import AccessEntry
from tests.factories import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def radios(dana, mara):
    return facts.learn(patient=dana, kind=FactKind.INTERESTS, words="Old radios", by=mara, now=NOW)


@pytest.fixture
def browser(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


def test_each_fact_says_who_learned_it_and_when(radios, mara):
    assert (radios.recorded_by, radios.learned_at, radios.state) == (mara, NOW, FactState.HOLDS)


def test_what_no_longer_holds_stays_on_the_record(radios, mara):
    gone = facts.no_longer(fact=radios, words="Sold them all", by=mara, now=NOW + HOUR)

    assert (gone.state, gone.settled_by, gone.outcome_words) == (FactState.NO_LONGER, mara, "Sold them all")
    assert Fact.objects.get().words == "Old radios"
    with pytest.raises(ValidationError, match="Somebody was quicker"):
        facts.no_longer(fact=radios, by=mara, now=NOW + HOUR)


def test_one_learned_in_a_conversation_says_who_talked_and_when_and_who_wrote_it_down(dana, mara, nils):
    checkins.log_conversation(
        patient=dana, happened=Happened.TALKED, text="About home", happened_at=NOW - HOUR, talked_by=nils, by=mara,
        now=NOW, facts_learned=[{"kind": FactKind.FAMILY, "words": "A sister in Ohio"}],
    )  # fmt: skip

    fact = Fact.objects.get()
    assert (fact.learned_by, fact.recorded_by, fact.learned_at) == (nils, mara, NOW - HOUR)
    assert not AccessEntry.objects.filter(actor=nils).exists()


def test_it_is_written_down_with_the_conversation_in_one_form(browser, dana):
    browser.post(
        f"/patients/{dana.ref}/check-ins/new/",
        {
            "happened": "talked", "text": "About home", "happened_at": "2026-06-10T09:00", "channel": "in_person",
            "fact-kind": "family", "fact-words": "A sister in Ohio", "concern-0-urgency": "routine",
            "concern-1-urgency": "routine", "promise-0-when": "tomorrow", "promise-1-when": "tomorrow",
            "update-kind": "where", "update-what": "Half way", "update-told_words": "Good",
        },
    )  # fmt: skip

    assert Fact.objects.get().words == "A sister in Ohio"
    page = browser.get(f"/patients/{dana.ref}/about/").content.decode()
    assert "A sister in Ohio" in page and "Mara" in page
    assert "Half way" in browser.get(dana.get_absolute_url()).content.decode()


def test_what_to_know_before_knocking_stands_on_top_of_their_page(browser, dana, mara):
    facts.learn(patient=dana, kind=FactKind.DONT_RAISE, words="The accident", by=mara, now=NOW)
    old = facts.learn(patient=dana, kind=FactKind.ADDRESS, words="Miss Ortiz", by=mara, now=NOW)
    facts.no_longer(fact=old, by=mara, now=NOW)

    page = browser.get(dana.get_absolute_url())

    assert page.context["known"] == [("Please don’t raise", True, "The accident")]
    assert "The accident" in page.content.decode()


def test_the_earlier_ones_stand_beside_what_holds_now(browser, dana, mara):
    hope = facts.learn(patient=dana, kind=FactKind.HOPES, words="To sleep", by=mara, now=NOW)
    facts.no_longer(fact=hope, by=mara, now=NOW)
    facts.learn(patient=dana, kind=FactKind.HOPES, words="My own flat", by=mara, now=NOW)

    grouped = {kind: (holding, earlier) for kind, _, holding, earlier in
               browser.get(f"/patients/{dana.ref}/about/").context["facts"]}  # fmt: skip

    holding, earlier = grouped[FactKind.HOPES]
    assert [one.words for one in holding] == ["My own flat"]
    assert [one.words for one in earlier] == ["To sleep"]
