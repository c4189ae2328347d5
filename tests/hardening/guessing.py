"""S8: thousands of guesses at one account, in every spelling and from everywhere, come to ten password checks in a
quarter of an hour; and an unknown name takes as long to refuse as a wrong password.
"""

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from unittest import mock

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from tests.factories import NOW, PASSWORD
from tests.hardening.world import Browser

WINDOW = timedelta(minutes=15)
MOST = 10  # checks in a window
ALLOWED = 5.0  # per cent between the medians
HERE = f"{__name__}.Counting"


class Counting(Argon2PasswordHasher):
    """Argon2 as it is, that notes when it was asked to check a password."""

    checks = []

    def verify(self, password, encoded):
        type(self).checks.append(timezone.now())
        return super().verify(password, encoded)


@contextmanager
def with_argon():
    with override_settings(PASSWORD_HASHERS=[HERE]):
        yield


def spellings(chance):
    """One of the ways to write "mara" that might count as another account."""
    name = "".join(chance.choice((sign, sign.upper())) for sign in "mara")
    wide = "".join(chr(ord(sign) + 0xFEE0) if chance.random() < 0.5 else sign for sign in name)
    blank = chance.choice((" ", "\t", "\u00a0", "\u2003", "\u3000", "\n"))
    return chance.choice((
        name, wide, f"{blank}{name}", f"{name}{blank * chance.randrange(1, 4)}", f"{blank}{wide}{blank}", "ｍａｒａ",
        "𝐦𝐚𝐫𝐚", "ⓜⓐⓡⓐ",
        f"{name}\0", f"\0{name}", f"{name}\u200b", "mara",
    ))  # fmt: skip


def forged(chance):
    address = f"203.0.113.{chance.randrange(255)}"
    return chance.choice(
        (
            {"x-forwarded-for": address},
            {"x-forwarded-for": f"{address}, 10.0.0.1"},
            {"forwarded": f"for={address};proto=https"},
            {"x-real-ip": address},
            {"x-client-ip": address, "true-client-ip": address, "cf-connecting-ip": address},
            {},
        )
    )


def guess(world, guesses, threads=20, hours=1):
    """(figure, misses): `guesses` over `hours` on the clock, side by side, from as many addresses."""
    make_known(world)
    clock, lock, statuses = [NOW], threading.Lock(), []
    step = timedelta(hours=hours) / guesses
    Counting.checks = []

    def one(n):
        chance = Random(n)
        with lock:
            clock[0] += step
        client = Browser(raise_request_exception=False, REMOTE_ADDR=f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}")
        answer = client.post(
            "/accounts/login/", {"username": spellings(chance), "password": f"wrong {n}"}, headers=forged(chance)
        )
        statuses.append(answer.status_code)

    def share(numbers):
        try:
            for n in numbers:
                one(n)
        finally:
            connection.close()

    with mock.patch.object(timezone, "now", lambda: clock[0]), ThreadPoolExecutor(threads) as pool:
        list(pool.map(share, [range(first, guesses, threads) for first in range(threads)]))
    times = sorted(Counting.checks)
    most = max((sum(1 for other in times if at <= other < at + WINDOW) for at in times), default=0)
    misses = [f"{most} checks within 15 minutes"] * (most > MOST) + ["nothing was checked"] * (not times)
    misses += [f"answers {sorted(set(statuses))}"] * (set(statuses) != {200})
    figure = f"{guesses} guesses, {threads} at once, in {hours} h: {len(times)} checked, {most} in 15 minutes"
    return figure, misses


def make_known(world):
    """mara's password, hashed as production does."""
    world.cast["mara"].set_password(PASSWORD)
    world.cast["mara"].save(update_fields=["password"])


def time_it(world, rounds):
    """(figure, misses): how long a wrong password takes for a name that is known and for one that is not, by turns."""
    make_known(world)
    took, clock = {"mara": [], "nobody-like-this": []}, [NOW + timedelta(days=1)]
    with mock.patch.object(timezone, "now", lambda: clock[0]):
        for n in range(-5, rounds):
            for name in took if n % 2 else reversed(took):
                clock[0] += timedelta(minutes=16)  # no wait is left over
                client = Browser(raise_request_exception=False, REMOTE_ADDR=f"10.9.{n >> 8 & 255}.{n & 255}")
                began = time.perf_counter()
                client.post("/accounts/login/", {"username": name, "password": f"wrong {n}"})
                if n >= 0:
                    took[name].append((time.perf_counter() - began) * 1000)
    known, unknown = (statistics.median(times) for times in took.values())
    apart = abs(known - unknown) / max(known, unknown) * 100
    figure = f"{rounds} + {rounds} timings: median {known:.1f} ms known, {unknown:.1f} ms unknown, {apart:.1f} % apart"
    return figure, [f"the medians are {apart:.1f} % apart"] * (apart > ALLOWED)


def run(world, guesses=10_000, rounds=500):
    with with_argon():
        first, misses = guess(world, guesses)
        second, more = time_it(world, rounds)
    return f"{first}; {second}", misses + more
