"""Backups: they hold everything, are restored or refused as a whole, and are missed when there are none."""

import errno
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from staff import append_only
from staff.backups import content
from staff.backups.copying import beside, run_tool
from staff.backups.runs import made_at, note_run, overdue
from staff.models import BackupRun, StaffMember
from tests.factories import make_patient
from tests.proofs import restore as proof

HOUR = timedelta(hours=1)
HEALTH = "/manage/reminders/"
needs_tools = pytest.mark.skipif(
    connection.vendor == "postgresql" and not (shutil.which("pg_dump") and shutil.which("pg_restore")),
    reason="needs pg_dump and pg_restore: install postgresql-client",
)


class Made:
    size, sha256 = 2048, "0" * 64


@pytest.fixture
def files(transactional_db, tmp_path):
    """A backup of a small database."""
    make_patient()
    return proof.backed_up(tmp_path / "kept")


@pytest.fixture
def restore(tmp_path):
    """`restore(path)` restores it into a database of its own."""
    with proof.second_databases(tmp_path) as (first, _):
        yield lambda path: call_command("restore", str(path), into=first)


@needs_tools
@pytest.mark.django_db(transaction=True)
def test_a_backup_under_writers_is_restored_whole_and_a_site_runs_on_it(tmp_path, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    call_command("seed_demo", patients=2)

    print(proof.drill(tmp_path))


@needs_tools
@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut off", r"not as it was written \(\d+ bytes of \d+\): nothing was restored"),
        ("a byte changed", r"not as it was written \(its content was changed\): nothing was restored"),
        ("its facts changed", "nothing was restored"),
        ("its facts damaged", "nothing was restored"),
        ("no facts", "cannot be read"),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(files, restore, how, said):
    data, facts = files.read_bytes(), beside(files).read_text()
    if how == "cut off":
        files.write_bytes(data[:-100])
    elif how == "a byte changed":
        files.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif how == "its facts changed":
        beside(files).write_text(facts.replace('"rows": 1,', '"rows": 2,', 1))
    elif how == "its facts damaged":
        beside(files).write_text(facts[:-20])
    else:
        beside(files).unlink()

    with pytest.raises(CommandError, match=said):
        restore(files)

    files.write_bytes(data)
    beside(files).write_text(facts)
    restore(files)


@needs_tools
def test_a_database_that_is_not_empty_is_left_alone(files, restore):
    restore(files)

    with pytest.raises(CommandError, match="not empty"):
        restore(files)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(files), into=proof.database_url())

    assert StaffMember.objects.count() == 1


@needs_tools
def test_a_difference_ends_with_an_error(files, restore, monkeypatch):
    taken = append_only.GUARDED
    append_only.remove()
    bare = proof.backed_up(files.parent.parent / "bare")

    monkeypatch.setattr(append_only, "GUARDED", taken)
    with pytest.raises(CommandError, match=r"staff\.E002"):
        restore(bare)


@needs_tools
def test_a_folder_that_others_may_look_into_is_refused_and_the_failure_written_down(transactional_db, tmp_path):
    tmp_path.chmod(0o755)

    with pytest.raises(CommandError, match="Others may look"):
        call_command("backup", to=str(tmp_path))

    assert [(run.ok, run.error) for run in BackupRun.objects.all()] == [(False, "others may look into the folder")]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_folder_that_is_a_file_is_a_failed_try_that_says_so(transactional_db, tmp_path, below):
    file = tmp_path / "a-file"
    file.touch()

    with pytest.raises(CommandError, match=r"^No backup was made in [^:]*a-file[^:]*: Not a directory\.$"):
        call_command("backup", to=str(file / below))

    assert [(run.ok, run.error) for run in BackupRun.objects.all()] == [(False, "Not a directory")]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOENT, errno.EIO])
