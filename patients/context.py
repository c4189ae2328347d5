"""What stands on every page that somebody reads by break-glass."""

from datetime import timedelta

MINUTE = timedelta(minutes=1)


def emergency(request):
    """How long the pages of this patient stay open to somebody who is not in their care."""
    opened = getattr(request, "break_glass", None)
    if opened is None:
        return {}
    left = opened.ended_at - request.now
    return {"emergency": {"minutes": -(-left // MINUTE), "until": opened.ended_at}}
