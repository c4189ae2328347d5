"""5,000 random reads all stand in the access log, and 20 ways to falsify it below the triggers are all found."""

import logging
import random
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from staff import append_only
from staff.choices import Outcome
from staff.models import AccessedPatient, AccessEntry, Seal
from staff.seals import seal_log, verify
from tests.factories import make_episode, make_patient, make_staff

READS = 5_000
SEAL_EVERY = 500
STAFF, PATIENTS = 4, 40


def main():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a patient who is not found is part of it
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    began = time.monotonic()
    try:
        with override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"]):
            told = Told()
            missed = read_at_random(build(), READS)
            whole = verify(told.lines)
            print(f"{READS} reads, {missed} missing in the log; {whole.entries} entries under {whole.seals} seals")
            assert not whole.faults, whole.faults
            unfound = [how.__name__ for how in TAMPERINGS if not is_found(how, told.lines)]
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    found = len(TAMPERINGS) - len(unfound)
    print(
        f"tamper: {READS} reads, {missed} missing; {len(TAMPERINGS)} tamperings, {found} found; "
        f"{connection.vendor}, {time.monotonic() - began:.0f} s"
    )
    assert not missed and not unfound, unfound


class Told(logging.Handler):
    """What the server's log tells of seals."""

    def __init__(self):
        super().__init__()
        self.lines = []
        logger = logging.getLogger("staff.seals")
        logger.addHandler(self)
        logger.propagate = False

    def emit(self, record):
        self.lines.append(record.getMessage())

    def close(self):
        logger = logging.getLogger("staff.seals")
        logger.removeHandler(self)
        logger.propagate = True
        super().close()


def build(staff=STAFF, patients=PATIENTS):
    """Clients of the staff, each with the patients they care for, and everybody there is."""
    now = timezone.now()
    team = [make_staff(f"clinician{n}") for n in range(staff)]
    people = {member: [] for member in team}
    for n in range(patients):
        member = team[n % staff]
        patient = make_patient(family_name=f"Whitfield{chr(97 + n % 26)}{n}", by=member, now=now)
        make_episode(patient, primary=member, now=now)
        people[member].append(patient.ref)
    return people


def read_at_random(people, reads, chance=None):
    """How many of `reads` pages left without the right entry."""
    chance, missed = chance or random.Random(1), 0
    everyone = [ref for refs in people.values() for ref in refs]
    clients = {}
    for member in people:
        clients[member] = Client()
        clients[member].force_login(member, backend="staff.sign_in.PasswordBackend")
    for n in range(reads):
        member = chance.choice(list(people))
        ref = chance.choice([*everyone, uuid.uuid4()])
        path, expected = chance.choice(
            [(f"/patients/{ref}/about/", {ref}), (f"/patients/{ref}/care-team/", {ref}), ("/patients/", None)]
        )
        expected = expected or set(people[member])
        before = AccessEntry.objects.latest("pk").pk
        answer = clients[member].get(path)
        wanted = Outcome.OK if expected <= set(people[member]) else Outcome.NOT_FOUND
        assert answer.status_code == (200 if wanted == Outcome.OK else 404)
        written = [
            (entry.actor_id, entry.outcome, {row.patient_ref for row in entry.patients.all()})
            for entry in AccessEntry.objects.between(before, None).with_patients()
        ]
        missed += written != [(member.pk, wanted, expected)]
        if n % SEAL_EVERY == SEAL_EVERY - 1:
            seal_log(now=timezone.now())
    return missed


def is_found(how, told):
    """Whether verify_audit finds the log changed by `how`, which is taken back afterwards."""
    with transaction.atomic():
        append_only.remove()
        how()
        faults = [fault for fault in verify(told).faults if "would not refuse" not in fault]
        transaction.set_rollback(True)
    print(f"  {how.__doc__.rstrip('.'):<78} {faults[0] if faults else 'NOT FOUND'}")
    return bool(faults)


