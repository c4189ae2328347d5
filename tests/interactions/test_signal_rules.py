"""The rules that say that a relationship is changing, on plain facts: no database, no clock."""

import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from interactions.choices import Barrier, Seemed, Sign, Standing
from interactions.signal_rules import SIGNAL_RULES, Facts, Thresholds, signal_rule_of, standing_by
from interactions.signal_rules.base import CONTACT, MANNER, Contact, Conversation, Planned, StepAsked, Waiting
from tests.factories import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OLD = NOW - 40 * DAY


def talks(*seemed, **over):
    """A conversation a day, the newest now; each seemed so."""
    first = NOW - len(seemed) * DAY
    facts = {"day": 20, **over}
    return tuple(
        Conversation(n, first + (n + 1) * DAY, seemed=tuple(one.split()), **facts) for n, one in enumerate(seemed)
    )


def found(code, **told):
    told = {"now": NOW, **told}
    return signal_rule_of(code).find(Facts(**told))


def refs(evidence):
    return [item.ref for item in evidence.items]


# Contact


def gap(who="team", *, overdue, escalates):
    return Contact(who, OLD, NOW - overdue, NOW - escalates)


def test_silence_speaks_at_the_longest_gap_and_once_more_at_one_and_a_half_times_it():
    late = gap(overdue=DAY, escalates=-DAY)
    later = gap(overdue=8 * DAY, escalates=HOUR)

    assert found("silent", contact=(gap(overdue=-HOUR, escalates=-DAY),)) is None
    assert found("silent", contact=(late,)).said.startswith("We haven’t talked since ")
    assert found("silent", contact=(late,), used={"silent": NOW - DAY}) is None
    assert found("silent", contact=(later,), used={"silent": NOW - 8 * DAY}).clock_at == NOW - HOUR


def test_where_the_team_is_silent_the_primary_is_not_counted_a_second_time():
    team, primary = gap(overdue=DAY, escalates=-DAY), gap("primary", overdue=HOUR, escalates=-DAY)
    in_time = gap(overdue=-DAY, escalates=-2 * DAY)

    assert found("silent", contact=(team, primary), used={"silent": NOW - DAY}) is None
    assert found("silent", contact=(in_time, primary)).said.startswith("Their primary hasn’t since ")


def meetings(*missed):
    """One a day, the newest now: "-" took place, "x" was missed, a barrier kept them from."""
    words = {"-": {"missed": False}, "x": {"missed": True}}
    first = NOW - len(missed) * DAY
    return tuple(
        Planned("meeting", n, first + (n + 1) * DAY, **words.get(one, {"missed": True, "barrier": one}))
        for n, one in enumerate(missed)
    )


@pytest.mark.parametrize(
    ("came", "speaks"),
    [
        ("x x", True),
        ("x - x", True),
        ("x - - x", False),
        ("- x", False),
        ("x transport illness court work child_care", False),
        ("x - illness x", True),  # what a barrier kept them from is left out of the three
    ],
)
def test_two_of_the_last_three_missed_is_a_sign_unless_a_barrier_kept_them(came, speaks):
    assert (found("missing", planned=meetings(*came.split())) is not None) == speaks


def test_a_barrier_is_shown_as_something_to_help_with():
    evidence = found("missing", planned=meetings("x", "transport", "x"))

    assert "1 more was kept from them by something to help with" in evidence.said
    assert Barrier.TRANSPORT.label in [item.words for item in evidence.items]


# Manner


@pytest.mark.parametrize(
    ("seemed", "speaks"),
    [
        (("", "", "", "quiet", "guarded"), True),
        (("", "", "quiet", "", "quiet low"), True),
        (("quiet", "quiet", "", "", ""), False),
        (("", "quiet", "quiet"), False),  # of at least five
    ],
)
def test_quiet_or_guarded_in_two_of_the_last_three_is_withdrawing(seemed, speaks):
    assert (found("withdrawing", conversations=talks(*seemed)) is not None) == speaks


def test_the_first_seven_days_say_nothing_about_withdrawing():
    assert found("withdrawing", conversations=talks(*[""] * 3, "quiet", "quiet", day=7)) is None
    assert found("withdrawing", conversations=talks(*[""] * 3, "quiet", "quiet", day=8)) is not None


