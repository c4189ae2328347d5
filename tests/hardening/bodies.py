"""What is too big, too many or broken is refused in a plain sentence; a note of 1 MiB is kept to the letter."""

import re

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from interactions.models import CheckInText
from tests.hardening.forms import filled, read
from tests.hardening.world import Browser

URLENCODED = "application/x-www-form-urlencoded"
NEEDED = ("csrfmiddlewaretoken", "form_token", "promise-0-when", "promise-1-when")
EMOJI = "🌱"
TALKED = {"happened": ["talked"], "happened_at": ["2026-06-10T09:00"], "channel": ["in_person"]}


def refused(where):
    """What is refused at the address `where`: (what it is, body, type)."""
    some = encode_multipart(BOUNDARY, {"text": "x"})
    nested = b"--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 500
    yield "9 MiB urlencoded", b"text=" + b"x" * (9 * 1024 * 1024), URLENCODED
    yield "9 MiB multipart", encode_multipart(BOUNDARY, {"text": "x" * (9 * 1024 * 1024)}), MULTIPART_CONTENT
    yield "1,001 fields", b"&".join(b"f%d=1" % n for n in range(1001)), URLENCODED
    yield "1,001 fields multipart", encode_multipart(BOUNDARY, {f"f{n}": "1" for n in range(1001)}), MULTIPART_CONTENT
    yield "a boundary that is none", some, "multipart/form-data; boundary="
    yield "no boundary", some, "multipart/form-data"
    yield "a boundary of signs that may not be", some, "multipart/form-data; boundary=\x7f\x01"
    yield (
        "an odd transfer encoding",
        some.replace(b"form-data;", b"form-data;", 1).replace(
            b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%", 1
        ),
        MULTIPART_CONTENT,
    )
    yield "nested parts", nested, "multipart/form-data; boundary=a"
    yield (
        "101 files",
        b"".join(
            b'--%s\r\nContent-Disposition: form-data; name="f%d"; filename="x"\r\n\r\nx\r\n' % (BOUNDARY.encode(), n)
            for n in range(101)
        )
        + f"--{BOUNDARY}--\r\n".encode(),
        MULTIPART_CONTENT,
    )


def run(world):
    """(figure, misses)"""
    misses, asked, said = [], 0, set()
    client = world.clients["mara"]
    page = world.address("interactions:check_in_new")
    before = CheckInText.objects.count()
    for where in (page, "/accounts/login/", world.address("patients:search")):
        for what, body, kind in refused(where):
            asked += 1
            with world.taken_back("mara"):
                answer = client.generic("POST", where, body, kind)
            heading = re.search(rb"<h1[^>]*>\s*(.*?)\s*</h1>", answer.content, re.S)
            if answer.status_code >= 500 or (answer.status_code == 400 and not heading):
                misses.append(f"{what} at {where}: {answer.status_code}")
            if "MiB" in what or "1,001" in what or "101" in what:
                said.add(heading and heading[1])
                if not 400 <= answer.status_code < 500:
                    misses.append(f"{what} at {where} was taken: {answer.status_code}")
    if CheckInText.objects.count() != before:
        misses.append("something that was refused is kept")
    kept, note = keep(world, page), EMOJI * (1024 * 1024 // len(EMOJI.encode()))
    if kept != note:
        misses.append("a note of 1 MiB is not kept as it was written")
    too_long = keep(world, page, note + EMOJI)
    if too_long is not None:
        misses.append("a note longer than 1 MiB is kept")
    return f"{asked} odd bodies, {len(said)} sentence; a note of 1 MiB in emoji kept to the letter", misses


def keep(world, page, note=None):
    """What is kept of a note of this length, as a form sends it; None where nothing is."""
    note = note or EMOJI * (1024 * 1024 // len(EMOJI.encode()))
    client = Browser(raise_request_exception=False)
    client.cookies.update(world.clients["mara"].cookies)
    before = CheckInText.objects.count()
    with world.taken_back("mara"):
        forms, _ = read(page, client.get(page).content.decode())
        form = next(one for one in forms if "text" in one.names)
        plain = {name: values for name, values in filled(form).items() if name in NEEDED or name.endswith("-urgency")}
        client.post(page, plain | TALKED | {"text": [note]})
        if CheckInText.objects.count() == before:
            return None
        return CheckInText.objects.latest("pk").text
