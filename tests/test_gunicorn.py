"""What gunicorn writes about a request, as `gunicorn.conf.py` has it."""

import http.client
import os
import subprocess
import sys

from django.conf import settings

from tests.servers import HOST, free_port, wait_until

SECRET = "q7" * 20
RESET = "/accounts/password/reset/00000000-0000-4000-8000-000000000000/"
SERVED = """
def application(environ, start_response):
    if "broken" in environ["PATH_INFO"]:
        raise ValueError("broken")
    start_response("429 Too Many Requests" if environ["QUERY_STRING"] else "200 OK", [])
    return [b""]
"""


def test_no_line_holds_the_address_of_a_calendar_or_the_key_to_a_new_password(tmp_path):
    port, log = free_port(), tmp_path / "log"
    (tmp_path / "served.py").write_text(SERVED)
    words = ["gunicorn", "served:application", "--bind", f"{HOST}:{port}", "--workers", "1", "--access-logfile", "-"]
    words += ["--config", str(settings.BASE_DIR / "gunicorn.conf.py"), "--pythonpath", str(tmp_path)]
    with log.open("w") as out:
        web = subprocess.Popen([sys.executable, "-m", *words], env=os.environ, stdout=out, stderr=out, cwd=tmp_path)
    try:
        wait_until(lambda: "Booting worker" in log.read_text())
        for address in (f"/calendar/{SECRET}.ics", f"/calendar/{SECRET}.ics?again", f"/calendar/{SECRET}/broken",
                        f"/feedback/{SECRET}/", f"{RESET}{SECRET}/", f"{RESET}{SECRET}/broken", "/today/"):  # fmt: skip
            asked(port, address)
        wait_until(lambda: "/today/" in log.read_text())
    finally:
        web.terminate()
        web.wait()

    said = log.read_text()
    assert "GET /calendar/- 200" in said
    assert "GET /calendar/- 429" in said
    assert "Error handling request GET /calendar/-" in said
    assert "GET /feedback/- 200" in said
    assert f"GET {RESET}- 200" in said
    assert f"Error handling request GET {RESET}-" in said
    assert SECRET not in said


def asked(port, address):
    web = http.client.HTTPConnection(HOST, port, timeout=30)
    web.request("GET", address)
    web.getresponse().read()
    web.close()
