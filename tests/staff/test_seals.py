"""The access log proves what it was: signed entry by entry, sealed by the pass, and looked through by verify_audit."""

import logging

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from interactions import reminders
from staff import append_only
from staff.access_log import log_change
from staff.models import AccessedPatient, AccessEntry, Seal
from staff.seals import seal_log, verify
from tests.proofs import tamper


@pytest.fixture
def log(mara, dana, now):
    """Six entries about dana under one seal, and one that no seal covers yet; nothing guards them."""
    for n in range(6):
        log_change(action=f"test.{n}", by=mara, patients=[dana])
    seal_log(now=now)
    log_change(action="test.unsealed", by=mara, patients=[dana])
    append_only.remove()
    return AccessEntry.objects.order_by("pk")


def faults(**options):
    found = verify(**options).faults
    return [fault for fault in found if "would not refuse" not in fault]


def test_a_log_that_nobody_touched_is_found_whole(log):
    append_only.install()

    found = verify()

    assert (found.faults, found.unsealed, found.seals) == ([], 1, 1)
    assert found.entries == log.count()


def test_guards_that_are_gone_are_a_finding(log):
    assert any("would not refuse" in fault for fault in verify().faults)


@pytest.mark.parametrize(
    "values", [{"actor": None}, {"role": "admin"}, {"route": "elsewhere"}, {"fields": "other"}, {"mac": "0" * 64}]
)
def test_a_changed_entry_is_found(values, log):
    AccessEntry.objects.filter(pk=log[2].pk).update(**values)

    assert faults() == [f"entry {log[2].pk} is not as it was written"]


def test_a_changed_entry_is_found_before_it_is_sealed(log):
    last = log.last()
    AccessedPatient.objects.filter(entry=last).delete()

    assert faults() == [f"entry {last.pk} is not as it was written"]


def test_a_changed_time_is_found(log, now):
    AccessEntry.objects.filter(pk=log[2].pk).update(recorded_at=now)

    assert [fault for fault in faults() if "order, time" in fault]


def test_removed_entries_are_found(log):
    AccessedPatient.objects.filter(entry=log[2]).delete()
    log[2].delete()

    assert [fault for fault in faults() if fault.endswith("1 removed")]


def test_a_seal_taken_away_with_its_entries_is_found_by_what_the_server_told(log, caplog, now):
    with caplog.at_level(logging.INFO, "staff.seals"):
        seal_log(now=now)
    told = [record.getMessage() for record in caplog.records]
    gone = Seal.objects.last()
    entries = AccessEntry.objects.filter(pk__gte=gone.first)
    AccessedPatient.objects.filter(entry__in=entries).delete()
    entries.delete()
    gone.delete()

    assert faults() == []
    assert len(faults(lines=told)) == 1


def test_the_pass_seals_and_tells_no_more_than_numbers(log, caplog, now, dana):
    append_only.install()
    with caplog.at_level(logging.INFO, "staff.seals"):
        reminders.run_pass(now=now)

    (line,) = [record.getMessage() for record in caplog.records if record.name == "staff.seals"]
    seal = Seal.objects.last()
    assert line.endswith(f"{seal.first} to {seal.last}, {seal.count} entries, {seal.mac}")
    assert str(dana.ref) not in line
    assert verify().unsealed == 0


def test_the_pass_says_when_a_guard_is_gone(log, caplog, now):
    seal_log(now=now)

    assert "would not refuse a change" in caplog.text


def test_without_anything_new_there_is_no_new_seal(log, now):
    seal_log(now=now)
    seal_log(now=now)

    assert Seal.objects.count() == 2


def test_a_log_that_is_busy_is_sealed_by_the_next_pass(log, now, monkeypatch):
    def busy(model):
        raise OperationalError("lock timeout")

    monkeypatch.setattr(append_only, "settled_id", busy)

    seal_log(now=now)

    assert Seal.objects.count() == 1


def test_an_earlier_key_still_proves_what_it_signed(log, settings):
    settings.AUDIT_KEY_FALLBACKS, settings.AUDIT_KEY = [settings.AUDIT_KEY], "another key"
    assert faults() == []

    settings.AUDIT_KEY_FALLBACKS = []
    assert len(faults()) == log.count()


def test_the_command_says_what_it_looked_at_and_ends_with_an_error_when_something_was_changed(log, capsys, tmp_path):
    append_only.install()
    call_command("verify_audit")
    assert "Nothing was changed." in capsys.readouterr().out

    (tmp_path / "log").write_text(f"12:00 worker | sealed 1 to 2, 2 entries, {'0' * 64}\n")
    with pytest.raises(CommandError, match="told of"):
        call_command("verify_audit", seals=str(tmp_path / "log"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", seals=str(tmp_path / "none"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_a_seal_waits_for_who_is_writing(mara):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE staff_accessentry IN ROW EXCLUSIVE MODE")
        with pytest.raises(OperationalError):
            append_only.settled_id(AccessEntry)
        cursor.execute("ROLLBACK")
    other.close()

    assert append_only.settled_id(AccessEntry) >= 0


@pytest.fixture
def told():
    handler = tamper.Told()
    yield handler.lines
    handler.close()


@pytest.mark.parametrize("how", tamper.TAMPERINGS, ids=lambda how: how.__name__)
def test_every_way_to_falsify_the_log_is_found(how, told, at, now, db):
    at(now)
    people = tamper.build(staff=2, patients=2)
    for _ in range(3):
        assert tamper.read_at_random(people, 3) == 0
        seal_log(now=now)

    assert not verify(told).faults
    assert tamper.is_found(how, told)
    assert not verify(told).faults
