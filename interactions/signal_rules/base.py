"""What a signal rule is told, and what it says: plain facts in, evidence out.

A rule is pure. It asks no database and no clock, so that the same code runs over the records of a patient, over the
visits of a study (`manage.py replay_signals`) and over made-up histories in tests. It counts what was logged; it knows
no score and says nothing about what a person will do.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import ClassVar, NamedTuple

CONTACT, MANNER, OUR_SIDE = "contact", "manner", "our side"


@dataclass(frozen=True)
class Thresholds:
    """How much it takes, as the program's standards say; a needed number of 0 switches that part off."""

    signs_of: int = 3
    quiet_signs: int = 2
    quiet_after: int = 5
    quiet_from_day: int = 7
    came_once: int = 3
    came_since: int = 4
    steps_signs: int = 2
    missed_signs: int = 2
    restless_signs: int = 2
    feedback_low: int = 7
    feedback_drop: int = 2
    waiting_concerns: int = 2
    one_person_percent: int = 80
    one_person_after: int = 10
    one_person_days: int = 30


class Conversation(NamedTuple):
    """`day` is the day of care; `in_detox`: within the first seven days of detox."""

    ref: object
    at: datetime
    day: int = 99
    seemed: tuple = ()
    by_them: bool = False
    who: str = ""
    in_detox: bool = False


class StepAsked(NamedTuple):
    """How a step went, as asked in a conversation (`ref`)."""

    step: object
    ref: object
    at: datetime
    not_yet: bool


class Planned(NamedTuple):
    """A meeting or a planned talk that took place, or that they missed. Those we moved or missed are left out."""

    kind: str
    ref: object
    at: datetime
    missed: bool
    barrier: str = ""


class Given(NamedTuple):
    """What they said of their care in their own hand: their numbers from 0 to 10, by what each is of."""

    ref: object
    at: datetime
    numbers: dict


class Waiting(NamedTuple):
    """A concern that waits for us: for an answer, or for hearing it."""

    ref: object
    due_at: datetime
    is_safety: bool = False


class Contact(NamedTuple):
    """The clock of the conversations of the whole team, or of the primary."""

    who: str
    since_at: datetime
    overdue_at: datetime
    escalates_at: datetime


@dataclass(frozen=True)
class Facts:
    """What was logged of one stay, oldest first, as far as everybody in the patient's care may read it.

    `used` says for each rule up to which moment its evidence has served: the same evidence speaks once.
    """

    now: datetime
    thresholds: Thresholds = Thresholds()
    conversations: tuple = ()
    steps_asked: tuple = ()
    planned: tuple = ()
    given: tuple = ()
    waiting: tuple = ()
    contact: tuple = ()
    used: dict = field(default_factory=dict)
    zone: tzinfo = UTC

    def is_new(self, rule, at):
        return rule.code not in self.used or at > self.used[rule.code]


class Item(NamedTuple):
    """One piece of evidence: a record (`kind`, `ref`) and what it says, or (without a kind) only words."""

    kind: str
    ref: str
    at: datetime
    words: str


class Evidence(NamedTuple):
    """Why a rule speaks: a sentence, and the records behind it, oldest first."""

    said: str
    items: tuple

    @property
    def clock_at(self):
        """The newest moment of what counts: nothing up to here speaks again."""
        return max(item.at for item in self.items)


class SignalRule(ABC):
    """`code` is a `Sign`; `group` what it is a sign of; `ask` helps whoever talks with them about it.

    `heard_in` names the facts that can make it speak at the moment they are logged. A rule that is `passing` speaks
    only while its cause lasts, as silence does; any other speaks until somebody has answered it.
    """

    code: ClassVar[str]
    group: ClassVar[str]
    ask: ClassVar[str]
    heard_in: ClassVar[str] = "conversations"
    passing: ClassVar[bool] = False

    @abstractmethod
    def find(self, facts):
        """The `Evidence`, or None."""


def last(rows, n):
    """The newest `n` of `rows`, oldest first."""
    return rows[-n:] if n else ()
