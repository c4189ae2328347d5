"""Every rule that may say that a relationship is changing, and what they amount to together.

A rule is one class and one line here; what it is told stands in `base.Facts`.
"""

from interactions.choices import Sign, Standing
from interactions.signal_rules.base import CONTACT, MANNER, Evidence, Facts, SignalRule, Thresholds
from interactions.signal_rules.contact import Missing, Silent
from interactions.signal_rules.manner import FeedbackLower, Restless, StepsNotHappening, Withdrawing
from interactions.signal_rules.our_side import OnlyOne, WaitingForUs

__all__ = ["SIGNAL_RULES", "Evidence", "Facts", "SignalRule", "Thresholds", "signal_rule_of", "standing_by"]

SIGNAL_RULES = [
    Silent(),
    Missing(),
    Withdrawing(),
    Restless(),
    StepsNotHappening(),
    FeedbackLower(),
    WaitingForUs(),
    OnlyOne(),
]
BY_CODE = {rule.code: rule for rule in SIGNAL_RULES}


def signal_rule_of(code):
    return BY_CODE[code]


def standing_by(codes, *, staying_close=False):
    """The `Standing` of a relationship by the signs that stand: two of the three groups make it urgent, as long as one
    of them is about contact or manner; so does silence while we are staying close to somebody.
    """
    codes = set(codes)
    groups = {BY_CODE[code].group for code in codes}
    silent = staying_close and Sign.SILENT in codes
    if silent or (len(groups) > 1 and groups & {CONTACT, MANNER}):
        return Standing.REACH_OUT
    return Standing.ASK if groups else Standing.STEADY