def started(pattern):
    """Conversations by who started them: t(hem) or u(s)."""
    first = NOW - len(pattern) * DAY
    return tuple(Conversation(n, first + (n + 1) * DAY, day=20, by_them=one == "t") for n, one in enumerate(pattern))


@pytest.mark.parametrize(
    ("pattern", "speaks"),
    [("tututuuuuu", True), ("ttuuuuuuuu", False), ("tututuutuu", False), ("tttuuuu", False)],
)
def test_somebody_who_used_to_come_and_no_longer_does_is_withdrawing(pattern, speaks):
    evidence = found("withdrawing", conversations=started(pattern))

    assert (evidence is not None) == speaks
    assert not evidence or refs(evidence) == ["6", "7", "8", "9"]


def test_restless_or_guarded_twice_is_a_sign_but_never_by_the_first_week_of_detox():
    assert found("restless", conversations=talks("restless", "", "guarded")) is not None
    assert found("restless", conversations=talks("restless", "", "guarded", in_detox=True)) is None


def test_two_guarded_conversations_are_one_sign_and_not_two():
    said = talks("", "", "", "guarded", "guarded")

    assert found("withdrawing", conversations=said) is not None
    assert found("restless", conversations=said) is None
    assert found("restless", conversations=said[-2:]) is not None  # too few for the other to speak


def asked(step, *answers):
    first = NOW - len(answers) * DAY
    return tuple(
        StepAsked(step, f"{step}{n}", first + (n + 1) * DAY, one == "not_yet") for n, one in enumerate(answers)
    )


def test_not_yet_twice_on_the_same_step_is_a_sign_and_on_two_steps_it_is_none():
    assert found("steps", steps_asked=asked("a", "not_yet", "partly", "not_yet")) is not None
    assert found("steps", steps_asked=asked("a", "not_yet") + asked("b", "not_yet")) is None


# Our side


def waits(*hours, is_safety=False):
    return tuple(Waiting(n, NOW - one * HOUR, is_safety) for n, one in enumerate(hours))


def test_two_late_concerns_are_a_sign_or_one_about_safety():
    assert found("waiting", waiting=waits(1, -1)) is None
    assert found("waiting", waiting=waits(1, 30)).said == "2 concerns are past the time we set, the first by 1 day"
    assert found("waiting", waiting=waits(1, is_safety=True)) is not None


def with_people(*who):
    return tuple(Conversation(n, NOW - n * DAY, who=one) for n, one in reversed(list(enumerate(who))))


def test_nearly_all_conversations_with_one_person_are_a_sign():
    assert found("only_one", conversations=with_people(*["Mara"] * 9)) is None
    assert found("only_one", conversations=with_people(*["Mara"] * 8, "Nils", "Nils")) is None
    assert found("only_one", conversations=with_people(*["Mara"] * 9, "Nils")).said == (
        "9 of 10 conversations in 30 days were with Mara"
    )
    assert (
        found("only_one", conversations=with_people(*["Mara"] * 10), thresholds=Thresholds(one_person_percent=0))
        is None
    )


def test_an_answer_about_one_person_holds_for_the_days_that_are_looked_at():
    alone = with_people(*["Mara"] * 30)

    assert found("only_one", conversations=alone, used={"only_one": NOW - 29 * DAY}) is None
    assert found("only_one", conversations=alone, used={"only_one": NOW - 31 * DAY}) is not None
    weeks = Thresholds(one_person_days=14)
    assert found("only_one", conversations=alone, used={"only_one": NOW - 20 * DAY}, thresholds=weeks) is not None


# What they amount to


@pytest.mark.parametrize(
    ("signs", "standing"),
    [
        ([], Standing.STEADY),
        (["silent"], Standing.ASK),
        (["silent", "missing"], Standing.ASK),  # one group
        (["waiting", "only_one"], Standing.ASK),
        (["silent", "withdrawing"], Standing.REACH_OUT),
        (["restless", "waiting"], Standing.REACH_OUT),
    ],
)
def test_two_groups_make_it_urgent_if_one_is_about_contact_or_manner(signs, standing):
    assert standing_by(signs) == standing


