"""The second factor: a code of an authenticator app, or one of ten recovery codes, in django-otp's tables.

The library's own check reads the clock by itself; here the moment is an argument, and the row is held while it is
compared, so that no code passes twice. A half sign-in is a session that belongs to nobody yet: it opens what is open
to everybody, and the page that asks for the code.
"""

from base64 import b32encode, urlsafe_b64encode
from datetime import timedelta

import segno
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from staff import sessions
from staff.access_log import happened, kept_out, log_change, signed_in
from staff.choices import AtTheDoor
from staff.confirming import confirm
from staff.saving import refuse_unless
from staff.sign_in import PasswordBackend, address_key, forgive, take_turn

CODES = 10
TRIES = ((5, timedelta(minutes=15)),)
HALF, HALF_FOR = "half", timedelta(minutes=10)
NEW_KEY = "new_key"
WRONG = "That is not it. Wait for the next code and type that one; after 5 wrong ones wait fifteen minutes."


def is_on(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


def new_key(request):
    """The secret that this session is about to set up: the same until it is confirmed."""
    return request.session.setdefault(NEW_KEY, default_key())


def letters(key):
    """The secret as one types it, in groups of four."""
    text = b32encode(bytes.fromhex(key)).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def picture(user, key):
    """The secret as a QR code, as the address of an image. It is labelled with the public name and the user name."""
    return segno.make(TOTPDevice(user=user, key=key).config_url, micro=False).svg_data_uri(scale=5, light="#fff")


def step_of(device, typed, now):
    """The step whose code was typed: this one, the one before or the next, and none that was used. Else None."""
    digits = "".join(typed.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == device.digits):
        return None
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = now.timestamp()
    return totp.t() if totp.verify(int(digits), device.tolerance, device.last_t + 1) else None


def code_at(key, now):
    """The code that an authenticator with this secret shows at the moment `now`."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = now.timestamp()
    return f"{totp.token():06}"


@transaction.atomic
def passes(request, user, typed):
    """Whether `typed` is a code of this moment or an unused recovery code. Neither is good a second time."""
    key, address = f"code:{user.ref}", address_key(request)
    if not take_turn(key, address, now=request.now, steps=TRIES):
        kept_out(request, AtTheDoor.CODE_TOO_SOON, account=user)
        return False
    if not (_use_code(user, typed, request.now) or _use_recovery_code(user, typed)):
        kept_out(request, AtTheDoor.WRONG_CODE, account=user)
        return False
    forgive(key, address)
    return True


def _use_code(user, typed, now):
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    step = device and step_of(device, typed, now)
    if step is None:
        return False
    device.last_t, device.last_used_at = step, now
    device.save(update_fields=["last_t", "last_used_at"])
    return True


def _use_recovery_code(user, typed):
    device = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return False
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    used, _ = device.token_set.filter(token__in=[digest(user, typed, secret) for secret in secrets]).delete()
    return used > 0


def digest(user, code, secret):
    """What is stored of a recovery code: a keyed hash, as long as the library's column."""
    bare = "".join(letter for letter in code.lower() if letter.isalnum())
    mac = salted_hmac("recovery code", f"{user.ref} {bare}", secret=secret, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()[:12]).decode()


@transaction.atomic
def switch_on(*, user, key, typed, now):
    """Sets up an authenticator in place of any earlier one; returns new recovery codes, which are never seen again."""
    device = TOTPDevice(user=user, name="Authenticator", key=key)
    step = step_of(device, typed, now)
    refuse_unless(step is not None, {"code": WRONG})
    TOTPDevice.objects.filter(user=user).delete()
    device.last_t = step
    device.save(force_insert=True)
    log_change(action="account.second_factor", by=user, patients=[], record=user, fields=["second_factor"])
    return new_codes(user=user)


@transaction.atomic
def new_codes(*, user):
    """Ten new recovery codes in place of all earlier ones; only their hashes are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes")
    codes = [StaticToken.random_token() for _ in range(CODES)]
    hashes = (digest(user, code, settings.SECRET_KEY) for code in codes)
    StaticToken.objects.bulk_create(StaticToken(device=device, token=token) for token in hashes)
    log_change(action="account.recovery_codes", by=user, patients=[], record=user, fields=["recovery_codes"])
    return [f"{code[:4]}-{code[4:]}" for code in codes]


@transaction.atomic
def switch_off(*, member, by):
    """Takes the second factor of `member` away. When somebody else does it, all their sessions end."""
    TOTPDevice.objects.filter(user=member).delete()
    StaticDevice.objects.filter(user=member).delete()
    if member != by:
        sessions.end_all(member)
    log_change(action="account.second_factor_off", by=by, patients=[], record=member, fields=["second_factor"])
    return member


def begin_half(request, user, back):
    """From now on, for a few minutes, this session is that of somebody who gave the password of `user`."""
    happened(request, AtTheDoor.RIGHT_PASSWORD, account=user)
    request.session.flush()
    request.session[HALF] = {
        "staff": user.pk,
        "proof": user.get_session_auth_hash(),
        "at": request.now.timestamp(),
        "back": back,
    }


def half_in(request):
    """Whose password was given in this session and whose code was not, or None."""
    known = request.session.get(HALF)
    if known is None or request.now.timestamp() - known["at"] >= HALF_FOR.total_seconds():
        return None
    user = PasswordBackend().get_user(known["staff"])
    return user if user and constant_time_compare(known["proof"], user.get_session_auth_hash()) else None


@transaction.atomic
def finish(request, user, back="/"):
    """Signs in whoever gave all that is asked for, if the access log can say so; returns where they wanted to go."""
    login(request, user, backend="staff.sign_in.PasswordBackend")
    known = request.session.pop(HALF, None)
    if known is None or known["staff"] != user.pk:  # the half sign-in of somebody else, left in this browser
        known = {"back": back}
    sessions.begin(request)
    confirm(request)
    request.session.save()
    signed_in(request, user)
    return known["back"]
