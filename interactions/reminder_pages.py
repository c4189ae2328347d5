"""What the pages of the reminders show: a person's own, and for the admin whether they work."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from interactions.doubted import doubted
from interactions.models import (
    BoundaryEvent,
    CheckIn,
    Concern,
    Feedback,
    FollowUp,
    Meeting,
    Quarantine,
    Reminder,
    SafetyReport,
    Signal,
    TalkRequest,
    Update,
)
from interactions.reminder_health import SHOWN, Signs, failed_mails, failing_mails, health, own_test_mail, unguarded
from interactions.reminder_rules import RULES, rule_of
from interactions.reminders import still_live
from interactions.shown import after_a_word
from patients.models import OutreachDay, Patient
from staff.backups.runs import backups
from staff.models import Program

MODELS = {"concern": Concern, "follow_up": FollowUp, "talk_request": TalkRequest, "meeting": Meeting,
          "check_in": CheckIn, "update": Update, "feedback": Feedback, "signal": Signal,
          "boundary_event": BoundaryEvent, "safety_report": SafetyReport}  # fmt: skip
FULL = 10  # entries on the page of somebody's reminders; more can be opened
OF_THE_PRIMARY = ["silence", "meeting_overdue", "signal_not_addressed"]
KINDS = [(model, [rule.code for rule in RULES if rule.about == about]) for about, model in MODELS.items()]

OF_THE_OWNER = [
    (Concern, ["concern_not_acknowledged", "concern_not_answered", "concern_not_told"]),
    (FollowUp, ["follow_up_due", "follow_up_overdue"]),
    (TalkRequest, ["talk_request_not_kept"]),
    (Meeting, ["meeting_without_outcome"]),
    (Update, ["setback_not_told"]),
    (OutreachDay, ["outreach_due"]),
]


@dataclass(frozen=True)
class Line:
    """A reminder in plain words."""

    what: str
    url: str
    who: str
    who_url: str
    whose: str
    since: str
    since_iso: str
    tone: str
    snooze_url: str
    aside: str
    back_url: str
    patient_ref: object
    leaves: bool
    can_wait: bool = False
    gathered: str = ""


def my_reminders(user, now):
    """The reminders of `user` that still hold, safety first, then the oldest: (those standing, those put aside)."""
    found = Reminder.objects.standing().with_records(KINDS, user, now).with_whose(OF_THE_OWNER, OF_THE_PRIMARY, now)
    shown, lines = set(), []
    for reminder in still_live(found.with_patients().oldest_due_first(), now):
        rule = rule_of(reminder.rule)
        if (rule.code, reminder.cause) in shown or (rule.about and reminder.record_ref is None):
            continue
        shown.add((rule.code, reminder.cause))
        lines.append(line(reminder, rule, user, now))
    lines.sort(key=lambda one: one.tone != "danger")
    return [one for one in lines if not one.aside], [one for one in lines if one.aside]


@dataclass(frozen=True)
class Notice:
    """What somebody is told at once: everything that is due with one patient, or one thing (`title`) that is due with
    several and for which nobody waits.
    """

    lines: tuple

    @property
    def first(self):
        return self.lines[0]

    @property
    def title(self):
        return self.first.gathered

    @property
    def can_wait(self):
        return all(line.can_wait for line in self.lines)


def notices_of(lines):
    """`lines` as notices: each that cannot wait by itself, the others by patient, last what can wait and is gathered;
    and from where on they are folded: what can wait, beyond the first ten.
    """
    found = {}
    for number, one in enumerate(lines):
        key = number if one.tone == "danger" else one.gathered or one.patient_ref
        found.setdefault(key, []).append(one)
    notices = sorted(
        (Notice(tuple(those)) for those in found.values()), key=lambda one: (one.can_wait, one.title != "")
    )
    return notices, max(FULL, sum(not one.can_wait for one in notices))


def calls(user, now):
    """In a sentence each: whom to call about somebody whose record is restricted. Who it is, the lead says."""
    found = Reminder.objects.live(now).calls(user, now).oldest_due_first()
    return [
        f"Somebody whose record is restricted may not be safe. Call {one.lead_name} now"
        f"{f', {one.lead_phone}' if one.lead_phone else ''}: they know who it is, and you need not open the record."
        for one in still_live(found, now)
    ]


def line(reminder, rule, user, now):
    patient, whose = reminder.patient, reminder.whose
    aside = reminder.snoozed_until_at is not None and reminder.snoozed_until_at > now
    return Line(
        what=rule.says.format(name=patient.called),
        url=reverse(
            f"interactions:{rule.about}" if rule.about else rule.page,
            args=[reminder.record_ref if rule.about else patient.ref],
        ),
        who=patient.display_name,
        who_url=patient.get_absolute_url(),
        whose=f"It is {whose}’s to do" if whose and whose != user.name else "",
        since=f"Since {after_a_word(reminder.due_at, now)}",
        since_iso=reminder.due_at.isoformat(),
        tone=tone_of(rule, reminder, now),
        snooze_url=reverse("interactions:reminder_snooze", args=[reminder.ref]) if rule.snoozable else "",
        aside=f"Until {after_a_word(reminder.snoozed_until_at, now)}: {reminder.snoozed_because}" if aside else "",
        back_url=reverse("interactions:reminder_bring_back", args=[reminder.ref]) if aside else "",
        patient_ref=patient.ref,
        leaves=rule.leaves,
        can_wait=rule.can_wait,
        gathered=rule.title if rule.gathered else "",
    )


def tone_of(rule, reminder, now):
    if rule.at_once and not rule.snoozable:
        return "danger"
    return "warn" if reminder.due_at < now - timedelta(days=1) else "calm"


@dataclass(frozen=True)
class RuleLine:
    """A rule as it stands in one program."""

    rule: object
    on: bool
    when: str
    switch_url: str


def rules_of(program):
    on = set(program.rule_switches.values_list("rule", flat=True))
    return [
        RuleLine(
            rule=rule,
            on=rule.always_on or rule.code in on,
            when=rule.threshold(program),
            switch_url=reverse(
                "interactions:reminder_switch", args=[program.ref, rule.code, "off" if rule.code in on else "on"]
            ),
        )
        for rule in RULES
    ]


def health_page(user, now, *, chosen):
    """The context of `/manage/reminders/`. Patients stand there by record number only."""
    programs = list(Program.objects.open().with_standards())
    program = next((one for one in programs if str(one.ref) == chosen), programs[0] if programs else None)
    waiting = Reminder.objects.live(now).for_recipient(user).of_unrestricted(now)
    waiting = waiting.select_related("patient").oldest_due_first()
    known = Patient.objects.by_number_for(user, now).values("pk")
    aside = Quarantine.objects.filter(patient__in=known).select_related("patient").order_by("found_at")
    lines = [
        {"what": rule_of(one.rule).title, "number": one.patient.record_number, "reason": one.reason,
         "next": after_a_word(one.next_try_at, now), "patient_ref": one.patient.ref}
        for one in aside[:SHOWN]
    ]  # fmt: skip
    failed, signs = failed_mails(now), Signs.for_user(user, now)
    return {
        "signs": signs,
        "health": health(signs, now, failed=len(failed), aside=len(lines)),
        "backups": backups(now),
        "calls": calls(user, now),
        "waiting": [
            {"what": rule_of(one.rule).title, "number": one.patient.record_number,
             "since": after_a_word(one.due_at, now), "patient_ref": one.patient.ref, "leaves": rule_of(one.rule).leaves}
            for one in waiting
        ],
        "failed": failed,
        "failing": failing_mails(now),
        "tested": own_test_mail(user, now),
        "aside": lines,
        "unguarded": unguarded(user, now),
        "doubted": doubted(programs, now),
        "program": program,
        "chosen": program is not None and str(program.ref) == chosen,
        "rules": rules_of(program) if program else [],
        "chips": [
            {"label": f"{one.name}, {one.site.name}", "current": one == program,
             "url": reverse("interactions:reminder_health", query={"program": str(one.ref)})}
            for one in programs
        ],
        "views": views("interactions:reminder_health"),
    }  # fmt: skip


def views(current):
    """The pages about reminders, for the admin to go from one to another."""
    return [{"label": label, "url": reverse(route), "current": route == current} for label, route in VIEWS]


VIEWS = (
    ("Now", "interactions:reminder_health"),
    ("What came", "interactions:reminders_fired"),
    ("What is coming", "interactions:reminders_coming"),
)


def refs_on(page):
    """The patients of whom `health_page` speaks."""
    return {line["patient_ref"] for part in ("waiting", "aside", "unguarded") for line in page[part]}
