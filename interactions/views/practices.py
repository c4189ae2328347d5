"""What we do, and where: for whoever is new here."""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from interactions.practices import PRACTICES
from staff.access import requires
from staff.roles import Permission


@require_GET
@requires(Permission.CARE_LOG)
def practices(request):
    found = [(one, [(label, reverse(route)) for label, route in one.where]) for one in PRACTICES]
    return TemplateResponse(request, "interactions/practices.html", {"practices": found})
