"""Sign-in and its throttle, kept in the database so that it holds with every other part gone."""

import hashlib
import unicodedata
from datetime import timedelta

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from staff.access_log import kept_out
from staff.choices import AtTheDoor
from staff.models import SignInCounter, StaffMember

ACCOUNT_STEPS = ((5, timedelta(minutes=1)), (10, timedelta(minutes=15)))
ADDRESS_LIMIT, ADDRESS_WINDOW = 60, timedelta(minutes=10)


def canonical(username):
    """The one spelling of a username: compatibility-folded, case-folded, without outer blanks."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username or "").casefold()).strip()


def hashed(text):
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


class PasswordBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        if username is None or password is None:
            return None
        now = timezone.now()
        name = canonical(username)
        user = StaffMember.objects.with_site().filter(username=name).first()
        key = f"account:{user.ref}" if user else f"name:{hashed(name)}"
        address = address_key(request)
        if not take_turn(key, address, now=now):
            return refuse(request, AtTheDoor.PASSWORD_TOO_SOON, user)
        if user is None:
            make_password(password)  # an unknown name costs the same time as a wrong password
            return refuse(request, AtTheDoor.WRONG_PASSWORD, None)
        if not (user.check_password(password) and user.is_active):
            return refuse(request, AtTheDoor.WRONG_PASSWORD, user)
        forgive(key, address)
        return user

    def get_user(self, user_id):
        return StaffMember.objects.active().with_site().filter(pk=user_id).first()


def refuse(request, action, account):
    """None, and a line for the access log; the same for an account as for a name that nobody has."""
    if hasattr(request, "access_note"):  # what asks from elsewhere than the web has none
        kept_out(request, action, account=account)


def address_key(request):
    """Under which key the tries from one place are counted."""
    return f"address:{hashed(request.META.get('REMOTE_ADDR', '') if request else '')}"


@transaction.atomic
def take_turn(key, address, *, now, steps=ACCOUNT_STEPS):
    """Whether a password (or code) may be tried now. The try is counted as failed before it is made, so that tries at
    the same time cannot pass together; success forgives it. A try during a wait counts nothing and prolongs nothing.
    """
    account, source = _counter(key, now), _counter(address, now)
    if any(counter.blocked_until_at and counter.blocked_until_at > now for counter in (account, source)):
        return False
    account.failures += 1
    for failures, pause in steps:
        if account.failures == failures or (account.failures > failures == steps[-1][0]):
            account.blocked_until_at = now + pause
    if source.counted_from_at <= now - ADDRESS_WINDOW:
        source.failures, source.counted_from_at = 0, now
    source.failures += 1
    if source.failures >= ADDRESS_LIMIT:
        source.blocked_until_at = now + ADDRESS_WINDOW
    account.save()
    source.save()
    return True


def _counter(key, now):
    SignInCounter.objects.bulk_create([SignInCounter(key=key, counted_from_at=now)], ignore_conflicts=True)
    return SignInCounter.objects.select_for_update().get(key=key)


def forgive(key, address):
    """A successful sign-in ends the account's count, and does not count against its address: at the change of shift
    many sign in from one.
    """
    SignInCounter.objects.filter(key=key).update(failures=0, blocked_until_at=None)
    SignInCounter.objects.filter(key=address, failures__gt=0).update(failures=F("failures") - 1, blocked_until_at=None)
