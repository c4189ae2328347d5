"""What is to be looked at by somebody else: boundary events by their weight, and duties beyond the relationship."""

from django.db.models.functions import NullIf

from interactions.models import BoundaryEvent, SafetyReport
from interactions.recipients import Recipients
from interactions.reminder_rules.base import ADMIN, DAY, OWNER, SUPERVISOR, Due, Rule
from interactions.reminder_rules.emergency import of_site
from staff.roles import Role

SECOND = "second"


class BoundaryEventSerious(Rule):
    """The admins hear, without a word of it, that a review is missing."""

    code = "boundary_event_serious"
    title = "A boundary to look at today"
    says = "Something serious about boundaries was written down on {name}’s record. Look at it now"
    whom = "the supervisor and the second person at once; the admins after one hour"
    about = "boundary_event"
    always_on = True
    after_death = True
    leaves = False
    at_once = at_any_hour = True
    snoozable = False

    def due(self, now):
        waiting = BoundaryEvent.objects.waiting().serious().filter(recorded_at__lte=now)
        rows, clock = waiting.with_concerned(), {"clock": "recorded_at", "due_at": "recorded_at"}
        to = Recipients(now, not_for="concerned")
        return [
            Due(rows.without_supervisor(), to=to.supervisor(), stage=SUPERVISOR, **clock),
            Due(rows.without_second(), to=to.member("second_staff"), stage=SECOND, **clock),
            *late_to_admins(waiting.late(now), "review_due_at"),
        ]

    def threshold(self, program):
        return "at once, in every program; reviewed by two within one hour"


class BoundaryEventNotReviewed(Rule):
    code = "boundary_event_not_reviewed"
    title = "A boundary to talk over"
    says = "Something about boundaries on {name}’s record waits to be talked over"
    whom = "the supervisor; the admins one day after it was due"
    about = "boundary_event"
    after_death = True
    leaves = False

    def due(self, now):
        waiting = BoundaryEvent.objects.waiting().to_talk_over().filter(recorded_at__lte=now)
        to = Recipients(now, not_for="concerned").supervisor()
        return [
            Due(waiting.with_concerned(), clock="recorded_at", due_at="recorded_at", to=to, stage=SUPERVISOR),
            *late_to_admins(waiting.late(now - DAY), "review_due_at"),
        ]

    def threshold(self, program):
        return "when it is written down; to be reviewed within 3 working days"


class SafetyReportNotTold(Rule):
    code = "safety_report_not_told"
    title = "A report to look at now"
    says = "Somebody else may be at risk: a report on {name}’s record asks you to look now"
    whom = "the supervisor at once; the admins after one hour"
    about = "safety_report"
    always_on = True
    after_death = True
    leaves = False
    at_once = at_any_hour = True
    snoozable = False

    def due(self, now):
        rows = SafetyReport.objects.not_told().filter(recorded_at__lte=now)
        to = Recipients(now, not_for="not_for").supervisor()
        return [
            Due(rows, clock="recorded_at", due_at="recorded_at", to=to, stage=SUPERVISOR),
            *late_to_admins(rows.filter(told_due_at__lte=now), "told_due_at"),
        ]

    def threshold(self, program):
        return "at once, in every program; the supervisor knows within one hour"


class SafetyReportUndecided(Rule):
    code = "safety_report_undecided"
    title = "A report without a decision"
    says = "A report on {name}’s record has no decision yet. Ask the privacy officer or counsel now"
    whom = "whoever wrote it and the supervisor; the admins one day later"
    about = "safety_report"
    always_on = True
    after_death = True
    leaves = False
    at_once = at_any_hour = True
    snoozable = False

    def due(self, now):
        rows = SafetyReport.objects.undecided().filter(decision_due_at__lte=now, recorded_at__lte=now)
        to, clock = Recipients(now, not_for="not_for"), {"clock": "known_at", "due_at": "decision_due_at"}
        author = to.member("recorded_by")
        return [
            Due(rows, to=author, stage=OWNER, **clock),
            Due(rows, to=NullIf(to.supervisor(), author), stage=SUPERVISOR, **clock),
            *late_to_admins(rows.filter(decision_due_at__lte=now - DAY), "decision_due_at", clock="known_at"),
        ]

    def threshold(self, program):
        return "24 hours after it was known, in every program"


def late_to_admins(rows, due_at, clock="recorded_at"):
    """To the admins of the site, but not to one whom it concerns. What they read names neither a person nor a word."""
    return of_site(rows, Role.ADMIN, ADMIN, never=("not_for",), clock=clock, due_at=due_at)
