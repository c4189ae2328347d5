"""The lists of this room, and of the one below, that may leave."""

from patients import accounts, reviews
from patients.export_lines import ExportLines
from patients.exports import LONGEST, Exported, Leaving, OfPatient, Sheet
from patients.listing import Listing
from patients.log_lines import LogLines
from patients.models import Disclosure
from staff.calendar import as_day
from staff.models import Hint, Program, Site, StaffMember
from staff.roles import Permission

MOST = LONGEST + 1


class Patients(Exported):
    key, title, page = "patients", "Patients", "patients:list"
    asks = ("s", "status", "program", "last_contact")

    def leaving(self, ask):
        lines = Listing(ask.user, ask.now, ask.query, ask.typed).lines(MOST)
        columns = ("Record number", "Name", "Pronouns", "Where they stand", "Program", "Primary", "Last conversation",
                   "With", "Cadence", "Sign")  # fmt: skip
        rows = [
            (line.patient.record_number, line.patient.display_name, line.patient.pronouns, line.state, line.program,
             line.primary, line.last_talk, line.last_talk_by, line.cadence, line.sign)
            for line in lines
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)], {line.patient.ref for line in lines})


class Accounting(OfPatient):
    """The account of disclosures, which a patient may ask for: 42 CFR 2.25."""

    key, title, page = "accounting", "What was given to others", "patients:accounting"
    asks = ("patient", "from", "to")

    def leaving(self, ask):
        patient, site = self.patient(ask), ask.user.site
        days = (as_day(ask.query.get(name)) for name in ("from", "to"))
        _, _, since, until = accounts.period(*days, site.local_date(ask.now), site.zone)
        given = Disclosure.objects.visible_to(ask.user, ask.now).of(patient).between(since, until).newest_first()
        columns = ("When", "To whom", "Kind", "What", "In words", "What for", "Rests on", "By", "How")
        rows = [
            (one.given_at, one.recipient, one.get_recipient_kind_display(), ", ".join(one.information_labels),
             one.given, one.purpose_words, one.get_basis_display(), one.given_by.name, one.get_how_display())
            for one in given[:MOST]
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)], {patient.ref}, subject=patient.record_number)


class OfStaff(Exported):
    """A list that says nothing of patients."""

    names_patients = about_patients = False


class Staff(OfStaff):
    key, title, page, permission = "staff", "Staff", "staff:staff_list", Permission.MANAGE

    def leaving(self, ask):
        columns = ("Name", "Role", "Job", "Site", "Supervised by", "Signs in")
        rows = [
            (one.name, one.get_role_display(), one.job, one.site.name, one.supervisor and one.supervisor.name,
             one.is_active)
            for one in StaffMember.objects.listed()[:MOST]
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)])


class Programs(OfStaff):
    key, title, page, permission = "programs", "Programs", "staff:programs", Permission.MANAGE

    def leaving(self, ask):
        columns = ("Program", "Site", "Kind", "Present", "Lead", "Deputy")
        rows = [
            (one.name, one.site.name, one.get_kind_display(), one.get_presence_display(), one.lead.name,
             one.deputy and one.deputy.name)
            for one in Program.objects.listed()[:MOST]
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)])


class Sites(OfStaff):
    key, title, page, permission = "hours", "Hours", "staff:hours", Permission.MANAGE

    def leaving(self, ask):
        columns = ("Site", "Time zone", "Contact hours", "Crisis line", "On-call list")
        rows = [
            (one.name, one.time_zone, ", ".join(map(str, one.contact_hours.all())), one.crisis_line, one.needs_on_call)
            for one in Site.objects.listed()[:MOST]
        ]
        return Leaving([Sheet("data", self.title, columns, rows)])


class Words(OfStaff):
    key, title, page, permission = "hints", "Words", "staff:hints", Permission.MANAGE

    def leaving(self, ask):
        columns = ("Words", "Another way to say it", "Only beside", "Not beside", "In use")
        rows = [(one.words, one.say, one.only, one.unless, one.in_use) for one in Hint.objects.all()[:MOST]]
        return Leaving([Sheet("data", self.title, columns, rows)])


class AccessLog(Exported):
    key, title, page, permission = "access_log", "Access log", "patients:access_log", Permission.AUDIT
    asks, names_patients = ("staff", "day", "outcome"), False

    def leaving(self, ask):
        log = LogLines(ask.query, ask.user, ask.now)
        lines = log.lines(list(log.entries()[:MOST]))
        columns = ("When", "Who", "Role", "What", "Route or action", "Records", "Answer", "Address")
        rows = [
            (line.entry.recorded_at, line.who, line.entry.role, line.what, line.code, line.numbers, line.answer,
             line.entry.address)
            for line in lines
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)], {ref for line in lines for ref in line.refs})


class Reviews(Exported):
    key, title, page, permission = "reviews", "Reviews", "patients:reviews", Permission.AUDIT
    asks, names_patients = ("before",), False

    def leaving(self, ask):
        first, until, _, _ = reviews.week_of(ask.query.get("before"), ask.user.site, ask.now)
        opened = reviews.opened(first, until, ask.user, ask.now)
        in_emergency = [
            (one.row.staff.name, one.row.staff.get_role_display(), one.row.staff.site.name,
             one.row.patient.record_number, one.row.get_reason_display(), one.row.words, one.row.began_at, one.due_at,
             *reviewed(one.review))
            for one in opened
        ]  # fmt: skip
        unusual = [
            (line.staff.name, line.staff.get_role_display(), line.staff.site.name, line.kind.label, line.sentence,
             line.began_at, *reviewed(line.review))
            for line in reviews.findings(first, until, ask.user)
        ]  # fmt: skip
        who, then = ("Who", "Role", "Site"), ("Review", "By", "Words")
        sheets = [
            Sheet("opened-in-an-emergency", "Opened in an emergency",
                  (*who, "Record number", "Why", "In their words", "When", "Review by", *then), in_emergency),
            Sheet("unusual", "Looks that were unusual", (*who, "What", "How much", "When", *then), unusual),
        ]  # fmt: skip
        return Leaving(sheets, {one.row.patient.ref for one in opened})


def reviewed(review):
    """A review's verdict, by whom, and their words."""
    return (review.get_verdict_display(), review.reviewed_by.name, review.words) if review else ("", "", "")


class Exports(OfStaff):
    key, title, page, permission = "exports", "Exports", "patients:exports", Permission.EXPORT_REVIEW

    def leaving(self, ask):
        log = ExportLines({}, may_read_words=ask.user.may(Permission.AUDIT), now=ask.now)
        columns = ("When", "Who", "Role", "What", "Shape", "Purpose", "Words", "State", "Taken", "Rows", "Id")
        rows = [
            (line.export.asked_at, line.export.by.name, line.export.by.get_role_display(), line.what,
             line.export.get_kind_display(), line.why, line.words, line.state, line.export.taken_at, line.export.rows,
             line.export.ref)
            for line in log.lines(MOST)
        ]  # fmt: skip
        return Leaving([Sheet("data", self.title, columns, rows)])


LISTS = (Patients(), Accounting(), Staff(), Programs(), Sites(), Words(), AccessLog(), Reviews(), Exports())
