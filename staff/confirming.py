"""Step-up: what can do much harm asks for the password again, unless it was given in the last minutes.

It is asked before the view runs and before anything is looked up, so that asking tells nothing. What had been typed
travels through the question as hidden fields and is sent on unchanged.
"""

from datetime import timedelta

from django.contrib.auth import authenticate
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from staff.forms.account import ConfirmForm

FRESH = timedelta(minutes=5)  # security practice: what was proved longer ago is proved again
STAMP = "confirmed_at"
OURS = ("csrfmiddlewaretoken", "confirm_password", "confirm_then")


def confirm(request):
    """From now on, for a few minutes, this session counts as that of the person it belongs to."""
    request.session[STAMP] = request.now.timestamp()


def is_confirmed(request):
    stamp = request.session.get(STAMP)
    return stamp is not None and request.now.timestamp() - stamp < FRESH.total_seconds()


def ask(request):
    """None when the password came with the request, and was right, or was given lately; else the page that asks."""
    if is_confirmed(request):
        return None
    answered = request.method == "POST" and "confirm_password" in request.POST
    form = ConfirmForm(request.POST if answered else None)
    if answered and form.is_valid():
        password = form.cleaned_data["confirm_password"]
        if authenticate(request, username=request.user.username, password=password) == request.user:
            confirm(request)
            return redirect(request.get_full_path()) if request.POST.get("confirm_then") == "open" else None
        form.refuse()
    opened = request.method != "POST" or request.POST.get("confirm_then") == "open"
    typed = [] if opened else [(name, values) for name, values in request.POST.lists() if name not in OURS]
    context = {"form": form, "typed": typed, "opened": opened}
    return TemplateResponse(request, "staff/confirm.html", context, status=403).render()
