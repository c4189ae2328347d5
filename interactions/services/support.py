"""Those who stand by a patient, and what they say. Nothing of it is the patient's task, or reaches them unasked."""

from django.db import transaction

from interactions.choices import Action, Channel, PassedOn
from interactions.models import FamilyMessage
from interactions.services.records import add, change, hold
from patients.choices import Knows, SupportState
from patients.models import SupportPerson
from patients.services import refuse_if_died
from staff.saving import refuse_unless


@transaction.atomic
def name_person(*, patient, name, relation, knows, by, now, wish="", reached_by="", consent=None):
    """Writes down somebody who stands by them, or who must not know, and returns the `SupportPerson`."""
    refuse_if_died(patient)
    refuse_unless(name.strip(), {"name": "Who is it?"})
    _check_consent(patient, knows, consent)
    person = SupportPerson(
        patient=patient,
        name=name,
        relation=relation,
        knows=knows,
        wish=wish,
        reached_by=reached_by,
        consent=consent,
        named_at=now,
    )
    return add(person, by=by, now=now)


def _check_consent(patient, knows, consent):
    refuse_unless(consent is None or consent.patient_id == patient.pk, {"consent": "Choose one of theirs."})
    refuse_unless(
        consent is None or knows != Knows.MUST_NOT, {"consent": "Who must not know is told nothing: leave this out."}
    )


@transaction.atomic
def change_person(*, person, knows, by, now, wish="", reached_by="", consent=None):
    """What they know, what the patient wants of them, or which consent says what they may hear is another now."""
    person = hold(person, states=[SupportState.HOLDS])
    _check_consent(person.patient, knows, consent)
    fields = {"knows": knows, "wish": wish, "reached_by": reached_by, "consent": consent}
    words = "" if person.knows == knows else f"Before: {person.get_knows_display()}"
    return change(person, Action.AMENDED, by=by, now=now, words=words, **fields)


@transaction.atomic
def no_longer(*, person, by, now, words=""):
    """They no longer stand by the patient. It stays on the record, with what changed."""
    person = hold(person, states=[SupportState.HOLDS])
    settled = {"settled_at": now, "settled_by": by, "outcome_words": words}
    return change(person, Action.NO_LONGER, by=by, now=now, words=words, state=SupportState.NO_LONGER, **settled)


@transaction.atomic
def note_message(*, patient, said_by, words, by, now, person=None, channel=Channel.CALL, answered="", received_at=None):
    """Writes down what somebody else said about them, apart from what they say, and returns the `FamilyMessage`."""
    refuse_unless(words.strip(), {"words": "Write what they said."})
    refuse_unless((received_at or now) <= now, {"received_at": "This is still to come."})
    refuse_unless(person is None or person.patient_id == patient.pk, {"person": "Choose one of theirs."})
    said_by = said_by.strip() or (person.name if person else "")
    refuse_unless(said_by, {"said_by": "Who was it? A word is enough: “a man who did not say”."})
    message = FamilyMessage(
        patient=patient,
        said_by=said_by,
        person=person,
        channel=channel,
        words=words,
        answered=answered,
        received_at=received_at or now,
    )
    return add(message, by=by, now=now)


@transaction.atomic
def pass_on(*, message, relayed, by, now, words=""):
    """The patient was asked whether they want to hear it, and did, or would rather not."""
    refuse_unless(relayed in (PassedOn.HEARD, PassedOn.RATHER_NOT), {"relayed": "Did they want to hear it?"})
    message = hold(message)
    settled = {"settled_at": now, "settled_by": by, "passed_words": words, "relayed": relayed}
    return change(message, Action.TOLD, by=by, now=now, words=words, **settled)
