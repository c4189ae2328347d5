"""What was written down stays as it was written: the database refuses, not only the code."""

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from interactions.choices import Happened, StepAnswer
from interactions.services.checkins import log_conversation
from interactions.services.counseling import write_note
from interactions.services.steps import choose
from patients import break_glass
from patients.services import record_safe_contact
from staff import append_only, policies
from staff.choices import Unusual
from staff.models import AccessEntry
from staff.seals import seal_log
from staff.services import review
from tests.consents import make_consent, make_disclosure
from tests.factories import make_break_glass


@pytest.fixture
def written(mara, vera, ada, otto, dana, residential, now):
    """At least one row in each guarded table."""
    step = choose(patient=dana, words="Walk each morning", by=mara, now=now)
    turn = {"position": 1, "speaker": "Dana", "time_said": "", "text": "Hello", "extra": {}}
    log_conversation(
        patient=dana, by=mara, now=now, happened=Happened.TALKED, text="We talked.", turns=[turn], source="csv",
        source_id="1", steps_asked=[(step, StepAnswer.DONE)],
    )  # fmt: skip
    record_safe_contact(patient=dana, by=mara, now=now, ways="Letter")
    write_note(patient=dana, text="What came up in the session", by=mara, now=now)
    consent = make_consent(dana, by=mara)
    make_disclosure(consent, by=mara)
    make_consent(dana, by=mara, replaces=consent)
    opened = make_break_glass(dana, mara)
    break_glass.review(opened=opened, verdict="fine", words="", by=otto, now=now)
    policy = policies.publish(program=residential, text="No gifts of money.", by=ada, now=now)
    policies.acknowledge(policy=policy, by=mara, now=now)
    seal_log(now=now)
    review(staff=mara, kind=Unusual.MANY, began_at=now, verdict="fine", words="", by=vera, now=now)


def findings():
    return [one.id for one in run_checks(databases=["default"]) if one.id == "staff.E002"]


@pytest.mark.parametrize("label", append_only.GUARDED)
def test_the_database_refuses_to_change_or_delete_what_only_grows(label, written):
    table = apps.get_model(label)._meta.db_table
    orders = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]
    orders += [f"TRUNCATE {table} CASCADE"] if connection.vendor == "postgresql" else []
    assert apps.get_model(label).objects.exists()
    connection.check_constraints()  # PostgreSQL empties no table while a constraint waits for the end

    for order in orders:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(order)


def test_a_missing_guard_is_found_and_put_back(db):
    assert not findings()

    append_only.remove()
    assert findings() == ["staff.E002"]

    append_only.install()
    assert not findings()


def test_a_guard_that_lets_through_counts_as_missing(db):
    name = "staff_accessentry_update_refused"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE staff_accessentry DISABLE TRIGGER {name}")
        else:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON staff_accessentry BEGIN SELECT 1; END")

    assert append_only.missing(connection) == [name]

    append_only.install()
    assert not append_only.missing(connection)


@pytest.mark.django_db(transaction=True)
def test_a_rebuilt_table_is_guarded_again_after_the_migration():
    with connection.schema_editor() as editor:
        if connection.vendor == "sqlite":
            editor._remake_table(AccessEntry)
        else:
            editor.execute('DROP TRIGGER "staff_accessentry_delete_refused" ON staff_accessentry')
    assert append_only.missing(connection)

    call_command("migrate", verbosity=0)

    assert not append_only.missing(connections["default"])
