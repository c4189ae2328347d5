"""What every change of a stay needs: its row locked, the right to move it, its history written."""

from django.db import transaction

from interactions.models import HistoryEntry
from patients.access import may_move
from patients.models import Episode
from patients.services import refuse_if_died
from staff.access_log import log_change
from staff.conflicts import conflict_unless
from staff.saving import refuse_unless, save_checked

MAY_MOVE = "The primary and supervisors decide this. Ask one of them."
GONE_ON = "Somebody changed this stay meanwhile. Look at what they wrote first."


@transaction.atomic
def hold_episode(episode, *, by, now):
    """The row of an open episode, locked until the transaction ends, if `by` may move it."""
    refuse_if_died(episode.patient)
    refuse_unless(may_move(by, episode.patient, now), MAY_MOVE)
    fresh = Episode.objects.select_for_update().get(pk=episode.pk)
    refuse_unless(fresh.is_open, "This stay has ended already.")
    conflict_unless(fresh.version == episode.version, GONE_ON)
    fresh.patient = episode.patient
    fresh.patient.latest_episode = fresh
    return fresh


@transaction.atomic
def change_episode(episode, action, *, by, now, words="", **fields):
    """Sets `fields` on the episode and writes its history and the log."""
    for name, value in fields.items():
        setattr(episode, name, value)
    episode.version += 1
    save_checked(episode, update_fields=[*fields, "version"])
    HistoryEntry.objects.create(record_ref=episode.ref, action=action, words=words, happened_at=now, by=by)
    log_change(action=f"episode.{action}", by=by, patients=[episode.patient], record=episode, fields=fields)
