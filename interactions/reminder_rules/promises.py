"""What was promised: follow-ups, talks at another time, meetings."""

from django.db.models import Exists, F, OuterRef, Q

from interactions.models import FollowUp, Meeting, TalkRequest, Update
from interactions.recipients import Recipients
from interactions.reminder_rules.base import DAY, OWNER, PRIMARY, SUPERVISOR, Due, Rule
from patients.models import Episode
from staff.choices import Presence
from staff.phases import safety_plan


class FollowUpDue(Rule):
    code = "follow_up_due"
    title = "Promise due"
    says = "Something was promised to {name}"
    whom = "the owner"
    about = "follow_up"
    after_death = True  # what is owed to the family stands as a promise; the others were ended with the death

    def due(self, now):
        rows = FollowUp.objects.overdue(now)
        return [Due(rows, clock="promised_at", due_at="due_at", to=Recipients(now, not_for="not_for").owner())]

    def threshold(self, program):
        return "at its due time"


class FollowUpOverdue(FollowUpDue):
    code = "follow_up_overdue"
    title = "Promise not kept"
    says = "Something was promised to {name} and is late"
    whom = "the supervisor"

    def due(self, now):
        rows = FollowUp.objects.open().filter(escalates_at__lte=now)
        to = Recipients(now, not_for="not_for")
        beside = to.supervisor_beside(to.owner())
        return [Due(rows, clock="promised_at", due_at="escalates_at", to=beside, stage=SUPERVISOR)]

    def threshold(self, program):
        return "1 day after it was due" if program.round_the_clock else "1 working day after it was due"


class TalkRequestNotKept(Rule):
    code = "talk_request_not_kept"
    title = "A talk that was promised"
    says = "{name} wanted to talk, and was promised another time"
    whom = "who promised it; the supervisor one day later"
    about = "talk_request"

    def due(self, now):
        to, late = Recipients(now, not_for="not_for"), TalkRequest.objects.overdue(now)
        clock = {"clock": "promised_at", "due_at": "due_at"}
        return [
            Due(late, **clock, to=to.owner(), stage=OWNER),
            Due(late.filter(due_at__lte=now - DAY), **clock, to=to.supervisor_beside(to.owner()), stage=SUPERVISOR),
        ]

    def threshold(self, program):
        return "when the promised time has passed"


class MeetingOverdue(Rule):
    code = "meeting_overdue"
    title = "Treatment meeting overdue"
    says = "The treatment meeting with {name} is overdue"
    whom = "the primary; the supervisor one day later round the clock, else three days later"
    can_wait = True

    def due(self, now):
        """One that was planned in time has a day for somebody to write down that it was held."""
        to, overdue_at = Recipients(now), "cadence__meeting_overdue_at"
        in_time = Meeting.objects.planned().filter(
            patient=OuterRef("patient"), starts_at__lte=OuterRef(overdue_at), starts_at__gt=now - DAY
        )
        late = Episode.objects.in_cadence(now).filter(**{f"{overdue_at}__lte": now}).exclude(Exists(in_time))
        later = late.filter(
            Q(**{f"{overdue_at}__lte": now - 3 * DAY})
            | Q(**{f"{overdue_at}__lte": now - DAY}, program__presence=Presence.ROUND_THE_CLOCK)
        )
        clock = {"clock": "cadence__meeting_clock_at", "due_at": overdue_at}
        return [
            Due(late, **clock, to=to.primary(), stage=OWNER),
            Due(later, **clock, to=to.supervisor_beside(to.primary()), stage=SUPERVISOR),
        ]

    def threshold(self, program):
        standard = program.standards.all()[0]
        return (
            f"the first after {standard.meeting_first_days} days, then every {standard.meeting_every_days}, "
            f"with {standard.meeting_grace_days} days of grace"
        )


class MeetingWithoutOutcome(Rule):
    code = "meeting_without_outcome"
    title = "Meeting without an outcome"
    says = "Did the meeting with {name} take place?"
    whom = "its organiser"
    about = "meeting"
    can_wait = True

    def due(self, now):
        open_now = Episode.objects.in_cadence(now).values("patient")
        rows = Meeting.objects.without_outcome(now - DAY).filter(patient__in=open_now)
        return [Due(rows, clock="planned_at", due_at="starts_at", to=Recipients(now, not_for="not_for").owner())]

    def threshold(self, program):
        return "1 day after its time"


class SetbackNotTold(Rule):
    code = "setback_not_told"
    title = "They do not know yet"
    says = "{name} has not been told something about their treatment"
    whom = "who tells them, and the primary"
    about = "update"

    def due(self, now):
        to, late = Recipients(now, not_for="not_for"), Update.objects.to_tell_late(now)
        clock = {"clock": "promised_at", "due_at": "tell_by_at"}
        return [
            Due(late, **clock, to=to.owner(), stage=OWNER),
            Due(late, **clock, to=to.primary_beside(to.owner()), stage=PRIMARY),
        ]

    def threshold(self, program):
        return "at the end of the next day of care after it became known, or on the planned day"


class ReviewsDue(Rule):
    code = "reviews_due"
    title = "To ask about again"
    says = "Look again with {name}: the plan, the safety plan, or what they think of their care"
    whom = "the primary"
    page = "interactions:plan"
    can_wait = True
    gathered = True

    def due(self, now):
        rows = Episode.objects.to_ask_again(now)
        to = Recipients(now).primary()
        return [Due(rows, clock="review_clock", due_at="review_at", to=to, stage=F("review_stage"))]

    def threshold(self, program):
        standard = program.standards.all()[0]
        days = standard.feedback_first_days
        asked = f"; what they think of their care first after {days} days" if days else ""
        made = f"; the safety plan {safety_plan(standard)}"
        return f"on the day agreed for a goal or something that is tried{asked}{made}; everything due together"
