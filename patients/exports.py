"""Everything that leaves has one envelope: what it is for, the notice, an id on each row, cells that no spreadsheet
runs, and an entry in the access log.

A room registers its lists in its `exported.py`. Rows are asked for when they are taken, as whoever takes them, through
the rows of the list's own page; nothing is kept on disk. What is about patients comes of `visible_to` and nothing else:
an emergency look opens pages, and gives no export.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from patients.access import patient_in_care
from patients.listing import as_uuid
from patients.notices import FULL, SHORT
from staff.roles import Permission

LONGEST = 5000  # rows of one export
LIFE = timedelta(minutes=15)
LONGEST_FILTER = 60
NOBODY = UUID(int=0)
WIDE = 10  # a table of more columns is printed row by row

# OWASP ASVS 5, 1.2.10, also behind blanks and signs that nobody sees, and in the full-width and small forms.
UNSEEN = r"\u200b-\u200f\u2060\ufeff"
FORMULA = re.compile(rf"[\s\0{UNSEEN}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|[{UNSEEN}]*[\t\r\n\0]")


@dataclass(frozen=True)
class Ask:
    """Who asks for a list now, and how it is narrowed: by `query`, and by the `typed` words of a search."""

    user: object
    now: datetime
    query: dict
    typed: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table: its name as a file, its title on paper, what its columns are called, and its rows."""

    name: str
    title: str
    columns: tuple
    rows: list

    @property
    def is_wide(self):
        return len(self.columns) > WIDE

    def labelled(self):
        """The rows as pairs of a column and its words."""
        return [list(zip(self.columns, map(shown, row), strict=True)) for row in self.rows]

    def entries(self):
        """The same without what is empty, for a table too wide for paper."""
        return [[(column, words) for column, words in row if words] for row in self.labelled()]


@dataclass(frozen=True)
class Leaving:
    """What would leave now, the patients it names, and what it is the record of (empty for a list)."""

    sheets: list
    patients: set = field(default_factory=set)
    subject: str = ""

    @property
    def rows(self):
        return sum(len(sheet.rows) for sheet in self.sheets)


class NotTheirs(Http404):
    """A patient, whose `ref` it is, does not exist for whoever asks."""

    def __init__(self, ref):
        super().__init__()
        self.ref = ref


class Exported:
    """A list that may leave: the route of its page, the permission of that page, and the names in its address that
    narrow it (`needs`: without which there is no list).

    One that names patients leaves with those who care for them only. One that has record numbers alone tells nobody
    outside who it is (42 CFR 2.11) and still carries the notice; one without `about_patients` does not.
    """

    key = title = page = None
    permission = Permission.PATIENT_VIEW
    asks = needs = ()
    names_patients = about_patients = True

    def may_leave_with(self, user):
        return user.may(self.permission) and (not self.names_patients or user.may(Permission.PATIENT_EXPORT))

    def leaving(self, ask):
        """What `ask` takes out: the rows of the page, all of its pages together. Stops behind `LONGEST` of them."""

    def narrowed(self, query, match=None):
        """What of a query string (and of the page's address) narrows the list."""
        found = {name: query.get(name, "").replace("\0", "")[:LONGEST_FILTER] for name in self.asks}
        return {name: value for name, value in found.items() if value}

    def back(self, query):
        """The address of the page with these values."""
        return reverse(self.page, query=query or None)


class OfPatient(Exported):
    """A page about one patient."""

    asks = needs = ("patient",)

    def narrowed(self, query, match=None):
        about = {"patient": str(match.kwargs["ref"])} if match else {}
        return {**super().narrowed(query), **about}

    def back(self, query):
        rest = {name: value for name, value in query.items() if name != "patient"}
        return reverse(self.page, args=[self.ref(query)], query=rest or None)

    def ref(self, query):
        return as_uuid(query.get("patient")) or NOBODY

    def patient(self, ask):
        """The patient, where whoever asks may know of them in their ordinary work; else `NotTheirs`."""
        ref = self.ref(ask.query)
        found = patient_in_care(ask.user, ask.now, ref)
        if found is None:
            raise NotTheirs(ref)
        return found


