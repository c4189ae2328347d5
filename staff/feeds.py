"""The secret address of somebody's calendar: made, shown once, ended, and found again by its hash alone."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from staff.access_log import log_change
from staff.models import CalendarFeed, StaffMember
from staff.roles import PERMISSIONS, Permission

SECRET = 32  # random bytes: security.md §1.6
PAUSE = timedelta(minutes=1)  # between two fetches of one calendar: security.md §1.6
ROLES = [role for role, may in PERMISSIONS.items() if Permission.CARE_LOG in may]


def digest(token):
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def feed_of(member):
    """The feed of `member` that goes on, or None."""
    return CalendarFeed.objects.going_on().of(member).first()


def feed_at(token):
    """The feed with this secret, if it goes on and its owner still works here in a role that has appointments; else
    None.
    """
    return CalendarFeed.objects.going_on().owned_by_roles(ROLES).with_hash(digest(token)).first()


def take_turn(feed, *, now):
    """Whether the feed may be fetched now; if so, that it was is written down. Of two at the same time one passes."""
    return CalendarFeed.objects.rested_since(now - PAUSE).with_hash(feed.token_hash).update(last_fetched_at=now) == 1


@transaction.atomic
def make(*, by, now):
    """Makes a new secret for `by` and returns it, this once; the one before is no longer good."""
    StaffMember.objects.held(by)
    CalendarFeed.objects.going_on().of(by).update(revoked_at=now)
    token = secrets.token_urlsafe(SECRET)
    CalendarFeed.objects.create(staff=by, token_hash=digest(token), made_at=now)
    log_change(action="account.calendar", by=by, patients=[], record=by, fields=["calendar"])
    return token


@transaction.atomic
def turn_off(*, by, now):
    """The feed of `by` ends."""
    if end(by, now=now):
        log_change(action="account.calendar_off", by=by, patients=[], record=by, fields=["calendar"])


def end(member, *, now):
    """Ends the feed of `member`, as every change of their account that ends their sessions does; whether one went on.

    What changed the account is logged there.
    """
    return CalendarFeed.objects.going_on().of(member).update(revoked_at=now) > 0
