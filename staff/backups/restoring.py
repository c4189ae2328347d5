"""A backup put into an empty database, and the proof that it holds what the other one held."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import environ
import psycopg2
from django.conf import settings
from django.db import DatabaseError, connections

from staff import append_only
from staff.backups import content
from staff.backups.copying import BackupFailed, facts_of, migrations, private_file, run_tool

ALIAS = "restored"
NONE = content.Held(0, "")


@dataclass(frozen=True)
class Line:
    """A table, as it was and as it is now."""

    table: str
    was: content.Held
    now: content.Held

    @property
    def same(self):
        return self.was == self.now


@dataclass(frozen=True)
class Restored:
    """What came of it: a line a table, what else is wrong, and after how many seconds it was there and proven."""

    lines: list
    faults: list
    there_after: float
    proven_after: float


def restore(path, into):
    """Puts the backup `path` into the empty database of the address `into`; `BackupFailed` when it does not begin."""
    began, path = time.monotonic(), Path(path)
    facts = facts_of(path)
    with opened(into) as connection:
        if connection.vendor != facts["vendor"]:
            raise BackupFailed(f"This backup is of {facts['vendor']} and goes into {facts['vendor']} only.")
        try:
            refuse_unless_empty(connection)
            (fill_sqlite if connection.vendor == "sqlite" else fill_postgresql)(connection, path)
            there_after = time.monotonic() - began
            lines = compared(facts, content_of(connection))
            faults = [f"{line.table} is not as it was" for line in lines if not line.same]
            faults += faults_of(connection, facts)
        except (OSError, sqlite3.Error, psycopg2.Error, DatabaseError) as error:
            raise BackupFailed(f"The database to restore into refuses: {type(error).__name__}.") from error
    faults += faults_of_log(into)
    return Restored(lines, faults, there_after, time.monotonic() - began)


@contextmanager
def opened(url):
    """Django's connection to the database `url`, for as long as the context lasts."""
    own, found = connections.databases["default"], {}
    with suppress(ValueError):
        if url.startswith(("postgresql://", "postgres://", "sqlite:///")):
            found = environ.Env.db_url_config(url)
    if found.get("NAME", "") in ("", ":memory:"):
        raise BackupFailed("--into takes an address such as postgresql://user@host/name or sqlite:////folder/file.")
    options = (own["OPTIONS"] if own["ENGINE"] == found["ENGINE"] else {}) | found.get("OPTIONS", {})
    connections.databases[ALIAS] = own | found | {"OPTIONS": options}
    connections[ALIAS] = connection = connections.create_connection(ALIAS)
    del connections.databases[ALIAS]  # for this thread and context only
    try:
        yield connection
    finally:
        connection.close()
        del connections[ALIAS]


def content_of(connection):
    if connection.vendor == "sqlite":
        with closing(content.open_sqlite(connection.settings_dict["NAME"])) as raw:
            return content.of_sqlite(raw)
    with closing(content.open_postgresql(connection)) as raw:
        return content.of_postgresql(raw)


def refuse_unless_empty(connection):
    """Nothing is overwritten, ever: a mistyped address may be the live database."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        there = Path(name).exists() and Path(name).stat().st_size
    else:
        with closing(content.open_postgresql(connection)) as raw:
            there = content.postgresql_tables(raw)
    if there:
        raise BackupFailed("That database is not empty: make a new one to restore into. Nothing was changed.")


def fill_sqlite(connection, path):
    name = Path(connection.settings_dict["NAME"])
    name.unlink(missing_ok=True)
    private_file(name)
    with closing(content.open_sqlite(path)) as source, closing(content.open_sqlite(name)) as target:
        source.backup(target)


def fill_postgresql(connection, path):
    words = ["--no-owner", "--no-privileges", "--no-password", "--single-transaction", "--exit-on-error"]
    run_tool(connection, "pg_restore", [*words, "--dbname", connection.settings_dict["NAME"], str(path)])


def compared(facts, found):
    was = {table: content.Held(**held) for table, held in facts["tables"].items()}
    return [Line(table, was.get(table, NONE), found.get(table, NONE)) for table in sorted(was | found)]


def faults_of(connection, facts):
    """What is wrong beside the rows: guards that are not there, migrations that are others."""
    faults = []
    if absent := append_only.missing(connection):
        faults.append(f"what only grows could be changed: {', '.join(absent)} missing (staff.E002)")
    if migrations(connection) != facts["migrations"]:
        faults.append("the migrations are not those of the backup")
    return faults


def faults_of_log(url):
    """The access log is reckoned anew by the command for it, as it stands in the restored database."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "verify_audit"]
    done = subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True)
    if not done.returncode:
        return []
    return [f"verify_audit: {(done.stderr.strip() or 'failed').splitlines()[-1]}"]
