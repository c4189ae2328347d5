"""Concerns: taken over, taken on, answered, told, settled."""

from django.db.models import CharField, F, Q
from django.db.models.functions import Cast

from interactions.choices import UNANSWERED
from interactions.models import Concern, Rung
from interactions.recipients import Recipients
from interactions.reminder_rules.base import DAY, OWNER, SUPERVISOR, Due, Rule
from staff.spans import spoken
from staff.urgency import Urgency

# The supervisor hears of a late concern when the owner has had this much longer. It is reckoned from the owner's due
# moment, which is a column, so it needs none of its own.
LONGER_TODAY, LONGER = DAY / 12, DAY
LATER_WORDS = "the supervisor two hours later for “Today”, else one day later"


def escalated(field, now):
    """Whether the moment in `field` passed long enough ago for the supervisor to hear of it."""
    return Q(**{f"{field}__lte": now - LONGER}) | Q(urgency=Urgency.TODAY, **{f"{field}__lte": now - LONGER_TODAY})


class ConcernRule(Rule):
    about = "concern"

    def people(self, now):
        return Recipients(now, not_for="not_for")


class SafetyNotTakenOver(Rule):
    code = "safety_not_taken_over"
    title = "Safety concern not taken over"
    says = "{name} may not be safe. Nobody has taken it over yet"
    whom = "the next person of the on-call list each time, the supervisor from the first, then the admin"
    about = "concern"
    always_on = True
    at_once = at_any_hour = True
    snoozable = False

    def due(self, now):
        waiting = Concern.objects.not_taken_over().values("pk")
        rungs = Rung.objects.filter(concern__in=waiting, due_at__lte=now, staff__is_active=True)
        return [
            Due(
                rungs,
                clock="concern__clock_started_at",
                due_at="due_at",
                to=F("staff"),
                stage=Cast("n", CharField()),
                patient="concern__patient",
                cause="concern",
            )
        ]

    def threshold(self, program):
        return "15 minutes after it was saved, then every 15 minutes"


class ConcernNotAcknowledged(ConcernRule):
    code = "concern_not_acknowledged"
    title = "Concern that nobody has taken on"
    says = "{name} raised something. Nobody has taken it on yet"
    whom = f"the owner; {LATER_WORDS}"

    def due(self, now):
        to, late = self.people(now), Concern.objects.ack_late(now).exclude(urgency=Urgency.SAFETY)
        clock = {"clock": "clock_started_at", "due_at": "ack_due_at"}
        return [
            Due(late, **clock, to=to.owner(), stage=OWNER),
            Due(
                late.filter(escalated("ack_due_at", now)),
                **clock,
                to=to.supervisor_beside(to.owner()),
                stage=SUPERVISOR,
            ),
        ]

    def threshold(self, program):
        return targets(program, "ack")


class ConcernNotAnswered(ConcernRule):
    code = "concern_not_answered"
    title = "Concern without an answer"
    says = "{name} is waiting for an answer"
    whom = f"the owner; {LATER_WORDS}"

    def due(self, now):
        """A safety concern counts from when it was taken over; until then its ladder asks."""
        to, late = self.people(now), Concern.objects.answer_late(now)
        late = late.filter(~Q(urgency=Urgency.SAFETY) | Q(safety__taken_over_at__isnull=False))
        clock = {"clock": "clock_started_at", "due_at": "answer_due_at"}
        return [
            Due(late, **clock, to=to.owner(), stage=OWNER),
            Due(
                late.filter(escalated("answer_due_at", now)),
                **clock,
                to=to.supervisor_beside(to.owner()),
                stage=SUPERVISOR,
            ),
        ]

    def threshold(self, program):
        return targets(program, "answer")


class ConcernNotTold(ConcernRule):
    code = "concern_not_told"
    title = "Answered, but they do not know yet"
    says = "We have an answer for {name}, and they don’t know it yet"
    whom = f"the owner; {LATER_WORDS}"

    def due(self, now):
        to, late = self.people(now), Concern.objects.tell_late(now)
        clock = {"clock": "answered_at", "due_at": "tell_due_at"}
        return [
            Due(late, **clock, to=to.owner(), stage=OWNER),
            Due(
                late.filter(escalated("tell_due_at", now)),
                **clock,
                to=to.supervisor_beside(to.owner()),
                stage=SUPERVISOR,
            ),
        ]

    def threshold(self, program):
        standard = program.standards.all()[0]
        session = "at the next session, at latest " if standard.tell_at_next_session else ""
        return f"{session}{spoken(standard.tell_within)} after the answer"


class ConcernUnsettledTwice(ConcernRule):
    code = "concern_unsettled_twice"
    title = "They said “no, not answered” a second time"
    says = "{name} said a second time that it is not settled"
    whom = "the supervisor"

    def due(self, now):
        rows = Concern.objects.filter(state__in=UNANSWERED, times_unsettled__gte=2, unsettled_at__lte=now)
        return [
            Due(
                rows,
                clock="unsettled_at",
                due_at="unsettled_at",
                to=self.people(now).supervisor(),
                stage=SUPERVISOR,
            )
        ]

    def threshold(self, program):
        return "at once"


def targets(program, what):
    """ "Today 2 hours, By tomorrow 8 hours, In a few days 24 hours" of the program's first phase."""
    standard = program.standards.all()[0]
    urgencies = (Urgency.TODAY, Urgency.SOON, Urgency.ROUTINE)
    return " · ".join(f"{u.label}: {spoken(getattr(standard, f'{what}_{u.value}'))}" for u in urgencies)
