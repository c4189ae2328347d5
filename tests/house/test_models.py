"""The house rules that can be read off the models."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from tests.house.code import BASE, FLOORS

OURS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]
FIELDS = [(model, field) for model in OURS for field in model._meta.local_fields]
PEOPLE = ("by", "staff", "owner", "recipient", "actor", "lead", "deputy", "supervisor", "cover", "account",
          "reader", "colleague", "for")  # fmt: skip


def named(pairs):
    return ", ".join(sorted(f"{model._meta.label}.{getattr(what, 'name', what)}" for model, what in pairs))


def mentioned(condition):
    """The fields that a constraint speaks of."""
    if isinstance(condition, Q):
        return {name for child in condition.children for name in mentioned(child)}
    if isinstance(condition, tuple):
        return {condition[0].split("__")[0]}
    expressions = getattr(condition, "get_source_expressions", list)()
    own = {condition.name.split("__")[0]} if isinstance(condition, models.F) else set()
    return own | {name for expression in expressions for name in mentioned(expression)}


def checked(model):
    checks = (one for one in model._meta.constraints if isinstance(one, CheckConstraint))
    return {name for one in checks for name in mentioned(one.condition)}


def test_every_choice_is_held_by_the_database():
    loose = [(m, f) for m, f in FIELDS if f.choices and f.name not in checked(m)]

    assert not loose, named(loose)


def test_every_day_is_held_between_sane_bounds():
    loose = [
        (m, f)
        for m, f in FIELDS
        if isinstance(f, models.DateField) and not isinstance(f, models.DateTimeField) and f.name not in checked(m)
    ]

    assert not loose, named(loose)


def test_moments_end_in_at_and_days_in_on():
    def right(field):
        if isinstance(field, models.DateTimeField):
            return field.name.endswith("_at") or field.name in ("last_login", "expire_date")  # Django's
        if isinstance(field, models.DateField):
            return field.name.endswith("_on")
        return not field.name.endswith(("_at", "_on"))

    wrong = [(m, f) for m, f in FIELDS if not right(f)]

    assert not wrong, named(wrong)


def test_people_are_named_by_what_they_did_or_are():
    staff = settings.AUTH_USER_MODEL
    wrong = [
        (m, f)
        for m, f in FIELDS
        if f.is_relation and f.related_model._meta.label == staff and f.name.split("_")[-1] not in PEOPLE
    ]

    assert not wrong, named(wrong)


def test_no_model_points_up():
    wrong = [
        (m, f)
        for m, f in FIELDS
        if f.is_relation and FLOORS.get(f.related_model._meta.app_label, -1) > FLOORS[m._meta.app_label]
    ]

    assert not wrong, named(wrong)


def test_nothing_is_deleted_along_with_its_patient():
    """Only rows that are worked out from others may go with them."""
    derived = {"patients.NameKey"}
    wrong = [
        (m, f)
        for m, f in FIELDS
        if f.is_relation
        and f.remote_field.on_delete not in (models.PROTECT, models.RESTRICT)
        and m._meta.label not in derived
    ]

    assert not wrong, named(wrong)


def test_constraints_are_named_alike_and_speak_to_people():
    wrong = []
    for model in OURS:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        for one in model._meta.constraints:
            if not one.name.startswith(prefix):
                wrong.append((model, one.name))
            speaks = one.violation_error_message != one.default_violation_error_message
            if not speaks and "_once" not in one.name:  # no form can offer the second of these
                wrong.append((model, f"{one.name} says nothing"))

    assert not wrong, named(wrong)


def test_the_database_is_never_asked_for_the_time():
    wrong = [
        (m, f)
        for m, f in FIELDS
        if getattr(f, "auto_now", False)
        or getattr(f, "auto_now_add", False)
        or (callable(f.default) and f.default.__module__ == "django.utils.timezone")
        or ("Now" in repr(f.db_default) and f.name != "recorded_at")
    ]

    assert not wrong, named(wrong)


def test_every_page_of_a_record_has_an_id_for_the_world():
    wrong = []
    for model in OURS:
        if hasattr(model, "get_absolute_url") or "ref" in {f.name for f in model._meta.local_fields}:
            field = model._meta.get_field("ref")
            if not (field.unique and isinstance(field, models.UUIDField)):
                wrong.append((model, field))

    assert not wrong, named(wrong)


def test_every_record_of_a_patient_is_asked_for_through_its_audience():
    wrong = [
        (m, "objects")
        for m in OURS
        if "audience" in {f.name for f in m._meta.fields} and not hasattr(m.objects.all(), "visible_to")
    ]

    assert not wrong, named(wrong)


@pytest.mark.parametrize("room", FLOORS)
def test_migrations_are_named_by_their_idea(room):
    for path in (BASE / room / "migrations").glob("0*.py"):
        assert "_auto_" not in path.name, path
        assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", path.stem), path
