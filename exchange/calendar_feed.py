"""What the calendar of a staff member fetches: when something of theirs is due, and nothing of whom it is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event

from interactions.models import FollowUp, Meeting
from staff.calendar import DAY

BACK, AHEAD = 30 * DAY, 365 * DAY
A_WHILE = timedelta(minutes=15)  # what a promise takes in the calendar; it has a moment, not a length
REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Appointment:
    """Something that its owner is to do at a moment. Meetings have no planned end, and none is made up."""

    ref: UUID
    patient_ref: UUID
    words: str
    starts_at: datetime
    lasts: timedelta | None
    busy: bool
    page: str
    version: int
    changed_at: datetime


def appointments(user, now):
    """The open promises and planned meetings that `user` owns, of those they may see now."""
    first, last = now - BACK, now + AHEAD
    promises = FollowUp.objects.visible_to(user, now).open().owned_by(user).due_between(first, last)
    meetings = Meeting.objects.visible_to(user, now).planned().owned_by(user).between(first, last)
    return [
        *(
            _appointment(one, "Follow-up", one.due_at, "interactions:follow_ups", lasts=A_WHILE, busy=False)
            for one in promises.for_calendar().soonest_first()
        ),
        *(
            _appointment(one, "Meeting", one.starts_at, "interactions:meetings", lasts=None, busy=True)
            for one in meetings.for_calendar().soonest_first()
        ),
    ]


def _appointment(record, words, starts_at, page, *, lasts, busy):
    return Appointment(
        ref=record.ref,
        patient_ref=record.patient.ref,
        words=words,
        starts_at=starts_at,
        lasts=lasts,
        busy=busy,
        page=page,
        version=record.version,
        changed_at=record.changed_at,
    )


def as_calendar(user, found):
    """The bytes of the calendar of `user`: RFC 5545.

    Moments stand in UTC: a wall-clock time in a zone cannot say which of the two 01:30 is meant on the night on which
    the clocks go back; a calendar shows them in the zone of whoever looks at it.
    """
    calendar = Calendar()
    calendar.add("PRODID", f"-//{settings.PUBLIC_NAME}//Calendar//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", settings.PUBLIC_NAME)
    calendar.add("X-WR-CALNAME", settings.PUBLIC_NAME)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    for one in found:
        event = Event()
        event.add("UID", uid(user, one))
        event.add("SUMMARY", one.words)
        event.add("DTSTART", one.starts_at)
        if one.lasts is not None:
            event.add("DURATION", one.lasts)
        event.add("DTSTAMP", one.changed_at)
        event.add("LAST-MODIFIED", one.changed_at)
        event.add("SEQUENCE", one.version - 1)
        event.add("CLASS", "PRIVATE")
        event.add("TRANSP", "OPAQUE" if one.busy else "TRANSPARENT")
        event.add("URL", f"{settings.SITE_URL}{reverse(one.page)}")
        calendar.add_component(event)
    return calendar.to_ical()


def uid(user, appointment):
    """The same for the same thing in the same person's calendar, and joined with nothing else: not with our addresses,
    and not with the calendar of whoever has it next.
    """
    named = f"{user.ref} {appointment.ref}"
    return salted_hmac("calendar feed", named, algorithm="sha256").hexdigest()[:40]
