"""Being in touch: silence, trying again, introductions, somebody for everyone, milestones."""

from datetime import timedelta

from django.db.models import Case, CharField, DateTimeField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from interactions.models import CheckIn
from interactions.recipients import Recipients
from interactions.reminder_rules.base import ADMIN, DAY, OWNER, SUPERVISOR, Due, Rule, RuleOfDays, moment
from interactions.shown import MILESTONES
from interactions.signal_querysets import unless_answered
from patients.cadence import ESCALATION
from patients.models import CareTeamMember, Episode, Patient
from staff.models import AwayPeriod, Site, StaffMember
from staff.roles import Role
from staff.spans import spoken


class Silence(Rule):
    code = "silence"
    title = "Nobody has talked with them for too long"
    says = "We haven’t talked with {name} for longer than we promised"
    whom = f"the primary; the supervisor at {ESCALATION} times that"

    def due(self, now):
        """Where nobody of the team has talked with them, that is all that is said: one conversation ends both. Who
        answered the sign of it, or will ask on a day, is not asked twice; the supervisor still hears, later.
        """
        to, episodes = Recipients(now), Episode.objects.in_cadence(now)
        found = []
        for who in ("team", "primary"):
            for moment_of, recipient, stage in (
                ("overdue", to.primary(), f"{who}_{OWNER}"),
                ("escalates", to.supervisor_beside(to.primary()), f"{who}_{SUPERVISOR}"),
            ):
                due_at = f"cadence__{who}_{moment_of}_at"
                late = unless_answered(episodes.filter(**{f"{due_at}__lte": now}), now, due_at)
                if who == "primary":
                    late = late.filter(**{f"cadence__team_{moment_of}_at__gt": now})
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
    can_wait = True

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
    can_wait = True

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


class Milestone(RuleOfDays):
    code = "milestone"
    title = "A milestone in care"
    says = "A milestone for {name}: recognise it with them"
    whom = "the primary"
    can_wait = True
    gathered = True

    def facts(self, now):
        """Whose milestone it is by the clocks of their sites: episodes by (number, when it was reached)."""
        sites, windows, reached = {site.pk: site for site in Site.objects.all()}, {}, {}
        recent = {"admitted_at__gte": now - (MILESTONES[-1] + 10) * DAY}
        in_care = Episode.objects.in_cadence(now).filter(patient__wants_milestones=True, **recent)
        for pk, site, admitted_at in in_care.order_by("pk").values_list("pk", "program__site", "admitted_at"):
            if site not in windows:
                windows[site] = self.windows(sites[site], now)
            for first, last, number, at in windows[site]:
                if first <= admitted_at < last:
                    reached.setdefault((number, at), []).append(pk)
        return reached

    def due_of(self, reached, now):
        """From the start of the day, for three days or until somebody talked with them."""
        if not reached:
            return []
        rows = (
            Episode.objects.filter(pk__in=[pk for those in reached.values() for pk in those])
            .alias(
                reached_at=case(reached, lambda number, at: moment(at), DateTimeField()),
                milestone=case(reached, lambda number, at: Value(f"day_{number}"), CharField()),
            )
            .filter(Q(cadence__last_conversation_at=None) | Q(cadence__last_conversation_at__lt=F("reached_at")))
        )
        to = Recipients(now).primary()
        return [Due(rows, clock="admitted_at", due_at="reached_at", to=to, stage=F("milestone"))]

    def windows(self, site, now):
        """The days of admission that count today, as (from, to, milestone, when it was reached)."""
        today, found = site.local_date(now), []
        for number in MILESTONES:
            for ago in range(STANDS_FOR[number]):
                first, last = site.day_bounds(today - (number - 1 + ago) * DAY)
                found.append((first, last, number, site.day_bounds(today - ago * DAY)[0]))
        return found

    def threshold(self, program):
        return f"days {', '.join(map(str, MILESTONES))} of care, unless they want none"


# A milestone is of its day; three days let a weekend pass, but never into the next milestone.
STANDS_FOR = {number: min(3, after - number) for number, after in zip(MILESTONES, (*MILESTONES[1:], 9999), strict=True)}


def case(reached, value, output_field):
    """What `value` says of each (milestone, moment), for the episodes that reached it."""
    whens = [When(pk__in=those, then=value(*what)) for what, those in reached.items()]
    return Case(*whens, output_field=output_field)


def days(n):
    return "1 day" if n == 1 else f"{n} days"
