"""Which days of staying close nobody has kept yet, and what was tried on them: asked of the conversations."""

from datetime import UTC, timedelta

from django.db.models import Count, DateTimeField, Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncHour

from interactions.choices import ATTEMPTS, CONVERSATIONS, Channel, Happened
from interactions.models import CheckIn

TRIED_WITHIN = timedelta(hours=48)
TRIES = 3  # at different hours; then the supervisor decides


def standing():
    """The check-ins about the patient of an outer row that count from a moment of that row on."""
    counted = {"patient": OuterRef("patient"), "happened_at__gte": OuterRef("counts_from_at")}
    return CheckIn.objects.standing().filter(**counted)


def kept():
    """The condition that a day is kept: they talked with somebody, or, where only letters are welcome, one was sent."""
    talked = standing().filter(happened__in=CONVERSATIONS)
    letter = standing().filter(happened=Happened.LEFT_MESSAGE, channel=Channel.LETTER)
    return Exists(talked) | Q(Q(watch__by_letter=True), Exists(letter))


def to_keep(days, now):
    """Those of `days` on which somebody is to be in touch and nobody was yet, of people who are not elsewhere."""
    return days.open().of_those_here(now).exclude(kept())


def tries():
    """Attempts in the first 48 hours of a day, of the hour-by-hour kind: two in one hour are one."""
    return CheckIn.objects.standing().filter(
        patient=OuterRef("patient"),
        happened__in=ATTEMPTS,
        happened_at__gte=OuterRef("from_at"),
        happened_at__lt=OuterRef("from_at") + TRIED_WITHIN,
    )


def tried_enough(days):
    """Those of `days` on which three tries at different hours did not reach them, with `third_try_at`."""
    hours = tries().annotate(hour=TruncHour("happened_at", tzinfo=UTC)).order_by().values("patient")
    count = hours.annotate(n=Count("hour", distinct=True)).values("n")
    third = tries().order_by("happened_at").values("happened_at")[TRIES - 1 : TRIES]
    found = days.alias(hours=Subquery(count)).filter(hours__gte=TRIES)
    return found.alias(third_try_at=Subquery(third, output_field=DateTimeField()))


def contacts_since(check_ins, began_at, until):
    """The check-ins between two moments, oldest first, with who talked."""
    since = check_ins.standing().filter(happened_at__gte=began_at, happened_at__lt=until)
    return since.select_related("talked_by").order_by("happened_at", "ref")