def middle():
    """An entry that is sealed, with a patient."""
    rows = AccessedPatient.objects.filter(entry__pk__lte=Seal.objects.in_order().first().last)
    return AccessEntry.objects.filter(pk=rows.order_by("entry")[rows.count() // 2].entry_id)


def sets(says, **values):
    def how():
        assert middle().update(**values) == 1

    how.__doc__ = how.__name__ = says
    return how


def take_off_a_patient():
    """A patient is taken off an entry."""
    AccessedPatient.objects.filter(entry__in=middle()).first().delete()


def add_a_patient():
    """A patient is added to an entry."""
    AccessedPatient.objects.create(entry=middle().get(), patient_ref=uuid.uuid4())


def exchange_a_patient():
    """A patient is exchanged for another."""
    row = AccessedPatient.objects.filter(entry__in=middle()).first()
    AccessedPatient.objects.filter(pk=row.pk).update(patient_ref=uuid.uuid4())


def remove(entries):
    AccessedPatient.objects.filter(entry__in=entries).delete()
    entries.delete()


def delete_one():
    """An entry is deleted with its patients."""
    remove(AccessEntry.objects.filter(pk=middle().get().pk))


def delete_a_day():
    """Everything that one person read is deleted."""
    remove(AccessEntry.objects.filter(actor=middle().get().actor_id))


def copy(pk):
    entry = middle().get()
    refs = [row.patient_ref for row in entry.patients.all()]
    entry.pk, entry.ref = pk, uuid.uuid4()
    entry.save(force_insert=True)
    AccessedPatient.objects.bulk_create(AccessedPatient(entry=entry, patient_ref=ref) for ref in refs)


def insert_before():
    """A copied entry is inserted at the beginning."""
    copy(-1)


def insert_behind():
    """A copied entry is put at the end, where no seal covers it yet."""
    copy(None)


def swap_two():
    """Two entries change places, with their patients."""
    one = middle().get().pk
    other = AccessEntry.objects.filter(pk__gt=one).exclude(actor=middle().get().actor_id).first().pk
    for from_, to in ((one, -1), (other, one), (-1, other)):
        AccessEntry.objects.filter(pk=from_).update(id=to)
        AccessedPatient.objects.filter(entry_id=from_).update(entry_id=to)


def shift_the_clock():
    """The times of all entries are put back by an hour."""
    AccessEntry.objects.update(recorded_at=F("recorded_at") - timedelta(hours=1))


def rename_a_seal():
    """A seal is changed to cover one entry fewer."""
    first = Seal.objects.in_order().first()
    Seal.objects.filter(pk=first.pk).update(last=F("last") - 1, count=F("count") - 1)


def take_out_a_seal():
    """A seal in the middle is removed with its entries."""
    seal = Seal.objects.in_order()[Seal.objects.count() // 2 - 1]
    remove(AccessEntry.objects.between(seal.first - 1, seal.last))
    seal.delete()


def cut_the_tail():
    """The newest entries are cut off together with their seal."""
    seal = Seal.objects.newest()
    remove(AccessEntry.objects.between(seal.first - 1, None))
    seal.delete()


def truncate():
    """The whole log is emptied, seals and all."""
    remove(AccessEntry.objects.all())
    Seal.objects.all().delete()


TAMPERINGS = [
    sets("an entry loses who it was", actor=None),
    sets("an entry gets another role", role="auditor"),
    sets("an entry gets another page", route="staff:nowhere"),
    sets("an entry gets another action", action="nothing"),
    sets("a refusal becomes something that was shown", outcome=Outcome.REFUSED),
    sets("an entry gets another address", address="192.0.2.1"),
    sets("an entry gets another time", recorded_at=timezone.now() - timedelta(days=1)),
    take_off_a_patient,
    add_a_patient,
    exchange_a_patient,
    delete_one,
    delete_a_day,
    insert_before,
    insert_behind,
    swap_two,
    shift_the_clock,
    rename_a_seal,
    take_out_a_seal,
    cut_the_tail,
    truncate,
]
