"""A copy of the database as it was in one moment, with what it holds written beside it and signed."""

import errno
import hashlib
import json
import os
import secrets
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path

import django
import psycopg2
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils.text import slugify

from staff.backups import content
from staff.seals import is_signed, signed

FORMAT = 1
SUFFIX = {"sqlite": ".sqlite3", "postgresql": ".pgdump"}
ENVIRONMENT = {"dbname": "PGDATABASE", "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
               "options": "PGOPTIONS", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT",
               "sslkey": "PGSSLKEY", "connect_timeout": "PGCONNECT_TIMEOUT", "service": "PGSERVICE"}  # fmt: skip


class BackupFailed(Exception):
    """Says in a sentence why there is no backup, or why it was not restored; `kind` in a few words, with no path."""

    def __init__(self, sentence, kind=""):
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True)
class Made:
    """A backup that is whole."""

    path: Path
    tables: dict
    size: int
    sha256: str
    seconds: float

    @property
    def rows(self):
        return sum(held.rows for name, held in self.tables.items() if name != content.RULES)


def make_backup(connection, folder, *, now):
    """Writes a backup of the database that `connection` leads to into `folder`, and returns it; `BackupFailed`."""
    began = time.monotonic()
    folder = Path(folder)
    name = f"{slugify(settings.PUBLIC_NAME) or 'backup'}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    path = folder / (name + SUFFIX[connection.vendor])
    part, part_beside = (folder / f".{name}{end}.part" for end in ("", ".json"))
    try:
        private_folder(folder)
        private_file(part)
        tables, server = (copy_sqlite if connection.vendor == "sqlite" else copy_postgresql)(connection, part)
        size, sha256 = part.stat().st_size, hash_of(part)
        facts = {
            "format": FORMAT,
            "file": path.name,
            "made_at": now.astimezone(UTC).isoformat(),
            "vendor": connection.vendor,
            "server": server,
            "django": django.get_version(),
            "size": size,
            "sha256": sha256,
            "migrations": migrations(connection),
            "tables": {table: asdict(held) for table, held in tables.items()},
        }
        private_file(part_beside)
        part_beside.write_text(json.dumps(facts | {"mac": signed(text_of(facts))}, indent=1) + "\n")
        for one in (part, part_beside):
            kept(one)
        # What is beside it comes first: whoever finds the copy finds both.
        part_beside.rename(beside(path))
        part.rename(path)
        kept(folder)
    except (OSError, sqlite3.Error, psycopg2.Error) as error:
        kind = kind_of(error)
        raise BackupFailed(f"No backup was made in {folder}: {kind}.", kind) from error
    finally:
        with suppress(OSError):  # where nothing could be written, nothing is to be taken away
            for one in folder.glob(f".{name}*"):  # with what SQLite leaves beside it on a full disk
                one.unlink()
    return Made(path, tables, size, sha256, time.monotonic() - began)


def kind_of(error):
    """What kept a backup from being made, in the system's own words for it: they hold no path and no value."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
        return os.strerror(errno.ENOSPC)
    return getattr(error, "strerror", None) or getattr(error, "sqlite_errorname", None) or type(error).__name__


def copy_sqlite(connection, path):
    """Copies while others write: their rows are in it or not, never half. What it holds is read from the copy."""
    with (
        closing(content.open_sqlite(connection.settings_dict["NAME"])) as source,
        closing(content.open_sqlite(path)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupFailed("No backup was made: SQLite finds its own file damaged.", "the database is damaged")
        return content.of_sqlite(copy), sqlite3.sqlite_version


def copy_postgresql(connection, path):
    """What it holds is read in the very snapshot that pg_dump copies."""
    with closing(content.open_postgresql(connection)) as raw, raw.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, server = cursor.fetchone()
        words = ["--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--snapshot={snapshot}"]
        run_tool(connection, "pg_dump", [*words, f"--file={path}"])
        return content.of_postgresql(raw), server


def run_tool(connection, tool, words):
    """Runs one of PostgreSQL's tools; where to and the password stand in its environment, where `ps` shows nothing."""
    given = connection.get_connection_params()
    env = os.environ | {ENVIRONMENT[name]: str(given[name]) for name in ENVIRONMENT if given.get(name)}
    try:
        subprocess.run([tool, *words], env=env, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except FileNotFoundError as error:
        words = f"{tool} is missing: install PostgreSQL’s client (Debian: postgresql-client)."
        raise BackupFailed(words, f"{tool} is missing") from error
    except subprocess.CalledProcessError as error:
        # Its later lines may hold what stands in a row.
        full = os.strerror(errno.ENOSPC)
        kind = full if full in error.stderr else f"{tool} failed"
        raise BackupFailed(f"{tool} failed: {error.stderr.strip().partition(chr(10))[0]}", kind) from error


def migrations(connection):
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def private_folder(folder):
    """Makes `folder` if need be; nobody but its owner may look in."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error
    if folder.stat().st_mode & 0o077:
        words = f"Others may look into {folder}: chmod 700 it, or choose another folder."
        raise BackupFailed(words, "others may look into the folder")


def private_file(path):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def kept(path):
    """Returns once the disk has it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def beside(path):
    return path.with_name(path.name + ".json")


def hash_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_of(facts):
    return "backup " + json.dumps(facts, sort_keys=True)


def facts_of(path):
    """What stands beside the backup `path`, when both are as they were written; else `BackupFailed`."""
    try:
        facts = json.loads(beside(path).read_text())
        mac, size, sha256 = facts.pop("mac"), path.stat().st_size, hash_of(path)
    except OSError as error:
        unread = error.filename or path
        raise BackupFailed(f"{unread} cannot be read ({error.strerror}); a backup is two files.") from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BackupFailed(f"{beside(path)} is damaged: nothing was restored.") from error
    if not isinstance(mac, str) or not is_signed(text_of(facts), mac):
        raise BackupFailed(f"{beside(path)} was changed, or signed with another AUDIT_KEY: nothing was restored.")
    if facts["format"] != FORMAT:
        raise BackupFailed(f"{path} was made by another version of this program, which restores it.")
    if (size, sha256) != (facts["size"], facts["sha256"]):
        how = "its content was changed" if size == facts["size"] else f"{size} bytes of {facts['size']}"
        raise BackupFailed(f"{path} is not as it was written ({how}): nothing was restored.")
    return facts
