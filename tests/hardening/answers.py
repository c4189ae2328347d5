"""S7: the headers and cookies of every answer, of every route, as everybody, with every status."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import include, path

from staff.access import public
from tests.test_doors import CAST, DOORS

WANTED = {
    "Content-Security-Policy": r"default-src 'none'",
    "X-Content-Type-Options": r"^nosniff$",
    "X-Frame-Options": r"^DENY$",
    "Referrer-Policy": r"^(same-origin|no-referrer)$",
    "Cross-Origin-Opener-Policy": r"^same-origin$",
    "Cross-Origin-Resource-Policy": r"^same-origin$",
    "Permissions-Policy": r"camera=\(\)",
    "X-Permitted-Cross-Domain-Policies": r"^none$",
}
POLICY = ("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
LEAKS = ("Server", "X-Powered-By", "Via", "X-AspNet-Version")
INNER = (b"Traceback", b"DJANGO_SETTINGS", b"SECRET words")
TITLE = re.compile(rb"<title>(.*?)</title>", re.S)


def faults(answer, world, *, file=False):
    """What is wrong with an answer's headers and cookies."""
    bad = [name for name, like in WANTED.items() if not re.search(like, answer.headers.get(name, ""))]
    policy = answer.headers.get("Content-Security-Policy", "")
    bad += [part for part in POLICY if part not in policy]
    bad += ["unsafe in the policy"] * ("unsafe" in policy or "*" in policy)
    bad += [name for name in LEAKS if name in answer.headers]
    if not file and "no-store" not in answer.headers.get("Cache-Control", ""):
        bad.append("may be stored")
    if settings.SECURE_HSTS_SECONDS and "max-age=31536000" not in answer.headers.get("Strict-Transport-Security", ""):
        bad.append("no HSTS")
    bad += [f"cookie {cookie.key}" for cookie in answer.cookies.values() if not is_safe(cookie)]
    told = [answer.headers.get("Location", ""), *TITLE.findall(answer.content if not file else b"")]
    names = [name.lower() for patient in world.patients() for name in (patient.given_name, patient.family_name)]
    bad += ["names a patient"] * any(name in str(text).lower() for text in told for name in names)
    bad += ["shows how it is built"] * any(word in answer.content for word in INNER)
    return bad


def is_safe(cookie):
    """Whether a script, another site and an unencrypted line are kept from a cookie; a removed one holds nothing."""
    here = cookie["path"] == "/" and not cookie["domain"]
    strict = (cookie["httponly"] and cookie["samesite"] == "Lax") or not cookie.value
    named = not settings.SESSION_COOKIE_SECURE or (bool(cookie["secure"]) and cookie.key.startswith("__Host-"))
    return here and strict and (named or not cookie.value)


def run(world):
    """(figure, misses)"""
    misses, met, asked = [], set(), 0
    for what, answer, file in answers(world):
        asked += 1
        met.add(answer.status_code)
        misses += [f"{what} {answer.status_code}: {fault}" for fault in faults(answer, world, file=file)]
    for status in {200, 302, 400, 403, 404, 405, 500, 503} - met:
        misses.append(f"no answer was {status}")
    return f"{asked} answers of {len(DOORS)} routes, statuses {' '.join(map(str, sorted(met)))}", misses


def answers(world):
    """(what was asked, the answer, whether it is a file)"""
    for who in CAST:
        client = world.clients[who]
        for name in DOORS:
            address = world.address(name)
            assert not any(patient.family_name.lower() in address.lower() for patient in world.patients())
            for method in ("get", "post", "head", "delete"):
                with world.taken_back(who):
                    yield f"{method} {name} as {who}", getattr(client, method)(address), False
    for who in ("nobody", "mara"):
        client = world.clients[who]
        yield f"unknown page as {who}", client.get("/nowhere/"), False
        yield f"wrong host as {who}", client.get("/", headers={"host": "elsewhere.example"}), False
        yield f"wrong host without TLS as {who}", client.get("/", headers={"host": "elsewhere.example"}), False
        yield f"many fields as {who}", client.post("/accounts/login/", {f"x{n}": 1 for n in range(1001)}), False
        yield f"missing file as {who}", client.get("/static/nothing.css"), False
        for file in files(client):
            yield f"{file} as {who}", StaticAnswer(client.get(file)), True
        with override_settings(ROOT_URLCONF=__name__):
            yield f"an error as {who}", client.get("/broken/"), False
    with connection.execute_wrapper(refuse_the_log):
        yield "a page that cannot be logged", world.clients["mara"].get(world.address("patients:list")), False


def files(client):
    page = client.get("/accounts/login/").content.decode()
    found = sorted({urlsplit(link).path for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)})
    assert found, page
    return found


class StaticAnswer:
    """A file is sent in pieces."""

    def __init__(self, answer):
        self.status_code, self.headers, self.cookies = answer.status_code, answer.headers, answer.cookies
        self.content = b"".join(answer.streaming_content) if answer.streaming else answer.content


def refuse_the_log(execute, sql, params, many, context):
    if 'INSERT INTO "staff_accessentry"' in sql:
        raise DatabaseError("the log cannot be written")
    return execute(sql, params, many, context)


@public(because="the proof of the error page")
def broken(request):
    raise RuntimeError("SECRET words")


@public(because="the proof of the other pages")
def fine(request):
    return HttpResponse("fine")


urlpatterns = [path("broken/", broken), path("", include("rehabcrm.urls"))]
