"""That a ready reply was offered, once for each absence and patient, and whether it was sent."""

from django.db import transaction

from interactions.models import ReadyReply
from interactions.ownership import primary_of
from interactions.ready_reply import back_of
from staff.access_log import log_change


@transaction.atomic
def offer(*, patient, staff, now):
    """Writes down that it is offered now for this absence of `staff`, unless it was before; returns it, or None."""
    back_at = back_of(staff, now)
    if back_at is None or back_at <= now:
        return None
    reply, new = ReadyReply.objects.get_or_create(
        patient=patient, staff=staff, back_at=back_at, defaults={"offered_at": now}
    )
    return reply if new else None


@transaction.atomic
def sent(*, reply, by, now):
    """`by` has sent it."""
    if reply.used_at is None:
        reply.used_at = now
        reply.save(update_fields=["used_at"])
        log_change(action="ready_reply.sent", by=by, patients=[reply.patient], record=reply, fields=["used_at"])
    return reply


@transaction.atomic
def settle_for_primary(*, patient, by, now):
    """It was sent in place of the primary who is away, or is not needed: not offered again in this absence."""
    primary = primary_of(patient, now)
    reply = primary and offer(patient=patient, staff=primary, now=now)
    return sent(reply=reply, by=by, now=now) if reply else None
