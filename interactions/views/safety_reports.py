"""A safety report: what was seen or said, who decided, and what was reported to whom, or why not."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interactions.boundary_choices import ReportState
from interactions.forms.boundaries import DecisionForm, SafetyReportForm
from interactions.forms.records import ActionForm
from interactions.models import SafetyReport
from interactions.services import safety_reports
from interactions.shown import history
from interactions.views.pages import form_page
from patients.access import open_patient, open_record
from staff.access import requires
from staff.once import posted, save_once
from staff.roles import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def report_new(request, ref):
    patient = open_patient(request, ref)

    def save(**answers):
        made = safety_reports.report(patient=patient, by=request.user, now=request.now, **answers)
        messages.success(request, f"Written down, for you and {made.supervisor}.")
        return made

    return form_page(
        request,
        SafetyReportForm(posted(request), initial={"known_at": request.now}),
        save,
        template="interactions/safety_report_form.html",
        title="Somebody else may be at risk",
        lede="For you and the supervisor, and nobody else.",
        patient=patient,
        whom=safety_reports.whom_to_tell(patient=patient, author=request.user, now=request.now),
        cancel_url=reverse("interactions:boundaries", args=[patient.ref]),
    )


@require_GET
@requires(Permission.PATIENT_VIEW)
def report(request, ref):
    found = open_record(request, SafetyReport.objects.for_page(), ref)
    may_act = safety_reports.may_act(report=found, user=request.user, now=request.now)
    return TemplateResponse(
        request,
        "interactions/safety_report_detail.html",
        {
            "record": found,
            "patient": found.patient,
            "history": history(found),
            "form": decision_form(request, found) if may_act else None,
            "knows": ActionForm() if may_act and not found.supervisor_told_at else None,
            "by_voice": request.user == found.recorded_by,
            "open": found.state == ReportState.OPEN,
        },
    )


def decision_form(request, found):
    names = ("state", "reported_to", "reported_at", "patient_told", "patient_told_words")
    known = {name: getattr(found, name) for name in names} | {"words": found.decision_words}
    initial = {} if found.state == ReportState.OPEN else known
    return DecisionForm(posted(request), record=found, initial=initial).changing(found, "version")


@require_POST
@requires(Permission.CARE_LOG)
def report_know(request, ref):
    """The supervisor says that they know of it."""
    found = open_record(request, SafetyReport.objects.for_page(), ref)
    form = ActionForm(request.POST)
    if form.is_valid():
        try:
            return save_once(request, form, lambda: safety_reports.know(report=found, by=request.user, now=request.now))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def report_decide(request, ref):
    found = open_record(request, SafetyReport.objects.for_page(), ref)

    def save(**answers):
        safety_reports.decide(report=found, by=request.user, now=request.now, **answers)
        messages.success(request, "The decision is on record.")
        return found

    return form_page(
        request,
        decision_form(request, found),
        save,
        record=found,
        patient=found.patient,
        title="What was decided",
        lede="Ask the privacy officer or counsel now, before anything leaves.",
        cancel_url=found.get_absolute_url(),
    )
