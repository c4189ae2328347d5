"""Bringing a conversation to supervision, and having talked it over."""

from django.db import transaction

from interactions.models import ForSupervision
from staff.access_log import log_change
from staff.conflicts import conflict_unless
from staff.saving import save_checked


@transaction.atomic
def bring(*, check_in, by, now):
    """Puts a conversation on the supervision list of `by`; no text is needed. Returns the `ForSupervision`."""
    brought = save_checked(ForSupervision(check_in=check_in, brought_by=by, brought_at=now))
    log_change(action="supervision.bring", by=by, patients=[check_in.patient], record=check_in)
    return brought


@transaction.atomic
def talked_over(*, check_in, by, now):
    """It was talked over: it leaves the list of those who may see it there."""
    listed = list(ForSupervision.objects.open_for(by, now).of_check_in(check_in).values_list("pk", flat=True))
    done = ForSupervision.objects.filter(pk__in=listed).update(talked_at=now, talked_by=by)
    conflict_unless(done == 1, "This was talked over already, or is not yours.")
    log_change(action="supervision.talked", by=by, patients=[check_in.patient], record=check_in)
