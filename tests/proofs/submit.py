"""100 forms × 50 posts at once make 100 rows; of 200 conflicting edits one is saved and 199 are told."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from interactions.choices import Happened
from interactions.models import CheckInText, FollowUp
from interactions.services.checkins import log_conversation
from staff.models import Site
from tests import rig
from tests.factories import PASSWORD, make_episode, make_patient, make_staff
from tests.servers import HOST, database_url, gunicorn

FORMS, POSTS, EDITS = 100, 50, 200
HIDDEN = re.compile(r'<input type="hidden" name="(form_token|form_seen|draft)" value="([^"]*)"')


def main():
    began = time.monotonic()
    with rig.own_database(), gunicorn(database_url()) as port:
        print(drill(port), f"{connection.vendor}, {time.monotonic() - began:.0f} s")


def drill(port, forms=FORMS, posts=POSTS, edits=EDITS):
    """Sends them all to the site at `port`, which has this process's database, and returns the figures."""
    now = timezone.now()
    mara, ada = make_staff("mara"), make_staff("ada", "admin")
    patient = make_patient(by=mara)
    make_episode(patient, primary=mara)
    note = log_conversation(patient=patient, happened=Happened.TALKED, text="As it was.", by=mara, now=now)
    with ThreadPoolExecutor(posts) as crowd:
        visitor = Visitor(port).sign_in(mara)
        rows, changed = same_posts(visitor, patient, forms, posts, crowd)
        notes = conflicting(visitor, f"{note.get_absolute_url()}amend/", edits, crowd, note_words)
        assert CheckInText.objects.filter(check_in=note).count() == 2
        sites = conflicting(Visitor(port).sign_in(ada), f"/manage/hours/{mara.site.ref}/edit/", edits, crowd, site_name)
        assert re.fullmatch(r"Words \d+", Site.objects.get(pk=mara.site_id).name)
    return (
        f"submit: {forms} forms × {posts} posts at once: {rows} rows, "
        f"{changed} changed ones asked about and then saved; "
        f"{edits} conflicting edits of a note: {notes[0]} saved, {notes[1]} × 409 with both texts; "
        f"of a site: {sites[0]} saved, {sites[1]} × 409; 0 missed,"
    )


def same_posts(visitor, patient, forms, posts, crowd):
    """(rows made, changed ones that were asked about and saved when sent again)"""
    address = f"{patient.get_absolute_url()}follow-ups/new/"
    changed = 0
    for n in range(forms):
        typed = visitor.opened(address) | {"what": f"Promise {n}", "when": "tomorrow", "due_at": "", "note": ""}
        answered = list(crowd.map(lambda _, typed=typed: visitor.post(address, typed)[:2], range(posts)))
        assert answered == [(302, patient.get_absolute_url())] * posts, answered
        assert FollowUp.objects.count() == n + 1 + changed
        other = typed | {"what": f"Changed promise {n}"}
        status, _, page = visitor.post(address, other)
        assert status == 409 and f"Changed promise {n}" in page, (status, page)
        assert FollowUp.objects.count() == n + 1 + changed
        assert visitor.post(address, other | dict(HIDDEN.findall(page)))[0] == 302
        changed += 1
    assert FollowUp.objects.count() == 2 * forms
    return FollowUp.objects.filter(what__startswith="Promise").count(), changed


def conflicting(visitor, address, edits, crowd, typed):
    """(saved, told): `edits` windows that were opened before any was sent, and are sent at once."""
    opened = [visitor.opened(address) | typed(n) for n in range(edits)]
    answered = list(crowd.map(lambda one: visitor.post(address, one), opened))
    saved = [n for n, (status, *_) in enumerate(answered) if status == 302]
    assert len(saved) == 1, saved
    for n, (status, _, page) in enumerate(answered):
        if n not in saved:
            assert status == 409, (n, status)
            assert f"Words {n}" in page and f"Words {saved[0]}" in page, (n, page)
    return len(saved), edits - len(saved)


def note_words(n):
    return {"text": f"Words {n}"}


def site_name(n):
    return {"name": f"Words {n}", "phone": "", "crisis_line": ""}


class Visitor:
    """Somebody with a browser, or with many windows of it: each request has a connection of its own."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def sign_in(self, member):
        login = "/accounts/login/"
        self.get(login)
        assert self.post(login, {"username": member.username, "password": PASSWORD})[0] == 302
        return self

    def opened(self, address):
        status, _, page = self.get(address)
        assert status == 200, (address, status)
        return {name: unescape(value) for name, value in HIDDEN.findall(page)}

    def get(self, address):
        return self.ask("GET", address)

    def post(self, address, typed):
        body = urlencode(typed | {"csrfmiddlewaretoken": self.cookies["csrf"]})
        return self.ask("POST", address, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def ask(self, method, address, body=None, headers=()):
        """(status, where it leads, text)"""
        web = HTTPConnection(HOST, self.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            web.request(method, address, body, {"Cookie": cookie, **dict(headers)})
            answer = web.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, rest = line.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return answer.status, answer.headers["Location"], answer.read().decode()
        finally:
            web.close()
