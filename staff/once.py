"""A form that was opened once is saved once, however often it is sent."""

import hashlib
import hmac

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect

from staff.conflicts import Conflict
from staff.models import SubmittedForm

NOT_TYPED = (
    "csrfmiddlewaretoken", "form_token", "form_seen", "form_met", "draft", "hinted", "confirm_password", "confirm_then",
)  # fmt: skip
SENT_BEFORE = (
    "This form was saved before with other words. These were not saved yet: send them again to add them as well."
)


def posted(request):
    """What was sent, however little; else what was typed into this form before and is gone on with, or None."""
    return request.POST if request.method == "POST" else getattr(request, "typed_before", None)


def save_once(request, form, act):
    """Runs `act`, which returns where to go (an address, or an object that has one), and redirects there.

    The same form sent again leads there and saves nothing. One that was changed and sent again is refused with a
    `ValidationError`, and has a token of its own from then on: sent once more it is saved.
    """
    token, typed = form.cleaned_data["form_token"], digest(request.POST)
    try:
        with transaction.atomic():
            sent = SubmittedForm(token=token, by=request.user, digest=typed, submitted_at=request.now)
            with transaction.atomic():
                sent.save(force_insert=True)
            form.guard()
            target = act()
            sent.location = target if isinstance(target, str) else target.get_absolute_url()
            sent.save(update_fields=["location"])
    except IntegrityError:
        earlier = SubmittedForm.objects.filter(token=token).first()
        if earlier is None:
            raise
        if (earlier.by_id, earlier.digest) != (request.user.pk, typed):
            request.renewed_form = form.renew()
            raise Conflict(SENT_BEFORE) from None
        request.saved_form = token
        return redirect(earlier.location)
    request.saved_form = token
    return redirect(sent.location)


def saved_before(request, form):
    """The answer that this same form got when it was saved, or None. For pages that ask something before they save."""
    token = form.cleaned_data["form_token"]
    earlier = SubmittedForm.objects.filter(token=token, by=request.user, digest=digest(request.POST)).first()
    return redirect(earlier.location) if earlier else None


def digest(data):
    """What was typed, as letters from which nobody reads it."""
    typed = repr(sorted((name, data.getlist(name)) for name in data if name not in NOT_TYPED))
    return hmac.new(settings.SECRET_KEY.encode(), typed.encode(errors="replace"), hashlib.sha256).hexdigest()


def attempt(request, form, act, *, said="Saved."):
    """The redirect after `act` when the sent form is right and the service agrees; else None, and the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        done = save_once(request, form, act)
    except ValidationError as refusal:
        form.refuse(refusal)
        return None
    messages.success(request, said)
    return done
