"""A clean clone starts with one command, shows its page, keeps its data, and leaves nothing behind.

`./run prove fresh` clones what is committed here; run by root it also does so as a new ordinary user.
"""

import contextlib
import http.client
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

LONGEST = 300


def main():
    figures = [f"{who} {told}" for who, told in trials()]
    print("fresh: " + "; ".join(figures))


def trials():
    yield "this user:", trial(None)
    if os.geteuid() == 0:
        with new_user() as user:
            yield "a new user:", trial(user)


def trial(user):
    with tempfile.TemporaryDirectory(prefix="fresh-") as name:
        folder = Path(name)
        clone = folder / "clone"
        subprocess.run(["git", "clone", "-q", "--no-local", settings.BASE_DIR, clone], check=True)
        if user:
            subprocess.run(["chown", "-R", user.pw_name, folder], check=True)
        cold = start_and_stop(clone, user, signal.SIGTERM, 143)
        warm = start_and_stop(clone, user, signal.SIGINT, 130)
        return f"page after {cold:.1f} s cold, {warm:.1f} s warm"


def start_and_stop(clone, user, ending, status):
    """Seconds until the sign-in page stands; by then everything has been ended again, and nothing is left."""
    temporary = clone.parent / "tmp"
    temporary.mkdir(mode=0o700, exist_ok=True)
    if user:
        os.chown(temporary, user.pw_uid, user.pw_gid)
    port = free_port()
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": str(temporary), "HOME": str(clone.parent)}
    env |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    log = clone.parent / "log"
    began = time.monotonic()
    with log.open("w") as out:
        demo = subprocess.Popen(
            [python(user), clone / "run", "demo", "--port", str(port)],
            cwd=clone, env=env, stdout=out, stderr=out, start_new_session=True,
            user=user and user.pw_uid, group=user and user.pw_gid, extra_groups=[] if user else None,
        )  # fmt: skip
    try:
        wait_until(lambda: page(port), demo, log)
        took = time.monotonic() - began
        wait_until(lambda: "rehabcrm is ready" in log.read_text(), demo, log)
        wait_until(lambda: len(running(clone)) >= 6, demo, log)  # demo, web ×2, worker ×2, beat
    finally:
        demo.send_signal(ending)
        ended = demo.wait(60)
    assert ended == status, f"exit {ended}, not {status}\n{log.read_text()}"
    wait_until(lambda: not running(clone), None, log, seconds=10)
    left = [str(path) for path in temporary.iterdir()]
    assert not left, f"left behind: {left}"
    assert not page(port)
    return took


def python(user):
    """A Python outside any environment that `user` may run."""
    for candidate in (sys._base_executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            asked = subprocess.run(
                [candidate, "-m", "pip", "--version"], user=user and user.pw_uid, capture_output=True
            )
            if asked.returncode == 0:
                return candidate
    sys.exit("no Python with pip that the new user may run")


def wait_until(true, process, log, seconds=LONGEST):
    end = time.monotonic() + seconds
    while not true():
        assert process is None or process.poll() is None, f"it ended by itself:\n{log.read_text()}"
        assert time.monotonic() < end, f"not within {seconds} s:\n{log.read_text()}"
        time.sleep(0.1)


def page(port):
    """Whether a person who comes in is shown a page."""
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(web), contextlib.suppress(OSError, http.client.HTTPException):
        web.request("GET", "/")
        answer = web.getresponse()
        if answer.status in (301, 302):
            answer.read()
            web.request("GET", answer.headers["Location"])
            answer = web.getresponse()
        assert answer.status == 200, answer.status
        return b"<form" in answer.read()
    return False


def running(clone):
    """The processes that work in the clone, or for it."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = os.readlink(entry / "cwd") + (entry / "cmdline").read_text()
            if str(clone.parent) in words:
                found.append(int(entry.name))
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def new_user():
    name = f"fresh-{os.getpid()}"  # one that was cut short may have left its own behind
    subprocess.run(["useradd", "--system", "--no-create-home", "--shell", shutil.which("sh"), name], check=True)
    try:
        yield pwd.getpwnam(name)
    finally:
        subprocess.run(["userdel", name], check=True)
