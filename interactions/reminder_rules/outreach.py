"""Staying close after a loss of tolerance: a day of the plan on which nobody has talked with them yet."""

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from interactions.recipients import PERSON, Recipients
from interactions.reminder_rules.base import DAY, SUPERVISOR, Due, Rule
from interactions.watch_querysets import to_keep, tried_enough
from patients.models import OutreachDay
from staff import day_lists

TRIED = "tried"


class OutreachDue(Rule):
    code = "outreach_due"
    title = "A day to be in touch"
    says = "Be in touch with {name} today"
    whom = "whoever is in touch that day; the supervisor the same day in the first two weeks, then the next day, " \
        "then after a week, and after three tries"  # fmt: skip
    page = "interactions:staying_close"

    def due(self, now):
        """Until somebody talked with them, the day is settled, or staying close has ended."""
        to = Recipients(now)
        doer = self.doer(to, now)
        days = to_keep(OutreachDay.objects.begun(now), now)
        clock = {"clock": "watch__began_at"}
        beside = to.supervisor_beside(doer)
        return [
            Due(days, due_at="from_at", to=doer, **clock),
            Due(days.filter(escalates_at__lte=now), due_at="escalates_at", to=beside, stage=SUPERVISOR, **clock),
            Due(tried_enough(days), due_at=F("third_try_at"), to=beside, stage=TRIED, **clock),
        ]

    def doer(self, to, now):
        """Whoever stands in, on that day itself; else the owner of the day."""
        cover = Case(
            When(Q(cover__isnull=False, from_at__gt=now - DAY) & ~to.restricted(), then=to.member("cover")),
            **PERSON,
        )
        return Coalesce(cover, to.owner(), **PERSON)

    def threshold(self, program):
        standard = program.standards.all()[0]
        opioid, other = (day_lists.spoken(days) for days in (standard.outreach_opioid_days, standard.outreach_days))
        return f"{opioid} where opioids were involved, else {other}"
