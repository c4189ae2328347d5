"""What stands on every page, before everything else: that somebody may not be safe."""

from interactions.models import Concern
from staff.roles import Permission
from staff.wording import lasting


def safety(request):
    """Safety concerns that nobody has taken over, of patients whom the signed-in person may see."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.may(Permission.PATIENT_VIEW):
        return {}
    return {"safety_banner": [banner_line(concern, request) for concern in waiting(request)]}


def waiting(request):
    return (
        Concern.objects.visible_to(request.user, request.now).not_taken_over().with_people().order_by("raised_at")[:5]
    )


def banner_line(concern, request):
    request.access_note.patients.add(concern.patient.ref)
    return {
        "url": concern.get_absolute_url(),
        "who": concern.patient.display_name,
        "since": f"{lasting(request.now - concern.recorded_at)} ago",
        "what": "Somebody may not be safe.",
    }
