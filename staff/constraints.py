"""Constraints that every room uses, so that the database holds the same rules in the same words."""

import datetime

from django.db.models import CheckConstraint, F, Q

FIRST_DAY = datetime.date(1900, 1, 1)
LAST_DAY = datetime.date(2200, 1, 1)


def known(field, choices):
    """Only a value of `choices` (or the empty one, where the choices hold it) is stored in `field`."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": [value for value in choices.values if value is not None]}),
        name=f"%(app_label)s_%(class)s_known_{field}",
        violation_error_message=f"Choose one of the offered values for “{words(field)}”.",
    )


def known_or_blank(field, choices):
    """As `known`, and the field may stay empty."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": ["", *choices.values]}),
        name=f"%(app_label)s_%(class)s_known_{field}",
        violation_error_message=f"Choose one of the offered values for “{words(field)}”.",
    )


def paired(*fields):
    """All of `fields` are set, or none is."""
    return CheckConstraint(
        condition=Q(**{f"{f}__isnull": True for f in fields}) | Q(**{f"{f}__isnull": False for f in fields}),
        name=f"%(app_label)s_%(class)s_paired_{fields[0]}",
        violation_error_message=f"“{words(fields[0])}” needs to say when and by whom.",
    )


def ordered(earlier, later):
    """`later` is empty or not before `earlier`."""
    return CheckConstraint(
        condition=Q(**{f"{later}__isnull": True}) | Q(**{f"{later}__gte": F(earlier)}),
        name=f"%(app_label)s_%(class)s_{later}_not_before",
        violation_error_message=f"“{words(later)}” cannot be before “{words(earlier)}”.",
    )


def real_days(*fields):
    """Each of `fields` is empty or between 1900 and 2199: one 9999-12-31 would break every list that shows it."""
    condition = Q()
    for field in fields:
        first, last = FIRST_DAY, LAST_DAY
        if field.endswith("_at"):
            first = datetime.datetime.combine(first, datetime.time(), datetime.UTC)
            last = datetime.datetime.combine(last, datetime.time(), datetime.UTC)
        condition &= Q(**{f"{field}__isnull": True}) | (Q(**{f"{field}__gte": first}) & Q(**{f"{field}__lt": last}))
    return CheckConstraint(
        condition=condition,
        name="%(app_label)s_%(class)s_real_days",
        violation_error_message="Give a date between 1900 and 2199.",
    )


def words(field):
    return field.removesuffix("_at").removesuffix("_on").removesuffix("_by").replace("_", " ")
