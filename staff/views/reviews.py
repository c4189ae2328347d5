from datetime import timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from staff import services
from staff.access import requires
from staff.calendar import as_day, start_of_day
from staff.choices import Unusual
from staff.forms.reviews import ReviewForm
from staff.models import StaffMember
from staff.once import attempt
from staff.reviews import began, findings
from staff.roles import Permission

WEEK = timedelta(days=7)


@require_GET
@requires(Permission.AUDIT)
def review_list(request):
    site = request.user.site
    today = site.local_date(request.now)
    last = as_day(request.GET.get("before")) or today
    first = last - WEEK + timedelta(days=1)
    until = start_of_day(last + timedelta(days=1), site.zone)
    here = reverse("staff:reviews")
    return TemplateResponse(
        request,
        "staff/reviews.html",
        {
            "lines": findings(start_of_day(first, site.zone), until),
            "first": first,
            "last": last,
            "earlier_url": f"{here}?before={first - timedelta(days=1)}",
            "newest_url": here if last != today else None,
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.AUDIT)
def review(request, ref, kind, began_at):
    staff = get_object_or_404(StaffMember.objects.with_site(), ref=ref)
    at = began(began_at)
    if at is None or kind not in Unusual.values:
        raise Http404
    form = ReviewForm(request.POST or None)
    day = at.astimezone(request.user.site.zone).date()
    back = reverse("staff:reviews", query={"before": str(day)})

    def act():
        services.review(staff=staff, kind=kind, began_at=at, by=request.user, now=request.now, **form.answers())
        return back

    return attempt(request, form, act, said="Written down.") or TemplateResponse(
        request,
        "staff/review.html",
        {
            "form": form,
            "title": f"{staff.name}: {Unusual(kind).label.lower()}",
            "page_title": "A review",
            "submit_label": "Write it down",
            "cancel_url": back,
            "log_url": reverse("patients:access_log", query={"staff": str(staff.ref), "day": str(day)}),
            "at": at,
            "whole_day": kind == Unusual.ODD_HOURS,
        },
    )
