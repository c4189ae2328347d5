"""Conversations come in through the service of the form and go out as they came."""

import csv
import datetime
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from interactions.choices import Happened
from interactions.models import CheckIn, Turn
from patients.models import Patient
from staff.models import AccessEntry, StaffMember

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"
ANNOMI = SHARED / "annomi" / "annomi_simple_dev.csv"
shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not beside the project")

HEADER = "transcript_id,utterance_id,interlocutor,timestamp,utterance_text,mood\n"


@pytest.fixture
def take(tmp_path, capsys, outpatient):
    """`take(text)` imports a file and gives (lines of standard output, standard error)."""

    def run(content, **options):
        path = tmp_path / options.pop("named", "talks.csv")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("import_conversations", str(path), **options)
        told = capsys.readouterr()
        return told.out.splitlines(), told.err

    return run


def give(tmp_path, **options):
    path = tmp_path / "out.csv"
    call_command("export_conversations", str(path), **options)
    return path.read_bytes()


@shared
def test_the_68_dialogues_come_in_and_go_out_to_the_byte(tmp_path, capsys, outpatient):
    call_command("import_conversations", str(ANNOMI))
    first = capsys.readouterr().out.splitlines()
    call_command("import_conversations", str(ANNOMI))
    second = capsys.readouterr().out.splitlines()

    assert first[-1] == "68 conversations, 4824 turns, 0 rows refused"
    assert second[-1] == "0 conversations, 0 turns, 0 rows refused"
    assert CheckIn.objects.count() == 68
    assert Patient.objects.count() == 68
    rows = list(csv.DictReader(io.StringIO(ANNOMI.read_text(encoding="utf-8"), newline="")))
    said = {}
    for row in rows:
        said.setdefault(row["transcript_id"], []).append((int(row["utterance_id"]), row["utterance_text"]))
    for check_in in CheckIn.objects.prefetch_related("turns"):
        assert [(turn.position, turn.text) for turn in check_in.turns.all()] == said[check_in.source_id]
    assert give(tmp_path) == ANNOMI.read_bytes()


def test_a_conversation_is_a_check_in_of_a_new_person(take, outpatient):
    take(HEADER + "7,0,therapist,00:01,How was the week?,calm\n7,1,client,,Long.,calm\n")

    check_in = CheckIn.objects.get()
    importer = StaffMember.objects.get(username="importer")
    assert check_in.happened == Happened.TALKED
    assert check_in.channel == "in_person"
    assert (check_in.source, check_in.source_id, check_in.turn_count) == ("talks.csv", "7", 2)
    assert check_in.recorded_by == check_in.talked_by == importer
    assert not importer.has_usable_password()
    assert check_in.patient.legal_name == "Person 7"
    assert check_in.patient.latest_episode.program == outpatient


def test_a_bad_row_is_named_with_its_line_and_loses_nothing_else(take):
    out, err = take(
        HEADER
        + '1,0,a,,"two\nlines",x\n'  # lines 2 and 3
        + "1,one,a,,text,x\n"
        + ",1,a,,text,x\n"
        + "1,1,a,,text\n"
        + "1,0,a,,again,x\n"
        + "1,2,a,, ,x\n"
        + "1,3,a,,nul \0,x\n"
        + f"1,4,a,{'9' * 21},text,x\n"
        + "\n"
        + "1,5,b,,kept,x\n"
    )

    assert out[-1] == "1 conversations, 2 turns, 7 rows refused"
    assert [line.partition(":")[0] for line in err.splitlines()[:7]] == [f"Line {n}" for n in range(4, 11)]
    assert "utterance_id is not a whole number" in err
    assert "5 cells, but the header names 6 columns" in err
    assert list(Turn.objects.values_list("position", "text")) == [(0, "two\nlines"), (5, "kept")]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_rows_come_back_as_they_were(take, tmp_path, newline):
    rows = [
        HEADER.strip(),
        "a,0,therapist,00:00:13,=1+1,fine",
        'b,03,client,,"He said ""no"", twice",',
        "a,1,client,0:9:025,  blanks and émoji 🙂 ,n/a",
    ]
    content = (newline.join(rows) + newline).encode()

    take(content)

    assert give(tmp_path) == content


