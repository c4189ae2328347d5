"""Asking for a handover."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from interactions.forms.care import HandoverForm
from interactions.ownership import primary_of
from interactions.services import handovers
from interactions.views.records import looking_after
from patients.access import may_assign, open_patient
from staff.access import requires
from staff.once import attempt, posted
from staff.roles import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.PATIENT_VIEW)
def handover_new(request, ref):
    """For the primary, and for whoever changes the care team."""
    patient = open_patient(request, ref)
    primary = primary_of(patient, request.now)
    if request.user != primary and not may_assign(request.user, patient, request.now):
        raise PermissionDenied
    people = looking_after(patient, request.now).exclude_one(primary).by_name() if primary else ()
    form = HandoverForm(posted(request), patient=patient, now=request.now, people=people)

    def ask():
        return handovers.ask(patient=patient, by=request.user, now=request.now, **form.answers())

    return attempt(request, form, ask, said="Asked. Nothing changes until they accept.") or TemplateResponse(
        request,
        "interactions/team_form.html",
        {
            "form": form,
            "patient": patient,
            "title": f"Hand {patient.called} over",
            "lede": "Whoever you ask accepts first. Then it is told, introduced, gone through, and goodbye is said.",
            "submit_label": "Ask them",
        },
        status=form.status,
    )
