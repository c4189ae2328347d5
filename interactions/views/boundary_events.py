"""A boundary event: written down, read by its author and the supervisor, and looked at by its weight."""

from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.boundary_choices import EventState
from interactions.forms.boundaries import BoundaryEventForm, ReviewForm
from interactions.models import BoundaryEvent, SafetyReport
from interactions.services import boundary_events
from interactions.shown import history
from interactions.views.pages import form_page
from interactions.views.records import looking_after
from patients.access import open_patient, open_record
from patients.models import Patient
from staff.access import requires
from staff.once import posted
from staff.roles import Permission

FOR_THE_AUDITOR = timedelta(days=90)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def event_new(request, ref):
    patient = open_patient(request, ref)
    form = BoundaryEventForm(
        posted(request), people=looking_after(patient, request.now).exclude_one(request.user).by_name()
    )

    def save(**answers):
        made = boundary_events.note_event(patient=patient, by=request.user, now=request.now, **answers)
        messages.success(request, "Written down, for you and the supervisor.")
        return made

    return form_page(
        request,
        form,
        save,
        template="interactions/boundary_event_form.html",
        title="A boundary event",
        lede="For you and the supervisor, and nobody else. It helps to say it early; nobody is blamed for saying it.",
        patient=patient,
        cancel_url=reverse("interactions:boundaries", args=[patient.ref]),
    )


@require_GET
@requires(Permission.PATIENT_VIEW)
def event(request, ref):
    found = open_record(request, BoundaryEvent.objects.for_page(), ref)
    asked = boundary_events.may_review(event=found, user=request.user, now=request.now)
    return TemplateResponse(
        request,
        "interactions/boundary_event_detail.html",
        {
            "record": found,
            "patient": found.patient,
            "history": history(found),
            "form": review_form(request, found) if asked else None,
            "nobody": found.state == EventState.WAITING and not found.second_staff and found.is_serious,
        },
    )


def review_form(request, found):
    people = looking_after(found.patient, request.now).exclude_one(found.concerned).by_name()
    may = partial(may_still, request)
    return ReviewForm(posted(request), record=found, people=people).changing(found, "version", still=may)


def may_still(request, found):
    return boundary_events.may_review(event=found, user=request.user, now=request.now)


def was_quicker(request, found):
    """Whether somebody typed a review while another one was written: their words are not answered by "not found"."""
    here = {"event": found, "user": request.user, "now": request.now}
    return posted(request) is not None and boundary_events.was_quicker(**here)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def event_review(request, ref):
    found = open_record(request, BoundaryEvent.objects.for_page(), ref)
    if not may_still(request, found) and not was_quicker(request, found):
        raise Http404

    def save(**answers):
        boundary_events.review(event=found, by=request.user, now=request.now, **answers)
        messages.success(request, "Reviewed.")
        return found

    return form_page(
        request,
        review_form(request, found),
        save,
        record=found,
        patient=found.patient,
        title="Review",
        lede="Ask first, then write.",
        cancel_url=found.get_absolute_url(),
    )


@require_GET
@requires(Permission.AUDIT)
def for_review(request):
    """For the auditor: that there is something, of what kind, when, and whether it was reviewed; never its words."""
    denied, since = Patient.objects.denied_to(request.user, request.now), request.now - FOR_THE_AUDITOR
    return TemplateResponse(
        request,
        "interactions/boundary_reviews.html",
        {
            "events": BoundaryEvent.objects.for_the_auditor(request.user, denied, since),
            "reports": SafetyReport.objects.for_the_auditor(request.user, denied, since),
            "days": FOR_THE_AUDITOR.days,
            "now": request.now,
        },
    )
