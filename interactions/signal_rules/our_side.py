"""What do we do, or leave undone?"""

from collections import Counter
from datetime import timedelta

from interactions.choices import Sign
from interactions.signal_rules.base import OUR_SIDE, Evidence, Item, SignalRule, last
from staff.wording import lasting, many

SHOWN = 3


class WaitingForUs(SignalRule):
    """Two concerns are past their target, or one about somebody's safety."""

    code, group, passing, heard_in = Sign.WAITING, OUR_SIDE, True, "waiting"
    ask = "Say that it took too long, and when they will hear."

    def find(self, facts):
        limits = facts.thresholds
        late = [one for one in facts.waiting if one.due_at < facts.now and facts.is_new(self, one.due_at)]
        enough = limits.waiting_concerns and len(late) >= limits.waiting_concerns
        if not enough and not any(one.is_safety for one in late):
            return None
        longest = lasting(facts.now - min(one.due_at for one in late))
        said = f"{many(len(late), 'concern is', 'concerns are')} past the time we set, the first by {longest}"
        items = [Item("concern", str(one.ref), one.due_at, "waits") for one in late]
        return Evidence(said, tuple(sorted(items, key=lambda item: item.at)))


class OnlyOne(SignalRule):
    """Nearly all of at least ten conversations in a month were with one person.

    It takes weeks to get to know somebody else, so an answer holds for the whole of that month: neither what it was
    about speaks a second time, nor what came right after it.
    """

    code, group = Sign.ONLY_ONE, OUR_SIDE
    ask = "Who else could they come to? Bring somebody along next time."

    def find(self, facts):
        limits = facts.thresholds
        since = facts.now - timedelta(days=limits.one_person_days)
        recent = [one for one in facts.conversations if one.at > since]
        if not limits.one_person_percent or len(recent) < max(limits.one_person_after, 1):
            return None
        if not facts.is_new(self, since):
            return None
        who, n = Counter(one.who for one in recent).most_common(1)[0]
        if 100 * n <= limits.one_person_percent * len(recent):
            return None
        said = f"{n} of {len(recent)} conversations in {limits.one_person_days} days were with {who}"
        theirs = last([one for one in recent if one.who == who], SHOWN)
        return Evidence(said, tuple(Item("check_in", str(one.ref), one.at, f"with {who}") for one in theirs))
