"""Every reminder there ever was: to whom, why, when it came and when it ended. By record number, for the admin."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from interactions.models import Reminder
from interactions.reminder_rules import BY_CODE, RULES, rule_of
from patients.listing import as_uuid
from staff.calendar import DAY, as_day, start_of_day
from staff.models import Program
from staff.wording import clock

PAGE = 50
# The rules about records of which a colleague may never learn, by kind.
KINDS = ("concern", "feedback", "boundary_event", "safety_report")
ABOUT_STAFF = {kind: [rule.code for rule in RULES if rule.about == kind] for kind in KINDS}


@dataclass(frozen=True)
class FiredLine:
    reminder: Reminder
    what: str
    number: str
    program: str
    who: str
    why: str
    came: str
    ended: str
    tone: str
    patient_ref: UUID


class Fired:
    """The reminders as the query string narrows them, newest first. Of restricted records none: they are their lead's.

    A reason for which one was put aside may name somebody, so it does not stand here.
    """

    def __init__(self, query, user, now):
        self.user, self.now, self.zone = user, now, user.site.zone
        self.first, self.last = as_day(query.get("from")), as_day(query.get("to"))
        self.rule = query.get("rule") if query.get("rule") in BY_CODE else None
        self.programs = list(Program.objects.open().with_site())
        wanted = as_uuid(query.get("program"))
        self.program = next((one for one in self.programs if one.ref == wanted), None)
        self.before = as_uuid(query.get("before"))

    def reminders(self):
        found = Reminder.objects.by_number_for(self.user, self.now, ABOUT_STAFF).newest_fired_first()
        if self.first:
            found = found.fired_since(start_of_day(self.first, self.zone))
        if self.last:
            found = found.fired_until(start_of_day(self.last + DAY, self.zone))
        if self.rule:
            found = found.of_rule(self.rule)
        if self.program:
            found = found.in_program(self.program)
        return found

    def page(self):
        """The lines of the page, and the address of the next one (or None)."""
        found = self.reminders().fired_before(self.before) if self.before else self.reminders()
        found = list(found[: PAGE + 1])
        shown = found[:PAGE]
        older = self.address(before=shown[-1].ref) if len(found) > PAGE else None
        return [self.line(one) for one in shown], older

    def line(self, one):
        rule, words, episode = rule_of(one.rule), stage_words(one.stage), one.patient.latest_episode
        return FiredLine(
            reminder=one,
            what=f"{rule.title} ({words})" if words else rule.title,
            number=one.patient.record_number,
            program=episode.program.name if episode else "",
            who=one.recipient.name,
            why=f"Due {self.at(one.due_at)}. The clock started {self.at(one.clock_started_at)}.",
            came=self.at(one.planned_at),
            ended=self.ended(one),
            tone="good" if one.ended_at else "warn",
            patient_ref=one.patient.ref,
        )

    def ended(self, one):
        if one.ended_at:
            return f"Ended {self.at(one.ended_at)}"
        if one.snoozed_until_at and one.snoozed_until_at > self.now:
            return f"Put aside until {self.at(one.snoozed_until_at)}"
        return "Stands"

    def at(self, moment):
        return clock(moment, self.now, self.zone)

    def address(self, **over):
        asked = {
            "from": self.first,
            "to": self.last,
            "rule": self.rule,
            "program": self.program and self.program.ref,
            **over,
        }
        return reverse(
            "interactions:reminders_fired", query={name: str(value) for name, value in asked.items() if value} or None
        )

    @property
    def rules(self):
        return sorted(RULES, key=lambda rule: rule.title)

    @property
    def is_narrowed(self):
        return bool(self.first or self.last or self.rule or self.program or self.before)


STAGES = {
    "owner": "",
    "primary": "to their primary",
    "supervisor": "to the supervisor",
    "admin": "to an admin",
    "auditor": "to an auditor",
    "second": "to the second person",
    "plan": "about the safety plan",
}


def stage_words(stage):
    """Which step of a rule it was, in words; "" for the first."""
    if stage.isdigit():
        return f"step {int(stage) + 1} of the ladder"
    who, _, step = stage.partition("_")
    if who == "day":
        return f"day {step}"
    if step:  # of silence: whose conversations are missed, and who is told
        missed = {"team": "the whole team", "primary": "their primary"}[who]
        return f"{missed}, {STAGES[step]}" if STAGES[step] else missed
    return STAGES[stage]
