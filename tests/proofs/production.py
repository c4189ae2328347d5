"""With production's settings the web speaks TLS only and serves pages and files under strict policies."""

import http.client
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

from tests.servers import HOST, free_port, wait_until

NAME = "daybook.example"


def main():
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="production-") as name:
        folder, port = Path(name), free_port()
        env = {
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
        for words in (["check", "--deploy", "--fail-level", "WARNING"], ["migrate"], ["collectstatic", "--noinput"]):
            run(["manage.py", *words], env)
        files = sum(path.is_file() for path in (folder / "static").rglob("*"))
        web = start(["-m", "gunicorn", "rehabcrm.wsgi", "--bind", f"{HOST}:{port}"], env)
        try:
            looked_at = visit(port)
        finally:
            web.terminate()
            said = web.communicate(timeout=30)[0]
        assert "Traceback" not in said, said
        assert "secret-word" not in said, said
    print(f"production: {files} static files, {looked_at} answers as promised, {time.monotonic() - began:.1f} s")


def visit(port):
    wait_until(lambda: asked(port, "/") is not None)
    plain, headers, _ = asked(port, "/", proto="http")
    assert (plain, headers["Location"]) == (301, f"https://{NAME}/"), headers
    assert asked(port, "/", host="elsewhere.example")[0] == 400
    status, headers, body = asked(port, "/accounts/login/?q=secret-word")
    assert status == 200
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert all(word in headers["Set-Cookie"] for word in ("__Host-", "Secure", "HttpOnly", "SameSite=Lax"))
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', body)
    assert files
    for file in files:
        assert re.search(r"\.[0-9a-f]{12}\.", file), file
        assert asked(port, file)[0] == 200, file
    return 3 + len(files)


def asked(port, path, proto="https", host=NAME):
    """(status, headers, text) of the answer, as if through the proxy; None when nobody listens."""
    web = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        web.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": proto, "X-Forwarded-For": "203.0.113.9"})
        answer = web.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")
    except ConnectionRefusedError:
        return None
    finally:
        web.close()


def start(words, env):
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env={"PATH": "/usr/bin:/bin"} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(words, env):
    process = start(words, env)
    said = process.communicate()[0]
    assert process.returncode == 0, said
