"""Counseling notes: read by their author and the co-treaters they name, by nobody else on any way in (42 CFR 2.11)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from interactions.models import CounselingNote, CounselingNoteText, HistoryEntry
from interactions.services.care import end_membership
from interactions.services.counseling import amend_note, name_readers, write_note
from patients.choices import Audience, CareRole
from patients.models import CareTeamMember, RecordReader
from patients.services import assign
from staff.calendar import DAY
from staff.models import AccessEntry
from staff.wording import MINUTE
from tests.factories import NOW, make_away, make_break_glass, make_floor, make_staff

CANARY = "the father’s workshop"


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)


@pytest.fixture
def nurse(dana, vera):
    nurse = make_staff("nina")
    assign(patient=dana, staff=nurse, role=CareRole.NURSE, by=vera, now=NOW - DAY)
    return nurse


@pytest.fixture
def note(dana, mara):
    return write_note(patient=dana, text=f"It began in {CANARY}.", by=mara, now=NOW)


def text(answer):
    return answer.content.decode()


def opens(sign_in, member, note):
    return sign_in(member).get(note.get_absolute_url()).status_code == 200


def test_it_is_written_on_its_page_for_those_who_are_named(sign_in, mara, nurse, dana):
    address = f"/patients/{dana.ref}/counselling-notes/new/"
    sent = {"text": f"It began in {CANARY}.", "held_at": "2026-06-10T09:00", "readers": [str(nurse.ref)]}

    form = text(sign_in(mara).get(address))
    saved = sign_in(mara).post(address, sent, follow=True)

    assert "Nina" in form and "Mara</span></label>" not in form
    assert CANARY in text(saved) and "Read by Mara and Nina, and nobody else." in text(saved)
    assert opens(sign_in, nurse, CounselingNote.objects.get())


def test_its_words_stand_on_no_page_of_anybody_else(sign_in, note, mara, vera, ada, otto, nurse, dana, residential):
    floor, cover = make_staff("flo"), make_staff("cora")
    make_floor(residential, floor)
    make_away(mara, cover=cover)
    night = make_staff("rosa")
    make_break_glass(dana, night, NOW)
    here = f"/patients/{dana.ref}/"
    note_page = note.get_absolute_url()
    pages = [note_page, f"{note_page}amend/", f"{note_page}readers/", here, f"{here}?kind=counseling_note",
             f"{here}?scope=all", f"{here}access/", "/today/", "/team/", "/manage/access-log/", "/manage/reviews/",
             ]  # fmt: skip

    for member in (vera, nurse, floor, cover, night, ada, otto):
        client = sign_in(member)
        for page in pages:
            assert CANARY not in text(client.get(page)), (member, page)
        found = client.post(f"/patients/{dana.ref}/find/", {"q": "workshop"}, follow=True)
        assert str(note.ref) not in text(found), member
        assert not opens(sign_in, member, note), member
    assert CANARY in text(sign_in(mara).get(f"/patients/{dana.ref}/"))


def test_the_auditor_sees_that_there_is_one_and_when(sign_in, note, otto):
    html = text(sign_in(otto).get("/manage/access-log/"))

    assert "counselingnote.recorded" in html and CANARY not in html


def test_only_clinicians_and_supervisors_write_one(sign_in, dana, ada, vera):
    assign(patient=dana, staff=ada, role=CareRole.CASE_MANAGER, by=vera, now=NOW)

    assert sign_in(ada).get(f"/patients/{dana.ref}/counselling-notes/new/").status_code == 403
    with pytest.raises(ValidationError):
        write_note(patient=dana, text="x", by=ada, now=NOW)


def test_a_supervisor_reads_their_own_alone(sign_in, dana, vera, mara):
    theirs = write_note(patient=dana, text="What Vera thinks", by=vera, now=NOW)

    assert opens(sign_in, vera, theirs) and not opens(sign_in, mara, theirs)


def test_a_co_treater_is_named_and_taken_off_again(sign_in, note, mara, nurse):
    address = f"{note.get_absolute_url()}readers/"

    sign_in(mara).post(address, {"readers": [str(nurse.ref)]})
    assert opens(sign_in, nurse, note)
    sign_in(mara).post(address, {"readers": []})

    assert not opens(sign_in, nurse, note)
    said = list(HistoryEntry.objects.of(note).values_list("action", "words"))
    assert said == [("reader_left", "Nina"), ("reader_named", "Nina")]
    assert AccessEntry.objects.doing("counselingnote.reader_named").exists()


def test_only_the_care_team_can_be_named(note, mara, nils, otto, vera):
    for outsider in (nils, otto, vera):
        with pytest.raises(ValidationError, match="not on the care team"):
            name_readers(note=note, readers=[outsider], by=mara, now=NOW)
    assert [reader.staff for reader in RecordReader.objects.all()] == [mara]


def test_a_reader_changes_nothing_about_it(sign_in, note, mara, nurse):
    name_readers(note=note, readers=[nurse], by=mara, now=NOW)

    for action in ("amend", "readers"):
        for send in (sign_in(nurse).get, sign_in(nurse).post):
            answer = send(f"{note.get_absolute_url()}{action}/")
            assert answer.status_code == 403 and "Only whoever wrote" in text(answer)
    for change in (lambda: amend_note(note=note, text="x", by=nurse, now=NOW),
                   lambda: name_readers(note=note, readers=[], by=nurse, now=NOW)):  # fmt: skip
        with pytest.raises(ValidationError, match="Only whoever wrote"):
            change()


def test_it_ends_with_the_access_to_the_patient(sign_in, note, mara, nurse, vera, dana):
    name_readers(note=note, readers=[nurse], by=mara, now=NOW)
    member = CareTeamMember.objects.of(dana).current(NOW).get(staff=nurse)

    end_membership(member=member, by=vera, now=NOW)

    assert not opens(sign_in, nurse, note)


def test_when_its_author_is_gone_the_readers_stay_and_the_lead_stays_out(sign_in, note, mara, nurse, vera):
    name_readers(note=note, readers=[nurse], by=mara, now=NOW)
    mara.is_active = False
    mara.save(update_fields=["is_active"])

    assert opens(sign_in, nurse, note) and not opens(sign_in, vera, note)


def test_a_correction_and_an_amendment_keep_what_was_written(sign_in, note, mara):
    amend_note(note=note, text="It began at home.", by=mara, now=NOW + 15 * MINUTE)
    amend_note(note=note, text="It began at home, he says.", by=mara, now=NOW + 16 * MINUTE)

    html = text(sign_in(mara).get(note.get_absolute_url()))
    assert list(HistoryEntry.objects.of(note).values_list("action", flat=True)) == ["amended", "corrected"]
    assert CANARY in html and "It began at home, he says." in html
    assert CounselingNote.objects.get().folded == "it began at home, he says."
    for change in (CounselingNoteText.objects.all().update, lambda **over: CounselingNoteText.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(text="x")


def test_the_database_lets_it_be_for_nobody_else(note):
    for audience in (Audience.TEAM, Audience.CARE_TEAM, Audience.SUPERVISED):
        with pytest.raises(IntegrityError), transaction.atomic():
            CounselingNote.objects.update(audience=audience)


def test_nothing_is_added_about_somebody_who_died_nor_about_a_session_to_come(mara, dana):
    with pytest.raises(ValidationError, match="still to come"):
        write_note(patient=dana, text="x", held_at=NOW + DAY, by=mara, now=NOW)
    dana.died_on = NOW.date()
    with pytest.raises(ValidationError, match="has died"):
        write_note(patient=dana, text="x", by=mara, now=NOW)


def test_the_form_of_a_conversation_says_where_analysis_belongs(sign_in, mara, dana):
    form = text(sign_in(mara).get(f"/patients/{dana.ref}/check-ins/new/"))

    assert f'<a href="/patients/{dana.ref}/counselling-notes/new/">counseling notes</a>' in form
