"""Are they still in touch with us?"""

from interactions.choices import Barrier, Sign
from interactions.signal_rules.base import CONTACT, Evidence, Item, SignalRule, last
from staff.wording import clock, many


class Silent(SignalRule):
    """Nobody has talked with them for longer than the standard's longest gap; again at one and a half times it.

    The whole team's gap goes before the primary's, and after an answer only the second threshold speaks.
    """

    code, group, passing, heard_in = Sign.SILENT, CONTACT, True, "contact"
    ask = "Talk with them: a conversation ends this by itself."

    def find(self, facts):
        for gap in facts.contact:
            if gap.overdue_at > facts.now:
                continue
            reached = gap.escalates_at if gap.escalates_at <= facts.now else gap.overdue_at
            if not facts.is_new(self, reached):
                return None
            when = clock(gap.since_at, facts.now, facts.zone)
            said = f"We haven’t talked since {when}" if gap.who == "team" else f"Their primary hasn’t since {when}"
            return Evidence(said, (Item("", "", reached, "past the longest gap of the standards"),))
        return None


class Missing(SignalRule):
    """They missed two of the last three meetings or planned talks. What a barrier kept them from does not count."""

    code, group, heard_in = Sign.MISSING, CONTACT, "planned"
    ask = "What made it hard to come, and what would make it easier?"

    def find(self, facts):
        wanted = facts.thresholds.missed_signs
        newest = last([one for one in facts.planned if not one.barrier], facts.thresholds.signs_of)
        missed = [one for one in newest if one.missed and facts.is_new(self, one.at)]
        if not wanted or len(missed) < wanted:
            return None
        barriers = [one for one in facts.planned if one.barrier and one.at >= newest[0].at]
        said = f"Missed {len(missed)} of the last {many(len(newest), 'meeting or planned talk', THINGS)}"
        if barriers:
            said += f"; {many(len(barriers), 'more was', 'more were')} kept from them by something to help with"
        items = [Item(one.kind, str(one.ref), one.at, "They did not come") for one in missed]
        items += [Item(one.kind, str(one.ref), one.at, Barrier(one.barrier).label) for one in barriers]
        return Evidence(said, tuple(sorted(items, key=lambda item: item.at)))


THINGS = "meetings or planned talks"