def test_there_is_a_rule_for_each_sign():
    assert {rule.code for rule in SIGNAL_RULES} == set(Sign)
    assert {rule.group for rule in SIGNAL_RULES} == {CONTACT, MANNER, "our side"}


# Over made-up histories

SEEMED = some.lists(some.sampled_from([one.value for one in Seemed]), max_size=2, unique=True).map(tuple)
HOURS = some.integers(min_value=0, max_value=60 * 24)


@some.composite
def histories(draw):
    """What may have been logged in 60 days, each thing at a moment of its own."""
    moments = iter(sorted(draw(some.lists(HOURS, min_size=40, max_size=40, unique=True))))

    def at():
        return NOW - 60 * DAY + next(moments) * HOUR

    kinds = draw(some.lists(some.sampled_from("cccccsspw"), max_size=40))
    told = {"c": [], "s": [], "p": [], "w": []}
    for n, kind in enumerate(kinds):
        moment = at()
        if kind == "c":
            one = Conversation(
                n, moment, draw(some.integers(1, 60)), draw(SEEMED), draw(some.booleans()),
                draw(some.sampled_from(["Mara", "Mara", "Mara", "Nils"])), draw(some.booleans()),
            )  # fmt: skip
        elif kind == "s":
            one = StepAsked(draw(some.sampled_from("ab")), n, moment, draw(some.booleans()))
        elif kind == "p":
            barrier = draw(some.sampled_from(["", "", "", *Barrier.values]))
            one = Planned("meeting", n, moment, bool(barrier) or draw(some.booleans()), barrier)
        else:
            one = Waiting(n, moment, draw(some.booleans()))
        told[kind].append(one)
    since = NOW - draw(HOURS) * HOUR
    overdue, longer = since + draw(some.integers(1, 20)) * DAY, since + 21 * DAY
    return Facts(
        now=NOW, conversations=tuple(told["c"]), steps_asked=tuple(told["s"]), planned=tuple(told["p"]),
        waiting=tuple(told["w"]), contact=(Contact("team", since, overdue, longer),),
    )  # fmt: skip


@given(histories())
def test_the_same_facts_give_the_same_answer_and_stay_as_they_were(facts):
    before = copy.deepcopy(facts)

    for rule in SIGNAL_RULES:
        assert rule.find(facts) == rule.find(facts)

    assert facts == before


def up_to(facts, moment, used):
    """What was logged until then."""
    kinds = ("conversations", "steps_asked", "planned")
    logged = {kind: tuple(one for one in getattr(facts, kind) if one.at <= moment) for kind in kinds}
    return replace(facts, now=moment, used=used, **logged)


@given(histories())
def test_no_piece_of_evidence_speaks_twice_however_often_somebody_answers(facts):
    """Each day everything that speaks is answered; nothing that counted comes back."""
    used, spoken = {}, {rule.code: set() for rule in SIGNAL_RULES}

    for day in range(61):
        told = up_to(facts, NOW - (60 - day) * DAY, dict(used))
        for rule in SIGNAL_RULES:
            evidence = rule.find(told)
            if evidence is None:
                continue
            counted = {(item.ref, item.at) for item in evidence.items if item.words not in Barrier.labels}
            assert not counted & spoken[rule.code]
            assert all(item.at <= told.now for item in evidence.items)
            spoken[rule.code] |= counted
            used[rule.code] = evidence.clock_at


@given(histories())
def test_an_answered_sign_stays_answered_until_something_new_is_logged(facts):
    for rule in SIGNAL_RULES:
        evidence = rule.find(facts)
        if evidence:
            answered = replace(facts, used={rule.code: evidence.clock_at})
            again = rule.find(answered)
            # Silence reaches its second threshold, and a concern its target, by time alone.
            assert again is None or again.clock_at > evidence.clock_at


@given(histories())
def test_every_piece_of_evidence_was_logged(facts):
    logged = {str(one.ref) for kind in (facts.conversations, facts.planned, facts.waiting) for one in kind}
    logged |= {str(one.ref) for one in facts.steps_asked}

    for rule in SIGNAL_RULES:
        for item in (rule.find(facts) or ((), ()))[1]:
            assert item.ref in logged or not item.kind
