"""What leaves by itself."""

from math import ceil

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from exchange.calendar_feed import appointments, as_calendar
from staff import feeds
from staff.access import public
from staff.access_log import fetched

TYPE = "text/calendar; charset=utf-8"


@require_safe
@public(because="a calendar program cannot sign in; its address holds a secret of 32 random bytes")
def calendar_feed(request, token):
    """Unknown, ended, of a closed account or of another role: the same answer, without a word."""
    feed = feeds.feed_at(token)
    if feed is None:
        return HttpResponse(status=404)
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"', "Cache-Control": "no-store, private"}
    if request.method == "HEAD":  # nothing leaves, not even how much: no turn is taken, and the fetch after it passes
        return StreamingHttpResponse(content_type=TYPE, headers=headers)
    if not feeds.take_turn(feed, now=request.now):
        last = feed.last_fetched_at or request.now
        wait = (last + feeds.PAUSE - request.now) / feeds.PAUSE * 60
        return HttpResponse(status=429, headers={"Retry-After": str(min(max(ceil(wait), 1), 60))})
    found = appointments(feed.staff, request.now)
    fetched(request, {one.patient_ref for one in found}, by=feed.staff)
    return HttpResponse(as_calendar(feed.staff, found), content_type=TYPE, headers=headers)
