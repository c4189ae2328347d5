from django.conf import settings
from django.urls import NoReverseMatch, reverse

from staff.again import whose_page
from staff.roles import HOME, Permission, Role
from staff.sessions import WARNING, left

# Label, route, icon, and the permission without which it is not offered.
NAVIGATION = (
    ("My day", "interactions:today", "sun", Permission.CARE_LOG),
    ("Patients", "patients:list", "users", Permission.PATIENT_VIEW),
    ("Floor", "interactions:floor", "home-modern", Permission.CARE_LOG),
    ("Concerns", "interactions:concerns", "chat-bubble-left-ellipsis", Permission.CARE_LOG),
    ("Promises", "interactions:follow_ups", "check-circle", Permission.CARE_LOG),
    ("Meetings", "interactions:meetings", "calendar-days", Permission.CARE_LOG),
    ("Reminders", "interactions:reminders", "bell", Permission.CARE_LOG),
    ("Team", "insights:team", "user-group", Permission.TEAM_REVIEW),
    ("Access log", "patients:access_log", "eye", Permission.AUDIT),
    ("Reviews", "patients:reviews", "flag", Permission.AUDIT),
    ("Exports", "patients:exports", "arrow-down-tray", Permission.AUDIT),
    ("Approvals", "interactions:approvals", "hand-thumb-up", Permission.APPROVE),
    ("Manage", "interactions:manage", "cog-6-tooth", Permission.MANAGE),
)
# The sections of `/manage/`.
MANAGE = (
    ("Overview", "interactions:manage", "cog-6-tooth", Permission.MANAGE),
    ("Staff", "staff:staff_list", "users", Permission.MANAGE),
    ("Programs", "staff:programs", "building-office-2", Permission.MANAGE),
    ("Hours and on call", "staff:hours", "clock", Permission.MANAGE),
    ("Words", "staff:hints", "chat-bubble-bottom-center-text", Permission.MANAGE),
    ("Boundaries", "staff:boundaries", "scale", Permission.POLICIES),
    ("Assignments", "interactions:assignments", "arrows-right-left", Permission.TEAM_ASSIGN),
    ("Reminders", "interactions:reminder_health", "bell", Permission.MANAGE),
    ("Exports", "patients:exports", "arrow-down-tray", Permission.MANAGE),
)


def chrome(request):
    """What stands around every page: the name on the door, who is signed in and where they can go."""
    around = {"PUBLIC_NAME": settings.PUBLIC_NAME, "nav": [], "me": None}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return around
    around["me"] = user
    around["whose_page"] = whose_page(user)
    around["signed_in_for"] = int(left(request).total_seconds())
    around["signed_in_warning"] = int(WARNING.total_seconds())
    around["site_crisis_line"] = user.site.crisis_line
    around["may_break_glass"] = user.may(Permission.BREAK_GLASS)
    around["can_search"] = user.may(Permission.PATIENT_VIEW)
    # The page they start from stands first: a phone has room for the first five only.
    around["nav"] = menu(request, sorted(NAVIGATION, key=lambda entry: entry[1] != HOME[Role(user.role)]))
    if request.path.startswith("/manage/"):
        around["manage_nav"] = menu(request, MANAGE)
    return around


def menu(request, entries):
    """The entries that the signed-in person may use; the one whose address the page's begins with most is current."""
    items = [
        {"label": label, "url": url, "icon": icon}
        for label, route, icon, permission in entries
        if (url := find(route)) and request.user.may(permission)
    ]
    above = [item["url"] for item in items if request.path.startswith(item["url"])]
    for item in items:
        item["current"] = item["url"] == max(above, key=len, default=None)
    return items


def find(route):
    """The address of `route`, or "" where the page is not there."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
