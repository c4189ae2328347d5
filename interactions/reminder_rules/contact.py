"""Being in touch: silence, trying again, introductions, somebody for everyone, milestones."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, DateTimeField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from interactions.models import CheckIn
from interactions.recipients import Recipients
from interactions.reminder_rules.base import ADMIN, DAY, OWNER, SUPERVISOR, Due, Rule, moment
from interactions.shown import MILESTONES
from patients.cadence import ESCALATION
from patients.models import CareTeamMember, Episode, Patient
from staff.calendar import start_of_day
from staff.models import AwayPeriod, Site, StaffMember
from staff.roles import Role
from staff.spans import spoken


class Silence(Rule):
    code = "silence"
    title = "Nobody has talked with them for too long"
    says = "We haven’t talked with {name} for longer than we promised"
    whom = f"the primary; the supervisor at {ESCALATION} times that"

    def due(self, now):
        to, episodes = Recipients(now), Episode.objects.in_cadence(now)
        found = []
        for who in ("team", "primary"):
            for moment_of, recipient, stage in (
                ("overdue", to.primary(), f"{who}_{OWNER}"),
                ("escalates", to.supervisor(), f"{who}_{SUPERVISOR}"),
            ):
                due_at = f"cadence__{who}_{moment_of}_at"
                late = episodes.filter(**{f"{due_at}__lte": now})
                found.append(Due(late, clock=f"cadence__{who}_clock_at", due_at=due_at, to=recipient, stage=stage))
        return found

    def threshold(self, program):
        standard = program.standards.all()[0]
        return (
            f"{days(standard.team_max_days)} without anybody of the team, "
            f"{days(standard.primary_max_days)} without their primary"
        )


class TryAgain(Rule):
    code = "try_again"
    title = "Try again"
    says = "Try {name} again, at another time or in another way"
    whom = "who tried; the primary if they have left the team"
    about = "check_in"

    def due(self, now):
        """The newest attempt since the last conversation; at its own next time, else in the other half of the day."""
        later = CheckIn.objects.standing().filter(patient=OuterRef("patient"), happened_at__gt=OuterRef("happened_at"))
        tried_again = later.attempts() | later.conversations()
        open_now = Episode.objects.in_cadence(now).filter(patient=OuterRef("patient"), admitted_at__lte=now)
        rows = (
            CheckIn.objects.attempts()
            .filter(Exists(open_now.filter(admitted_at__lte=OuterRef("happened_at"))))
            .filter(Q(next_try_at__lte=now) | Q(next_try_at=None, happened_at__lte=now - OTHER_HALF))
            .exclude(Exists(tried_again))
        )
        due_at = Coalesce("next_try_at", F("happened_at") + OTHER_HALF, output_field=DateTimeField())
        return [Due(rows, clock="happened_at", due_at=due_at, to=Recipients(now).helper("talked_by"))]

    def threshold(self, program):
        return "at the time that was noted, else 4 hours after the attempt"


OTHER_HALF = timedelta(hours=4)


class NotIntroduced(Rule):
    code = "not_introduced"
    title = "Not yet introduced"
    says = "{name} does not know you yet: introduce yourself"
    whom = "that member of the care team"

    def due(self, now):
        open_now = Episode.objects.in_cadence(now).values("patient")
        rows = CareTeamMember.objects.current(now).filter(
            introduced_at=None, introduce_by_at__lte=now, patient__in=open_now
        )
        return [Due(rows, clock="began_at", due_at="introduce_by_at", to=Recipients(now).member())]

    def threshold(self, program):
        standard = program.standards.all()[0]
        return f"{spoken(standard.introduce_primary)} for the primary, {spoken(standard.introduce_other)} for others"


class OrphanedPatient(Rule):
    code = "orphaned_patient"
    title = "Nobody is there for them"
    says = "{name} has no primary who is here, and nobody covers"
    whom = "the supervisor and the admins of the site"
    always_on = True
    snoozable = False

    def due(self, now):
        """The clock is the event that left them alone: the primary's leave, or the end of the last membership. Of a
        restricted record only its lead hears.
        """
        to = Recipients(now)
        team = CareTeamMember.objects.primaries().filter(patient=OuterRef("patient"))
        holder = team.current(now).values("staff")[:1]
        away = AwayPeriod.objects.current(now).filter(staff=OuterRef("holder")).order_by("-began_at")
        alone = (
            Episode.objects.open()
            .alias(here=to.present_primary(), cover=to.primary_cover())
            .filter(here=None, cover=None)
            .alias(holder=Subquery(holder))
            .annotate(
                left_at=Coalesce(
                    Subquery(away.values("began_at")[:1]),
                    Subquery(team.exclude(ended_at=None).order_by("-ended_at").values("ended_at")[:1]),
                    "admitted_at",
                )
            )
        )
        known = alone.filter(patient__in=Patient.objects.unrestricted(now).values("pk"))
        admins = known.filter(program__site__staff__in=StaffMember.objects.active().filter(role=Role.ADMIN))
        return [
            Due(alone, clock="left_at", due_at="left_at", to=to.supervisor(), stage=SUPERVISOR),
            Due(admins, clock="left_at", due_at="left_at", to=F("program__site__staff"), stage=ADMIN),
        ]

    def threshold(self, program):
        return "at once, in every program"


class Milestone(Rule):
    code = "milestone"
    title = "A milestone in care"
    says = "A milestone for {name}: recognise it with them"
    whom = "the primary"

    def marks(self, now):
        """When the days began that count, at each site: one after the other."""
        return tuple(begins for site in self.sites() for begins in beginnings(site.time_zone, site.local_date(now)))

    def due(self, now, marks=None):
        """From the start of the day, for three days or until somebody talked with them."""
        marks, reached, stage = iter(marks or self.marks(now)), [], []
        for site in self.sites():
            begins = {ago: next(marks) for ago in DAYS_AGO}
            when = [
                When(admitted_at__gte=begins[since], then=moment(None if ago is None else begins[ago]))
                for since, ago, _ in STEPS
            ]
            which = [When(admitted_at__gte=begins[since], then=Value(code)) for since, _, code in STEPS]
            reached.append(When(program__site=site, then=Case(*when, **MOMENT)))
            stage.append(When(program__site=site, then=Case(*which, **TEXT)))
        rows = (
            Episode.objects.in_cadence(now)
            .filter(patient__wants_milestones=True)
            .alias(reached_at=Case(*reached, **MOMENT), talked_at=Coalesce("cadence__last_conversation_at", NEVER))
            .filter(reached_at__gt=F("talked_at"))
        )
        to = Recipients(now).primary()
        return [Due(rows, clock="admitted_at", due_at="reached_at", to=to, stage=Case(*stage, **TEXT))]

    def sites(self):
        return list(Site.objects.order_by("pk"))

    def threshold(self, program):
        return f"days {', '.join(map(str, MILESTONES))} of care, unless they want none"


def steps():
    """(days ago since when they were admitted, days ago when the milestone was reached, its stage), newest first: the
    first that fits holds. The last two are None where no milestone is. A milestone is of its day; three days let a
    weekend pass, but never into the next one.
    """
    after = -1
    for number, following in zip(MILESTONES, (*MILESTONES[1:], 9999), strict=True):
        if number - 2 != after:
            yield number - 2, None, None
        for ago in range(min(3, following - number)):
            after = number - 1 + ago
            yield after, ago, f"day_{number}"


STEPS = list(steps())
DAYS_AGO = sorted({since for since, _, _ in STEPS} | {ago for _, ago, _ in STEPS if ago is not None})
MOMENT, TEXT = {"output_field": DateTimeField()}, {"output_field": CharField()}
NEVER = moment(datetime(1900, 1, 1, tzinfo=UTC))


@lru_cache(maxsize=200)
def beginnings(time_zone, today):
    """When the days began that lie `DAYS_AGO` days before `today`."""
    return [start_of_day(today - ago * DAY, ZoneInfo(time_zone)) for ago in DAYS_AGO]


def days(n):
    return "1 day" if n == 1 else f"{n} days"
