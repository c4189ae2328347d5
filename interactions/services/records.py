"""What every change of a record needs: its row locked, its state still the expected one, its history written."""

from django.db import transaction

from interactions.choices import Action
from interactions.models import HistoryEntry
from patients.search import fold
from staff.access_log import log_change
from staff.conflicts import overtaken_unless
from staff.saving import refuse_unless, save_checked


def hold(record, *, states=None, refusal=None):
    """The row of `record`, locked until the transaction ends, if its state is still one of `states`.

    Two people may act on the same thing at once: the second one is told, and nothing is overwritten.
    """
    fresh = type(record).objects.select_for_update().get(pk=record.pk)
    fresh.patient = record.patient
    if states is not None:
        overtaken_unless(fresh.state in states, refusal or stale_sentence(fresh))
    return fresh


def stale_sentence(record):
    return f"Somebody was quicker: this now reads “{record.get_state_display()}”. Look at what they wrote."


@transaction.atomic
def change(record, action, *, by, now, words="", **fields):
    """Sets `fields` on the record, saves them and writes its history and the log. Returns the record."""
    for name, value in fields.items():
        setattr(record, name, value)
    changed = list(fields)
    if hasattr(record, "version"):
        record.version += 1
        changed.append("version")
    if set(fields) & set(record.SEARCHED):
        record.folded = fold(record.searched_words())
        changed.append("folded")
    if changed:
        save_checked(record, update_fields=changed)
    HistoryEntry.objects.create(record_ref=record.ref, action=action, words=words, happened_at=now, by=by)
    log_change(
        action=f"{record._meta.model_name}.{action}", by=by, patients=[record.patient], record=record, fields=fields
    )
    return record


@transaction.atomic
def hand_to(record, to, *, by, now, states, **fields):
    """Gives the record, in one of `states`, to a colleague who may see it, with these `fields`. Returns the record."""
    record = hold(record, states=states)
    refuse_unless(to != record.owner, {"to": f"{to} has it already."})
    may_have = type(record).objects.visible_to(to, now).filter(pk=record.pk).exists()
    refuse_unless(may_have, {"to": f"{to} does not care for {record.patient.called} at the moment."})
    return change(record, Action.HANDED_OVER, by=by, now=now, words=to.name, owner=to, **fields)


@transaction.atomic
def add(record, *, by, now, in_own_hand=False):
    """Saves a new record of a patient who can still have one, and logs it. Returns the record.

    `in_own_hand`: the patient wrote it, after `by` had asked; in the log no member of staff stands as its author.
    """
    record.recorded_at, record.recorded_by = now, by
    record.folded = fold(record.searched_words())
    save_checked(record)
    author = None if in_own_hand else by
    log_change(action=f"{record._meta.model_name}.recorded", by=author, patients=[record.patient], record=record)
    return record
