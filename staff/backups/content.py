"""What a database holds, in a row count and a hash for each table: two that say the same hold the same.

Rows are read in the order of their keys, in the bytes of the database's own text, through a connection of its own:
Django's would turn values into something else first.
"""

import hashlib
import sqlite3
from dataclasses import dataclass

import psycopg2

RULES = "(constraints, indexes, triggers)"
PLAIN = ("timezone=UTC", "datestyle=ISO", "intervalstyle=postgres", "extra_float_digits=1", "bytea_output=hex",
         "idle_in_transaction_session_timeout=0")  # fmt: skip


@dataclass(frozen=True)
class Held:
    """How many rows a table holds, and their hash."""

    rows: int
    sha256: str


class Sink:
    """Takes what COPY writes: each row is a line, and a line break within one is written otherwise."""

    def __init__(self, head):
        self.hash, self.rows = hashlib.sha256(repr(head).encode()), 0

    def write(self, text):
        self.hash.update(text)
        self.rows += text.count(b"\n")

    def held(self):
        return Held(self.rows, self.hash.hexdigest())


def open_sqlite(path):
    return sqlite3.connect(path, timeout=20, isolation_level=None)


def open_postgresql(connection):
    """A transaction that sees one moment only, of the database that `connection` (Django's) leads to."""
    given = connection.get_connection_params()
    given = {name: value for name, value in given.items() if name not in ("cursor_factory", "context")}
    raw = psycopg2.connect(**given)
    raw.set_session(isolation_level="REPEATABLE READ", readonly=True)
    cursor = raw.cursor()
    for setting in PLAIN:
        cursor.execute("SET {} TO '{}'".format(*setting.split("=")))
    return raw


def of_sqlite(raw):
    found = {}
    for table in sqlite_tables(raw):
        columns = raw.execute(f'PRAGMA table_info("{table}")').fetchall()
        keys = [f'"{name}"' for _, name, *_, key in sorted(columns, key=lambda column: column[5]) if key]
        order = ", ".join(keys or [f'"{column[1]}"' for column in columns])
        sink = Sink([(name, kind) for _, name, kind, *_ in columns])
        for row in raw.execute(f'SELECT * FROM "{table}" ORDER BY {order}'):
            sink.write(repr(row).encode() + b"\n")
        found[table] = sink.held()
    found[RULES] = listed(raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"))
    return found


def sqlite_tables(raw):
    names = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return sorted(name for (name,) in names)


def of_postgresql(raw):
    """Text is put in order by its bytes: another database may sort words otherwise."""
    found, cursor = {}, raw.cursor()
    for oid, table in postgresql_tables(raw):
        cursor.execute(
            "SELECT quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attcollation <> 0,"
            " array_position(i.indkey::int[], a.attnum::int) FROM pg_attribute a"
            " LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
            " WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
            [oid],
        )
        columns = cursor.fetchall()
        keys = sorted((column for column in columns if column[3] is not None), key=lambda column: column[3]) or columns
        order = ", ".join(name + (' COLLATE "C"' if collated else "") for name, _, collated, _ in keys)
        sink = Sink([(name, kind) for name, kind, *_ in columns])
        names = ", ".join(name for name, *_ in columns)
        cursor.copy_expert(f"COPY (SELECT {names} FROM {table} ORDER BY {order}) TO STDOUT", sink)
        found[table] = sink.held()
    # By name: PostgreSQL words a condition otherwise once it has read it back.
    cursor.execute(
        "SELECT 'c', conrelid::regclass::text, conname FROM pg_constraint WHERE conrelid IN %(of)s UNION ALL"
        " SELECT 'i', indrelid::regclass::text, indexrelid::regclass::text FROM pg_index WHERE indrelid IN %(of)s"
        " UNION ALL SELECT 't', tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE tgrelid IN %(of)s AND NOT tgisinternal AND tgenabled IN ('O', 'A')",
        {"of": tuple(oid for oid, _ in postgresql_tables(raw)) or (0,)},
    )
    found[RULES] = listed(sorted(cursor.fetchall()))
    return found


def postgresql_tables(raw):
    """(oid, name) of each table that is not the server's own; the name as SQL takes it."""
    cursor = raw.cursor()
    cursor.execute(
        "SELECT c.oid, c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
    )
    return sorted(cursor.fetchall(), key=lambda row: row[1])


def listed(rows):
    sink = Sink("")
    for row in rows:
        sink.write(repr(row).encode() + b"\n")
    return sink.held()
