"""Sends odd requests in epochs: what was accepted stands until the end of one, and then all that reads it is run."""

import itertools
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import unquote_to_bytes

from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction

from exchange import conversations
from exchange.services import import_conversation, importer_at
from interactions import reminders
from interactions.models import Quarantine
from staff.models import Session, Site, StaffMember
from tests.factories import NOW
from tests.fuzz import corpus
from tests.fuzz.making import Maker
from tests.hardening.forms import read
from tests.test_doors import CAST

EPOCH = 2000
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York")
LIMIT = 5.0  # seconds
SHORT = ("logout", "password")  # what ends a session or changes a password, which the epoch still needs


@dataclass
class Tally:
    requests: int = 0
    opened: int = 0  # pages opened after epochs
    accepted: int = 0
    statuses: Counter = field(default_factory=Counter)
    faults: dict = field(default_factory=dict)  # what it is -> the first request that showed it
    slowest: float = 0
    slow: str = ""

    @staticmethod
    def tell(line):
        """What is found is said at once."""
        print(line, flush=True)

    def fault(self, what, request):
        if what not in self.faults:
            self.faults[what] = str(request)
            self.tell(f"{what}\n    {request}")

    def take(self, began, answer, request):
        took = time.perf_counter() - began
        self.statuses[answer.status_code] += 1
        if took > self.slowest:
            self.slowest, self.slow = took, str(request)[:200]
        if took > LIMIT:
            self.fault(f"slower than {LIMIT:.0f} s", request)
        if answer.status_code >= 500:
            self.fault(f"{answer.status_code} {where(answer)}", request)
        elif b"Traceback (most recent" in answer.content:
            self.fault("shows a traceback", request)


def where(answer):
    """What broke, and in which line of ours."""
    if not getattr(answer, "exc_info", None):
        return ""
    kind, error, tb = answer.exc_info
    ours = [frame for frame in traceback.extract_tb(tb) if "site-packages" not in frame.filename]
    last = ours[-1] if ours else traceback.extract_tb(tb)[-1]
    return f"{kind.__name__} at {'/'.join(last.filename.split('/')[-3:])}:{last.lineno} {str(error)[:120]}"


