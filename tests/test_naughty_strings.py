"""Strings that have broken other programs, as names and notes: kept and shown unchanged, or refused with a message."""

import hashlib
import html
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from interactions.models import CheckIn, CheckInText
from patients.models import Patient
from tests import sizes
from tests.factories import NOW

STRINGS = Path(settings.BASE_DIR).parent / "shared" / "data" / "strings" / "blns_half.json"
# A few of our own, so that the test says something where the shared file is absent.
OWN = (
    "",
    " ",
    "\x00",
    "nul\x00inside",
    "Zoë O’Brien-Ñúñez",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% debug %}",
    "%s %(name)s {0}",
    "'; DROP TABLE patients_patient; --",
    "&lt;b&gt; &amp;amp;",
    "نص عربي",
    "\u202eleft to right",
    "👩🏽‍🚀 🇳🇿",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "=cmd|' /C calc'!A0",
    "tab\tand\nnewline",
    "9" * 130,
)


def strings():
    return json.loads(STRINGS.read_text(encoding="utf-8")) if STRINGS.exists() else list(OWN)


def refusals(page):
    """The messages at the fields and on top of a form that was not saved."""
    form = page.context["form"]
    forms = getattr(form, "forms", [form])
    return [error for one in forms for errors in one.errors.values() for error in errors]


def shown(page):
    """What a reader sees of a page, and nothing that would run."""
    source = page.content.decode()
    assert source.count("<script") == source.count("<script src=") + source.count("<script defer src=")
    return html.unescape(source)


def walk(client, url, onward):
    """What is seen on all pages of a list, from `url` on; `onward` names the address of the next page."""
    seen = []
    while url:
        page = client.get(url)
        assert page.status_code == 200
        seen.append(shown(page))
        url = page.context[onward]
    return "\n".join(seen)


def unhappy(texts, check):
    """The strings for which `check` says what went wrong."""
    found = {text: check(text) for text in dict.fromkeys(texts)}
    return {text: wrong for text, wrong in found.items() if wrong}


@pytest.fixture(params=["own", "shared"])
def texts(request):
    if request.param == "shared" and not STRINGS.exists():
        pytest.skip("the shared data is not beside the project")
    return OWN if request.param == "own" else strings()[:: sizes.EVERY]


def test_names_are_kept_and_shown_or_refused(texts, sign_in, mara, residential, at):
    at(NOW)
    client = sign_in(mara)
    form = {"program": residential.ref, "primary": mara.ref, "admitted_at": "2026-06-10T09:00", "came_by": "own"}
    kept = {}

    def admit(name):
        before = Patient.objects.count()
        # A family name like no other, so that nobody is offered as the same person.
        family = hashlib.md5(str(before).encode()).hexdigest()
        page = client.post(reverse("patients:new"), form | {"given_name": name, "family_name": family})
        if page.status_code == 200:
            return None if refusals(page) and Patient.objects.count() == before else "neither kept nor refused"
        if page.status_code != 302:
            return f"status {page.status_code}"
        patient = Patient.objects.latest("pk")
        if patient.given_name != name.replace("\r\n", "\n"):
            return f"kept as {patient.given_name!r}"
        kept[f"{patient.given_name} {family}".strip()] = patient
        return None

    assert not unhappy(texts, admit)
    listed = walk(client, reverse("patients:list"), "next_url")
    assert not [name for name in kept if name not in listed]
    for name, patient in list(kept.items())[::10]:
        for route in ("interactions:patient_page", "patients:about"):
            assert name.strip() in shown(client.get(reverse(route, args=[patient.ref])))


def test_somebody_with_a_name_much_like_another_is_admitted_after_none_of_these(sign_in, mara, residential, at):
    at(NOW)
    client = sign_in(mara)
    form = {"program": residential.ref, "primary": mara.ref, "admitted_at": "2026-06-10T09:00", "came_by": "own"}
    client.post(reverse("patients:new"), form | {"given_name": "Sam"})

    offered = client.post(reverse("patients:new"), form | {"given_name": "SAM"})
    said = offered.context["form"].data["none_of_these"]
    client.post(reverse("patients:new"), form | {"given_name": "SAM", "none_of_these": said})

    assert list(Patient.objects.order_by("pk").values_list("given_name", flat=True)) == ["Sam", "SAM"]


def test_notes_are_kept_and_shown_or_refused(texts, sign_in, mara, dana, at):
    at(NOW)
    client = sign_in(mara)
    url = reverse("interactions:check_in_new", args=[dana.ref])
    notes = []
    blank = {"happened": "talked", "happened_at": "2026-06-10T09:00", "channel": "in_person"}
    for prefix in ("concern-0", "concern-1"):
        blank[f"{prefix}-urgency"] = "routine"
    for prefix in ("promise-0", "promise-1"):
        blank[f"{prefix}-when"] = "tomorrow"

    def write(text):
        before = CheckIn.objects.count()
        concern = {"concern-0-words": text} if before % 6 == 0 else {}  # enough to meet that field too
        page = client.post(url, blank | concern | {"text": text, "what_helped": text})
        if page.status_code == 200:
            return None if refusals(page) and CheckIn.objects.count() == before else "neither kept nor refused"
        if page.status_code != 302:
            return f"status {page.status_code}"
        kept = CheckInText.objects.latest("pk")
        if kept.text != text.replace("\r\n", "\n"):
            return f"kept as {kept.text!r}"
        notes.append(kept.text)
        return None

    assert not unhappy(texts, write)
    timeline = walk(client, dana.get_absolute_url(), "older_url")
    assert not [note for note in notes if note not in timeline]
    last = CheckIn.objects.latest("pk")
    assert notes[-1] in shown(client.get(last.get_absolute_url()))


def test_searching_for_anything_finds_or_finds_nothing(texts, sign_in, mara, dana, at):
    at(NOW)
    client = sign_in(mara)

    def look(text):
        found = client.post(reverse("patients:search"), {"q": text}, follow=True)
        if found.status_code != 200:
            return f"status {found.status_code}"
        shown(found)
        return None

    assert not unhappy(texts, look)
