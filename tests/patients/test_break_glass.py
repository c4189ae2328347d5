"""Break-glass, from the first try to the last minute: one patient's pages for an hour, for reading and a note."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from interactions.choices import Happened
from interactions.models import CheckIn, Concern
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.promises import promise
from patients import break_glass
from patients.break_glass import LASTS
from patients.choices import Audience
from patients.models import BreakGlass, RecordReader
from staff.calendar import DAY
from staff.choices import Basis, Outcome
from staff.models import AccessEntry
from staff.wording import MINUTE
from tests.factories import WHY, make_break_glass, make_episode, make_patient

TELL = {"reason": "life", "words": WHY}


@pytest.fixture
def moment(at):
    """The log's clock is the database's own, so these tests live now."""
    moment = timezone.now()
    at(moment)
    return moment


@pytest.fixture
def words(dana, mara, moment):
    """What mara wrote about dana for everybody who cares for them."""
    log_conversation(patient=dana, by=mara, now=moment, happened=Happened.TALKED, text="Allergic to penicillin.")


def find(client, **typed):
    return client.post("/break-glass/", typed)


def text(answer):
    return answer.content.decode()


# Finding exactly one


def test_an_exact_number_leads_to_the_reason_and_the_reason_to_the_page(words, sign_in, nils, dana):
    client = sign_in(nils)
    assert client.get(f"/patients/{dana.ref}/").status_code == 404

    found = find(client, record_number=f" {dana.record_number.lower()} ")
    asked = client.get(found.headers["Location"])
    opened = client.post(found.headers["Location"], TELL, follow=True)

    assert found.headers["Location"] == f"/break-glass/{dana.ref}/"
    assert dana.family_name not in text(asked) and dana.record_number in text(asked)
    assert opened.redirect_chain == [(f"/patients/{dana.ref}/", 302)]
    assert "Allergic to penicillin." in text(opened)
    assert "60 minutes left" in text(opened)
    assert BreakGlass.objects.get().words == WHY


def test_a_full_name_with_the_date_of_birth_is_folded_as_the_search_folds(moment, sign_in, nils, mara, residential):
    dana = make_patient("Zoë", "O’Connor", by=mara, born_on=date(1990, 5, 4))
    make_episode(patient=dana, program=residential, primary=mara)
    client = sign_in(nils)

    assert find(client, name="zoe oconnor", born_on="1990-05-04").status_code == 302
    for typed in (
        {"name": "Zoe", "born_on": "1990-05-04"},
        {"name": "Zoe OConnor", "born_on": "1990-05-05"},
        {"name": "Zoe OConor", "born_on": "1990-05-04"},
        {"name": "Zoe OConnor"},
        {"record_number": dana.record_number[:-1]},
        {"record_number": "%"},
        {},
    ):
        assert find(client, **typed).status_code == 200, typed


def test_two_of_the_same_name_and_birth_are_nobody(moment, sign_in, nils, mara, residential):
    for _ in range(2):
        twin = make_patient("Ann", "Lee", by=mara, born_on=date(1990, 5, 4))
        make_episode(patient=twin, program=residential, primary=mara)

    assert break_glass.NOBODY.split(".")[0] in text(find(sign_in(nils), name="Ann Lee", born_on="1990-05-04"))


def test_nobody_ones_own_and_a_mistake_are_answered_in_the_same_words(moment, sign_in, nils, mara, residential):
    own = make_patient("Nils", "Own", by=mara, account=nils)
    make_episode(patient=own, program=residential, primary=mara)
    client = sign_in(nils)

    answers = [text(find(client, record_number=number)) for number in (own.record_number, "R99999")]

    plain = [answer.replace(own.record_number, "R99999").partition("<main")[2] for answer in answers]
    assert break_glass.NOBODY.split(".")[0] in plain[0]
    tokens = [line for line in zip(*(one.splitlines() for one in plain), strict=True) if line[0] != line[1]]
    assert all("csrfmiddlewaretoken" in line for pair in tokens for line in pair)


def test_whom_they_see_anyway_is_a_link(moment, sign_in, mara, dana):
    answer = text(find(sign_in(mara), record_number=dana.record_number))

    assert "You can read this record already" in answer and str(dana.ref) in answer


def test_the_page_of_the_reason_opens_only_after_finding_in_this_session(moment, at, sign_in, nils, dana):
    client = sign_in(nils)
    assert client.get(f"/break-glass/{dana.ref}/").status_code == 404
    assert client.post(f"/break-glass/{dana.ref}/", TELL).status_code == 404

    find(client, record_number=dana.record_number)
    at(moment + 11 * MINUTE)

    assert client.post(f"/break-glass/{dana.ref}/", TELL).status_code == 404
    assert not BreakGlass.objects.exists()


def test_each_try_is_logged_without_what_was_typed(moment, sign_in, nils, dana):
    client = sign_in(nils)
    find(client, record_number=dana.record_number)
    find(client, record_number="R99999")

    tries = AccessEntry.objects.doing("break_glass.look_up").order_by("pk")
    assert [entry.outcome for entry in tries] == [Outcome.OK, Outcome.NOT_FOUND]
    assert [row.patient_ref for row in tries[0].patients.all()] == [dana.ref]
    assert "R99999" not in str(list(AccessEntry.objects.values()))


def test_ten_tries_within_an_hour_are_the_last(moment, sign_in, nils, dana):
    client = sign_in(nils)
    for _ in range(10):
        assert "10th try" not in text(find(client, record_number="R99999"))

    stopped = find(client, record_number=dana.record_number)

    assert stopped.status_code == 200 and "10th try" in text(stopped)
    assert AccessEntry.objects.doing("break_glass.stopped").count() == 1


def test_an_admin_and_an_auditor_have_no_such_page(moment, sign_in, ada, otto):
    for member in (ada, otto):
        assert sign_in(member).get("/break-glass/").status_code == 403
        assert find(sign_in(member), record_number="R1").status_code == 403


# The reason


def test_a_reason_is_a_kind_and_fifteen_characters(moment, sign_in, nils, dana):
    client = sign_in(nils)
    find(client, record_number=dana.record_number)
    for words in ("", "too short", "   short    but    "[:14], " " * 20):
        answer = client.post(f"/break-glass/{dana.ref}/", {"reason": "life", "words": words})
        assert answer.status_code == 200, words
    assert client.post(f"/break-glass/{dana.ref}/", {"reason": "curious", "words": WHY}).status_code == 200
    assert not BreakGlass.objects.exists()


def test_the_database_wants_the_reason_too(moment, nils, dana):
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.create(
            patient=dana, staff=nils, reason="life", words=" " * 20, began_at=moment, ended_at=moment + LASTS
        )


def test_what_was_opened_and_found_is_never_changed(moment, nils, otto, dana):
    opened = make_break_glass(dana, nils, moment)
    break_glass.review(opened=opened, verdict="fine", words="", by=otto, now=moment)

    for rows in (BreakGlass.objects.all(), opened.reviews.all()):
        for change in (lambda rows=rows: rows.update(words="x"), lambda rows=rows: rows._raw_delete("default")):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_the_password_is_asked_again(moment, sign_in, nils, dana):
    client = sign_in(nils)
    find(client, record_number=dana.record_number)
    client = sign_in(nils, confirmed=False)

    assert "Is it you?" in text(client.post(f"/break-glass/{dana.ref}/", TELL))
    assert not BreakGlass.objects.exists()


# What it opens


PAGES = ["", "about/", "care-team/", "episodes/", "access/", "check-ins/new/"]
CLOSED = ["about/edit/", "about/reach/", "concerns/new/", "follow-ups/new/", "meetings/new/", "talk-requests/new/",
          "episodes/transfer/", "care-team/assign/", "care-team/primary/"]  # fmt: skip


def test_it_lasts_sixty_minutes_to_the_second(moment, at, sign_in, nils, dana):
    make_break_glass(dana, nils, moment)
    client = sign_in(nils)
    for page in PAGES:
        assert client.get(f"/patients/{dana.ref}/{page}").status_code == 200, page

    at(moment + 60 * MINUTE - timedelta(seconds=1))
    last = client.get(f"/patients/{dana.ref}/")
    at(moment + 60 * MINUTE)

    assert "1 minute left" in text(last)
    for page in PAGES:
        assert client.get(f"/patients/{dana.ref}/{page}").status_code == 404, page


def test_everything_but_a_note_is_refused_in_plain_words(moment, sign_in, nils, vera, dana, mara):
    make_break_glass(dana, nils, moment)
    client = sign_in(nils)
    concern = raise_concern(patient=dana, words="Where is my guitar?", by=mara, now=moment)
    follow_up = promise(patient=dana, what="Call", due_at=moment + DAY, by=mara, now=moment)
    check_in = log_conversation(patient=dana, by=mara, now=moment, happened=Happened.TALKED, text="Hello")
    before = AccessEntry.objects.filter(action__contains=".").count()

    for page in (*CLOSED, "find/", "check-ins/hello/"):
        answer = client.post(f"/patients/{dana.ref}/{page}", {"q": "x"})
        assert answer.status_code == 403, page
        assert "Break-glass is for reading and for a note" in text(answer), page
    for page in CLOSED:
        assert client.get(f"/patients/{dana.ref}/{page}").status_code == 403, page
    for record, action in ((concern, "answer"), (follow_up, "done"), (check_in, "amend"), (check_in, "strike")):
        assert client.get(record.get_absolute_url()).status_code == 200
        assert client.post(f"{record.get_absolute_url()}{action}/", {"text": "x"}).status_code == 403, action
        assert "<form" not in text(client.get(record.get_absolute_url())).partition("<main")[2]
    assert client.post(f"{check_in.get_absolute_url()}chart/").status_code == 403
    assert AccessEntry.objects.filter(action__contains=".").count() == before
    assert AccessEntry.objects.with_outcome(Outcome.DENIED).of(dana).exists()


def test_a_note_is_written_down_and_what_was_raised_goes_to_somebody_who_can_see_it(moment, sign_in, nils, mara, dana):
    make_break_glass(dana, nils, moment)
    sent = {
        "happened": "talked", "channel": "in_person",
        "happened_at": f"{moment.astimezone(nils.site.zone):%Y-%m-%dT%H:%M}",
        "text": "She is awake and talking.", "concern-0-words": "I want my sister", "concern-0-urgency": "today",
        "concern-1-urgency": "routine", "promise-0-what": "I will be back", "promise-0-when": "tomorrow",
        "step-words": "Walk",
        "talk-when": "tomorrow",
    }  # fmt: skip

    saved = sign_in(nils).post(f"/patients/{dana.ref}/check-ins/new/", sent, follow=True)

    assert "She is awake and talking." in text(saved)
    assert CheckIn.objects.get().recorded_by == nils
    assert Concern.objects.get().owner == mara
    assert "I will be back" not in text(saved)


def test_a_note_promises_nothing(moment, sign_in, nils, dana):
    make_break_glass(dana, nils, moment)

    form = text(sign_in(nils).get(f"/patients/{dana.ref}/check-ins/new/"))

    assert "They raised something" in form
    assert "I promised something" not in form and "Asked for another time" not in form


def test_what_is_for_fewer_eyes_than_the_care_team_stays_closed(moment, sign_in, nils, vera, mara, dana):
    make_break_glass(dana, nils, moment)
    client = sign_in(nils)
    told = {}
    for audience in (*Audience.values, "about nils"):
        concern = raise_concern(patient=dana, words=f"Canary {audience}", by=mara, now=moment)
        change = {"not_for": nils} if audience == "about nils" else {"audience": audience}
        Concern.objects.filter(pk=concern.pk).update(**change)
        RecordReader.objects.create(record_ref=concern.ref, staff=mara)
        told[audience] = concern
    RecordReader.objects.create(record_ref=told[Audience.NAMED].ref, staff=nils)

    page = text(client.get(f"/patients/{dana.ref}/"))

    for audience, concern in told.items():
        shown = audience in (Audience.TEAM, Audience.CARE_TEAM)
        assert (f"Canary {audience}" in page) == shown, audience
        assert (client.get(concern.get_absolute_url()).status_code == 200) == shown, audience
        assert client.post(f"{concern.get_absolute_url()}answer/").status_code == (403 if shown else 404), audience
    assert "We owe Dana 2 answers" in page
    assert "<dt>Concerns</dt><dd>2</dd>" in text(client.get(f"/patients/{dana.ref}/access/"))


def test_a_lead_reads_no_more_by_break_glass_than_anybody(moment, sign_in, vera, mara, nils, dana):
    concern = raise_concern(patient=dana, words="Between us", by=mara, now=moment)
    Concern.objects.filter(pk=concern.pk).update(audience=Audience.SUPERVISED)
    dana.basis = Basis.BREAK_GLASS

    assert not Concern.objects.on_pages_of(dana, vera, moment).exists()
    assert not Concern.objects.on_pages_of(dana, mara, moment).exists()


def test_an_auditor_neither_reads_nor_reviews_a_look_at_their_own_record(moment, sign_in, otto, nils, dana):
    opened = make_break_glass(dana, nils, moment)
    sign_in(nils).get(f"/patients/{dana.ref}/")
    type(dana).objects.filter(pk=dana.pk).update(account=otto)
    client = sign_in(otto)

    assert client.get(f"/manage/reviews/break-glass/{opened.ref}/").status_code == 404
    for page in ("/manage/reviews/", "/manage/access-log/"):
        assert dana.record_number not in text(client.get(page)), page
    with pytest.raises(ValidationError, match="Somebody else reviews your own"):
        break_glass.review(opened=opened, verdict="fine", words="", by=otto, now=moment)
