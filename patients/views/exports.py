"""Taking something out: it is asked for with a purpose, then taken once, and somebody else can see that it was."""

import hashlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from patients import exports, services
from patients.choices import ExportKind
from patients.export_lines import ExportLines
from patients.forms.exports import ExportForm
from patients.models import Export
from staff.access import requires
from staff.access_log import not_found, seen, session_hash, took_out
from staff.once import attempt, posted
from staff.roles import Permission
from staff.searches import remembered

SEARCH_GONE = "What you had searched for is no longer kept. Search again, and ask from the list you then see."
TAKEN = "It was taken in this very moment, in another window."


@require_http_methods(["GET", "POST"])
@requires(Permission.EXPORT, confirmed=True)
def export_new(request):
    """Asks what it is for; the rows themselves are asked for when they are taken."""
    one = exports.LISTS.get(request.GET.get("of"))
    if one is None:
        raise Http404
    query = one.narrowed(request.GET)
    form = ExportForm(posted(request))
    leaving, refused = gathered(request, one, query)
    if refused:
        done = None
        if request.method == "POST" and form.is_valid():
            form.add_error(None, refused)
    else:
        done = attempt(request, form, lambda: asked(request, one, query, form), said="Ready for you.")
    if leaving and leaving.subject:
        seen(request, leaving.patients)
    return done or TemplateResponse(
        request,
        "patients/export_new.html",
        {"form": form, "list": one, "leaving": leaving, "refused": refused, "back_url": one.back(query)},
        status=form.status,
    )


def gathered(request, one, query):
    """What leaves now (or None), and why it cannot (or an empty text). 403 and 404 for what is not theirs to take."""
    if not one.may_leave_with(request.user):
        raise PermissionDenied
    typed = remembered(request, query.get("s", ""))
    if "s" in query and not typed:
        return None, SEARCH_GONE
    try:
        return exports.gather(one, exports.Ask(request.user, request.now, query, typed)), ""
    except ValidationError as refusal:
        return None, " ".join(refusal.messages)
    except exports.NotTheirs as refusal:
        not_found(request, refusal.ref)
        raise


def asked(request, one, query, form):
    return services.ask_export(
        what=one.key,
        filters=query,
        session_hash=session_hash(request),
        by=request.user,
        now=request.now,
        **form.answers(),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.EXPORT)
def export(request, ref):
    """What was asked for, and with a POST the thing itself, once: for whoever asked, in the session they asked in."""
    found = Export.objects.of_session(request.user, session_hash(request)).with_ref(ref)
    one = exports.LISTS.get(found.what) if found else None
    if one is None:
        not_found(request, ref)
        raise Http404
    if request.method == "POST" and found.is_ready(request.now):
        return taken(request, found, one)
    return ready_page(request, found, one, status=200 if request.method == "GET" else 410)


def ready_page(request, found, one, refused="", status=200):
    return TemplateResponse(
        request,
        "patients/export.html",
        {
            "export": found,
            "list": one,
            "ready": found.is_ready(request.now) and not refused,
            "refused": refused,
            "back_url": one.back(found.filters),
            "again_url": exports.new_url(one.key, found.filters),
        },
        status=status,
    )


def taken(request, found, one):
    """The answer that leaves. It is made first, then claimed with its hash: of two at once, one gets it."""
    leaving, refused = gathered(request, one, found.filters)
    if refused:
        return ready_page(request, found, one, refused, status=409)
    answer = (
        paper(request, found, one, leaving) if found.kind == ExportKind.PAPER else file(request, found, one, leaving)
    )
    claim = {"rows": leaving.rows, "sha256": hashlib.sha256(answer.content).hexdigest()}
    if not Export.objects.claim(found, now=request.now, **claim):
        return ready_page(request, found, one, TAKEN, status=410)
    fields = [found.what, found.kind, f"for={found.purpose}", f"rows={leaving.rows}"]
    took_out(request, leaving.patients, record=found, fields=fields)
    return answer


def file(request, found, one, leaving):
    packet = exports.packed(found, one, leaving, request.now)
    name = exports.file_name(found)
    return HttpResponse(
        packet,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def paper(request, found, one, leaving):
    context = {
        "list": one,
        "sheets": leaving.sheets,
        "subject": leaving.subject,
        "footer": exports.footer(found, one, request.now),
        "back_url": one.back(found.filters),
    }
    return TemplateResponse(request, "patients/export_paper.html", context).render()


@require_GET
@requires(Permission.EXPORT_REVIEW)
def export_list(request):
    """Who took out what kind of list, when and for what: never a row of it."""
    lines = ExportLines(request.GET, may_read_words=request.user.may(Permission.AUDIT), now=request.now)
    shown, older_url = lines.page()
    return TemplateResponse(
        request,
        "patients/export_list.html",
        {"lines": shown, "older_url": older_url, "newest_url": reverse("patients:exports") if lines.before else None},
    )
