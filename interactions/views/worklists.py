"""My work lists: what is open of one kind, earliest due first."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from interactions.worklists import LISTS
from staff.access import requires
from staff.access_log import seen
from staff.roles import Permission


@require_GET
@requires(Permission.CARE_LOG)
def work_list(request, kind):
    found = LISTS[kind].page(
        request.user,
        request.now,
        whose="all" if request.GET.get("whose") == "all" else "mine",
        after=request.GET.get("after"),
    )
    seen(request, found.patient_refs())
    return TemplateResponse(request, "interactions/work_list.html", {"list": LISTS[kind], "page": found})
