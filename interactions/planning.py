"""The planner: one statement writes the reminders that should stand and do not, one ends those whose cause has ended.

The ORM has no INSERT … SELECT, so this is where SQL is written. Everything is asked of the facts: whoever asks again,
or at the same time, changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Max, Min

from interactions.compiled import COLUMNS, compiled, shape
from interactions.joined import as_moment
from interactions.models import Quarantine, Reminder
from interactions.reminder_rules import RULES, rule_of
from patients.models import Patient

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
NEW_AT = """
SELECT asked.moment, {columns} FROM unnest(%s::timestamptz[]) AS asked (moment)
CROSS JOIN LATERAL ({due}) AS due ({columns})
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
    cause: int
    clock_started_at: datetime
    stage: str
    recipient_id: int
    due_at: datetime

    @property
    def key(self):
        """What there is one reminder for, ever."""
        return self.rule, self.cause, self.clock_started_at, self.stage, self.recipient_id


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
    return would_write_at([now])[now]


def would_write_at(moments):
    """The reminders that a pass at each of these moments would write if nothing happened until then, by moment.

    PostgreSQL takes longer to plan such a statement than to run it, so it is asked for all moments at once.
    """
    found = {moment: [] for moment in moments}
    for rule in RULES:
        at_once = connection.vendor == "postgresql" and rule.steady
        for moment, *row in rows_at(rule, moments) if at_once else rows_one_by_one(rule, moments):
            patient, cause, clock, stage, recipient, due_at = row
            found[moment].append(
                Found(rule.code, patient, cause, as_moment(clock), stage, recipient, as_moment(due_at))
            )
    return found


def rows_at(rule, moments):
    due, params = shape(rule).over_moments("asked.moment")
    with connection.cursor() as cursor:
        cursor.execute(filled(NEW_AT, due), [moments, *params, rule.code])
        return cursor.fetchall()


def rows_one_by_one(rule, moments):
    for moment in moments:
        due, params = compiled(rule, moment)
        with connection.cursor() as cursor:
            cursor.execute(filled(NEW, due), [*params, rule.code])
            yield from [(moment, *row) for row in cursor.fetchall()]


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


def filled(statement, due, **parts):
    new_ref = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    return statement.format(table=TABLE, aside=ASIDE, columns=COLUMNS, same=SAME, new_ref=new_ref, due=due, **parts)
