"""Whether the access log is still what was written: each entry is signed, and a pass seals what stands.

The key is not in the database. A seal is reckoned over its entries, their order and times, and the seal before it;
printed to the server's log it also tells of a tail that was cut off later.
"""

import hashlib
import hmac
import json
import logging
import re
from dataclasses import dataclass, field
from datetime import UTC

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from staff import append_only
from staff.models import AccessedPatient, AccessEntry, Seal

log = logging.getLogger(__name__)
SEGMENT = 2000  # entries under one seal
SEALS_A_PASS = 25
SIGNED = ("actor_id", "role", "route", "method", "action", "record_ref", "fields", "outcome", "basis", "session_hash",
          "address")  # fmt: skip
TOLD = re.compile(r"sealed (\d+) to (\d+), (\d+) entries, ([0-9a-f]{64})")


def text_of(entry, patient_refs):
    """What the signature of an entry covers, its patients included. Its id and time are the database's: seals hold
    those.
    """
    values = [getattr(entry, name) for name in SIGNED]
    said = [None if value is None else str(value) for value in (entry.ref, *values)]
    return json.dumps([*said, sorted(map(str, patient_refs))])


def signed(text, key=None):
    return hmac.new((key or settings.AUDIT_KEY).encode(), text.encode(), hashlib.sha256).hexdigest()


def is_signed(text, mac):
    keys = [settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS]
    return any(hmac.compare_digest(signed(text, key), mac) for key in keys)


def refs_of(entry):
    return [row.patient_ref for row in entry.patients.all()]


def written(moment):
    return moment.astimezone(UTC).isoformat()


def seal_text(seal, previous, entries):
    lines = [f"{entry.pk} {written(entry.recorded_at)} {text_of(entry, refs_of(entry))}" for entry in entries]
    head = f"{previous.mac if previous else ''} {seal.first} {seal.last} {seal.count} {written(seal.sealed_at)}"
    return "\n".join([head, *lines])


def seal_log(*, now):
    """Seals the entries that no seal covers yet, and prints each seal to the server's log."""
    absent = append_only.missing(connection)
    if absent:
        log.error("the database would not refuse a change of the access log: %s missing", ", ".join(absent))
    try:
        last = append_only.settled_id(AccessEntry)
    except OperationalError:
        log.warning("the access log was not sealed this time: somebody is still writing")
        return
    for _ in range(SEALS_A_PASS):
        previous = Seal.objects.newest()
        entries = list(AccessEntry.objects.between(previous and previous.last, last).with_patients()[:SEGMENT])
        if not entries or not put_seal(previous, entries, now):
            return


def put_seal(previous, entries, now):
    """The new seal, or None when another pass was quicker."""
    seal = Seal(first=entries[0].pk, last=entries[-1].pk, count=len(entries), sealed_at=now)
    seal.mac = signed(seal_text(seal, previous, entries))
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
    except IntegrityError:
        return None
    log.info("the access log is sealed %s to %s, %s entries, %s", seal.first, seal.last, seal.count, seal.mac)
    return seal


@dataclass
class Findings:
    """What a look at the whole log found."""

    entries: int = 0
    seals: int = 0
    unsealed: int = 0
    told: int = 0
    faults: list = field(default_factory=list)


def verify(lines=()):
    """Reckons every signature and seal anew; `lines` of the server's log tell of seals that must be there."""
    found = Findings()
    previous, known = None, set()
    for seal in Seal.objects.in_order():
        check_seal(seal, previous, found)
        known.add((seal.first, seal.last, seal.count, seal.mac))
        previous = seal
    rest = list(AccessEntry.objects.between(previous and previous.last, None).with_patients())
    found.unsealed = len(rest)
    check_entries(rest, found)
    for told in TOLD.finditer("\n".join(lines)):
        found.told += 1
        first, last, count, mac = told.groups()
        if (int(first), int(last), int(count), mac) not in known:
            found.faults.append(f"the seal of entries {first} to {last} was told of and is gone or changed")
    twice = AccessEntry.objects.refs_used_twice()
    found.faults += [f"an entry stands there more than once: {ref}" for ref in twice]
    loose = AccessedPatient.objects.without_entry().count()
    if loose:
        found.faults.append(f"{loose} patients are named for entries that are gone")
    absent = append_only.missing(connection)
    if absent:
        found.faults.append(f"the database would not refuse a change: {', '.join(absent)} missing")
    return found


def check_seal(seal, previous, found):
    entries = list(AccessEntry.objects.between(previous and previous.last, seal.last).with_patients())
    found.seals += 1
    changed = check_entries(entries, found)
    if is_signed(seal_text(seal, previous, entries), seal.mac):
        return
    span = f"entries {seal.first} to {seal.last}"
    if len(entries) < seal.count:
        found.faults.append(f"{span}: {seal.count - len(entries)} removed")
    elif len(entries) > seal.count:
        found.faults.append(f"{span}: {len(entries) - seal.count} inserted")
    elif not changed:
        found.faults.append(f"{span}: order, time or the seal itself was changed")


def check_entries(entries, found):
    """How many of `entries` are not as they were signed."""
    changed = [entry for entry in entries if not is_signed(text_of(entry, refs_of(entry)), entry.mac)]
    found.entries += len(entries)
    found.faults += [f"entry {entry.pk} is not as it was written" for entry in changed]
    return len(changed)
