"""No answer leads away from the site, whatever address it was given to lead to."""

from urllib.parse import quote, urljoin, urlsplit

from tests.factories import PASSWORD
from tests.hardening.world import Browser
from tests.test_doors import DOORS

PAGE = "https://testserver/accounts/login/"
HOST = "evil.example"
TARGETS = (
    f"https://{HOST}", f"http://{HOST}/", f"//{HOST}", f"///{HOST}", f"////{HOST}", f"https:{HOST}", f"https:/{HOST}",
    f"https:///{HOST}", f"\\\\{HOST}", f"/\\{HOST}", f"\\/{HOST}", f"/\t/{HOST}", f"/\n/{HOST}", f"\t//{HOST}",
    f" //{HOST}",
    f"\x00//{HOST}", f"\x01https://{HOST}", f"%2f%2f{HOST}", f"/%2f{HOST}", f"/%5c{HOST}", f"/.//{HOST}",
    f"/..//{HOST}",
    f"https://testserver@{HOST}/", f"https://testserver:x@{HOST}", f"https://{HOST}#testserver",
    f"https://{HOST}?testserver",
    f"https://testserver.{HOST}", f"http://testserver\\@{HOST}", f"HTTPS://{HOST}", f"hTTps:\\{HOST}",
    "javascript:alert(1)",
    "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", f"ftp://{HOST}",
    "mailto:x@evil.example",
    f"//{HOST}%2f..", f"https://[::1]@{HOST}", "http://[", f"/\r\nLocation: https://{HOST}", f"//\u3002{HOST}",
    "//evil。example",
    f"／／{HOST}", f"https://{HOST}\\.testserver", f";//{HOST}", f"//{HOST}:80@testserver", f".{HOST}", f"@{HOST}",
)  # fmt: skip
NAMES = (
    "next",
    "redirect",
    "redirect_to",
    "url",
    "return",
    "return_to",
    "continue",
    "back",
    "location",
    "confirm_then",
    "to",
)


def stays(location):
    """Whether a browser that is told to go to `location` stays on this site."""
    if any(ord(sign) < 33 for sign in location) or "\\" in location:
        return False
    parts = urlsplit(urljoin(PAGE, location))
    return (parts.scheme, parts.netloc) == ("https", "testserver")


def as_sent(path):
    """How a server hands over the bytes of a path."""
    return (path if path.startswith("/") else f"/{path}").encode().decode("latin-1")


def run(world):
    """(figure, misses)"""
    misses, asked, led = [], 0, 0

    def look(what, answer):
        nonlocal asked, led
        asked += 1
        for header in ("Location", "HX-Redirect", "HX-Location", "Refresh"):
            if header in answer.headers:
                led += 1
                if not stays(answer.headers[header]):
                    misses.append(f"{what} leads to {answer.headers[header]!r}")
        if f'href="//{HOST}'.encode() in answer.content:
            misses.append(f"{what} links there")

    for n, target in enumerate(TARGETS):
        everything = dict.fromkeys(NAMES, target)
        client = Browser(raise_request_exception=False, REMOTE_ADDR=f"192.0.2.{n + 1}")
        with world.taken_back():
            signed_in = client.post("/accounts/login/", {"username": "mara", "password": PASSWORD, "next": target})
            look(f"signing in with {target!r}", signed_in)
            if signed_in.status_code == 302:
                look(f"the step after signing in with {target!r}", client.get(signed_in.headers["Location"]))
            look(f"signing out with {target!r}", client.post("/accounts/logout/", everything))
        look(f"asked to sign in with {target!r}", Browser().get("/today/", everything))
        look(f"a fragment with {target!r}", Browser().get("/today/", everything, headers={"hx-request": "true"}))
        for path in (target, f"/{target}", f"/{target}/patients", f"/{target}/%2e%2e"):
            for who in ("nobody", "mara"):
                look(f"the path {path!r}", world.clients[who].get("/", PATH_INFO=as_sent(path)))
                look(f"the path {path!r}", world.clients[who].get("/" + quote(path)))
    for name in DOORS:
        for target in TARGETS[:12]:
            for who in ("nobody", world.insider(name)):
                with world.taken_back(who):
                    everything = dict.fromkeys(NAMES, target)
                    look(f"{name} as {who}", world.clients[who].get(world.address(name), everything))
                    look(f"{name} sent as {who}", world.clients[who].post(world.address(name), everything))
    if led < 100:
        misses.append(f"only {led} led anywhere")
    return f"{len(TARGETS)} targets, {asked} requests, {led} answers that lead on", misses
