"""The shape of a reminder rule: facts that are due now, and what a reminder about each says."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, QuerySet, Value

from interactions.models import Quarantine
from staff.models import RuleSwitch

OWNER, PRIMARY, SUPERVISOR, ADMIN = "owner", "primary", "supervisor", "admin"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """Rows that are due now in one stage of a rule. `clock` is the stored moment of the event that started the clock,
    never a computed one; `to` the expression of the recipient; `patient` leads from a row to its patient.
    """

    rows: QuerySet
    clock: str
    due_at: object
    to: object
    stage: object = OWNER
    patient: str = "patient"
    cause: str = "pk"

    def values(self, rule, now, among=None):
        """A queryset of (patient, cause, clock, stage, recipient, due) of the rows for which `rule` holds.

        `among` limits it to some patients: lookups on their id, such as {"in": [1, 2]}.
        """
        rows, program = self.rows, OuterRef(f"{self.patient}__latest_episode__program")
        if not rule.after_death:
            rows = rows.filter(**{f"{self.patient}__died_on": None})
        if not rule.always_on:
            rows = rows.filter(Exists(RuleSwitch.objects.filter(program=program, rule=rule.code)))
        aside = Quarantine.objects.filter(rule=rule.code, patient=OuterRef(self.patient), next_try_at__gt=now)
        rows = rows.exclude(Exists(aside)).order_by()
        rows = rows.filter(**{f"{self.patient}__{lookup}": ids for lookup, ids in (among or {}).items()})
        stage = Value(self.stage, CharField()) if isinstance(self.stage, str) else self.stage
        due_at = F(self.due_at) if isinstance(self.due_at, str) else self.due_at
        return rows.values_list(F(self.patient), F(self.cause), F(self.clock), stage, self.to, due_at)


class Rule(ABC):
    """A reason to remind somebody. `code` is stored and never changes.

    `about` is the kind of record that its causes are (None: the patient themselves, whose `page` it leads to); `says`
    what a reminder reads, with the name that the patient likes; `when` and `whom` are the words of
    `/manage/reminders/`, where `threshold` gives the figures of one program. `steady`: its statements differ by the
    moment only, not by what the database holds. `leaves`: its reminders stand in an export; working notes never do.
    `at_once`: it is mailed by itself, when its reader is at work; `at_any_hour`: also when they are not.
    `can_wait`: on a full page it stands folded below the rest, at the end; what somebody in care waits for never does.
    `gathered`: what is due with several patients is told as one.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    says: ClassVar[str]
    whom: ClassVar[str]
    about: ClassVar[str | None] = None
    page: ClassVar[str] = "interactions:patient_page"
    always_on: ClassVar[bool] = False
    after_death: ClassVar[bool] = False
    at_once: ClassVar[bool] = False
    at_any_hour: ClassVar[bool] = False
    snoozable: ClassVar[bool] = True
    steady: ClassVar[bool] = True
    leaves: ClassVar[bool] = True
    can_wait: ClassVar[bool] = False
    gathered: ClassVar[bool] = False

    @abstractmethod
    def due(self, now):
        """A list of `Due`, one query for each stage."""

    @abstractmethod
    def threshold(self, program):
        """When it is due, in words, by the standards of `program`."""

    def facts(self, now):
        """What its statements are written from beside the moment: nothing, where it is steady."""
        return ()

    def due_of(self, facts, now):
        """What is due by these facts."""
        return self.due(now)


class RuleOfDays(Rule):
    """A rule that hangs on the days of each site, which SQL cannot reckon: they are the facts it is written from."""

    steady = False

    def due(self, now):
        return self.due_of(self.facts(now), now)

    @abstractmethod
    def facts(self, now):
        """Which rows have come to their day; while they stay the same, so does the statement."""

    @abstractmethod
    def due_of(self, facts, now):
        """The same as `due`, by these facts."""


def moment(at):
    return Value(at, DateTimeField())
