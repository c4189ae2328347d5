"""Taking back a device that somebody was handed."""

from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from staff.access import public
from staff.forms.account import TakeBackForm
from staff.lending import lent_in, take_back


@never_cache
@require_http_methods(["GET", "POST"])
@public(because="nobody is signed in on a device that was handed over; it takes its owner's password")
def taken_back(request):
    lent = lent_in(request)
    if lent is None:
        return redirect("/")
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        back = take_back(request, lent, form.cleaned_data["confirm_password"])
        if back:
            return redirect(back)
        form.refuse()
    return TemplateResponse(request, "staff/take_back.html", {"form": form, "home": lent.home})
