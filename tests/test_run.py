"""Starting and stopping: what the settings and the demo say when they cannot go on."""

import ast
import logging
import os
import socket
import subprocess
import sys

from django.conf import settings

from rehabcrm.logs import BareFormatter
from rehabcrm.wsgi import behind_proxies
from tests.proofs.__main__ import FOLDER, PROOFS, first_line


def start(*arguments, **environment):
    clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=clean | environment,
        capture_output=True,
        text=True,
    )


def test_a_taken_port_is_said_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        said = start("manage.py", "demo", "--port", str(port))

    assert said.returncode == 1
    assert said.stdout == ""
    assert said.stderr == f"Port {port} cannot be used (Address already in use); choose another with --port N.\n"


def test_production_names_everything_that_is_missing():
    said = start("-c", "import rehabcrm.settings", REHABCRM_ENV="production", SECRET_KEY="x" * 50)

    assert said.returncode == 1
    for name in ("AUDIT_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MAIL_FROM"):
        assert f"  {name}: " in said.stderr
    assert "  SECRET_KEY: " not in said.stderr


def test_an_unknown_environment_is_refused():
    said = start("-c", "import rehabcrm.settings", REHABCRM_ENV="prod")

    assert "REHABCRM_ENV is 'prod'; say development or production." in said.stderr


def test_every_page_carries_the_strict_policies(client, db):
    headers = client.get("/no-such-page/").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_client_is_whom_our_own_proxy_saw_not_whom_the_client_names():
    def serve(environ, start_response):
        return environ["REMOTE_ADDR"]

    claimed = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.9"}

    assert behind_proxies(serve, 1)(dict(claimed), None) == "203.0.113.9"
    assert behind_proxies(serve, 0)(dict(claimed), None) == "10.0.0.1"
    assert behind_proxies(serve, 3)(dict(claimed), None) == "10.0.0.1"


def test_a_logged_error_keeps_the_values_to_itself():
    row = "Jane"
    try:
        raise ValueError(f"Key (name)=({row}) already exists.")
    except ValueError:
        record = logging.LogRecord("web", logging.ERROR, "", 0, "It broke", None, sys.exc_info())

    line = BareFormatter().format(record)

    assert "ValueError" in line
    assert "test_run.py" in line
    assert row not in line


def test_every_proof_says_what_it_shows():
    for name in PROOFS:
        tree = ast.parse((FOLDER / f"{name}.py").read_text())

        assert first_line(name).endswith("."), name
        assert any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body), name
