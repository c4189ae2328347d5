"""Who looked at whose record. Views only note on the request; the middleware writes before the answer leaves."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.crypto import salted_hmac

from staff.choices import AtTheDoor, Basis, Outcome
from staff.models import AccessedPatient, AccessEntry, StaffMember
from staff.seals import signed, text_of


class Unwritten(DatabaseError):
    """The log could not be written, so what it was to tell of was not done."""


@dataclass
class Event:
    """Something that happened at the door: what, to whom as far as that is known, and about whose account."""

    action: str
    outcome: str
    actor: StaffMember | None
    account: StaffMember | None
    session_hash: str


@dataclass
class Note:
    """What a request read so far."""

    patients: set = field(default_factory=set)
    in_emergency: set = field(default_factory=set)
    outcome: str = Outcome.OK
    action: str = "read"
    record_ref: UUID | None = None
    fields: str = ""
    reader: StaffMember | None = None  # who it is for, where nobody is signed in
    events: list = field(default_factory=list)


def seen(request, patients):
    """Notes that the answer to `request` names these patients (objects with a `ref`, or refs)."""
    request.access_note.patients.update(getattr(patient, "ref", patient) for patient in patients)


def seen_in_emergency(request, patient):
    """Notes that the answer to `request` shows this patient by break-glass."""
    request.access_note.in_emergency.add(patient.ref)


def fetched(request, patients, *, by):
    """Notes that the answer to `request` goes to a device of `by`, whoever is signed in there, and speaks of these."""
    seen(request, patients)
    request.access_note.reader = by


def refused(request, patient):
    """Notes that something was asked for which may not be done with this patient."""
    request.access_note.patients.add(patient.ref)
    request.access_note.outcome = Outcome.DENIED


def not_found(request, patient_ref):
    """Notes that a patient was asked for who does not exist for this person."""
    request.access_note.patients.add(patient_ref)
    request.access_note.outcome = Outcome.NOT_FOUND


def took_out(request, patients, *, record, fields):
    """Notes that the answer to `request` leaves with what it says of these patients, if of any, as `record` asked."""
    seen(request, patients)
    request.access_note.action = "export"
    request.access_note.record_ref = record.ref
    request.access_note.fields = " ".join(fields)[:300]


def happened(request, action, *, account=None, outcome=Outcome.OK):
    """Notes something that `request` did at the door, with this account if with any."""
    actor = request.user if request.user.is_authenticated else None
    request.access_note.events.append(Event(action, outcome, actor, account, session_hash(request)))


def turned_away(request):
    """Notes that the page which was asked for is not for whoever is signed in; the route says which one it was."""
    happened(request, AtTheDoor.NOT_FOR_ROLE, outcome=Outcome.DENIED)


def kept_out(request, action, *, account=None):
    """Notes that somebody was not let in: into which account, or None when nobody has the name that was typed."""
    happened(request, action, account=account, outcome=Outcome.REFUSED)


def ended(request, action, *, session):
    """Notes that the session which `request` came with was over: nobody is asked who is signed in."""
    request.access_note.events.append(Event(action, Outcome.OK, None, session.staff, hash_of(session.pk)))


def signed_in(request, account):
    """Writes in the caller's transaction that `account` is signed in: else they are not."""
    event = Event(AtTheDoor.SIGNED_IN, Outcome.OK, account, account, session_hash(request))
    try:
        _write(entry_of_event(request, event), ())
    except DatabaseError as failure:
        raise Unwritten from failure


def session_hash(request):
    """What tells one session from another without being of use to anybody who reads it."""
    return hash_of(request.session.session_key)


def hash_of(key):
    return salted_hmac("access log", key or "").hexdigest()[:32]


def write_note(request):
    """Writes the request's note in a transaction of its own; nothing when it only read, and of no patient.

    What was shown in an emergency is an entry apart from what else stood on the page.
    """
    note = request.access_note
    for event in note.events:
        _write(entry_of_event(request, event), ())
    if note.in_emergency:
        _write(entry_of(request, note, Basis.BREAK_GLASS), note.in_emergency)
    others = note.patients - note.in_emergency
    if others or note.action != "read":
        _write(entry_of(request, note, Basis.VISIBLE if note.outcome == Outcome.OK else Basis.NONE), others)


def entry_of(request, note, basis):
    return AccessEntry(
        **asked_by(request, note.reader or (request.user if request.user.is_authenticated else None)),
        action=note.action,
        record_ref=note.record_ref,
        fields=note.fields,
        outcome=note.outcome,
        basis=basis,
        session_hash=session_hash(request),
    )


def entry_of_event(request, event):
    return AccessEntry(
        **asked_by(request, event.actor),
        action=event.action,
        record_ref=event.account and event.account.ref,
        outcome=event.outcome,
        basis=Basis.NONE,
        session_hash=event.session_hash,
    )


def asked_by(request, user):
    match = request.resolver_match
    return {
        "actor": user,
        "role": user.role if user else "",
        "route": (match.view_name if match else "")[:80],
        "method": request.method[:10],
        "address": address_of(request),
    }


def address_of(request):
    """The client's address, or None when what a proxy passed on is none: the log is not to fail over it."""
    try:
        found = ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0])
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)


def log_change(*, action, by, patients, record=None, fields=(), outcome=Outcome.OK, basis=Basis.VISIBLE):
    """Logs a change inside the caller's transaction: action, record and the names of changed fields, never values."""
    entry = AccessEntry(
        actor=by,
        role=by.role if by else "",
        action=action,
        record_ref=getattr(record, "ref", None),
        fields=" ".join(sorted(fields))[:300],
        outcome=outcome,
        basis=basis if by else Basis.SYSTEM,
    )
    _write(entry, {patient.ref for patient in patients})


def _write(entry, patient_refs):
    entry.mac = signed(text_of(entry, patient_refs))
    with transaction.atomic():
        entry.save(force_insert=True)
        AccessedPatient.objects.bulk_create(
            AccessedPatient(entry=entry, patient_ref=ref) for ref in sorted(patient_refs)
        )
