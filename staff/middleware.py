import logging

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from staff.access import knock
from staff.access_log import Note, Unwritten, turned_away, write_note
from staff.choices import Outcome
from staff.lending import lent_in
from staff.sessions import keep

log = logging.getLogger(__name__)


class ClockMiddleware:
    """One moment for the whole request: `request.now`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.now = timezone.now()
        return self.get_response(request)


class SessionEndMiddleware:
    """Nobody stays signed in over a long rest or a long day. Stands before whatever asks who is signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.access_note = Note()  # the first that may have to be written is that a session was over
        keep(request)
        return self.get_response(request)


class SiteTimeMiddleware:
    """Times are read and shown in the zone of the signed-in person's site."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.site.zone):
            return self.get_response(request)


class AccessLogMiddleware:
    """No answer that names a patient leaves before the log says so; when it cannot be written, a 503 leaves instead."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        try:
            write_note(request)
        except DatabaseError:
            return unavailable()
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied) and request.access_note.outcome == Outcome.OK:
            turned_away(request)  # by a view; whose patient it was about has said so itself
        return unavailable() if isinstance(exception, Unwritten) else None


def unavailable():
    log.exception("the access log could not be written")
    # Without the request: what stands around other pages is read from the database that just failed.
    return HttpResponse(render_to_string("503.html"), status=503)


class LentMiddleware:
    """On a device that was handed over every address leads to the one page that is open there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        lent = lent_in(request)
        if lent and request.path not in (lent.home, *lent.pages, reverse("take_back")):
            return redirect(lent.home)
        return self.get_response(request)


class DoorMiddleware:
    """Default deny: see `staff.access`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Unreadable, it is refused here: the pages that tell of another refusal read it too, and would break over it.
        len(request.GET)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        return knock(request, view)
