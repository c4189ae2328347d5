"""What stands on pages of every room: that somebody reads by break-glass, or where to take out what is shown."""

from datetime import timedelta

from patients.exports import link

MINUTE = timedelta(minutes=1)


def emergency(request):
    """How long the pages of this patient stay open to somebody who is not in their care."""
    opened = getattr(request, "break_glass", None)
    if opened is None:
        return {}
    left = opened.ended_at - request.now
    return {"emergency": {"minutes": -(-left // MINUTE), "until": opened.ended_at}}


def export(request):
    """`export_url`: where to take out the list that the page shows, where the signed-in person may. An emergency opens
    pages to read, and gives no export.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or hasattr(request, "break_glass"):
        return {}
    return {"export_url": link(request)}
