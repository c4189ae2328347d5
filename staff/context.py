from django.conf import settings
from django.urls import reverse

from staff.roles import Permission

# Label, route, icon, and the permission without which it is not offered.
NAVIGATION = (
    ("My day", "interactions:today", "sun", Permission.CARE_LOG),
    ("Patients", "patients:list", "users", Permission.PATIENT_VIEW),
    ("Concerns", "interactions:concerns", "chat-bubble-left-ellipsis", Permission.CARE_LOG),
    ("Follow-ups", "interactions:follow_ups", "check-circle", Permission.CARE_LOG),
    ("Meetings", "interactions:meetings", "calendar-days", Permission.CARE_LOG),
    ("Reminders", "interactions:reminders", "bell", Permission.CARE_LOG),
    ("Team", "insights:team", "user-group", Permission.TEAM_REVIEW),
    ("Manage", "staff:manage", "cog-6-tooth", Permission.MANAGE),
)


def chrome(request):
    """What stands around every page: the name on the door, who is signed in and where they can go."""
    around = {"PUBLIC_NAME": settings.PUBLIC_NAME, "nav": [], "me": None}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return around
    match = request.resolver_match
    here = match.view_name if match else ""
    around["me"] = user
    around["site_crisis_line"] = user.site.crisis_line
    around["can_search"] = user.may(Permission.PATIENT_VIEW)
    around["nav"] = [
        {"label": label, "url": reverse(route), "icon": icon, "current": here == route}
        for label, route, icon, permission in NAVIGATION
        if user.may(permission)
    ]
    return around