LISTS = {}


def register(*lists):
    """Makes lists known by their key."""
    for one in lists:
        assert one.key not in LISTS, one.key
        LISTS[one.key] = one


def link(request):
    """Where to take out the list that the page of `request` shows, or "" where that is none that they may take."""
    match = request.resolver_match
    one = next((each for each in LISTS.values() if match and each.page == match.view_name), None)
    if one is None or not one.may_leave_with(request.user):
        return ""
    query = one.narrowed(request.GET, match)
    if not all(name in query for name in one.needs):
        return ""
    return new_url(one.key, query)


def new_url(key, query):
    return reverse("patients:export_new", query={"of": key, **query})


def gather(one, ask):
    """What leaves of this list. `ValidationError` when it is too much, `NotTheirs` when there is no such patient."""
    leaving = one.leaving(ask)
    if leaving.rows > LONGEST:
        raise ValidationError(f"There are more than {LONGEST:,} rows. Narrow the list first, and take it in parts.")
    return leaving


def shown(value):
    """A value in words; moments as the clocks of the signed-in person's site show them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{value.astimezone(timezone.get_current_timezone()):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def cell(value):
    """What stands in a CSV cell: numbers stay numbers, and no text is one that a spreadsheet takes for a formula."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = shown(value)
    return f"'{text}" if FORMULA.match(text) else text


def as_csv(sheet, export):
    """A sheet as the bytes of a CSV file (RFC 4180). The mark at the beginning tells Excel that it is UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(["Export", *sheet.columns])
    writer.writerows([str(export.ref), *map(cell, row)] for row in sheet.rows)
    return file.getvalue().encode("utf-8-sig", errors="replace")


def file_name(export):
    return f"{slugify(settings.PUBLIC_NAME) or 'export'}-{export.ref}.zip"


def packed(export, one, leaving, now):
    """The ZIP: a CSV a sheet, the notice, and a manifest that says what it is and how each file is proved."""
    files = {f"{sheet.name}.csv": as_csv(sheet, export) for sheet in leaving.sheets}
    manifest = {
        "export": str(export.ref),
        "by": str(export.by.ref),
        "taken_at": now.isoformat(),
        "time_zone": timezone.get_current_timezone_name(),
        "of": export.what,
        "filters": {name: value for name, value in export.filters.items() if name != "s"},
        "searched": "s" in export.filters,
        "purpose": export.purpose,
        "notice": FULL.version if one.about_patients else None,
        "rows": leaving.rows,
        "files": {
            f"{sheet.name}.csv": {
                "rows": len(sheet.rows),
                "sha256": hashlib.sha256(files[f"{sheet.name}.csv"]).hexdigest(),
            }
            for sheet in leaving.sheets
        },
    }
    files["NOTICE.txt"] = notice(export, one, now).encode()
    files["manifest.json"] = json.dumps(manifest, indent=2).encode()
    packet, stamp = io.BytesIO(), now.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(packet, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)
    return packet.getvalue()


def notice(export, one, now):
    """What stands beside the rows."""
    said = [
        f"Export {export.ref}, {shown(now)} ({timezone.get_current_timezone_name()}).",
        f"For: {export.get_purpose_display()}",
        "Keep it as you would keep the record it comes from, and destroy it when you no longer need it.",
        "An apostrophe before a cell keeps a spreadsheet from running it as a formula; it is no part of the words.",
    ]
    law = [FULL.text, f"({FULL.version})"] if one.about_patients else []
    return "\r\n\r\n".join([*law, *said, ""])


def footer(export, one, now):
    """What stands at the foot of each printed page."""
    said = f"Export {export.ref} · {export.by.name}, {export.by.get_role_display()}, {shown(now)}"
    return f"{said} · {SHORT.text}" if one.about_patients else said
