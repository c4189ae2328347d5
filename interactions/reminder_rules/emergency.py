"""A record that was opened in an emergency: told at once, and reviewed."""

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from interactions.recipients import Recipients
from interactions.reminder_rules.base import ADMIN, DAY, OWNER, SUPERVISOR, Due, Rule
from patients.break_glass import REVIEWED_WITHIN
from patients.models import BreakGlass
from staff.models import StaffMember
from staff.roles import Role

AUDITOR = "auditor"
SITE_STAFF = "patient__latest_episode__program__site__staff"
CLOCK = {"clock": "began_at", "due_at": "began_at"}


def of_site(rows, role, stage, *, never=(), **clock):
    """For everybody of that role at the patient's site; where there is none, for the first one anywhere. Nobody hears
    of their own record, nor whoever stands in one of the fields `never` of it.
    """
    subjects = ("patient__account", *never)
    people = StaffMember.objects.active().filter(role=role)
    here = people.filter(site=OuterRef("patient__latest_episode__program__site"))
    others, allowed = people.order_by("pk"), Q()
    for subject in subjects:
        others = others.exclude(pk=Coalesce(OuterRef(subject), Value(0)))
        allowed &= ~Q(**{subject: F(SITE_STAFF)}) | Q(**{subject: None})
    not_theirs = Case(When(allowed, then=F(SITE_STAFF)))
    not_theirs.output_field = BigIntegerField()
    return [
        Due(rows.filter(**{f"{SITE_STAFF}__in": people}), to=not_theirs, stage=stage, **clock),
        Due(rows.exclude(Exists(here)), to=Subquery(others.values("pk")[:1]), stage=stage, **clock),
    ]


class OpenedInEmergency(Rule):
    """A notice: it stands until it was reviewed, and three days at least."""

    code = "opened_in_emergency"
    title = "Record opened in an emergency"
    says = "{name}’s record was opened in an emergency. See there who looked, and why"
    whom = "the primary, the supervisor and the auditors, at once"
    page = "patients:access"
    always_on = True
    after_death = True
    at_once = True

    def due(self, now):
        to = Recipients(now, not_for="staff")
        rows = BreakGlass.objects.filter(Q(reviews=None) | Q(began_at__gt=now - REVIEWED_WITHIN)).distinct()
        rows = BreakGlass.objects.filter(pk__in=rows.values("pk"), began_at__lte=now)
        primary = Coalesce(to.present_primary(), to.primary_cover(), output_field=BigIntegerField())
        return [
            Due(rows, to=primary, stage=OWNER, **CLOCK),
            Due(rows, to=to.supervisor(), stage=SUPERVISOR, **CLOCK),
            *of_site(rows, Role.AUDITOR, AUDITOR, **CLOCK),
        ]

    def threshold(self, program):
        return "at once"


class EmergencyNotReviewed(Rule):
    code = "emergency_not_reviewed"
    title = "Opened in an emergency, not reviewed"
    says = "Nobody has reviewed yet why {name}’s record was opened in an emergency"
    whom = "the auditors; the admins one day later"
    always_on = True
    after_death = True

    def due(self, now):
        rows = BreakGlass.objects.unreviewed().opened_before(now - REVIEWED_WITHIN)
        clock = {"clock": "began_at", "due_at": F("began_at") + REVIEWED_WITHIN}
        return [
            *of_site(rows, Role.AUDITOR, AUDITOR, **clock),
            *of_site(rows.opened_before(now - REVIEWED_WITHIN - DAY), Role.ADMIN, ADMIN, **clock),
        ]

    def threshold(self, program):
        return "72 hours after it was opened"