def test_a_folder_that_takes_nothing_is_a_failed_try_that_says_so(transactional_db, tmp_path, monkeypatch, number):
    def refuses(path, *_):
        raise OSError(number, os.strerror(number), str(path))

    for call in ("mkdir", "open"):
        with monkeypatch.context() as patched:
            patched.setattr(os, call, refuses)
            with pytest.raises(CommandError, match=f"^No backup was made in .*/kept: {os.strerror(number)}\\.$"):
                call_command("backup", to=str(tmp_path / "kept"))

    assert [(run.ok, run.error) for run in BackupRun.objects.all()] == [(False, os.strerror(number))] * 2


def test_a_disk_that_fills_up_is_a_failed_try_that_says_so_and_leaves_nothing(
    transactional_db, tmp_path, monkeypatch, at, sign_in, ada, now
):
    kept = tmp_path / "kept"
    if connection.vendor == "sqlite":
        open_sqlite = content.open_sqlite

        def filling_up(path):
            raw = open_sqlite(path)
            if kept in Path(str(path)).parents:
                raw.execute("PRAGMA max_page_count = 2")
            return raw

        monkeypatch.setattr(content, "open_sqlite", filling_up)
    else:
        tool = tmp_path / "pg_dump"
        tool.write_text(
            "#!/bin/sh\necho 'pg_dump: error: could not write to output file: No space left on device' >&2\nexit 1\n"
        )
        tool.chmod(0o700)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", to=str(kept))

    assert [(run.ok, run.error) for run in BackupRun.objects.all()] == [(False, "No space left on device")]
    assert not list(kept.iterdir())
    assert "(No space left on device)" in page(at, now, sign_in(ada), HEALTH)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no tool")
def test_the_password_stands_in_no_command_line(db, tmp_path, monkeypatch):
    tool, told = tmp_path / "tool", tmp_path / "told"
    tool.write_text(f'#!/bin/sh\necho "$@" > {told}\necho "$PGPASSWORD" >> {told}\n')
    tool.chmod(0o700)
    monkeypatch.setitem(connections["default"].settings_dict, "PASSWORD", "not-shown")

    run_tool(connection, str(tool), ["--format=custom"])

    assert told.read_text() == "--format=custom\nnot-shown\n"


def test_a_run_has_succeeded_or_failed(db, now):
    run = note_run(began_at=now, seconds=1, made=Made)

    with pytest.raises(IntegrityError), transaction.atomic():
        BackupRun.objects.filter(pk=run.pk).update(ok=False)


def test_without_a_backup_for_26_hours_admins_and_supervisors_are_told_everywhere(
    settings, at, sign_in, ada, vera, mara, otto, now
):
    settings.BACKUPS_EXPECTED = True
    note_run(began_at=now - 26 * HOUR, seconds=3.2, made=Made)
    note_run(began_at=now - HOUR, seconds=0.2, error=ValueError("holds a name"))
    told = "No backup has succeeded for"

    assert all(told not in page(at, now, sign_in(one)) for one in (ada, vera, mara, otto))

    later = now + HOUR
    assert all(f"{told} 27 hours." in page(at, later, sign_in(one)) for one in (ada, vera))
    assert all(told not in page(at, later, sign_in(one)) for one in (mara, otto))
    health = page(at, later, sign_in(ada), HEALTH)
    assert "Failed after less than a second (ValueError)" in health and "holds a name" not in health
    assert "Succeeded: 2.0\xa0KB in 3 s" in health

    note_run(began_at=later, seconds=3, made=Made)
    assert told not in page(at, later, sign_in(ada), HEALTH)


def test_a_new_database_has_26_hours_for_its_first_backup(db, settings):
    settings.BACKUPS_EXPECTED = True
    made = made_at()

    assert overdue(made + 26 * HOUR) == ""
    assert "No backup has ever succeeded here, in 27 hours." in overdue(made + 27 * HOUR)
    settings.BACKUPS_EXPECTED = False
    assert overdue(made + 27 * HOUR) == ""


def page(at, moment, browser, path="/accounts/"):
    at(moment)
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()
