"""The supervisor's page about boundaries."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from insights.boundaries import boundaries_of
from staff.access import requires
from staff.access_log import seen
from staff.roles import Permission


@require_GET
@requires(Permission.TEAM_REVIEW)
def boundaries(request):
    found = boundaries_of(request.user, request.now, request.GET.get("week"))
    seen(request, list(found.patients()))
    return TemplateResponse(request, "insights/boundaries.html", {"found": found, "now": request.now})
