"""What stands on every page: before everything else that somebody may not be safe, and what has stopped working; on a
form, what was not saved.
"""

from dataclasses import replace

from django.urls import reverse

from interactions.drafts import first_words
from interactions.models import Concern, Draft
from interactions.reminder_health import Signs, troubles_of
from staff.roles import Permission, Role
from staff.wording import clock, lasting


def safety(request):
    """Safety concerns that nobody has taken over, of patients whom the signed-in person may see."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.may(Permission.PATIENT_VIEW):
        return {}
    return {"safety_banner": [banner_line(concern, request) for concern in waiting(request)]}


def waiting(request):
    """Who may see one is a long question on every page; whether there is any, which is rare, a short one."""
    found = Concern.objects.not_taken_over()
    if not found.exists():
        return []
    return found.visible_to(request.user, request.now).with_people().order_by("raised_at")[:5]


def banner_line(concern, request):
    request.access_note.patients.add(concern.patient.ref)
    return {
        "url": concern.get_absolute_url(),
        "who": concern.patient.display_name,
        "since": f"{lasting(request.now - concern.recorded_at)} ago",
        "what": "Somebody may not be safe.",
    }


def unsaved(request):
    """What the signed-in person typed into this page's form before and did not save. Asked only where it is shown."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.method != "GET":
        return {}

    def offers():
        gone_on = getattr(request, "gone_on_with", None)
        found = Draft.objects.of(user).unsaved().on(request.path)
        return [
            {
                "url": draft.way_on,
                "discard": reverse("interactions:draft_discard", args=[draft.ref]),
                "words": first_words(draft),
                "when": clock(draft.saved_at, request.now, user.site.zone),
            }
            for draft in found[:5]
            if draft.token != gone_on
        ]

    return {"draft_offers": offers}


def troubles(request):
    """For whoever can see to it: that reminders, mails or backups have stopped, as the database shows."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.role not in (Role.ADMIN, Role.SUPERVISOR):
        return {}
    signs = getattr(request, "signs", None) or Signs.for_user(user, request.now)  # a page may have asked already
    found = troubles_of(user, signs, request.now)
    # Where it is told in full nothing leads there.
    return {"troubles": [replace(one, url="") if one.url.split("#")[0] == request.path else one for one in found]}
