"""The sign “More than one person should carry?”: counted, never judged, for that staff member and the supervisor."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from interactions.models import BoundaryEvent, CheckIn
from patients.access import supervises
from staff.models import StaffMember
from staff.wording import many

# How many, within how long. A working default of the product, in this one place.
CONTACTS, CONTACTS_WITHIN = 3, timedelta(days=14)
EVENTS, EVENTS_WITHIN = 2, timedelta(days=30)


@dataclass(frozen=True)
class Evidence:
    """One reason for the sign, with the records that it counts: conversations (`check_in`) or boundary events."""

    words: str
    kind: str
    refs: tuple[UUID, ...]


def evidence(contacts, events, now):
    """The reasons that hold at `now`. `contacts` and `events` are (moment, ref) of one staff member with one patient:
    contacts outside their hours, and boundary events that are more than a note.
    """
    found = []
    for rows, least, within, kind, one, more in (
        (contacts, CONTACTS, CONTACTS_WITHIN, "check_in", "contact outside hours", "contacts outside hours"),
        (events, EVENTS, EVENTS_WITHIN, "boundary_event", "thing to talk over", "things to talk over"),
    ):
        refs = tuple(ref for at, ref in rows if now - within < at <= now)
        if len(refs) >= least:
            found.append(Evidence(f"{many(len(refs), one, more)} in {within.days} days", kind, refs))
    return found


@dataclass(frozen=True)
class Sign:
    staff: StaffMember
    evidence: list


def signs(patient, viewer, now):
    """The `Sign`s about `patient` that `viewer` may see: about themself, and about anybody as the supervisor."""
    contacts = CheckIn.objects.visible_to(viewer, now).of(patient).outside_hours().since(now - CONTACTS_WITHIN)
    events = BoundaryEvent.objects.visible_to(viewer, now).of(patient).heavy_since(now - EVENTS_WITHIN)
    by_person = {}
    for n, rows in enumerate((contacts.order_by("happened_at").values_list("talked_by", "happened_at", "ref"), events)):
        for person, at, ref in rows:
            by_person.setdefault(person, ([], []))[n].append((at, ref))
    found = {person: why for person, rows in by_person.items() if (why := evidence(*rows, now))}
    if not found or not supervises(viewer, patient, now):
        found = {person: why for person, why in found.items() if person == viewer.pk}
    people = StaffMember.objects.in_bulk(found)
    return [Sign(people[person], why) for person, why in found.items()]
