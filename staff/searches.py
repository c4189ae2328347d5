"""What was searched for stays in the session under a random key, so that no address, title or log ever holds it."""

import secrets

KEPT = 10
LONGEST = 200
SESSION_KEY = "searches"


def remember(request, typed):
    """Keeps the typed words with the last searches of this session and returns their key (empty for no words)."""
    typed = typed.replace("\0", "").strip()[:LONGEST]  # PostgreSQL stores and compares no NUL
    if not typed:
        return ""
    key = secrets.token_urlsafe(8)
    kept = [*request.session.get(SESSION_KEY, []), [key, typed]]
    request.session[SESSION_KEY] = kept[-KEPT:]
    return key


def remembered(request, key):
    """The words kept under `key`, or an empty text."""
    return dict(request.session.get(SESSION_KEY, [])).get(key, "")
