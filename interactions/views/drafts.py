"""Keeping what is typed, and what somebody has not saved yet."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from interactions import drafts
from interactions.models import Draft
from staff.access import public, requires
from staff.access_log import not_found, seen
from staff.roles import Permission
from staff.wording import clock


@csrf_exempt
@require_POST
@public(because="a signed pass lets one draft be written, and nothing be read")
def draft_save(request):
    known = drafts.pass_of(request.POST.get("draft", ""))
    if known is None or not known.is_good(request.now):
        return HttpResponse(status=400)
    try:
        counter, pairs = int(request.POST.get("counter", "")), read_pairs(request.POST.get("text", ""))
        if not 0 < counter <= drafts.counter_at(request.now + drafts.PASS_FOR):
            raise ValueError
        drafts.keep(known, pairs, counter=counter, now=request.now)
    except drafts.TooLong:
        return HttpResponse(status=413)
    except drafts.Saved:
        return HttpResponse(status=409)
    except (ValueError, TypeError, RecursionError):
        return HttpResponse(status=400)
    return HttpResponse(status=204)


def read_pairs(text):
    """Pairs of name and value as a page sends them; `ValueError` when it is anything else."""
    pairs = json.loads(text)
    if not isinstance(pairs, list) or len(pairs) > 1000:
        raise ValueError
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise ValueError
    return [[whole(part) for part in pair] for pair in pairs]


def whole(text):
    """`text` without halves of letters, which JSON can hold and no page can show."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@require_POST
@requires(Permission.OWN_ACCOUNT)
def draft_renew(request):
    """The pass of an opened form for another day, after its author signed in again."""
    letters = drafts.renewed(request.POST.get("draft", ""), user=request.user, now=request.now)
    return HttpResponse(letters, content_type="text/plain") if letters else HttpResponse(status=400)


@require_GET
@requires(Permission.OWN_ACCOUNT)
def draft_list(request):
    found = Draft.objects.of(request.user).unsaved().with_visible_patients(request.user, request.now)
    lines = [line_of(draft, request) for draft in found]
    seen(request, [draft.patient for draft in found if draft.patient])
    return TemplateResponse(request, "interactions/drafts.html", {"lines": lines})


def line_of(draft, request):
    """A draft as its author reads of it. Of somebody whom they no longer look after it says no name."""
    hidden = draft.patient_id is not None and draft.shows is None
    return {
        "draft": draft,
        "what": drafts.form_name(draft.path),
        "who": "" if hidden or draft.patient is None else draft.patient.display_name,
        "hidden": hidden,
        "when": clock(draft.saved_at, request.now, request.user.site.zone),
        "words": "" if drafts.is_closed(draft) else drafts.first_words(draft),
        "go_on": "" if hidden else draft.way_on,
    }


@require_GET
@requires(Permission.OWN_ACCOUNT)
def draft_page(request, ref):
    """One's own words, to be read and copied, whether or not their form can still be opened."""
    draft = own(request, ref)
    pairs = [] if drafts.is_closed(draft) else drafts.pairs_of(draft)
    words = [
        (name.rpartition("-")[2].replace("_", " ").capitalize(), value)
        for name, value in pairs
        if any(letter.isspace() for letter in value.strip())
    ]
    return TemplateResponse(request, "interactions/draft.html", {"line": line_of(draft, request), "words": words})


@require_POST
@requires(Permission.OWN_ACCOUNT)
def draft_discard(request, ref):
    drafts.drop(own(request, ref).token)
    messages.success(request, "Thrown away.")
    return redirect("interactions:drafts")


def own(request, ref):
    draft = Draft.objects.of(request.user).with_visible_patients(request.user, request.now).with_ref(ref)
    if draft is None:
        not_found(request, ref)
        raise Http404
    seen(request, [draft.patient] if draft.patient else [])
    return draft
