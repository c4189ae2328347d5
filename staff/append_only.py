"""Tables that only grow: triggers in the database refuse to change or empty them, whoever asks.

SQLite forgets triggers when a table is rebuilt, so they are put back after every migration and a check looks for them.
"""

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Max

# By name, since the rooms above are not imported here.
GUARDED = (
    "staff.AccessEntry",
    "staff.AccessedPatient",
    "staff.BoundaryPolicy",
    "staff.PolicyAcknowledgement",
    "staff.Review",
    "staff.Seal",
    "patients.BreakGlass",
    "patients.BreakGlassReview",
    "patients.Consent",
    "patients.ConsentEnding",
    "patients.Disclosure",
    "patients.SafeContact",
    "interactions.CheckInText",
    "interactions.CounselingNoteText",
    "interactions.HistoryEntry",
    "interactions.StepAsked",
    "interactions.Turn",
)
REFUSAL = "is append-only: its rows are neither changed nor deleted"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def statements(vendor, table):
    """The name of each trigger of `table`, and what makes it."""
    if vendor == "postgresql":
        return {
            f"{table}_{event.lower()}_refused": f'CREATE TRIGGER "{table}_{event.lower()}_refused" '
            f'BEFORE {event} ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
            for event in ("UPDATE", "DELETE", "TRUNCATE")
        }
    return {
        f"{table}_{event.lower()}_refused": f'CREATE TRIGGER "{table}_{event.lower()}_refused" '
        f"BEFORE {event} ON \"{table}\" BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        for event in ("UPDATE", "DELETE")
    }


def guarded_tables(connection):
    """Those that are there already: a migration may stop half way."""
    there = set(connection.introspection.table_names())
    return [table for table in (apps.get_model(label)._meta.db_table for label in GUARDED) if table in there]


def missing(connection):
    """The names of the triggers that are not there, switched off, or made otherwise."""
    wanted = {
        name: sql for table in guarded_tables(connection) for name, sql in statements(connection.vendor, table).items()
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgenabled IN ('O', 'A') AND p.proname = 'refuse_change' "
                "AND p.prosrc LIKE '%RAISE EXCEPTION%' AND pg_table_is_visible(c.oid)"
            )
            found = {name for (name,) in cursor.fetchall()}
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = {name for name, sql in cursor.fetchall() if sql == wanted.get(name)}
    return sorted(set(wanted) - found)


def install(using="default"):
    """Puts up every trigger that is missing."""
    connection = connections[using]
    absent = set(missing(connection))
    if not absent:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION.replace("%", "%%"), [])
        for table in guarded_tables(connection):
            for name, sql in statements(connection.vendor, table).items():
                if name in absent:
                    cursor.execute(drop(connection.vendor, name, table))
                    cursor.execute(sql)


def remove(using="default"):
    """Takes every trigger down: for a data migration of a guarded table, and for tests that empty the database."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for table in guarded_tables(connection):
            for name in statements(connection.vendor, table):
                cursor.execute(drop(connection.vendor, name, table))


def settled_id(model):
    """The newest id, with nothing still to appear below it: PostgreSQL gives ids before what they name is there, so
    for an instant nobody writes. `OperationalError` when somebody has been writing for too long.
    """
    with transaction.atomic(), connections["default"].cursor() as cursor:
        if cursor.db.vendor == "postgresql":
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(f'LOCK TABLE "{model._meta.db_table}" IN SHARE MODE')
        return model.objects.aggregate(last=Max("pk"))["last"] or 0


def drop(vendor, name, table):
    return f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if vendor == "postgresql" else "")


def install_after_migrate(using, **kwargs):
    """The project's one receiver of a signal."""
    install(using)


@register(Tags.database)
def every_guard_is_in_place(app_configs, databases=None, **kwargs):
    """Runs with `check --database default`."""
    return [
        Error(
            f"The database lets what only ever grows be changed: {', '.join(absent)} missing.",
            hint="manage.py migrate --skip-checks puts them back; verify_audit says whether anything was changed.",
            id="staff.E002",
        )
        for using in databases or ()
        if migrated(connections[using]) and (absent := missing(connections[using]))
    ]


def migrated(connection):
    """Whether no migration waits: one that does puts up the triggers itself, and must not be kept from it."""
    loader = MigrationLoader(connection)
    return set(loader.disk_migrations) <= set(loader.applied_migrations)
