"""What is open of one kind: a keyset page of lines, earliest due first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.urls import reverse

from interactions.models import Concern, FollowUp, Meeting
from interactions.my_day import Line
from interactions.shown import late_by

PAGE = 50


@dataclass(frozen=True)
class Page:
    lines: list
    whose: str
    chips: list
    newest_url: str | None
    older_url: str | None

    def patient_refs(self):
        return {line.patient_ref for line in self.lines}


@dataclass(frozen=True)
class WorkList:
    """A list page: which records, by which due moment, and what a line says."""

    route: str
    title: str
    lede: str
    empty: str
    model: type
    due: str
    what: str
    icon: str

    def records(self, user, now):
        return self.model.objects.visible_to(user, now).waiting()

    def chosen(self, user, now, whose):
        """The whole list, earliest due first."""
        records = self.records(user, now)
        records = records.to_settle(user, now) if whose == "mine" else records.on_team_lists(user)
        return records.with_people().order_by(self.due, "ref")

    def page(self, user, now, *, whose, after):
        """A page of what `user` owns ("mine"), or of all that is open with the patients they may see ("all")."""
        records = self.chosen(user, now, whose)
        place = parse_place(after)
        if place:
            records = records.following(self.due, *place)
        found = list(records[: PAGE + 1])
        shown = found[:PAGE]
        last = shown[-1] if len(found) > PAGE else None
        return Page(
            lines=[self.line(record, now, whose) for record in shown],
            whose=whose,
            chips=[
                {"label": "Mine", "url": self.address(), "current": whose == "mine"},
                {"label": "Everyone’s", "url": self.address(whose="all"), "current": whose == "all"},
            ],
            newest_url=self.address(whose=whose) if place else None,
            older_url=self.address(whose=whose, after=f"{getattr(last, self.due).isoformat()}_{last.ref.hex}")
            if last
            else None,
        )

    def address(self, **values):
        values = {name: value for name, value in values.items() if value and value != "mine"}
        return reverse(f"interactions:{self.route}", query=values or None)

    def line(self, record, now, whose):
        due_at = getattr(record, self.due)
        label, tone = late_by(due_at, now)
        words = getattr(record, self.what).strip()
        state = record.get_state_display()
        return Line(
            what=words.splitlines()[0] if words else state,
            url=record.get_absolute_url(),
            who=record.patient.display_name,
            who_url=record.patient.get_absolute_url(),
            kind=state if whose == "mine" else f"{state} · {record.owner.name}",
            due_label=label,
            due_tone=tone,
            due_iso=due_at.isoformat(),
            patient_ref=record.patient.ref,
            icon=self.icon,
        )


def parse_place(text):
    """(moment, ref) of `?after=`, or None."""
    try:
        at, ref = (text or "").split("_")
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), UUID(ref)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


LISTS = {
    "concern": WorkList(
        "concerns", "Concerns", "What patients raised, until they have heard the answer.",
        "Nothing that anybody raised is waiting.", Concern, "due_at", "words",
        "chat-bubble-left-ellipsis",
    ),
    "follow_up": WorkList(
        "follow_ups", "Promises", "What was promised to patients, until it is kept.",
        "Every promise is kept.", FollowUp, "due_at", "what", "check-circle",
    ),
    "meeting": WorkList(
        "meetings", "Meetings", "Conversations about the treatment itself.",
        "No meeting is planned.", Meeting, "starts_at", "agenda", "calendar-days",
    ),
}  # fmt: skip
