"""S14: production does not start with a setting that is missing, default or short, and says which without its value;
and keys are changed while people work.
"""

import contextlib
import http.client
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

from tests.factories import PASSWORD
from tests.servers import HOST, free_port, wait_until

NAME = "daybook.example"
REQUIRED = (
    "SECRET_KEY",
    "AUDIT_KEY",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "MAIL_FROM",
)


def environment(folder):
    """What production needs, in `folder`."""
    return {
        "REHABCRM_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "AUDIT_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": NAME,
        "SITE_URL": f"https://{NAME}",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody there: the web does without
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": f"daybook@{NAME}",
        "STATIC_ROOT": str(folder / "static"),
        "PROXIES": "1",
    }


def spoilt(whole):
    """(what is wrong, the environment, what must be named in the refusal)"""
    development = re.search(r'DEVELOPMENT_KEY = "(.*)"', (settings.BASE_DIR / "rehabcrm" / "settings.py").read_text())[
        1
    ]
    for name in REQUIRED:
        yield f"{name} missing", {key: value for key, value in whole.items() if key != name}, name
        yield f"{name} empty", whole | {name: ""}, name
    for name in ("SECRET_KEY", "AUDIT_KEY"):
        yield f"{name} short", whole | {name: whole[name][:49]}, name
        yield f"{name} of one letter", whole | {name: "k" * 60}, name
        yield f"{name} as in the settings", whole | {name: development}, name
    yield "one key for both", whole | {"AUDIT_KEY": whole["SECRET_KEY"]}, "AUDIT_KEY"
    yield "DEBUG on", whole | {"DEBUG": "1"}, "DEBUG"
    yield "SITE_URL without TLS", whole | {"SITE_URL": f"http://{NAME}"}, "SITE_URL"
    yield "any host", whole | {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"
    yield "an environment that is none", whole | {"REHABCRM_ENV": "prod"}, "REHABCRM_ENV"


def refused(some=None):
    """(figure, misses) of starts with a spoilt environment."""
    misses, tried = [], 0
    with tempfile.TemporaryDirectory(prefix="keys-") as name:
        whole = environment(Path(name))
        for what, env, named in list(spoilt(whole))[slice(None, None, some)]:
            tried += 1
            said = python("-c", "import rehabcrm.settings", env=env)
            text = said.stdout + said.stderr
            misses += [f"{what}: it starts"] * (said.returncode == 0)
            misses += [f"{what}: it does not say {named}"] * (named not in text)
            misses += [f"{what}: it tells a key"] * any(
                env.get(key) and env[key] in text for key in ("SECRET_KEY", "AUDIT_KEY")
            )
        if python("-c", "import rehabcrm.settings", env=whole).returncode:
            misses.append("it does not start when all is right")
    return f"{tried} spoilt environments refused", misses


def python(*words, env):
    return subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
    )


def rotated():
    """(figure, misses): people read and write while both keys are exchanged under a running site."""
    misses = []
    with tempfile.TemporaryDirectory(prefix="keys-") as name:
        folder = Path(name)
        # The code beside the password has tests of its own; here nobody has a telephone.
        old, port = environment(folder) | {"REQUIRE_SECOND_FACTOR": "0"}, free_port()
        # Both processes answer for a while, so each must know what the other signs with.
        told = {key: secrets.token_urlsafe(50) for key in ("SECRET_KEY", "AUDIT_KEY")}
        between = old | {f"{key}_FALLBACKS": value for key, value in told.items()}
        new = old | told | {f"{key}_FALLBACKS": old[key] for key in told}
        for words in (["migrate"], ["collectstatic", "--noinput"], ["shell", "-c", PEOPLE]):
            done = python("manage.py", *words, env=old)
            assert done.returncode == 0, done.stderr[-2000:]
        with serving(old, port) as first:
            reader = Reader(port)
            reader.sign_in()
            reader.start()
            time.sleep(3)
            with serving(between, port) as second:
                end(first)
                with serving(new, port):
                    before = len(reader.statuses)
                    end(second)
                    time.sleep(5)
                    reader.stop()
                    after = len(reader.statuses) - before
        checked = python("manage.py", "verify_audit", env=new)
    bad = sorted({status for status in reader.statuses if status != 200})
    misses += [f"answers {bad} while the keys were exchanged"] * bool(bad)
    misses += [f"{before} answers before and {after} after"] * (before < 5 or after < 5)
    misses += [f"verify_audit: {checked.stdout[-300:]} {checked.stderr[-300:]}"] * (checked.returncode != 0)
    return (
        f"keys exchanged under {before} + {after} requests, {reader.asked_again} asked again of the other server, "
        "0 refused, the session went on, verify_audit agrees",
        misses,
    )


def end(process):
    process.terminate()
    process.wait(60)


PEOPLE = """
from tests.factories import *
from django.utils import timezone
mara = make_staff("mara")
make_episode(primary=mara, now=timezone.now())
"""


@contextlib.contextmanager
def serving(env, port):
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "rehabcrm.wsgi", "--bind", f"{HOST}:{port}", "--reuse-port"],
        cwd=settings.BASE_DIR, env={"PATH": os.environ["PATH"]} | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    lines = []
    threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True).start()
    try:
        wait_until(lambda: asked(port, "GET", "/health/live")[0] == 200)
        time.sleep(2)  # the other one answers too: this one has begun by now
        yield process
    finally:
        end(process)


def asked(port, method, path, body=None, **headers):
    """(status, headers, text); status 0 when nobody takes it."""
    web = http.client.HTTPConnection(HOST, port, timeout=30)
    base = {"Host": NAME, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Origin": f"https://{NAME}"}
    try:
        web.request(method, path, body, base | headers)
        answer = web.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")
    except ConnectionError:
        return 0, {}, ""
    finally:
        web.close()


class Reader(threading.Thread):
    """Somebody who signed in before, and reads one page after another."""

    def __init__(self, port):
        super().__init__()
        self.port, self.statuses, self.cookies, self.going, self.asked_again = port, [], {}, True, 0

    def ask(self, method, path, **form):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, got, text = asked(self.port, method, path, urlencode(form) if form else None, **headers)
        for line in got.get_all("Set-Cookie", []) if got else []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return status, text

    def sign_in(self):
        _, page = self.ask("GET", "/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        status, _ = self.ask("POST", "/accounts/login/", username="mara", password=PASSWORD, csrfmiddlewaretoken=token)
        assert status == 302, status

    def run(self):
        while self.going:
            status = self.ask("GET", "/patients/")[0]
            if status == 0:  # it waited at a server that ended: a proxy in front asks the other one, and so does this
                self.asked_again += 1
                status = self.ask("GET", "/patients/")[0]
            self.statuses.append(status)

    def stop(self):
        self.going = False
        self.join()


def run(world):
    first, misses = refused()
    second, more = rotated()
    return f"{first}; {second}", misses + more
