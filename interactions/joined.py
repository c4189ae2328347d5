"""Rows of several kinds in one statement. `QuerySet.union()` cannot slice its branches on SQLite, so the branches are
compiled as the reminder planner's are and joined here.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection


def union_all(branches, *, order_by, limit):
    """The first `limit` rows of all `branches` (querysets of equal `values_list` columns), in `order_by`.

    `order_by` is SQL over column positions, such as "1 DESC, 2". Branches are sliced by their callers.
    """
    parts, params = [], []
    for n, branch in enumerate(branches):
        try:
            sql, values = branch.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT * FROM ({sql}) AS branch_{n}")
        params += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY {order_by} LIMIT {int(limit)}", params)
        return cursor.fetchall()


def as_moment(value):
    """A moment as it comes from a joined row: SQLite gives text, or a moment without its zone."""
    if value is None or (isinstance(value, datetime) and value.tzinfo):
        return value
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC)


def as_ref(value):
    return value if isinstance(value, UUID) else UUID(value)
