"""The lists of this room that may leave, and a patient's whole record."""

from datetime import datetime

from django.http import Http404

from interactions.assignments import held_by
from interactions.coming import Coming
from interactions.fired import Fired
from interactions.floor import floor_of
from interactions.my_day import day_of
from interactions.reminder_pages import health_page, my_reminders, refs_on
from interactions.reminder_rules import rule_of
from interactions.whole_record import sheets_of
from interactions.worklists import LISTS as WORK_LISTS
from patients.exports import LONGEST, Exported, Leaving, OfPatient, Sheet
from patients.listing import as_uuid
from staff.models import StaffMember
from staff.roles import Permission

MOST = LONGEST + 1


class WorkList(Exported):
    permission, asks = Permission.CARE_LOG, ("whose",)

    def __init__(self, work):
        self.work, self.key, self.title = work, work.route, work.title
        self.page = f"interactions:{work.route}"

    def leaving(self, ask):
        whose = "all" if ask.query.get("whose") == "all" else "mine"
        records = list(self.work.chosen(ask.user, ask.now, whose)[:MOST])
        lines = [self.work.line(record, ask.now, whose) for record in records]
        columns = ("Record number", "Patient", "What", "Where it stands", "With", "Due", "Late")
        rows = [
            (record.patient.record_number, line.who, line.what, record.get_state_display(), record.owner.name,
             getattr(record, self.work.due), getattr(record, self.work.due) < ask.now)
            for record, line in zip(records, lines, strict=True)
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)], {line.patient_ref for line in lines})


class MyDay(Exported):
    key, title, page = "today", "My day", "interactions:today"
    permission = Permission.CARE_LOG

    def leaving(self, ask):
        day = day_of(ask.user, ask.now)
        columns = ("Patient", "What", "Kind", "Due", "In words")
        owed, meetings, coming = (
            [(line.who, line.what, line.kind, datetime.fromisoformat(line.due_iso), line.due_label) for line in lines]
            for lines in (day.owed, day.meetings, day.coming)
        )
        talks = [
            (talk.patient.record_number, talk.patient.display_name, talk.last, talk.by, talk.due_label)
            for talk in day.talks
        ]
        sheets = [
            Sheet("owed-now", "Owed now", columns, owed),
            Sheet(
                "people-to-talk-to",
                "People to talk to",
                ("Record number", "Patient", "Last conversation", "With", "Due"),
                talks,
            ),
            Sheet("meetings-today", "Meetings today", columns, meetings),
            Sheet("coming-up", "Coming up", columns, coming),
        ]
        return Leaving(sheets, day.patient_refs())


class TheFloor(Exported):
    key, title, page = "floor", "The floor", "interactions:floor"
    permission = Permission.CARE_LOG

    def leaving(self, ask):
        rows = floor_of(ask.user, ask.now).rows
        columns = ("Room", "Record number", "Patient", "Away", "Last conversation", "With", "Last seemed",
                   "Please don’t raise", "What waits")  # fmt: skip
        lines = [
            (row.patient.latest_episode.room, row.patient.record_number, row.patient.display_name, row.away, row.last,
             row.by, row.seemed, "; ".join(row.dont_raise), "; ".join(debt.what for debt in row.owed))
            for row in rows
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, lines)], {row.patient.ref for row in rows})


class Reminders(Exported):
    key, title, page = "reminders", "Reminders", "interactions:reminders"
    permission = Permission.CARE_LOG

    def leaving(self, ask):
        standing, aside = my_reminders(ask.user, ask.now)
        lines = [line for line in (*standing, *aside) if line.leaves]
        rows = [(line.who, line.what, line.whose, datetime.fromisoformat(line.since_iso), line.aside) for line in lines]
        sheet = Sheet("data", self.title, ("Patient", "What", "Whose", "Since", "Put aside"), rows)
        return Leaving([sheet], {line.patient_ref for line in lines})


