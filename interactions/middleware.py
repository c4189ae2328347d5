"""What was typed into a form that could not be saved is kept; what was kept of one that was saved is forgotten."""

import logging
import uuid
from dataclasses import replace

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from interactions import drafts
from interactions.models import Draft
from staff.access import way_to_sign_in

log = logging.getLogger(__name__)
UNREADABLE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError, MultiPartParserError)


class DraftMiddleware:
    """Stands before whatever may refuse a form: an ended session, another person's token, a patient out of view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST":
            try:
                kept = settle(request)
                if kept and getattr(request, "asked_to_sign_in", False):
                    draft = Draft.objects.with_token(kept.token).get()
                    response["Location"] = way_to_sign_in(request, kept_at=draft.way_on)
            except UNREADABLE:
                pass  # its answer has said so already
            except DatabaseError:
                log.exception("a draft could not be kept")
        return response

    def process_view(self, request, view, args, kwargs):
        """Opens a form with what its author typed before: `?draft=<ref>`."""
        if request.method != "GET" or "draft" not in request.GET or not request.user.is_authenticated:
            return
        draft = drafts.to_go_on_with(request.user, request.path, request.GET["draft"])
        if draft is not None:
            request.typed_before, request.gone_on_with = drafts.typed(draft, uuid.uuid4()), draft.token


def settle(request):
    """Forgets what was kept of a form that was saved. Of another one it keeps what was sent, and gives the pass under
    which that is kept; else None.
    """
    known = drafts.pass_of(request.POST.get("draft", ""))
    if known is None or known.path != request.path:
        return None
    mine = request.user.is_authenticated and known.by == str(request.user.ref)
    if getattr(request, "saved_form", None):
        if mine:
            drafts.drop(request.saved_form, known.continues)
    elif mine or known.is_good(request.now):
        if renewed := getattr(request, "renewed_form", None):
            known = replace(known, token=uuid.UUID(renewed), continues="")
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        try:
            drafts.keep(known, pairs, counter=drafts.counter_at(request.now), now=request.now)
            return known
        except drafts.Saved:
            pass
        except drafts.TooLong:
            log.warning("a form of more than a draft can hold was not kept")
    return None
