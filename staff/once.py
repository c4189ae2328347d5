"""A form that was opened once is saved once, however often it is sent."""

from django.db import IntegrityError, transaction
from django.shortcuts import redirect

from staff.models import SubmittedForm


def save_once(request, form, act):
    """Runs `act`, which returns where to go (an address, or an object that has one), and redirects there.

    The same form sent again leads there and saves nothing.
    """
    token = form.cleaned_data["form_token"]
    try:
        with transaction.atomic():
            sent = SubmittedForm(token=token, by=request.user, submitted_at=request.now)
            with transaction.atomic():
                sent.save(force_insert=True)
            target = act()
            sent.location = target if isinstance(target, str) else target.get_absolute_url()
            sent.save(update_fields=["location"])
    except IntegrityError:
        earlier = SubmittedForm.objects.filter(token=token, by=request.user).first()
        if earlier is None:
            raise
        return redirect(earlier.location)
    return redirect(sent.location)