def test_a_byte_order_mark_and_missing_optional_columns_are_fine(take):
    out, _ = take(b"\xef\xbb\xbfutterance_text,transcript_id\nHello,x\nHi,x\n")

    assert out[-1] == "1 conversations, 2 turns, 0 rows refused"
    assert list(Turn.objects.values_list("position", "speaker", "text")) == [(0, "", "Hello"), (1, "", "Hi")]


def test_when_is_a_day_or_a_moment_at_the_site(take, residential):
    header = "transcript_id,utterance_text,when\n"

    _, err = take(
        header
        + "day,x,2026-03-05\nlocal,x,2026-03-05 14:30\noffset,x,2026-03-05T14:30+02:00\n"
        + "bad,x,soon\nold,x,0001-01-01\nlater,x,2199-12-31\n"
    )

    moments = dict(CheckIn.objects.values_list("source_id", "happened_at"))
    assert moments == {
        "day": datetime.datetime(2026, 3, 5, 17, tzinfo=datetime.UTC),
        "local": datetime.datetime(2026, 3, 5, 19, 30, tzinfo=datetime.UTC),
        "offset": datetime.datetime(2026, 3, 5, 12, 30, tzinfo=datetime.UTC),
    }
    assert "Line 5: when is not a day" in err
    assert "Line 6: when is not a day" in err
    assert "Line 7: conversation later: it is dated in the future." in err


def test_a_column_names_the_patient_by_record_number(take, dana):
    number = dana.record_number

    out, err = take(
        f"transcript_id,utterance_text,chart\n1,Hello,{number}\n1,Hi,R99999\n2,Hey,R99999\n3,New here,\n",
        patient_column="chart",
        by="mara",
        program="Residential North",
    )

    assert out[-1] == "2 conversations, 2 turns, 2 rows refused"
    assert "Line 3: another chart than the rows before it." in err
    assert "there is no patient with the record number R99999" in err
    assert CheckIn.objects.get(source_id="1").patient == dana
    assert CheckIn.objects.get(source_id="3").patient.legal_name == "Person 3"
    assert not StaffMember.objects.filter(username="importer").exists()


def test_the_same_number_from_another_source_is_another_conversation(take, tmp_path):
    take("transcript_id,utterance_text\n1,one\n")
    take("transcript_id,utterance_text\n1,two\n", named="more.csv")

    assert CheckIn.objects.count() == 2
    with pytest.raises(CommandError, match=r"Say which --source: more\.csv; talks\.csv"):
        give(tmp_path)
    assert give(tmp_path, source="more.csv") == b"transcript_id,utterance_text\n1,two\n"


def test_an_export_stands_in_the_access_log(take, tmp_path):
    take("transcript_id,utterance_text\n1,one\n")

    give(tmp_path)

    entry = AccessEntry.objects.get(action="conversations.export")
    assert [seen.patient_ref for seen in entry.patients.all()] == [Patient.objects.get().ref]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty."),
        (b"a,b\n1,2\n", "There is no column transcript_id and no column utterance_text"),
        (b"transcript_id,utterance_text,transcript_id\n", "The column transcript_id stands in the header twice."),
        (b"transcript_id,utterance_text\n1,caf\xe9\n", "Line 2 is not UTF-8."),
        ("transcript_id,utterance_text\n1,x\n".encode("utf-16"), "Line 1 is not UTF-8."),
        (b'transcript_id,utterance_text\n1,"never closed\n', "From line 2 on this is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(take, content, why):
    with pytest.raises(CommandError, match=why):
        take(content)

    assert not CheckIn.objects.exists()


@shared
@pytest.mark.parametrize("path", sorted(SHARED.glob("csv/*/*.csv")), ids=lambda path: path.name)
def test_files_of_every_other_make_get_a_clear_message(path, outpatient):
    with pytest.raises(CommandError):
        call_command("import_conversations", str(path))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"by": "nobody"}, "There is no active account nobody."),
        ({"by": "otto"}, "otto may not admit and log conversations"),
        ({"by": "sione"}, "sione works at South, the program is at North."),
        ({"program": "Choir"}, "No program is called Choir. Choose one of these: North: Outpatient North"),
    ],
)
def test_who_and_where_are_checked_first(take, otto, sione, options, why):
    with pytest.raises(CommandError, match=why):
        take("transcript_id,utterance_text\n1,one\n", **options)
