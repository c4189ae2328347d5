"""The access log as the auditor reads it: record numbers, never names."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from patients.listing import as_uuid
from patients.looks import look_words
from patients.models import Patient
from staff.calendar import as_day, start_of_day
from staff.choices import IN_VAIN, AtTheDoor, Outcome
from staff.models import AccessEntry, StaffMember

PAGE = 50
NAMED = 5  # record numbers on one line
ODD = {Outcome.DENIED: "warn", Outcome.NOT_FOUND: "warn", Outcome.REFUSED: "warn"}


@dataclass(frozen=True)
class LogLine:
    entry: AccessEntry
    who: str
    what: str
    code: str
    refs: list
    numbers: str
    answer: str
    answer_tone: str


class LogLines:
    """The entries as the query string narrows them, newest first; none about a record that `user` is never to see."""

    def __init__(self, query, user, now):
        self.user, self.now, self.zone = user, now, user.site.zone
        staff = as_uuid(query.get("staff"))
        self.staff = StaffMember.objects.with_ref(staff) if staff else None
        self.day = as_day(query.get("day"))
        self.outcome = query.get("outcome") if query.get("outcome") in Outcome.values else None
        self.before = as_uuid(query.get("before"))

    def entries(self):
        denied = Patient.objects.denied_to(self.user, self.now).values("ref")
        entries = AccessEntry.objects.not_naming(denied).newest_first().with_patients()
        if self.staff:
            entries = entries.concerning(self.staff)
        if self.day:
            entries = entries.since(start_of_day(self.day, self.zone))
            entries = entries.until(start_of_day(self.day + timedelta(days=1), self.zone))
        if self.outcome:
            entries = entries.with_outcome(self.outcome)
        if self.before:
            entries = entries.before(self.before)
        return entries

    def page(self):
        """The lines of the page, and the address of the next one (or None)."""
        found = list(self.entries()[: PAGE + 1])
        shown = found[:PAGE]
        older = self.address(before=shown[-1].ref) if len(found) > PAGE else None
        return self.lines(shown), older

    def lines(self, shown):
        """These entries in words."""
        refs = {row.patient_ref for entry in shown for row in list(entry.patients.all())[:NAMED]}
        numbers = dict(Patient.objects.with_refs(refs).values_list("ref", "record_number")) if refs else {}
        tried = {entry.record_ref for entry in shown if entry.action in AtTheDoor and entry.actor_id is None}
        accounts = StaffMember.objects.names_of(tried) if tried else {}
        return [line_of(entry, numbers, accounts) for entry in shown]

    def address(self, **over):
        asked = {"staff": self.staff and self.staff.ref, "day": self.day, "outcome": self.outcome, **over}
        return reverse("patients:access_log", query={name: str(value) for name, value in asked.items() if value})

    def chips(self):
        return [
            {"label": "Everything", "url": self.address(outcome=None), "current": self.outcome is None},
            *(
                {"label": label, "url": self.address(outcome=value), "current": self.outcome == value}
                for value, label in Outcome.choices
            ),
        ]

    @property
    def is_narrowed(self):
        return bool(self.staff or self.day or self.outcome or self.before)


def line_of(entry, numbers, accounts):
    refs = [row.patient_ref for row in list(entry.patients.all())[:NAMED]]
    more = len(entry.patients.all()) - len(refs)
    named = ", ".join(numbers.get(ref, "no such record") for ref in refs)
    return LogLine(
        entry=entry,
        who=who_of(entry),
        what=door_words(entry, accounts) or look_words(entry.route, entry.action, entry.outcome, entry.basis),
        code=entry.route if entry.action in ("read", AtTheDoor.NOT_FOR_ROLE) else entry.action,
        refs=[ref for ref in refs if ref in numbers],
        numbers=f"{named} and {more} more" if more else named,
        answer="Done" if entry.action != "read" and entry.outcome == Outcome.OK else entry.get_outcome_display(),
        answer_tone=ODD.get(entry.outcome, "calm"),
    )


def who_of(entry):
    if entry.actor:
        return entry.actor.name
    return "Somebody not signed in" if entry.action in (*IN_VAIN, AtTheDoor.RIGHT_PASSWORD) else "The system"


def door_words(entry, accounts):
    """What happened at the door, and with whose account when that was not their own doing; "" for everything else."""
    if entry.action not in AtTheDoor:
        return ""
    said = AtTheDoor(entry.action).label
    if entry.actor:
        return said
    whose = accounts.get(entry.record_ref)
    return f"{said}: the account of {whose}" if whose else f"{said}, for a name that nobody has here"
