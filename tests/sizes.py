"""How much is asked where a test draws, or asks the same of every page: all on PostgreSQL, the stricter database, and a
third of it on SQLite.

`.ci/run` asks both, so nothing is left out there; `./run test` alone walks the third.
"""

from django.db import connection

EVERY = 1 if connection.vendor == "postgresql" else 3  # of so many, one is asked


def of(many):
    return -(-many // EVERY)
