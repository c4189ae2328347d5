"""What a day holds for one staff member, computed from the facts."""

from dataclasses import dataclass
from operator import attrgetter

from django.urls import reverse

from interactions import debts, signals
from interactions.models import Meeting
from interactions.patient_header import cadence_tone
from interactions.shown import ago, late_by, when_words
from interactions.signal_querysets import in_care_of
from patients.models import Patient

SHOWN = 7
TO_TALK_TO = 20


@dataclass(frozen=True)
class Line:
    """A line of a work list."""

    what: str
    url: str
    who: str
    who_url: str
    kind: str
    due_label: str
    due_tone: str
    due_iso: str
    patient_ref: object
    icon: str = ""


@dataclass(frozen=True)
class Talk:
    """Somebody to talk with: when somebody last did, beside the cadence."""

    patient: object
    last: str
    by: str
    tone: str
    due_label: str


@dataclass(frozen=True)
class Day:
    owed: list
    coming: list
    meetings: list
    talks: list
    signs: list

    def shown(self):
        return self.owed[:SHOWN]

    def more(self):
        return self.owed[SHOWN:]

    def patient_refs(self):
        lines = [*self.owed, *self.coming, *self.meetings]
        return {line.patient_ref for line in lines} | {talk.patient.ref for talk in self.talks}


def day_of(user, now):
    """The `Day` of `user`: owed now or due today, meetings of today, people to talk to, and the week ahead."""
    _, tonight = user.site.day_bounds(user.site.local_date(now))
    found = [debt for debt in debts.of_staff(user, now) if debt.due_at < now + debts.AHEAD]
    meetings = list(
        Meeting.objects.visible_to(user, now)
        .planned()
        .to_settle(user, now)
        .between(now, now + debts.AHEAD)
        .soonest_first()
        .with_people()[: 2 * SHOWN]
    )
    return Day(
        owed=[debt_line(debt, now) for debt in sorted(found, key=attrgetter("can_wait")) if debt.due_at < tonight],
        meetings=[meeting_line(meeting, now) for meeting in meetings if meeting.starts_at < tonight],
        coming=sorted(
            [
                *(debt_line(debt, now) for debt in found if debt.due_at >= tonight),
                *(meeting_line(meeting, now) for meeting in meetings if meeting.starts_at >= tonight),
            ],
            key=lambda line: line.due_iso,
        ),
        talks=[talk(patient, now) for patient in Patient.objects.to_talk_to(user, now).with_care()[:TO_TALK_TO]],
        signs=signals.to_ask_about(in_care_of(Patient.objects.visible_to(user, now), user, now), user, now),
    )


def debt_line(debt, now):
    label, tone = late_by(debt.due_at, now)
    return Line(
        what=debt.what, url=debt.url, who=debt.display_name, who_url=patient_url(debt.patient_ref), kind=debt.label,
        due_label=label, due_tone=tone, due_iso=debt.due_at.isoformat(), patient_ref=debt.patient_ref, icon=debt.icon,
    )  # fmt: skip


def meeting_line(meeting, now):
    label = when_words(meeting.starts_at, now)
    patient = meeting.patient
    return Line(
        what=meeting.agenda.splitlines()[0] if meeting.agenda.strip() else "Treatment meeting",
        url=meeting.get_absolute_url(), who=patient.display_name, who_url=patient.get_absolute_url(), kind="Meeting",
        due_label=label, due_tone="info", due_iso=meeting.starts_at.isoformat(),
        patient_ref=patient.ref, icon="calendar-days",
    )  # fmt: skip


def talk(patient, now):
    cadence = patient.latest_episode.cadence
    return Talk(
        patient=patient,
        last=ago(cadence.last_conversation_at, now, never="not talked with yet"),
        by=cadence.last_conversation_by.name if cadence.last_conversation_by else "",
        tone=cadence_tone(cadence, now),
        due_label=talk_label(cadence, now),
    )


def talk_label(cadence, now):
    """Past the longest gap it is late; past the ideal one it is time, and no more than that."""
    overdue_at = min(cadence.team_overdue_at, cadence.primary_overdue_at)
    return late_by(overdue_at, now)[0] if overdue_at < now else "Time to talk"


def patient_url(ref):
    return reverse("interactions:patient_page", args=[ref])
