"""Makes requests out of the forms and addresses that a role meets, and of what has broken other programs."""

import json
import random
import re
from dataclasses import dataclass, field
from urllib.parse import quote, quote_from_bytes, urlencode, urlsplit

from tests.fuzz import corpus
from tests.hardening.forms import WAYS, filled

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "bBbBbB"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
REF = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
BY_KIND = {
    "date": corpus.DAYS, "datetime-local": corpus.MOMENTS, "number": corpus.NUMBERS, "time": corpus.TIMES,
    "hidden": (*corpus.IDS, *corpus.NUMBERS, *corpus.DAYS), "select": corpus.IDS, "radio": corpus.IDS,
}  # fmt: skip


@dataclass
class Request:
    who: str
    method: str
    path: str  # raw, as it stands in the request line, without the query
    query: str = ""
    body: bytes = b""
    kind: str = ""
    headers: dict = field(default_factory=dict)
    says: str = ""  # what is odd in it

    def __str__(self):
        return f"{self.method} {self.path[:120]} as {self.who} ({self.says}) {self.body[:200]!r}"


class Maker:
    """An endless stream of requests; the same for the same number."""

    def __init__(self, number, forms, addresses, words=200):
        self.chance = random.Random(number)
        self.forms = forms  # who -> list of Form
        self.addresses = addresses  # every address
        self.people = sorted(forms)
        self.texts = corpus.texts(number, words)
        self.queried = sorted(
            {name for some in forms.values() for one in some for name in one.names if one.method == "get"}
        )
        self.queried += [
            "after",
            "before",
            "scope",
            "s",
            "next",
            "page",
            "kind",
            "whose",
            "from",
            "to",
            "day",
            "person",
        ]

    def make(self):
        ways = (self.spoilt, self.accepted, self.packed, self.asked, self.walked, self.shouted)
        return self.chance.choices(ways, (45, 15, 8, 20, 7, 5))[0]()

    # Forms

    def some_form(self):
        who = self.chance.choice([person for person in self.people if self.forms[person]])
        form = self.chance.choice(self.forms[who])
        values = filled(form, self.chance.choice(WAYS), tick=self.chance.random() < 0.3)
        return who, form, [(name, value) for name, some in values.items() for value in some]

    def accepted(self):
        """A form as a person fills it in, with an odd text in one of its fields for words."""
        who, form, pairs = self.some_form()
        wordy = {
            one.name for one in form.fields if one.kind in ("text", "textarea", "search", "email", "tel", "password")
        }
        if wordy:
            name = self.chance.choice(sorted(wordy))
            pairs = [pair for pair in pairs if pair[0] != name] + [(name, self.chance.choice(self.texts))]
        return self.sent(who, form, pairs, "words")

    def spoilt(self):
        who, form, pairs = self.some_form()
        for one in self.chance.sample(form.fields, min(len(form.fields), self.chance.choice((1, 1, 1, 2, 4)))):
            roll = self.chance.random()
            pairs = [pair for pair in pairs if pair[0] != one.name]
            if roll < 0.07:
                continue  # left out
            values = [self.odd(one) for _ in range(1 if roll < 0.9 else self.chance.choice((2, 40)))]
            pairs += [(one.name, value) for value in values]
        if self.chance.random() < 0.05:
            pairs.append((self.chance.choice(corpus.KEYS), self.chance.choice(self.texts)))
        return self.sent(who, form, pairs, "spoilt")

    def odd(self, one):
        roll = self.chance.random()
        typical = BY_KIND.get(one.kind)
        if one.options and roll < 0.25:
            return self.chance.choice(one.options)
        if typical and roll < 0.75:
            return self.chance.choice(typical)
        if roll < 0.82:
            return self.chance.choice(corpus.RAW)
        if roll < 0.84:
            return self.chance.choice(corpus.LENGTHS) * (corpus.LONG // 8 if roll > 0.838 else 3000)
        if roll < 0.86:
            return ""
        if roll < 0.95:
            return self.chance.choice(self.texts)
        return self.chance.choice((*corpus.NUMBERS, *corpus.MOMENTS, *corpus.IDS, *corpus.TIMES))

    def packed(self):
        """A form in another envelope than it is meant for."""
        who, form, pairs = self.some_form()
        way = self.chance.randrange(6)
        if way == 0:
            pairs += [(f"x{n}", "1") for n in range(self.chance.choice((900, 1001, 5000)))]
            return self.sent(who, form, pairs, "many fields")
        if way == 1:
            body = json.dumps({str(name): value if isinstance(value, str) else "" for name, value in pairs}).encode()
            body = self.chance.choice((body, *corpus.JSON))
            return self.posted(who, form, body, "application/json", "json")
        if way == 2:
            body = multipart(pairs)
            cut = self.chance.randrange(len(body))
            broken = self.chance.choice((body[:cut], body.replace(b"\r\n", b"\n"), body[cut:],
                                         body.replace(b"name=", b"na"),
                                         body + body, body.replace(b'"', b""), with_file(pairs)))  # fmt: skip
            return self.posted(who, form, broken, MULTIPART, "broken multipart")
        if way == 3:
            return self.posted(who, form, urlencoded(pairs), self.chance.choice(corpus.TYPES), "wrong type")
        if way == 4:
            body = bytes(self.chance.randrange(256) for _ in range(self.chance.choice((0, 1, 300))))
            return self.posted(who, form, body, self.chance.choice((URLENCODED, *corpus.TYPES)), "noise")
        body = self.chance.choice(
            (b"&" * 5000, b"=" * 5000, b"a" * 100_000, b"%" * 999, b"a=%zz&%=%u0000", b"&a=" * 2000)
        )
        return self.posted(who, form, body, URLENCODED, "odd urlencoding")

    def sent(self, who, form, pairs, says):
        if form.method == "get":
            return Request(who, "GET", path_of(form.action), urlencoded(pairs).decode(), says=f"{says} query")
        if self.chance.random() < 0.3:
            return self.posted(who, form, multipart(pairs), MULTIPART, f"{says} multipart")
        return self.posted(who, form, urlencoded(pairs), URLENCODED, says)

    def posted(self, who, form, body, kind, says):
        headers = self.chance.choice(corpus.HEADERS) if self.chance.random() < 0.1 else {}
        return Request(who, "POST", path_of(form.action), urlsplit(form.action).query, body, kind, headers, says)

    # Addresses

    def asked(self):
        """A page with odd values in its query, and odd headers."""
        names = self.chance.sample(self.queried, self.chance.choice((0, 1, 1, 2, 6)))
        pairs = []
        for name in names:
            pool = self.chance.choice(
                (corpus.QUERY, self.texts, corpus.MOMENTS, corpus.NUMBERS, corpus.RAW, corpus.IDS)
            )
            pairs += [(name, self.chance.choice(pool)) for _ in range(self.chance.choice((1, 1, 3)))]
        query = urlencoded(pairs).decode()
        if self.chance.random() < 0.1:
            query += self.chance.choice(("&&&", "%", "?", "&a", "%00=%00", "=" * 50, ";a=1;b", "&x=1" * 1200))
        headers = self.chance.choice(corpus.HEADERS) if self.chance.random() < 0.5 else {}
        path = self.chance.choice(self.addresses)
        return Request(self.chance.choice(self.people), "GET", path, query, headers=headers, says="query and headers")

    def walked(self):
        """An address with something odd in its place of an id, or between its slashes."""
        path = self.chance.choice(self.addresses)
        odd = self.chance.choice(corpus.PATHS)
        parts = path.split("/")
        if REF.search(path) and self.chance.random() < 0.5:
            path = path.replace(REF.search(path)[0], self.chance.choice((odd, *map(quote, corpus.IDS[2:4]))), 1)
        else:
            parts[self.chance.randrange(1, len(parts))] = odd
            path = "/".join(parts)
        method = self.chance.choice(("GET", "GET", "POST"))
        return Request(self.chance.choice(self.people), method, path, says="path")

    def shouted(self):
        path, method = self.chance.choice(self.addresses), self.chance.choice(corpus.METHODS)
        body, kind = self.chance.choice(((b"", ""), (b"a=1", URLENCODED), (b"{}", "application/json")))
        return Request(self.chance.choice(self.people), method, path, "", body, kind, says="method")


def path_of(address):
    return urlsplit(address).path


def raw(value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def urlencoded(pairs):
    if all(isinstance(value, str) and value.isascii() for pair in pairs for value in pair):
        return urlencode(pairs).encode()
    return "&".join(f"{quote_from_bytes(raw(name))}={quote_from_bytes(raw(value))}" for name, value in pairs).encode()


def multipart(pairs):
    lines = []
    for name, value in pairs:
        quoted = raw(name).replace(b'"', b"%22").replace(b"\r", b"").replace(b"\n", b"")
        lines += [f"--{BOUNDARY}".encode(), b'Content-Disposition: form-data; name="' + quoted + b'"', b"", raw(value)]
    return b"\r\n".join([*lines, f"--{BOUNDARY}--".encode(), b""])


def with_file(pairs):
    """The same fields, each as a file."""
    return multipart(pairs).replace(b'"\r\n\r\n', b'"; filename="x\x00.html"\r\nContent-Type: text/html\r\n\r\n')
