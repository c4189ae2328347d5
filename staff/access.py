"""The door: every view says who may do it, and the server does not start while one is silent.

`@requires` answers "may this person do it?" (403). Which rows they may know of is `visible_to` (404).
"""

from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, get_resolver, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from staff.access_log import turned_away
from staff.confirming import ask
from staff.sessions import BACKGROUND

MARK = "door"
CONFIRMED = "door_confirmed"


def requires(permission, *, confirmed=False):
    """Marks a view as open to signed-in staff whose role holds `permission`; `confirmed` asks for their password
    again when they gave it longer ago than a few minutes.
    """

    def mark(view):
        @wraps(view)
        def marked(request, *args, **kwargs):
            return view(request, *args, **kwargs)

        setattr(marked, MARK, permission)
        setattr(marked, CONFIRMED, confirmed)
        return marked

    return mark


def public(*, because):
    """Marks a view as open to anybody, and says why."""

    def mark(view):
        @wraps(view)
        def marked(request, *args, **kwargs):
            return view(request, *args, **kwargs)

        setattr(marked, MARK, f"public: {because}")
        return marked

    return mark


def is_public(view):
    return str(getattr(view, MARK, "")).startswith("public: ")


def knock(request, view):
    """None when the request may go on to `view`, else the answer it gets instead."""
    policy = getattr(view, MARK, None)
    if policy is None:
        raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} does not say who may use it")
    if is_public(view):
        return None
    if not request.user.is_authenticated:
        return to_sign_in(request)
    if not request.user.may(policy):
        turned_away(request)
        raise PermissionDenied
    return ask(request) if getattr(view, CONFIRMED, False) else None


def to_sign_in(request):
    """The way to the sign-in page, which says why it is asked for and leads back to where one was."""
    if request.htmx:
        if BACKGROUND in request.headers:
            return HttpResponse(status=204)  # a page that asks by itself is not led away from what is typed into it
        return HttpResponse(status=204, headers={"HX-Redirect": request.get_full_path()})
    request.asked_to_sign_in = True
    return redirect(way_to_sign_in(request))


def way_to_sign_in(request, kept_at=""):
    """The address of the sign-in page. What was typed is kept where it leads back to `kept_at`."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else page_before(request)
    said = {REDIRECT_FIELD_NAME: kept_at or back}
    if request.signed_out:
        said["why"] = request.signed_out
    if kept_at:
        said["kept"] = "1"
    return f"{reverse('login')}?{urlencode(said, safe='/')}"


def page_before(request):
    """The address of our page from which a form was sent, or that of the first page."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(before)
    return parts._replace(scheme="", netloc="", fragment="").geturl() if parts.path.startswith("/") else "/"


def routes(resolver=None, prefix="", namespaces=()):
    """Every route of the project as (route name, pattern text, view)."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            name = ":".join([*namespaces, entry.name or ""])
            yield name, prefix + str(entry.pattern), entry.callback
        else:
            deeper = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from routes(entry, prefix + str(entry.pattern), deeper)


@register(Tags.urls)
def every_route_has_a_policy(app_configs, **kwargs):
    return [
        Error(
            f"The route {pattern} does not say who may use it.",
            hint="Mark its view with @requires or @public.",
            id="staff.E001",
        )
        for _, pattern, view in routes()
        if not hasattr(view, MARK)
    ]
