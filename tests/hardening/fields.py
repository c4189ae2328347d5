"""S13: every form is sent twice, as a person fills it in, and with every field of every model beside its own. What is
written must be the same.
"""

from contextlib import contextmanager
from random import Random
from unittest import mock

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone

from interactions.models import Draft
from staff.models import AccessEntry
from tests.factories import NOW
from tests.hardening.forms import WAYS, filled, read
from tests.test_doors import CAST

OUR_ROOMS = ("staff", "patients", "interactions", "insights", "exchange")
# What says how and when a form was sent, not what it changed; and a draft, which holds all that was sent.
APART = {
    "django_session",
    "staff_session",
    "staff_submittedform",
    Draft._meta.db_table,
}
CLOCKED = {"recorded_at"}  # of the access log, by the database's own clock


def ours():
    return [model for room in OUR_ROOMS for model in apps.get_app_config(room).get_models()]


def beside():
    """name -> a value that would change something: every field of every model, by its name and by its column."""
    found = {}
    for model in ours():
        for one in model._meta.fields:
            for name in {one.name, one.attname}:
                found.setdefault(name, value_for(one))
    return found | {"user": "1", "is_superuser": "on", "is_staff": "on", "groups": "1", "pk": "1"}


def value_for(one):
    if one.choices:
        return str(list(one.choices)[-1][0])
    if isinstance(one, models.BooleanField):
        return "on"
    if isinstance(one, models.DateTimeField):
        return "2026-06-11T11:11"
    if isinstance(one, models.DateField):
        return "2026-06-11"
    if isinstance(one, models.UUIDField):
        return "11111111-1111-4111-8111-111111111111"
    if isinstance(one, models.ForeignKey | models.IntegerField):
        return "1"
    if isinstance(one, models.EmailField):
        return "changed@example.org"
    return "Changed"


def forms_of(world):
    """(who, form) of every form that the cast meets, each once."""
    met = set()
    for who in CAST:
        for page in sorted(set(world.pages().values())):
            with world.taken_back(who):
                answer = world.clients[who].get(page)
            if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
                continue
            for form in read(page, answer.content.decode())[0]:
                key = (form.action, form.names)
                if form.method == "post" and key not in met:
                    met.add(key)
                    yield who, form


def run(world, some=None):
    """(figure, misses)"""
    every, misses, taken, pairs, forms = beside(), [], 0, 0, 0
    for who, form in forms_of(world):
        if some is not None and forms >= some:
            break
        forms += 1
        others = {name: [value] for name, value in every.items() if name not in form.names}
        pairs += len(others)
        for way in WAYS:
            own = filled(form, way)
            status, alone = sent(world, who, form, own)
            if status == 302:
                break
        taken += status == 302
        again, together = sent(world, who, form, own | others)
        if status != again or alone != together:
            misses.append(f"{form.action} as {who}: {status} and {again}; {', '.join(differing(alone, together))}")
    if taken < forms / 3:
        misses.append(f"only {taken} of {forms} forms were taken")
    return (
        f"{forms} forms × {len(every)} fields = {pairs} pairs, {taken} forms taken; {len(misses)} changed by them",
        misses,
    )


def sent(world, who, form, values):
    """(status, what stands in the database afterwards)"""
    with connection.cursor() as cursor:  # whatever was taken back before has left gaps in the numbers
        for sql in connection.ops.sequence_reset_sql(no_style(), ours()):
            cursor.execute(sql)
    with steady(), world.taken_back(who):
        answer = world.clients[who].post(form.action, values)
        rows = snapshot()
    return answer.status_code, rows


def snapshot():
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values(*columns(model)))
        for model in ours()
        if model._meta.db_table not in APART
    }


def columns(model):
    left_out = CLOCKED if model._meta.db_table == AccessEntry._meta.db_table else set()
    return [one.attname for one in model._meta.concrete_fields if one.name not in left_out]


def differing(one, other):
    """The tables and columns in which two snapshots differ."""
    for table in one:
        if len(one[table]) != len(other[table]):
            yield f"{table}: {len(one[table])} and {len(other[table])} rows"
            continue
        for left, right in zip(one[table], other[table], strict=True):
            yield from (f"{table}.{name}: {left[name]} and {right[name]}" for name in left if left[name] != right[name])


@contextmanager
def steady():
    """What is drawn at random is drawn alike each time, so that two snapshots can be compared."""
    drawn = Random(1).randbytes
    with (
        mock.patch("os.urandom", drawn),
        mock.patch("random._urandom", drawn),
        mock.patch.object(timezone, "now", lambda: NOW),
    ):
        yield
