"""Taking conversations in and giving them out; what the files look like stands in `exchange/conversations.py`."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from exchange import conversations
from interactions.choices import Channel, Happened
from interactions.models import CheckIn, Turn
from interactions.services.care import admit
from interactions.services.checkins import log_conversation
from patients.models import Patient
from staff.access_log import log_change
from staff.roles import Role
from staff.saving import refuse_unless
from staff.services import add_staff

IMPORTER = "importer"
NOON = datetime.time(12)


@transaction.atomic
def importer_at(*, site):
    """The account under whose name imports are logged; it has no password, so nobody signs in as it."""
    return add_staff(username=IMPORTER, name="Imported conversations", role=Role.CLINICIAN, job="Import", site=site)


def imported(source):
    """Ids of the conversations that came in from `source` before."""
    return set(CheckIn.objects.filter(source=source).values_list("source_id", flat=True))


@transaction.atomic
def import_conversation(*, conversation, source, program, by, now):
    """Logs one conversation of a file, of the patient it names or of a new one, and returns the `CheckIn`."""
    happened_at = _moment_of(conversation.when, program.site, now)
    refuse_unless(happened_at <= now, "it is dated in the future")
    return log_conversation(
        patient=_patient_of(conversation, program, happened_at, by=by, now=now),
        by=by,
        now=now,
        happened=Happened.TALKED,
        happened_at=happened_at,
        channel=Channel.IN_PERSON,
        text=f"Conversation {conversation.id} from {source}, word for word.",
        turns=conversation.turns,
        source=source,
        source_id=conversation.id,
    )


def _moment_of(when, site, now):
    """When it took place: as the file says, at noon where it says only the day, else now."""
    if when is None:
        return now
    if not isinstance(when, datetime.datetime):
        return min(site.moment(when, NOON), now) if when == site.local_date(now) else site.moment(when, NOON)
    return when if when.tzinfo else site.moment(when.date(), when.time())


def _patient_of(conversation, program, happened_at, *, by, now):
    """The patient with the record number that the file gives, else a newly admitted "Person <id>"."""
    if conversation.patient:
        patient = Patient.objects.with_care().filter(record_number__iexact=conversation.patient).first()
        refuse_unless(patient is not None, f"there is no patient with the record number {conversation.patient}")
        refuse_unless(patient.latest_episode is not None, f"{conversation.patient} was never admitted")
        return patient
    person = {"given_name": f"Person {conversation.id}"}
    return admit(program=program, primary=by, by=by, now=now, person=person, admitted_at=happened_at).patient


@transaction.atomic
def export_conversations(*, source, now):
    """The conversations of `source` as the bytes of a CSV file, and how many conversations and turns they are."""
    turns = Turn.objects.filter(check_in__source=source).select_related("check_in__patient")
    pairs = [(turn.check_in.source_id, turn) for turn in turns]
    patients = {turn.check_in.patient for turn in turns}
    log_change(action="conversations.export", by=None, patients=patients, fields=[source])
    return conversations.write(pairs), len({key for key, _ in pairs}), len(pairs)


def sources():
    """The names under which conversations came in."""
    return list(CheckIn.objects.exclude(source="").order_by("source").values_list("source", flat=True).distinct())


def sentence(refusal):
    """A refusal in one line."""
    return " ".join(ValidationError(refusal).messages).rstrip(".")
