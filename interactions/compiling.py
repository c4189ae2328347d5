"""Statements compiled once: to build a long one takes the ORM more time than the database needs to answer it.

From one pass to the next a statement differs only in its moments, each at a fixed distance from `now`. That is seen by
building it for two moments; one of which it does not hold is built anew each time.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta

from django.db import connection

from interactions.joined import as_moment

# No rule reckons with such a span: a value that moved by it is a moment that goes with `now`. A statement of a day is
# built for the second time a little later on the same day.
FAR = timedelta(days=401, hours=1, minutes=1, seconds=1, microseconds=61)
NEAR = timedelta(seconds=1, microseconds=61)
kept = {}  # key: (shape, what was learned), the last one of each


@dataclass(frozen=True)
class FromNow:
    """A value of a statement that is a moment, as its distance from `now`."""

    distance: timedelta


def always(now):
    return None


def rows(key, now, build):
    """The rows that `statement` finds."""
    sql, values = statement(key, now, build)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def statement(key, now, build, shape=always):
    """What `build(now)` gives, SQL and its parameters, built only where it is not known under `key`.

    `shape(now)` is what it depends on besides the distance of its moments from `now`; a new shape is a new statement.
    """
    shaped = shape(now)
    if key not in kept or kept[key][0] != shaped:
        kept[key] = shaped, learned(now, build, shape)
    known = kept[key][1]
    if known is None:
        return build(now)
    sql, values = known
    return sql, tuple(at(now + v.distance) if isinstance(v, FromNow) else v for v in values)


def learned(now, build, shape):
    """(sql, values) that hold for every `now` of its shape, or None where that is not sure."""
    later = now + (FAR if shape is always or shape(now) is None else NEAR)
    if shape(later) != shape(now):
        return None
    (sql, values), (sql_later, values_later) = build(now), build(later)
    if sql != sql_later or len(values) != len(values_later):
        return None
    found = [pattern(*pair, now, later) for pair in zip(values, values_later, strict=True)]
    return None if None in found else (sql, tuple(value for (value,) in found))


def pattern(value, value_later, now, later):
    """(the value,) where it stays, (`FromNow`,) where it goes with `now`, else None."""
    if value == value_later:
        return (value,)
    try:
        distance = as_moment(value) - now
        return (FromNow(distance),) if as_moment(value_later) - later == distance else None
    except (TypeError, ValueError, AttributeError):
        return None


def at(moment):
    return connection.ops.adapt_datetimefield_value(moment.astimezone(UTC))
