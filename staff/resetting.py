"""A new password by mail, for whoever forgot theirs.

Asking writes one row, whatever was typed and whoever it belongs to; the next pass finds out whether there is somebody
to write to. So neither the answer nor its time tells which addresses are known here. The link's token is worked out
when the mail is sent and stands in no table.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse

from staff import feeds, sessions
from staff.access_log import log_change
from staff.models import ResetRequest, StaffMember
from staff.saving import refuse_unless, save_checked
from staff.sign_in import address_key, canonical, forgive, hashed, take_turn

ASKS = ((1, timedelta(minutes=1)), (3, timedelta(minutes=15)))
GOOD_FOR = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
USED = "This link has just been used, or your account was changed. Ask for a new one."


class Tokens(PasswordResetTokenGenerator):
    """Django's tokens at a given moment. One ends when it was used, and with a new password, a sign-in, another mail
    address, another role, the end of the account, or its time.
    """

    def __init__(self, now):
        super().__init__()
        self.now = now

    def _now(self):
        return self.now.replace(tzinfo=None)

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}{user.ref}{user.role}{user.is_active}"


def link_of(member, *, now):
    """The address at which `member` chooses a new password. It says who they are to nobody else."""
    path = reverse("password_reset_confirm", args=[member.ref, Tokens(now).make_token(member)])
    return f"{settings.SITE_URL}{path}"


def keys_of(email, request):
    """Under which keys the asking for one mail address, and from one place, is counted."""
    return f"reset:{hashed(canonical(email))}", f"reset-{address_key(request)}"


@transaction.atomic
def ask(*, email, request):
    """Writes down that somebody asked for a new password, unless the address or the place has asked too often."""
    key, address = keys_of(email, request)
    if take_turn(key, address, now=request.now, steps=ASKS):
        save_checked(ResetRequest(email=email, asked_at=request.now))


@transaction.atomic
def set_forgotten(*, member, token, password, request):
    """Sets the password of whoever came with `token`, once. Ends their sessions and calendar link; nothing else."""
    member = StaffMember.objects.held(member)
    refuse_unless(Tokens(request.now).check_token(member, token), USED)
    member.set_password(password)
    member.save(update_fields=["password"])
    sessions.end_all(member)
    feeds.end(member, now=request.now)
    forgive(*keys_of(member.email, request))
    log_change(action="account.password_reset", by=member, patients=[], record=member, fields=["password"])
    return member
