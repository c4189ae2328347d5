"""What the web must withstand: forgery, guessing, revocation, headers, stuffed forms, keys, redirects, odd bodies."""

import importlib
import logging
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

# What it is -> the module in `tests.hardening` that shows it, with production's settings.
PARTS = {
    "S6 forgery": "forgery",
    "S7 headers and cookies": "answers",
    "S8 guessing": "guessing",
    "S9 revoking": "revoking",
    "S13 fields": "fields",
    "S14 keys": "keys",
    "redirects": "redirects",
    "bodies": "bodies",
}
# What has a proof or tests of its own.
TESTS = ["-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider"]
ELSEWHERE = {
    "S10 tampering": ["-m", "tests.proofs", "tamper"],
    "S11 break-glass": [*TESTS, "tests/patients/test_break_glass.py", "tests/patients/test_break_glass_known.py"],
    "S12 exports": [
        *TESTS,
        "tests/patients/test_exports.py",
        "tests/patients/test_export_envelope.py",
        "tests/patients/test_worlds.py",
        "tests/test_exported.py",
    ],
}


def main():
    began, missed = time.monotonic(), 0
    wanted = os.environ.get("PARTS", "").split(",") if os.environ.get("PARTS") else [*PARTS.values(), *ELSEWHERE]
    for what, module in PARTS.items():
        if module in wanted:
            figure, misses = in_production(module)
            missed += len(misses)
            print(f"{what}: {figure}", *misses[:20], sep="\n    MISSED ", flush=True)
    for what, words in ELSEWHERE.items():
        if what in wanted:
            done = subprocess.run([sys.executable, *words], cwd=settings.BASE_DIR, capture_output=True, text=True)
            missed += bool(done.returncode)
            print(f"{what}: {done.stdout.strip().splitlines()[-1] if done.stdout else done.stderr[-500:]}", flush=True)
    print(f"hardening: {missed} missed, {time.monotonic() - began:.0f} s")
    if missed:
        sys.exit(1)


def in_production(module):
    """(figure, misses) of a part, in a process and a database of its own."""
    from tests.hardening.keys import environment

    with tempfile.TemporaryDirectory(prefix="hardening-") as name:
        env = environment(Path(name))
        if os.environ.get("DATABASE_URL"):
            env["DATABASE_URL"] = os.environ["DATABASE_URL"]
        with multiprocessing.get_context("spawn").Pool(1, initializer=start, initargs=[env]) as pool:
            return pool.apply(run, [module, name])


def start(env):
    import django

    os.environ.update(env)
    django.setup()


def run(module, folder):
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import override_settings

    from tests.hardening import world

    hashers = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *hashers]
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.CRITICAL)
    call_command("collectstatic", interactive=False, verbosity=0)
    if connection.vendor == "sqlite":  # a file, since threads need connections of their own
        connection.settings_dict["TEST"]["NAME"] = f"{folder}/test.sqlite3"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
            return importlib.import_module(f"tests.hardening.{module}").run(world.build())
    except Exception as error:  # said like a miss, so that the other parts are seen too
        logging.disable(logging.NOTSET)
        logging.getLogger(__name__).exception("this part broke")
        return "broke", [f"{type(error).__name__}: {error}"]
    finally:
        connection.close()
        connection.creation.destroy_test_db(name, verbosity=0)
