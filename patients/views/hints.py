"""Another way to say it, while somebody writes. Nothing of what they write is kept or logged."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from patients.access import open_patient, patient_in_care
from patients.hints import hints_for
from staff.access import requires
from staff.roles import Permission


@require_POST
@requires(Permission.CARE_LOG)
def hints(request):
    return answer(request, None)


@require_POST
@requires(Permission.CARE_LOG)
def hints_about(request, ref):
    # The form itself was a look and was logged; the answer tells nothing of the patient, and comes with each pause.
    patient = patient_in_care(request.user, request.now, ref) or open_patient(request, ref, emergency=True)
    return answer(request, patient)


def answer(request, patient):
    """The hints for what one box holds, or nothing to change when they stand beneath it already."""
    box = request.htmx.target or ""
    text = "\n".join(value for name, value in request.POST.items() if name not in ("hinted", "csrfmiddlewaretoken"))
    marks = hints_for(text, patient, request.user, request.now)
    shown = {value for value in request.POST.getlist("hinted") if value.startswith(f"{box}:")}
    if request.htmx and shown == {f"{box}:{mark.line}" for mark in marks}:
        return HttpResponse(status=204)
    # Without the request: what stands around a page is not asked for.
    return HttpResponse(render_to_string("components/hints.html", {"marks": marks, "box": box}))
