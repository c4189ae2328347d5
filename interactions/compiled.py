"""The rows that are due of a rule, as SQL and its parameters.

Writing a rule's statement takes far longer than running it, and it is the same text each time: only the moment, and the
patients it is limited to, differ. So it is written once in a process, at two moments; what differs between them by the
same stretch is the moment. A rule for which that does not hold (`steady` is False) is written anew when its facts
change.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, Value
from django.utils.dateparse import parse_datetime

from interactions.models import Reminder

COLUMNS = "patient_id, cause, clock_started_at, stage, recipient_id, due_at"
NOTHING_DUE = f"SELECT {COLUMNS} FROM {Reminder._meta.db_table} WHERE 1 = 0"
FIRST = datetime(2026, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)
LATER = timedelta(days=1009, seconds=4321, microseconds=654321)
LOW, HIGH, ONE = -987_654_321, -987_654_322, -987_654_323  # stand in for the patients
SLOTS = {LOW: "gte", HIGH: "lte", ONE: "in"}
SHAPES = {}


@dataclass(frozen=True)
class Moment:
    """A parameter that is this long after the moment of asking."""

    after: timedelta


@dataclass(frozen=True)
class Patients:
    """A parameter that limits the patients: by which lookup."""

    lookup: str


@dataclass(frozen=True)
class Shape:
    """The text of a statement between its parameters, and what each of those is."""

    texts: tuple
    slots: tuple

    def filled(self, now, among):
        sql, params = [self.texts[0]], []
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            values = self.values(slot, now, among)
            sql += [", ".join(["%s"] * len(values)), text]
            params += values
        return "".join(sql), tuple(params)

    def over_moments(self, moment):
        """The same for many moments at once: `moment` is a column to which each parameter's distance is added."""
        sql, params = [self.texts[0]], []
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            timed = isinstance(slot, Moment)
            sql += [f"({moment} + %s)" if timed else "%s", text]
            params.append(slot.after if timed else slot)
        return "".join(sql), params

    def values(self, slot, now, among):
        if isinstance(slot, Moment):
            return [connection.ops.adapt_datetimefield_value(now + slot.after)]
        if isinstance(slot, Patients):
            found = among[slot.lookup]
            return sorted(found) if slot.lookup == "in" else [found]
        return [slot]


def compiled(rule, now, among=None):
    """The rows that are due of a rule at `now`, all stages together, as SQL and its parameters. `among` limits them to
    some patients: lookups on their id, such as {"in": {1, 2}}.
    """
    return shape(rule, among, rule.facts(now)).filled(now, among)


def shape(rule, among=None, facts=()):
    """The `Shape` of a rule's statement. Of one that is not steady the last is kept, for as long as its facts hold."""
    key = (connection.vendor, type(rule), *sorted(among or ()))
    if key not in SHAPES or SHAPES[key][0] != facts:
        SHAPES[key] = facts, shape_of(rule, among, facts)
    return SHAPES[key][1]


def shape_of(rule, among, facts=()):
    stand_in = {lookup: {mark} if lookup == "in" else mark for mark, lookup in SLOTS.items() if lookup in (among or ())}
    return learned(lambda moment: written(rule, moment, stand_in, facts))


def learned(write):
    """The `Shape` of what `write(moment)` gives, SQL and its parameters."""
    sql, params = write(FIRST)
    same, later = write(FIRST + LATER)
    assert sql == same, sql
    slots = tuple(slot_of(one, other) for one, other in zip(params, later, strict=True))
    return Shape(tuple(sql.split("%s")), slots)


def which(querysets, now):
    """The numbers of those of `querysets(now)` that find anything, in their order; the statement is written once."""
    key = (connection.vendor, querysets)
    if key not in SHAPES:
        SHAPES[key] = (), learned(lambda moment: numbered(querysets(moment)))
    with connection.cursor() as cursor:
        cursor.execute(*SHAPES[key][1].filled(now, None))
        return sorted(number for (number,) in cursor.fetchall())


def numbered(querysets):
    """A statement that names the number of each queryset that finds anything, and its parameters."""
    first, *others = [
        found.order_by().values_list(Value(number, IntegerField())) for number, found in enumerate(querysets)
    ]
    return first.union(*others).query.sql_with_params()


def slot_of(one, other):
    if isinstance(one, int) and one in SLOTS:
        return Patients(SLOTS[one])
    if one == other:
        return one
    one, other = (as_moment(value) for value in (one, other))
    assert other - one == LATER, (one, other)
    return Moment(one - FIRST)


def as_moment(value):
    found = parse_datetime(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def written(rule, now, among=None, facts=None):
    """The same, written by the ORM at this very moment."""
    parts, params = [], []
    for due in rule.due_of(rule.facts(now) if facts is None else facts, now):
        try:
            sql, values = due.values(rule, now, among).query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(sql)
        params += values
    return " UNION ALL ".join(parts) or NOTHING_DUE, tuple(params)
