from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from staff import services
from staff.access import requires
from staff.choices import Unusual
from staff.forms.reviews import ReviewForm
from staff.models import StaffMember
from staff.once import attempt, posted
from staff.reviews import WHOLE_DAYS, began
from staff.roles import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.AUDIT)
def review(request, ref, kind, began_at):
    staff = get_object_or_404(StaffMember.objects.with_site(), ref=ref)
    at = began(began_at)
    if at is None or kind not in Unusual.values:
        raise Http404
    form = ReviewForm(posted(request))
    day = at.astimezone(request.user.site.zone).date()
    back = reverse("patients:reviews", query={"before": str(day)})

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
            "whole_day": kind in WHOLE_DAYS,
        },
        status=form.status,
    )
