"""The floor: everyone now in care on one page, a tap for one of them, a round with several."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interactions.floor import floor_of, people_on_the_floor
from interactions.forms.floor import TAPS, RoundForm, TapForm
from interactions.services import checkins
from interactions.views.pages import form_page
from patients.access import open_patient
from staff.access import requires
from staff.access_log import seen
from staff.once import posted, save_once
from staff.roles import Permission


@require_GET
@requires(Permission.CARE_LOG)
def floor(request):
    page = floor_of(request.user, request.now)
    seen(request, [row.patient for row in page.rows])
    return TemplateResponse(
        request, "interactions/floor.html", {"floor": page, "now": request.now, "token": uuid.uuid4}
    )


@require_POST
@requires(Permission.CARE_LOG)
def floor_tap(request, ref, what):
    """Writes down that somebody was seen, is resting, or was not there, and leads back to the floor."""
    patient = open_patient(request, ref)
    if what not in TAPS:
        raise Http404
    happened, text = TAPS[what]
    form = TapForm(request.POST)

    def save():
        checkins.log_conversation(patient=patient, happened=happened, text=text, by=request.user, now=request.now)
        messages.success(request, f"Written down for {patient.called}.")
        return reverse("interactions:floor")

    if form.is_valid():
        try:
            return save_once(request, form, save)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect("interactions:floor")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def floor_round(request):
    people = [one for one in people_on_the_floor(request.user, request.now) if not one.latest_episode.pauses_now]
    seen(request, people)

    def save(**answers):
        saved = checkins.log_round(by=request.user, now=request.now, **answers)
        messages.success(request, f"Written down for {len(saved)}.")
        return reverse("interactions:floor")

    return form_page(
        request, RoundForm(posted(request), patients=people), save, template="interactions/floor_round.html"
    )
