"""My day: whom I owe something, whom I meet, whom to talk with."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from interactions.my_day import day_of
from staff.access import requires
from staff.access_log import seen
from staff.roles import Permission


@require_GET
@requires(Permission.CARE_LOG)
def today(request):
    day = day_of(request.user, request.now)
    seen(request, day.patient_refs() | {told.patient.ref for told in day.signs})
    return TemplateResponse(request, "interactions/today.html", {"day": day, "now": request.now})
