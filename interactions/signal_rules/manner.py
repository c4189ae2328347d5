"""How are they with us?"""

from itertools import groupby

from interactions.choices import Seemed, Sign
from interactions.signal_rules.base import MANNER, Evidence, Item, SignalRule, last

QUIET = {Seemed.QUIET, Seemed.GUARDED}
RESTLESS = {Seemed.RESTLESS, Seemed.GUARDED}
BEFORE = 6  # the conversations before the last ones, of which they had started some


class Withdrawing(SignalRule):
    """Quiet or guarded in two of the last three conversations, or they no longer come where they used to.

    Conversations of the first days count for nothing here, and it takes at least five.
    """

    code, group = Sign.WITHDRAWING, MANNER
    ask = "“You seem quieter than usual. How are you doing with us?”"

    def find(self, facts):
        return self.quiet(facts) or self.no_longer_coming(facts)

    def quiet(self, facts):
        limits = facts.thresholds
        if not limits.quiet_signs or len(facts.conversations) < limits.quiet_after:
            return None
        newest = last(facts.conversations, limits.signs_of)
        signs = [one for one in newest if QUIET & set(one.seemed) and one.day > limits.quiet_from_day]
        signs = [one for one in signs if facts.is_new(self, one.at)]
        if len(signs) < limits.quiet_signs:
            return None
        said = f"Quiet or guarded in {len(signs)} of the last {len(newest)} conversations"
        return Evidence(said, tuple(seen_as(one, QUIET) for one in signs))

    def no_longer_coming(self, facts):
        limits = facts.thresholds
        newest = last(facts.conversations, limits.came_since)
        before = facts.conversations[: -limits.came_since or None][-BEFORE:]
        came = sum(one.by_them for one in before)
        if not limits.came_once or not newest or len(before) < BEFORE or came < limits.came_once:
            return None
        if not all(facts.is_new(self, one.at) and not one.by_them for one in newest):
            return None
        said = f"They started {came} of {BEFORE} conversations, and none of the last {len(newest)}"
        return Evidence(said, tuple(Item("check_in", str(one.ref), one.at, "we began it") for one in newest))


class Restless(SignalRule):
    """Restless or guarded in two of the last three conversations; never by what was seen in the first week of detox.

    Where all of it is “guarded”, `Withdrawing` says it as soon as there are enough conversations for it.
    """

    code, group = Sign.RESTLESS, MANNER
    ask = "“What would make this easier right now?” Sit down, speak slowly, offer a choice."

    def find(self, facts):
        limits = facts.thresholds
        newest = last(facts.conversations, limits.signs_of)
        signs = [one for one in newest if RESTLESS & set(one.seemed) and not one.in_detox]
        signs = [one for one in signs if facts.is_new(self, one.at)]
        if not limits.restless_signs or len(signs) < limits.restless_signs:
            return None
        guarded_only = not any(Seemed.RESTLESS in one.seemed for one in signs)
        if guarded_only and limits.quiet_signs and len(facts.conversations) >= limits.quiet_after:
            return None
        said = f"Restless or guarded in {len(signs)} of the last {len(newest)} conversations"
        return Evidence(said, tuple(seen_as(one, RESTLESS) for one in signs))


class StepsNotHappening(SignalRule):
    """“Not yet” on the same step in two of the last three times they were asked."""

    code, group, heard_in = Sign.STEPS, MANNER, "steps"
    ask = "Are they the right steps, small enough, and theirs?"

    def find(self, facts):
        limits, items, most = facts.thresholds, [], 0
        by_step = sorted(facts.steps_asked, key=lambda one: (str(one.step), one.at))
        for _, answers in groupby(by_step, key=lambda one: str(one.step)):
            newest = last(list(answers), limits.signs_of)
            signs = [one for one in newest if one.not_yet and facts.is_new(self, one.at)]
            if limits.steps_signs and len(signs) >= limits.steps_signs:
                items += [Item("check_in", str(one.ref), one.at, "not yet") for one in signs]
                most = max(most, len(signs))
        if not items:
            return None
        said = f"“Not yet” on the same step {most} of the last {limits.signs_of} times"
        return Evidence(said, tuple(sorted(items, key=lambda item: item.at)))


def seen_as(one, of):
    seemed = ", ".join(Seemed(value).label.lower() for value in one.seemed if value in of)
    return Item("check_in", str(one.ref), one.at, seemed)


class FeedbackLower(SignalRule):
    """In their own hand, something is low, or clearly lower than the last time."""

    code, group, heard_in = Sign.FEEDBACK, MANNER, "given"
    ask = "Thank them for saying so, and ask what would make it one better."

    def find(self, facts):
        limits, (before, newest) = facts.thresholds, (None, None, *facts.given)[-2:]
        if newest is None or not facts.is_new(self, newest.at):
            return None
        said = [words for what, n in newest.numbers.items() if (words := lower(what, n, before, limits))]
        if not said:
            return None
        return Evidence("; ".join(said), (Item("feedback", str(newest.ref), newest.at, "in their own hand"),))


def lower(what, number, before, limits):
    """Why this number speaks, in words, or ""."""
    last_time = before.numbers.get(what) if before else None
    if last_time is not None and limits.feedback_drop and last_time - number >= limits.feedback_drop:
        return f"“{what}” is {number}, {last_time} last time"
    return f"“{what}” is {number}" if number <= limits.feedback_low and limits.feedback_low else ""
