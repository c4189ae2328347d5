"""Whom reminders will tell of what in the next days if nothing happens: rules are asked as of then; none is written."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from interactions import planning
from interactions.fired import ABOUT_STAFF, stage_words
from interactions.reminder_querysets import records_about
from interactions.reminder_rules import rule_of
from interactions.shown import when_words
from patients.models import Patient
from staff.calendar import DAY, as_day, start_of_day
from staff.models import StaffMember

DAYS = 14


@dataclass(frozen=True)
class ComingLine:
    what: str
    number: str
    program: str
    who: str
    owed_from: str
    patient_ref: UUID
    leaves: bool


class Coming:
    """Day by day, as the clocks of the admin's site count them. A restricted record is its lead's alone."""

    def __init__(self, query, user, now):
        self.user, self.now, self.zone = user, now, user.site.zone
        self.today = user.site.local_date(now)
        self.days = [self.today + n * DAY for n in range(DAYS)]
        self.found = self.by_day()
        asked = as_day(query.get("day"))
        first = next((day for day in self.days if self.found[day]), self.today)
        self.day = asked if asked in self.found else first

    def by_day(self):
        """What comes on each day: what would be written at its end, and not yet at the end of the day before."""
        known, found = set(), {}
        ends = {day: start_of_day(day + DAY, self.zone) - datetime.resolution for day in self.days}
        would = planning.would_write_at(list(ends.values()))
        for day, end in ends.items():
            found[day] = [one for one in would[end] if one.key not in known]
            known |= {one.key for one in found[day]}
        shown = Patient.objects.by_number_for(self.user, self.now)
        shown = shown.with_ids({one.patient_id for one in flat(found)}).with_care()
        self.patients, about_them = {patient.pk: patient for patient in shown}, set()
        for kind, rules in ABOUT_STAFF.items():
            about_them |= {(rule, pk) for pk in records_about(self.user, kind) for rule in rules}
        return {day: [one for one in those if self.shows(one, about_them)] for day, those in found.items()}

    def shows(self, one, about_them):
        return one.patient_id in self.patients and (one.rule, one.cause) not in about_them

    def lines(self):
        people = StaffMember.objects.in_bulk({one.recipient_id for one in self.found[self.day]})
        lines = [self.line(one, people[one.recipient_id]) for one in self.found[self.day]]
        return sorted(lines, key=lambda one: (one.program, one.number, one.what, one.who))

    def line(self, one, recipient):
        patient, rule, words = self.patients[one.patient_id], rule_of(one.rule), stage_words(one.stage)
        episode = patient.latest_episode
        return ComingLine(
            what=f"{rule.title} ({words})" if words else rule.title,
            number=patient.record_number,
            program=episode.program.name if episode else "",
            who=recipient.name,
            owed_from=when_words(one.due_at, self.now),
            patient_ref=patient.ref,
            leaves=rule.leaves,
        )

    def chips(self):
        return [
            {
                "label": self.label(day),
                "count": len(self.found[day]),
                "current": day == self.day,
                "url": reverse("interactions:reminders_coming", query={"day": str(day)}),
            }
            for day in self.days
        ]

    def label(self, day: date):
        return {self.today: "Today", self.today + DAY: "Tomorrow"}.get(day, f"{day:%a, %b} {day.day}")


def flat(by_day):
    return [one for those in by_day.values() for one in those]
