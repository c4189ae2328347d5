"""Counseling notes: written by one person, read by them and the co-treaters they name, and by nobody else.

42 CFR 2.11 and 2.31(b): analysis of a session that is separated from the rest of the record, and leaves only under a
consent of its own.
"""

from django.db import transaction

from interactions.choices import Action
from interactions.models import CounselingNote, CounselingNoteText
from interactions.services.checkins import CLOCK_SLACK, CORRECTION_TIME
from interactions.services.records import add, change, hold
from patients.models import RecordReader
from patients.search import fold
from patients.services import refuse_if_died
from staff.models import StaffMember
from staff.roles import Permission
from staff.saving import refuse_unless

ONLY_THE_AUTHOR = "Only whoever wrote a counseling note changes it, and says who else reads it."
NOT_ON_THE_TEAM = "{} is not on the care team, so they cannot be named."


def co_treaters(*, patient, author, now):
    """The colleagues whom `author` may name: those who treat the patient on the care team now."""
    return StaffMember.objects.treating(patient.pk, now).exclude_one(author).by_name()


@transaction.atomic
def write_note(*, patient, text, by, now, held_at=None, readers=()):
    """Writes a counseling note for `by` and the named `readers`, and returns it."""
    refuse_if_died(patient)
    refuse_unless(by.may(Permission.COUNSELING), "Clinicians and supervisors write counseling notes.")
    refuse_unless(text.strip(), {"text": "Write what the note should say."})
    held_at = held_at or now
    refuse_unless(
        held_at <= now + CLOCK_SLACK, {"held_at": "This is still to come. Give the moment when the session was."}
    )
    note = add(CounselingNote(patient=patient, held_at=held_at), by=by, now=now)
    _write_text(note, text, version=1, by=by, now=now)
    RecordReader.objects.create(record_ref=note.ref, staff=by)
    return name_readers(note=note, readers=readers, by=by, now=now) if readers else note


def _write_text(note, text, *, version, by, now):
    """Adds a version of the words, and makes the note found by what it says now."""
    CounselingNoteText.objects.create(note=note, version=version, text=text, recorded_at=now, by=by)
    note.folded = fold(text)
    note.save(update_fields=["folded"])


@transaction.atomic
def amend_note(*, note, text, by, now):
    """Adds a version of the words: a correction within 15 minutes, an amendment after that. Every version stays."""
    refuse_unless(text.strip(), {"text": "Write what it should say."})
    note = hold(note)
    refuse_unless(by == note.recorded_by, ONLY_THE_AUTHOR)
    latest = note.texts.order_by("-version").first()
    _write_text(note, text, version=latest.version + 1, by=by, now=now)
    early = now - note.recorded_at <= CORRECTION_TIME
    return change(note, Action.CORRECTED if early else Action.AMENDED, by=by, now=now)


@transaction.atomic
def name_readers(*, note, readers, by, now):
    """Makes `readers` the co-treaters who read the note, from now on, beside its author. Returns the note."""
    note = hold(note)
    refuse_unless(by == note.recorded_by, ONLY_THE_AUTHOR)
    before = {person.pk: person for person in StaffMember.objects.reading(note).exclude_one(by)}
    wanted = {person.pk: person for person in readers if person != by}
    allowed = {person.pk for person in co_treaters(patient=note.patient, author=by, now=now)}
    for pk in wanted.keys() - before.keys():
        refuse_unless(pk in allowed, {"readers": NOT_ON_THE_TEAM.format(wanted[pk])})
        RecordReader.objects.create(record_ref=note.ref, staff=wanted[pk])
        change(note, Action.READER_NAMED, by=by, now=now, words=wanted[pk].name)
    for pk in before.keys() - wanted.keys():
        RecordReader.objects.filter(record_ref=note.ref, staff=pk).delete()
        change(note, Action.READER_LEFT, by=by, now=now, words=before[pk].name)
    return note
