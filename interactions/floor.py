"""The floor: everyone who is in care now where people live or spend the day, one line each, for whoever is on shift."""

import re
from dataclasses import dataclass, field

from interactions import debts
from interactions.choices import Seemed
from interactions.models import CheckIn
from interactions.promised_times import end_of_shift
from interactions.shown import ago
from patients.choices import FactKind
from patients.models import Fact, Patient

SHOWN = 3  # of what waits, on one line


@dataclass
class Row:
    """One person now in care."""

    patient: object
    seemed: str
    last: str
    by: str
    away: str
    dont_raise: list
    owed: list = field(default_factory=list)

    @property
    def shown(self):
        return self.owed[:SHOWN]

    @property
    def more(self):
        return len(self.owed) - SHOWN


@dataclass(frozen=True)
class Floor:
    """The programs with their rows, in order."""

    groups: list

    @property
    def rows(self):
        return [row for _, rows in self.groups for row in rows]


def floor_of(user, now):
    """The `Floor` of everyone in care whom `user` may see in programs where people live or spend the day.

    What waits is what is owed by the end of the shift, by anybody.
    """
    patients = people_on_the_floor(user, now)
    keys = [patient.pk for patient in patients]
    until, owed = end_of_shift(user, now), {}
    for debt in debts.of_patients(keys, user, now):
        if debt.due_at < until:
            owed.setdefault(debt.patient_ref, []).append(debt)
    quiet = {}
    for fact in Fact.objects.admitting(user, now).about_these(keys).holding().of_kinds(FactKind.DONT_RAISE):
        quiet.setdefault(fact.patient_id, []).append(fact.words)
    groups = {}
    for patient in patients:
        groups.setdefault(patient.latest_episode.program, []).append(
            row_of(patient, now, owed.get(patient.ref, []), quiet.get(patient.pk, []))
        )
    return Floor(list(groups.items()))


def people_on_the_floor(user, now):
    """In care now where people live or spend the day, by program, room and name; with how they last seemed."""
    seemed = CheckIn.objects.admitting(user, now).latest_seemed()
    found = Patient.objects.visible_to(user, now).on_the_floor(now).with_seemed(seemed)
    return sorted(found, key=lambda one: (one.latest_episode.program.name, by_number(one.latest_episode.room)))


def by_number(room):
    """Rooms as people count them: 3 before 12."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", room)]


def row_of(patient, now, owed, quiet):
    cadence = patient.latest_episode.cadence
    pause = next(iter(patient.latest_episode.pauses_now), None)
    return Row(
        patient=patient,
        seemed=", ".join(Seemed(value).label for value in (patient.last_seemed or "").split(",") if value),
        last=ago(cadence.last_conversation_at, now),
        by=cadence.last_conversation_by.name if cadence.last_conversation_by else "",
        away=pause.get_kind_display() if pause else "",
        dont_raise=quiet,
        owed=owed,
    )
