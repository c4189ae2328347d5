"""Who looked at whose record: for the patient to read, and for the auditor."""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from patients.access import open_patient
from patients.log_lines import LogLines
from patients.looks import days_of, held
from patients.models import BreakGlass
from staff.access import requires
from staff.access_log import seen
from staff.calendar import as_day
from staff.models import StaffMember
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def access(request, ref):
    """Who looked at this record, and what is kept: for the patient to read, on the screen or on paper."""
    patient = open_patient(request, ref, emergency=True)
    site = request.user.site
    today = site.local_date(request.now)
    asked = as_day(request.GET.get("before"))
    days, earlier = days_of(patient, site.zone, asked or today)
    here = reverse("patients:access", args=[ref])
    return TemplateResponse(
        request,
        "patients/access.html",
        {
            "patient": patient,
            "days": days,
            "emergencies": BreakGlass.objects.of(patient).with_patients(),
            "held": [] if asked else held(patient, request.user, request.now),
            "today": today,
            "earlier_url": earlier and f"{here}?before={earlier}",
            "newest_url": here if asked else None,
        },
    )


@require_GET
@requires(Permission.AUDIT)
def access_log(request):
    log = LogLines(request.GET, request.user, request.now)
    lines, older_url = log.page()
    seen(request, [ref for line in lines for ref in line.refs])
    people = StaffMember.objects.by_name()
    return TemplateResponse(
        request, "patients/access_log.html", {"log": log, "lines": lines, "older_url": older_url, "people": people}
    )
