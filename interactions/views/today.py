"""My day: whom I owe something, whom I meet, whom to talk with."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from interactions.models import CheckIn, ForSupervision
from interactions.my_day import day_of
from interactions.news import news_for
from interactions.services import supervision
from patients.access import open_record
from staff.access import requires
from staff.access_log import seen
from staff.models import BoundaryPolicy
from staff.roles import Permission


@require_GET
@requires(Permission.CARE_LOG)
def today(request):
    day = day_of(request.user, request.now)
    news = news_for(request.user, request.now)
    brought = list(ForSupervision.objects.open_for(request.user, request.now)[:20])
    named = {told.patient.ref for told in (*news, *day.signs)} | {one.check_in.patient.ref for one in brought}
    seen(request, day.patient_refs() | named)
    unread = list(BoundaryPolicy.objects.for_staff(request.user, request.now).unread_by(request.user))
    context = {"day": day, "news": news, "brought": brought, "unread": unread, "now": request.now}
    return TemplateResponse(request, "interactions/today.html", context)


@require_POST
@requires(Permission.CARE_LOG)
def talked_over(request, ref):
    """A conversation that was brought to supervision was talked over."""
    check_in = open_record(request, CheckIn.objects.all(), ref)
    try:
        supervision.talked_over(check_in=check_in, by=request.user, now=request.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Talked over.")
    return redirect("interactions:today")
