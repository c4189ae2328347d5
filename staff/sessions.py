"""Who is signed in where: Django's session store in the database, with an end after a rest and after a working day.

The row is read with the session itself, so that asking for its end costs no query; that it was used is written down
once a minute at most.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.utils import timezone

from staff.access_log import address_of, ended, log_change
from staff.choices import AtTheDoor
from staff.devices import device
from staff.models import Session
from staff.wording import clock

IDLE = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
LONGEST = timedelta(hours=settings.SESSION_HOURS)
WARNING = timedelta(minutes=2)  # how long before the end one is told
COARSE = timedelta(minutes=1)
ABOUT = "about"
OVER = {"idle": AtTheDoor.IDLE, "long": AtTheDoor.LONG}
BACKGROUND = "X-Background"  # a page that asks by itself says so: this is no sign that somebody is there


class SessionStore(DatabaseStore):
    row = None

    @classmethod
    def get_model_class(cls):
        return Session

    def _get_session_from_db(self):
        self.row = super()._get_session_from_db()
        return self.row

    def create_model_instance(self, data):
        """The row of this session. What the list of sessions shows travels with its data, since its key changes; the
        ref is that of the row, since for a moment the old and the new one stand beside each other.
        """
        now = timezone.now()
        staff = data.get(SESSION_KEY)
        about = data.setdefault(ABOUT, birth(now)) if staff else birth(now)
        row = super().create_model_instance(data)
        row.staff_id = staff and int(staff)
        row.started_at, row.last_seen_at = datetime.fromtimestamp(about["began"], UTC), now
        if self.row is not None and self.row.pk == row.pk:
            row.ref, row.last_seen_at = self.row.ref, max(self.row.last_seen_at, now)
        row.address, row.device = about.get("address"), about.get("device", "")
        row.expire_date = min(row.expire_date, row.started_at + LONGEST if staff else now + IDLE)
        self.row = row
        return row


def birth(now):
    return {"began": now.timestamp()}


def begin(request):
    """Notes in a session that has just been signed in when, from where and with what; sweeps out what is over."""
    request.session[ABOUT] = {
        **birth(request.now),
        "address": address_of(request),
        "device": device(request.headers.get("User-Agent", "")),
    }
    Session.objects.over(request.now - IDLE, request.now).delete()


def keep(request):
    """Ends the session of `request` when its time is over, and says why in `request.signed_out` ("" when it goes on);
    else notes that somebody is there.
    """
    request.signed_out = ""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    signed_in, row = SESSION_KEY in request.session, request.session.row
    if row is None:
        request.signed_out = "gone"
        note_end_of(request, request.COOKIES[settings.SESSION_COOKIE_NAME])
    elif signed_in and request.now >= row.last_seen_at + IDLE:
        request.signed_out = "idle"
    elif signed_in and request.now >= row.started_at + LONGEST:
        request.signed_out = "long"
    elif signed_in and request.now >= row.last_seen_at + COARSE and BACKGROUND not in request.headers:
        row.last_seen_at = request.now
        Session.objects.with_key(row.pk).update(last_seen_at=request.now)
    if request.signed_out in OVER:
        ended(request, OVER[request.signed_out], session=row)
        request.session.flush()


def note_end_of(request, key):
    """Has the access log tell, once, of the session with this key, when its day is over and its row still stands."""
    row = Session.objects.run_out(key, request.now) if key.isalnum() else None
    if row is not None:
        rested = request.now >= row.last_seen_at + IDLE
        ended(request, AtTheDoor.IDLE if rested else AtTheDoor.LONG, session=row)
        row.delete()


def left(request):
    """How long this session goes on when nothing more is done in it."""
    row = request.session.row
    if row is None:
        return IDLE
    return min(IDLE, row.last_seen_at + IDLE - request.now, row.started_at + LONGEST - request.now)


def list_of(request):
    """Where the signed-in person is signed in, for the page: this session first, then the one used last."""
    here = request.session.session_key
    found = Session.objects.of(request.user).listed(request.now - IDLE, request.now)
    lines = [
        {
            "session": session,
            "here": session.pk == here,
            "what": session.device or "A browser",
            "began": clock(session.started_at, request.now, request.user.site.zone),
            "last": clock(session.last_seen_at, request.now, request.user.site.zone),
        }
        for session in found
    ]
    return sorted(lines, key=lambda line: not line["here"])


@transaction.atomic
def end(session, *, by):
    """Signs `by` out where this session is."""
    session.delete()
    log_change(action=AtTheDoor.ENDED, by=by, patients=[], record=session)


@transaction.atomic
def end_others(request):
    """Signs the person of `request` out everywhere else."""
    end_all(request.user, but=request.session.session_key)
    log_change(action=AtTheDoor.ENDED_OTHERS, by=request.user, patients=[], record=request.user)


def end_all(member, *, but=None):
    """Ends every session of `member`, except the one with the key `but`; the next request from each finds none."""
    Session.objects.of(member).without_key(but).delete()
