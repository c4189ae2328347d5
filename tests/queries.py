"""Counting a page's statements."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "(")


@contextmanager
def counted():
    """Gives a list that, after the block, holds its statements without BEGIN, COMMIT and SAVEPOINT."""
    statements = []
    with CaptureQueriesContext(connection) as captured:
        yield statements
    statements += [query["sql"] for query in captured if query["sql"].lstrip().upper().startswith(COUNTED)]
