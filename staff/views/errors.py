import re
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

# What is not given back: it is no text, or nobody else is to read it.
SECRETS = re.compile(r"pass|code|token|secret|csrf", re.I)
SHORTEST = 15


def bad_request(request, exception):
    """The page for a request that could not be read: without the request, since reading it again would fail again."""
    return HttpResponse(render_to_string("400.html"), status=400)


def went_wrong(request):
    """The page for a mistake of ours, and another while the database is away: that is over by itself in a while.

    Both are shown without the request: what stands around other pages is read from the database.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = render_to_string("503.html", {"away": True, "texts": texts_of(request)})
        return HttpResponse(page, status=503, headers={"Retry-After": "30", "Cache-Control": "no-store, private"})
    return HttpResponse(render_to_string("500.html"), status=500)


def texts_of(request):
    """What was written into the form that was sent, so that it can be copied: the longer texts, none that is a key."""
    try:
        sent = request.POST.lists()
    except Exception:  # it could not be read at all
        return []
    texts = [text for name, values in sent if not SECRETS.search(name) for text in values]
    return [text for text in texts if len(text) >= SHORTEST and re.search(r"\s", text.strip())]
