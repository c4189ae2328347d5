"""What an auditor reviews."""

from datetime import timedelta

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from patients import reviews
from staff.access import requires
from staff.access_log import seen
from staff.roles import Permission


@require_GET
@requires(Permission.AUDIT)
def review_list(request):
    site = request.user.site
    since, until, first, last = reviews.week_of(request.GET.get("before"), site, request.now)
    opened = reviews.opened(since, until, request.user, request.now)
    seen(request, [one.row.patient for one in opened])
    here = reverse("patients:reviews")
    return TemplateResponse(
        request,
        "patients/reviews.html",
        {
            "opened": opened,
            "lines": reviews.findings(since, until, request.user),
            "first": first,
            "last": last,
            "earlier_url": f"{here}?before={first - timedelta(days=1)}",
            "newest_url": here if last != site.local_date(request.now) else None,
        },
    )
