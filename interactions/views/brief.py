"""The brief: what to know before knocking on the door."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from interactions.brief import brief_of
from patients.access import may_write, open_patient
from staff.access import requires
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def brief(request, ref):
    patient = open_patient(request, ref, emergency=True)
    return TemplateResponse(
        request,
        "interactions/brief.html",
        {
            "patient": patient,
            "brief": brief_of(patient, request.user, request.now),
            "may_write": may_write(request.user, patient),
        },
    )