class Fuzz:
    def __init__(self, world, number=1, *, words=200):
        self.world, self.tally, self.number = world, Tally(), number
        self.forms, seen = {}, set()
        addresses = set(world.pages().values())
        for who in CAST:
            self.forms[who] = []
            for page in sorted(addresses):
                answer = world.clients[who].get(page)
                if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
                    continue
                for form in read(page, answer.content.decode())[0]:
                    key = (who, form.action, form.names)
                    if key not in seen and form.fields:
                        seen.add(key)
                        self.forms[who].append(form)
        self.addresses = sorted(addresses | {world.address(name) for name in world.routes()})
        self.maker = Maker(number, self.forms, self.addresses, words)

    def run(self, requests, *, epoch=EPOCH, depth=20, zones=ZONES, told=lambda line: None):
        """Sends so many requests. After each epoch the pages are read in one of the time zones, each in its turn."""
        turns = itertools.cycle(zones)
        while self.tally.requests < requests:
            self.epoch(min(epoch, requests - self.tally.requests), depth, next(turns))
            told(f"{self.tally.requests} requests, {self.tally.opened} pages after, {len(self.tally.faults)} found")
        return self.tally

    def epoch(self, many, depth, zone):
        kept = {who: dict(client.cookies) for who, client in self.world.clients.items()}
        with transaction.atomic():
            for _ in range(many):
                if not self.send(self.maker.make()):
                    break
            else:
                self.import_oddly()
                self.open_everything(depth, zone)
                self.plan()
            transaction.set_rollback(True)
        mail.outbox = []
        for who, client in self.world.clients.items():
            client.cookies.clear()
            client.cookies.update(kept[who])

    def send(self, request):
        """Whether the epoch can go on: not after an error, which may have spoilt its transaction."""
        client = self.world.clients[request.who]
        cookies = client.cookies.copy()
        self.tally.requests += 1
        began = time.perf_counter()
        with transaction.atomic():
            answer = ask(client, request)
            self.tally.take(began, answer, request)
            broken = answer.status_code >= 500
            if not broken and request.method not in ("GET", "HEAD") and answer.status_code < 400:
                self.tally.accepted += answer.status_code == 302
                broken_in = not self.everyone_is_in()
                if broken_in or any(word in request.path for word in SHORT):
                    transaction.set_rollback(True)
            if broken:
                transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(cookies)
        return not broken

    def everyone_is_in(self):
        """Whether all of the cast are still signed in, in the role and with the password that they began with."""
        cast = self.world.cast
        now = {one.pk: one for one in StaffMember.objects.filter(pk__in=[one.pk for one in cast.values()])}
        same = all(
            now[one.pk].is_active and now[one.pk].role == one.role and now[one.pk].password == one.password
            for one in cast.values()
        )
        return same and Session.objects.count() >= len(cast)

    def import_oddly(self):
        """A file of conversations made of the same corpus; what is taken in is read like everything else."""
        chance, texts = self.maker.chance, self.maker.texts
        cells = lambda: '"' + chance.choice(texts).replace('"', '""') + '"'  # noqa: E731
        when = chance.choices(("", *corpus.DAYS, *corpus.MOMENTS), k=30)
        lines = ["transcript_id,utterance_text,interlocutor,timestamp,when,extra"]
        lines += [f"c{n},{cells()},{cells()},{cells()},{when[n]},{cells()}" for n in range(30)]
        content = "\n".join(lines).encode("utf-8", "surrogatepass")
        try:
            found, _ = conversations.read(content)
        except conversations.UnreadableFile:
            return
        program = self.world.objects["program"]
        by = importer_at(site=program.site)
        for conversation in found:
            try:
                import_conversation(conversation=conversation, source="odd.csv", program=program, by=by, now=NOW)
            except ValidationError:
                continue

    def open_everything(self, depth, zone):
        """Every page, and `depth` of those that they link to, as each who may; then every page in another time zone."""
        for who in CAST[1:]:
            self.crawl(
                who, [self.world.address(name) for name in self.world.pages() if self.world.lets_in(who, name)], depth
            )
        Site.objects.update(time_zone=zone)
        for name, page in self.world.pages().items():
            self.open(self.world.insider(name), page)

    def crawl(self, who, waiting, most):
        met = set(waiting)
        for _ in range(most + len(waiting)):
            if not waiting:
                break
            page = waiting.pop(0)
            new = [link for link in self.open(who, page) if link not in met]
            met.update(new)
            waiting += new

    def open(self, who, page):
        """Opens a page after an epoch; returns what it links to."""
        began = time.perf_counter()
        with transaction.atomic():
            answer = self.world.clients[who].get(page)
        self.tally.opened += 1
        self.tally.take(began, answer, f"GET {page} as {who}, opened after an epoch")
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            return read(page, answer.content.decode())[1]
        return []

    def plan(self):
        """The alarm clock's pass now, tomorrow morning and in a week, with its mails."""
        before = Quarantine.objects.count()
        for later in (timedelta(0), timedelta(hours=23), timedelta(days=7)):
            try:
                report = reminders.run_pass(now=NOW + later)
            except Exception as error:
                self.tally.fault(f"a pass raised {type(error).__name__}: {error}", traceback.format_exc()[-600:])
                return
            if report.failed or Quarantine.objects.count() > before:
                self.tally.fault("a pass failed in part", report)


def ask(client, request):
    path = unquote_to_bytes(request.path).decode("latin-1")
    headers = {name: value.encode("utf-8").decode("latin-1") for name, value in request.headers.items()}
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return client.generic(
        request.method, "/", request.body, request.kind or "application/octet-stream", QUERY_STRING=request.query,
        PATH_INFO=path, **environ,
    )  # fmt: skip
