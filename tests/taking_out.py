"""Taking something out as a person does it: ask with a purpose, then take it; and reading what came."""

import csv
import io
import json
import re
import zipfile
from html import unescape
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import uuid4

TYPED = {"kind": "file", "purpose": "care", "words": ""}


def address(key, **query):
    return f"/exports/new/?{urlencode({'of': key, **query})}"


def ask(browser, key, query=None, **over):
    """The answer to the form that says what it is for."""
    return browser.post(address(key, **(query or {})), {**TYPED, "form_token": str(uuid4()), **over})


def take(browser, key, query=None, **over):
    """Asks, goes on, and takes it: the answer that leaves."""
    asked = ask(browser, key, query, **over)
    assert asked.status_code == 302, asked.content.decode()[-3000:]
    return browser.post(asked.url)


def opened(answer):
    """What stands in a ZIP that left: the rows of each file, all rows together, the manifest and the notice."""
    assert answer.status_code == 200, answer.status_code
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    tables = {name: read(content) for name, content in files.items() if name.endswith(".csv")}
    return SimpleNamespace(
        files=files,
        tables=tables,
        rows=[row for table in tables.values() for row in table],
        text=b"".join(content for name, content in files.items() if name.endswith(".csv")).decode(),
        manifest=json.loads(files["manifest.json"]),
        notice=files["NOTICE.txt"].decode(),
    )


def read(content):
    """The rows of a CSV file, each as a dict."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def download(browser, key, query=None, **over):
    return opened(take(browser, key, query, **over))


def whole_list(browser, page):
    """The main part of a list page and of all that follow it, as text; None when the page does not open."""
    found = ""
    while page:
        answer = browser.get(page)
        if answer.status_code != 200:
            return None
        found += answer.content.decode().partition("<main")[2].partition("</main>")[0]
        following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        following = following if "/reviews/" not in page else None  # a week each, without end
        page = unescape(following[1]) if following else None
    return found
