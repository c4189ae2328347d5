"""The planner: one statement writes the reminders that should stand and do not, one ends those whose cause has ended.

The ORM has no INSERT … SELECT, so this is where SQL is written. Everything is asked of the facts: whoever asks again,
or at the same time, changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Max, Min

from interactions.compiling import statement
from interactions.joined import as_moment
from interactions.models import Quarantine, Reminder
from interactions.reminder_rules import RULES, rule_of
from patients.models import Patient

COLUMNS = "patient_id, cause, clock_started_at, stage, recipient_id, due_at"
TABLE = Reminder._meta.db_table
ASIDE = Quarantine._meta.db_table
ASIDE_FOR = timedelta(hours=1)
LOCK = 5_271  # planners take turns, so that two of them never wait for each other's rows

SAME = """
    known.cause = due.cause AND known.clock_started_at = due.clock_started_at
    AND known.stage = due.stage AND known.recipient_id = due.recipient_id
"""
INSERT = """
INSERT INTO {table} (ref, rule, planned_at, snoozed_because, {columns})
WITH due ({columns}) AS MATERIALIZED ({due})
SELECT {new_ref}, %s, %s, '', {columns} FROM due
WHERE recipient_id IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM {table} AS known WHERE known.rule = %s AND known.ended_at IS NULL AND {same})
ON CONFLICT (rule, cause, clock_started_at, stage, recipient_id) DO UPDATE SET ended_at = NULL
"""
NEW = """
WITH due ({columns}) AS MATERIALIZED ({due})
SELECT {columns} FROM due
WHERE recipient_id IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM {table} AS known WHERE known.rule = %s AND known.ended_at IS NULL AND {same})
"""
STANDING = """
WITH due ({columns}) AS MATERIALIZED ({due})
SELECT known.id FROM {table} AS known JOIN due ON {same}
WHERE known.rule = %s AND known.ended_at IS NULL
"""
# NOT IN, since PostgreSQL hashes it whatever it expects; NOT EXISTS it may compare row by row.
END = """
WITH due ({columns}) AS MATERIALIZED ({due})
UPDATE {table} AS known SET ended_at = %s
WHERE rule = %s AND ended_at IS NULL {among}
AND (cause, clock_started_at, stage, recipient_id) NOT IN (
    SELECT cause, clock_started_at, stage, recipient_id FROM due WHERE recipient_id IS NOT NULL
)
AND NOT EXISTS (
    SELECT 1 FROM {aside} AS aside
    WHERE aside.rule = known.rule AND aside.patient_id = known.patient_id AND aside.next_try_at > %s
)
"""


@dataclass(frozen=True)
class Found:
    """A reminder that a pass would write."""

    rule: str
    patient_id: int
    stage: str
    recipient_id: int
    due_at: datetime


def plan_all(now):
    """Brings the reminders of every rule up to the facts; returns how many were written and ended, and what failed."""
    written = ended = 0
    failed = []
    for rule in RULES:
        try:
            more, less = plan(rule, now)
        except (OperationalError, InterfaceError):
            raise  # the database itself is in trouble: the next pass begins anew
        except Exception as error:
            failed.append(f"{rule.code} ({type(error).__name__})")
        else:
            written, ended = written + more, ended + less
    return written, ended, failed


def plan(rule, now):
    """Brings the reminders of one rule up to the facts. A patient for whom that cannot be done is set aside."""
    try:
        counts = plan_among(rule, now)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        reach = Patient.objects.aggregate(low=Min("pk"), high=Max("pk"))
        counts = plan_by_halves(rule, now, reach["low"], reach["high"])
    Quarantine.objects.filter(rule=rule.code, next_try_at__lte=now).delete()
    return counts


def plan_by_halves(rule, now, low, high):
    """Plans the rule for patients from `low` to `high`, setting aside the one for whom it fails."""
    try:
        return plan_among(rule, now, {"gte": low, "lte": high})
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError as error:
        if low == high:
            set_aside(rule, low, error, now)
            return 0, 0
    middle = (low + high) // 2
    halves = [plan_by_halves(rule, now, low, middle), plan_by_halves(rule, now, middle + 1, high)]
    return tuple(map(sum, zip(*halves, strict=True)))


def set_aside(rule, patient_id, error, now):
    """The reason names the kind of error only: its words may hold values."""
    reason = {"reason": type(error).__name__, "found_at": now, "next_try_at": now + ASIDE_FOR}
    Quarantine.objects.update_or_create(rule=rule.code, patient_id=patient_id, defaults=reason)


def plan_among(rule, now, among=None):
    """Writes and ends the reminders of `rule`, for the patients that `among` admits; returns how many of each."""
    due, params = compiled(rule, now, among)
    moment = connection.ops.adapt_datetimefield_value(now)
    of_patients = f"AND patient_id BETWEEN {int(among['gte'])} AND {int(among['lte'])}" if among else ""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(filled(INSERT, due), [*params, rule.code, moment, rule.code])
        written = cursor.rowcount
        if not Reminder.objects.standing().filter(rule=rule.code).exists():
            return written, 0
        cursor.execute(filled(END, due, among=of_patients), [*params, moment, rule.code, moment])
        return written, changed(cursor)


def changed(cursor):
    """How many rows the last statement changed; SQLite's driver does not say it of one that begins with WITH."""
    if connection.vendor != "sqlite":
        return cursor.rowcount
    return cursor.execute("SELECT changes()").fetchone()[0]


def would_write(now):
    """The reminders that a pass would write now, of every rule."""
    found = []
    for rule in RULES:
        due, params = compiled(rule, now)
        with connection.cursor() as cursor:
            cursor.execute(filled(NEW, due), [*params, rule.code])
            found += [
                Found(rule.code, patient, stage, recipient, as_moment(due_at))
                for patient, _, _, stage, recipient, due_at in cursor.fetchall()
            ]
    return found


def still_due(reminders, now):
    """The ids of those of `reminders` whose cause is due at this very moment, in one statement."""
    parts, params = [], []
    patients = {reminder.patient_id for reminder in reminders}
    for code in {reminder.rule for reminder in reminders}:
        due, values = compiled(rule_of(code), now, {"in": patients})
        parts.append(f"SELECT id FROM ({filled(STANDING, due)}) AS standing_{len(parts)}")
        params += [*values, code]
    if not parts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {row[0] for row in cursor.fetchall()}


def compiled(rule, now, among=None):
    """The rows that are due of a rule, all stages together, as SQL and its parameters."""
    if among:
        return built(rule, now, among)
    return statement(rule, now, lambda moment, marks: built(rule, moment, marks=marks), rule.marks(now))


def built(rule, now, among=None, marks=()):
    parts, params = [], []
    for due in rule.due(now, marks) if marks else rule.due(now):
        try:
            sql, values = due.values(rule, now, among).query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(sql)
        params += values
    return " UNION ALL ".join(parts) or NOTHING_DUE, tuple(params)


NOTHING_DUE = f"SELECT patient_id, cause, clock_started_at, stage, recipient_id, due_at FROM {TABLE} WHERE 1 = 0"


def filled(statement, due, **parts):
    new_ref = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    return statement.format(table=TABLE, aside=ASIDE, columns=COLUMNS, same=SAME, new_ref=new_ref, due=due, **parts)