class ReminderHealth(Exported):
    """By record number only, which is no patient identifying information (42 CFR 2.11): an admin may take it."""

    key, title, page = "reminder_health", "Whether reminders work", "interactions:reminder_health"
    permission, names_patients = Permission.MANAGE, False

    def leaving(self, ask):
        page = health_page(ask.user, ask.now, chosen=None)
        sheets = [
            Sheet("waiting", "Waiting for you", ("Record number", "What", "Since"),
                  [(one["number"], one["what"], one["since"]) for one in page["waiting"] if one["leaves"]]),
            Sheet("failed", "Mails that failed", ("To", "Kind", "When", "Why", "Code"),
                  [(one["who"], one["kind"], one["when"], one["words"], one["error"]) for one in page["failed"]]),
            Sheet("tried-again", "Mails that are tried again", ("To", "Kind", "Since", "Why", "Next try"),
                  [(one["who"], one["kind"], one["since"], one["words"], one["next"]) for one in page["failing"]]),
            Sheet("nobody-would-speak", "Nobody would speak up for them", ("Record number", "Where", "Why"),
                  [(one["number"], one["where"], one["why"]) for one in page["unguarded"]]),
            Sheet("set-aside", "Set aside", ("Record number", "What", "Why", "Tried again"),
                  [(one["number"], one["what"], one["reason"], one["next"]) for one in page["aside"]]),
        ]  # fmt: skip
        return Leaving(sheets, refs_on(page))


class ByNumber(Exported):
    """An admin's list of reminders, by record number only."""

    permission, names_patients = Permission.MANAGE, False


class RemindersFired(ByNumber):
    key, title, page = "reminders_fired", "What reminders came", "interactions:reminders_fired"
    asks = ("from", "to", "rule", "program")

    def leaving(self, ask):
        fired = Fired(ask.query, ask.user, ask.now)
        lines = [fired.line(one) for one in fired.reminders()[:MOST] if rule_of(one.rule).leaves]
        columns = ("Came", "What", "Record number", "Program", "To", "Due", "Clock started", "Put aside until", "Ended")
        rows = [
            (line.reminder.planned_at, line.what, line.number, line.program, line.who, line.reminder.due_at,
             line.reminder.clock_started_at, line.reminder.snoozed_until_at, line.reminder.ended_at)
            for line in lines
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)], {line.patient_ref for line in lines})


class RemindersComing(ByNumber):
    key, title, page = "reminders_coming", "What reminders are coming", "interactions:reminders_coming"
    asks = ("day",)

    def leaving(self, ask):
        lines = [line for line in Coming(ask.query, ask.user, ask.now).lines() if line.leaves]
        columns = ("What", "Record number", "Program", "To", "Owed from")
        rows = [(line.what, line.number, line.program, line.who, line.owed_from) for line in lines]
        return Leaving([Sheet("data", self.title, columns, rows)], {line.patient_ref for line in lines})


class Assignments(Exported):
    """What a colleague holds: by record number without the initials of the page, since an admin may take it."""

    key, title, page = "assignments", "Assignments", "interactions:assignments"
    permission, names_patients = Permission.TEAM_ASSIGN, False
    asks = needs = ("from",)

    def leaving(self, ask):
        member = StaffMember.objects.caring().with_ref(as_uuid(ask.query.get("from")))
        if member is None:
            raise Http404
        held = held_by(member, ask.user, ask.now)
        rows = [(member.name, one.patient.record_number, one.role, one.words) for one in held]
        columns = ("Colleague", "Record number", "On the care team as", "Open")
        return Leaving([Sheet("data", self.title, columns, rows)], {one.patient.ref for one in held})


class WholeRecord(OfPatient):
    """All that whoever asks may see of one patient now: the audience of each record decides."""

    key, title, page = "record", "The whole record", "interactions:patient_page"

    def leaving(self, ask):
        patient = self.patient(ask)
        return Leaving(sheets_of(patient, ask.user, ask.now), {patient.ref}, subject=patient.record_number)


LISTS = (
    *map(WorkList, WORK_LISTS.values()),
    MyDay(),
    TheFloor(),
    Reminders(),
    ReminderHealth(),
    RemindersFired(),
    RemindersComing(),
    Assignments(),
    WholeRecord(),
)
