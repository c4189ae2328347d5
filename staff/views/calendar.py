"""The link by which one's own calendar fetches appointments."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from staff import feeds
from staff.access import requires
from staff.roles import Permission
from staff.wording import clock


@require_GET
@requires(Permission.CARE_LOG)
def calendar(request):
    feed, zone = feeds.feed_of(request.user), request.user.site.zone
    context = {"on": feed is not None}
    if feed:
        context["made"] = clock(feed.made_at, request.now, zone)
        context["fetched"] = feed.last_fetched_at and clock(feed.last_fetched_at, request.now, zone)
    return TemplateResponse(request, "staff/calendar.html", context)


@require_POST
@requires(Permission.CARE_LOG, confirmed=True)
def calendar_link(request):
    """A new link, shown this once: it stands in this answer and nowhere else. Sent again, it makes another one."""
    token = feeds.make(by=request.user, now=request.now)
    link = f"{settings.SITE_URL}{reverse('exchange:calendar_feed', args=[token])}"
    return TemplateResponse(request, "staff/calendar_link.html", {"link": link})


@require_POST
@requires(Permission.CARE_LOG)
def calendar_off(request):
    feeds.turn_off(by=request.user, now=request.now)
    messages.success(request, "Turned off. Calendars that had the link get nothing any more.")
    return redirect("calendar")
