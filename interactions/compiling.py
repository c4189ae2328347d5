"""Statements compiled once: to build a long one takes the ORM more time than the database needs to answer it.

From one pass to the next a statement differs only in its moments: most lie at a fixed distance from `now`, the others
are its marks, such as midnights. That is seen by building it twice, for other moments and marks; one of which it does
not hold is built anew each time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from interactions.joined import as_moment

# No rule reckons with such a span: a value that moved by it is a moment that goes with `now`.
FAR = timedelta(days=401, hours=1, minutes=1, seconds=1, microseconds=61)
LONG_AGO, LATER = datetime(1930, 1, 1, tzinfo=UTC), datetime(1950, 1, 1, 7, tzinfo=UTC)  # from where marks are counted
kept = {}  # key: (how many marks, what was learned)


@dataclass(frozen=True)
class FromNow:
    """A value of a statement that is a moment, as its distance from `now`."""

    distance: timedelta


@dataclass(frozen=True)
class Mark:
    """A value of a statement that is one of its marks."""

    number: int


def rows(key, now, build):
    """The rows that a statement without marks finds."""
    sql, values = statement(key, now, lambda moment, marks: build(moment))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def statement(key, now, build, marks=()):
    """What `build(now, marks)` gives, SQL and its parameters, built only where it is not known under `key`."""
    if key not in kept or kept[key][0] != len(marks):
        kept[key] = len(marks), learned(now, build, len(marks))
    known = kept[key][1]
    if known is None:
        return build(now, marks)
    sql, values = known
    moments = {}
    for value in values:
        if isinstance(value, FromNow | Mark) and value not in moments:
            moments[value] = adapted(moment_at(value, now, marks))
    return sql, tuple(moments[value] if isinstance(value, FromNow | Mark) else value for value in values)


def moment_at(value, now, marks):
    return now + value.distance if isinstance(value, FromNow) else marks[value.number]


def learned(now, build, count):
    """(sql, values) that hold for every `now` and so many marks, or None where that is not sure."""
    marks, others = [tuple(first + n * timedelta(days=1) for n in range(count)) for first in (LONG_AGO, LATER)]
    (sql, values), (sql_later, values_later) = build(now, marks), build(now + FAR, others)
    if sql != sql_later or len(values) != len(values_later):
        return None
    numbers = {pair: Mark(n) for n, pair in enumerate(zip(map(adapted, marks), map(adapted, others), strict=True))}
    found = [pattern(*pair, now, numbers) for pair in zip(values, values_later, strict=True)]
    return None if None in found else (sql, tuple(value for (value,) in found))


def pattern(value, value_later, now, numbers):
    """(the value,) where it stays, (`FromNow`,) or (`Mark`,) where it goes with them, else None."""
    if value == value_later:
        return (value,)
    try:
        if (value, value_later) in numbers:
            return (numbers[value, value_later],)
        distance = as_moment(value) - now
        return (FromNow(distance),) if as_moment(value_later) - (now + FAR) == distance else None
    except (TypeError, ValueError, AttributeError):
        return None


def adapted(moment):
    return connection.ops.adapt_datetimefield_value(moment.astimezone(UTC))
