"""The list of patients: what is asked for in the address, a page of it by name, and what each line says."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from patients import search
from patients.choices import EpisodeState
from patients.models import Patient
from patients.standing import cadence_sign, standing
from staff.models import Program
from staff.wording import lasting

PAGE = 50
SILENT_FOR = (3, 7, 14, 30)  # days


@dataclass(frozen=True)
class Line:
    patient: Patient
    primary: str
    program: str
    state: str
    state_tone: str
    last_talk: str
    last_talk_by: str
    cadence: str
    sign: str
    sign_tone: str


class Listing:
    """The patients whom `user` may know of, as the query string and the typed words narrow them."""

    def __init__(self, user, now, query, typed):
        self.user, self.now, self.typed = user, now, typed
        self.programs = list(Program.objects.with_patients_of(Patient.objects.visible_to(user, now)))
        self.status = query.get("status") if query.get("status") in EpisodeState.values else None
        self.program = next((one for one in self.programs if str(one.ref) == query.get("program")), None)
        self.silent_for = next((days for days in SILENT_FOR if str(days) == query.get("last_contact")), None)
        self.key = query.get("s") if typed else None
        self.after = as_uuid(query.get("after"))

    def patients(self):
        found = Patient.objects.visible_to(self.user, self.now)
        if self.typed:
            found = search.matching(found, self.typed)
        if self.status:
            found = found.in_state(self.status, self.now)
        if self.program:
            found = found.in_program(self.program)
        if self.silent_for:
            found = found.not_talked_with_since(self.now - timedelta(days=self.silent_for))
        return found

    def page(self):
        """The lines of the page, and the address of the next one (or None)."""
        found = self.patients().by_name()
        place = Patient.objects.visible_to(self.user, self.now).place_of(self.after) if self.after else None
        if place:
            found = found.after_name(*place)
        rows = list(found.with_list_facts(self.now).with_watches()[: PAGE + 1])
        more = len(rows) > PAGE
        lines = [line_of(patient, self.now) for patient in rows[:PAGE]]
        return lines, self.address(after=rows[PAGE - 1].ref) if more else None

    def lines(self, most):
        """The first lines of the whole list."""
        return [
            line_of(patient, self.now)
            for patient in self.patients().by_name().with_list_facts(self.now).with_watches()[:most]
        ]

    def address(self, **over):
        """This list's address with other values; empty ones are left out."""
        asked = {
            "s": self.key,
            "status": self.status,
            "program": self.program.ref if self.program else None,
            "last_contact": self.silent_for,
            **over,
        }
        return reverse("patients:list", query={name: str(value) for name, value in asked.items() if value})

    def chips(self):
        return [
            {"label": "All", "url": self.address(status=None), "current": self.status is None},
            *(
                {"label": label, "url": self.address(status=value), "current": self.status == value}
                for value, label in EpisodeState.choices
            ),
        ]

    @property
    def is_narrowed(self):
        return bool(self.typed or self.status or self.program or self.silent_for)


def line_of(patient, now):
    episode = patient.latest_episode
    if episode is None:
        return Line(patient, "", "", "Not admitted yet", "calm", "", "", "", "", "calm")
    pause = next(iter(episode.pauses_now), None)
    state, label, tone = standing(patient, pause, next(iter(patient.watches_now), None), now)
    cadence, standard = episode.cadence, episode.standard(now)
    talked_at = cadence.last_conversation_at
    running = state == EpisodeState.IN_CARE
    sign, sign_tone = cadence_sign(cadence, now) if running else ("", "calm")
    return Line(
        patient=patient,
        primary=", ".join(member.staff.name for member in patient.primaries_now),
        program=str(episode.program),
        state=label,
        state_tone=tone,
        last_talk=f"{lasting(now - talked_at)} ago" if talked_at else "Not yet",
        last_talk_by=cadence.last_conversation_by.name if cadence.last_conversation_by else "",
        cadence=how_often(standard.team_ideal_days, standard.team_max_days) if running else "",
        sign=sign,
        sign_tone=sign_tone,
    )


def how_often(ideal, longest):
    """ "every day", "every 7 days", "every 1 to 3 days"."""
    if ideal == longest:
        return "every day" if ideal == 1 else f"every {ideal} days"
    return f"every {ideal} to {longest} days"


def as_uuid(text):
    try:
        return UUID(text or "")
    except ValueError:
        return None
