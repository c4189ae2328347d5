"""The pages of the day under strange addresses, garbage in every form, and many rows."""

import re
import uuid
from datetime import timedelta
from html import escape

import pytest
from django.db import transaction

from interactions.actions import KINDS
from interactions.choices import Happened, Urgency
from interactions.models import CheckIn
from interactions.services import concerns, meetings
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise
from interactions.services.talks import request_talk
from patients.models import SafeContact
from tests import sizes
from tests.factories import NOW, make_episode, make_patient
from tests.one_of_each import MAKERS, one_of_each
from tests.queries import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUDGET = 12
PARTS = 3  # of the forms, each with records of its own
LISTS = ("/today/", "/concerns/", "/concerns/?whose=all", "/follow-ups/", "/follow-ups/?whose=all", "/meetings/",
         "/meetings/?whose=all")  # fmt: skip
REF = uuid.UUID(int=1)
ODD = (
    "?kind=%00", "?before=garbage", f"?before=9-check_in-{REF.hex}", "?before=9-check_in-x", "?s=", "?s=%00",
    f"?before={'9' * 60}-step-0", "?s=nothing", "?after=2026-01-01T00:00:00_zz", "?after=_",
    f"?after=0001-01-01T00:00:00%2B14:00_{REF}", f"?after=9999-12-31T23:59:59-14:00_{REF}",
    f"?after=2026-01-01T00:00:00_{REF}", f"?after=2026-01-01T00:00:00%2B00:00_{REF}", "?scope=%F0%9F%99%82",
    "?whose=%00", "?urgency=%00", "?happened=%00&happened=hello", "?x[]=1&&&==",
)  # fmt: skip


@pytest.fixture
def mara_signed_in(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


def owe(patient, by, n):
    """One of each kind of debt, due at different moments."""
    told = {"patient": patient, "by": by, "now": NOW - DAY}
    raise_concern(**told, words=f"Concern {n}")
    promise(**told, what=f"Promise {n}", due_at=NOW - n * timedelta(minutes=1))
    plan_meeting(**told, starts_at=NOW + HOUR, agenda=f"Agenda {n}")
    request_talk(**told, due_at=NOW + HOUR, topic=f"Topic {n}")


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize("address", LISTS)
def test_a_list_takes_twelve_statements_however_long_it_is(mara_signed_in, dana, mara, residential, address, rows):
    for n in range(rows):
        patient = dana if n == 0 else make_episode(make_patient(f"P{n}", by=mara), residential, mara).patient
        owe(patient, mara, n)

    with counted() as statements:
        page = mara_signed_in.get(address)

    assert page.status_code == 200
    # My day asks for four more: what is new, what was not settled, what was brought to supervision, unread policies.
    assert len(statements) <= BUDGET + 4 * ("today" in address), "\n".join(statements)
    if "today" not in address:
        assert len(page.context["page"].lines) == rows


@pytest.mark.parametrize("rows", [1, 12])
def test_a_patients_page_takes_a_fixed_number_of_statements_besides_the_timelines(mara_signed_in, dana, mara, rows):
    SafeContact.objects.create(patient=dana, ways="Call", recorded_at=NOW, recorded_by=mara)
    for n in range(rows):
        one_of_each(dana, mara, NOW - n * HOUR)
        concern = raise_concern(patient=dana, words="It", by=mara, now=NOW - DAY)
        concern = concerns.answer(concern=concern, answer="no", words="No", by=mara, now=NOW - DAY)

    with counted() as statements:
        page = mara_signed_in.get(f"/patients/{dana.ref}/")

    timeline = 1 + len({entry.kind for entry in page.context["entries"]})
    # Twelve beside a list's: what to know before knocking on the door, where they are told that they are, the signs
    # that something is changing, what has waited for us too long, what they say of their care, what helped in a hard
    # hour, when the page was opened before, and that it is now; how fresh their safety plan is, whether we stay close
    # to them (in the head, and for what signs amount to), and how an earlier stay went.
    assert len(statements) - timeline <= BUDGET + 12, "\n".join(statements)


def test_a_page_with_an_alarm_on_it_takes_no_more(mara_signed_in, dana, mara):
    for n in range(4):
        raise_concern(patient=dana, words=f"Help {n}", urgency=Urgency.SAFETY, by=mara, now=NOW)

    with counted() as statements:
        mara_signed_in.get("/today/")

    assert len(statements) <= BUDGET + 4, "\n".join(statements)


@pytest.mark.parametrize("kind", ["check_in", "concern", "follow_up", "meeting", "talk_request", "step"])
def test_the_page_of_a_record_takes_twelve(mara_signed_in, dana, mara, kind):
    record = MAKERS[kind](NOW, patient=dana, by=mara)

    with counted() as statements:
        mara_signed_in.get(record.get_absolute_url())

    assert len(statements) <= BUDGET, "\n".join(statements)


@pytest.mark.parametrize("kind", ["concern", "follow_up", "meeting"])
def test_the_pages_of_a_list_hold_everything_once(mara_signed_in, dana, mara, kind):
    make = {
        "concern": lambda n: raise_concern(patient=dana, words=f"W{n}", by=mara, now=NOW),
        "follow_up": lambda n: promise(patient=dana, what=f"W{n}", due_at=NOW + DAY, by=mara, now=NOW),
        "meeting": lambda n: plan_meeting(patient=dana, starts_at=NOW + DAY, agenda=f"W{n}", by=mara, now=NOW),
    }[kind]
    made = {make(n).get_absolute_url() for n in range(103)}
    address, found, pages = f"/{kind.replace('_', '-')}s/", [], 0

    while address:
        page = mara_signed_in.get(address).context["page"]
        found += [line.url for line in page.lines]
        address, pages = page.older_url, pages + 1

    assert (len(found), set(found), pages) == (103, made, 3)


@pytest.mark.parametrize("query", ODD)
def test_an_odd_address_is_answered_like_a_plain_one(mara_signed_in, dana, mara, query):
    record = MAKERS["concern"](NOW, patient=dana, by=mara)
    plain = [f"/patients/{dana.ref}/", *(f"/patients/{dana.ref}/{new}/new/" for new in ("check-ins", "concerns"))]

    for address in (*plain, record.get_absolute_url(), "/today/", "/concerns/", "/follow-ups/", "/meetings/"):
        assert mara_signed_in.get(address + query).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    ["/patients/%00/", "/concerns/%00/", "/concerns/zz/", "/concerns/{ref}/%00/", "/concerns/{ref}/nothing/",
     "/patients/{ref}%00/", "/%F0%9F%99%82/", "/check-ins/{ref}/amend/%00"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_not_found(mara_signed_in, dana, mara, address):
    record = MAKERS["concern"](NOW, patient=dana, by=mara)

    assert mara_signed_in.get(address.format(ref=record.ref)).status_code == 404


GARBAGE = {
    "empty": lambda name: "",
    "nul": lambda name: "a\0b",
    "markup": lambda name: "<script>alert(1)</script>{{ 7|add:7 }}",
    "far away": lambda name: "9999-12-31T23:59",
    "the year one": lambda name: "0001-01-01",
    "number": lambda name: "9" * 400,
    "long": lambda name: "🙂x" * 3_000,
    "unseen signs": lambda name: "\u202e\ufeff\u0301",
}


def forms_of(dana, mara, vera):
    """Every form of the room as (address, field names), each record in a state in which the form can be sent."""
    records = one_of_each(dana, mara)
    urgent = raise_concern(patient=dana, words="Help", urgency=Urgency.SAFETY, by=mara, now=NOW)
    held = plan_meeting(patient=dana, starts_at=NOW, by=mara, now=NOW)
    meetings.hold_meeting(meeting=held, attendees="x", explained="x", by=mara, now=NOW)
    for new in ("check-ins", "concerns", "follow-ups", "meetings", "talk-requests"):
        yield f"/patients/{dana.ref}/{new}/new/"
    for act in ("amend", "strike"):
        yield f"{records['check_in'].get_absolute_url()}{act}/"
    for kind in KINDS.values():
        for action in kind.actions:
            record = urgent if action.name in ("make-safe", "voice") else records.get(kind.name)
            if action.asks:
                yield f"{record.get_absolute_url()}{action.name}/"


def inputs(page):
    """The names that the form on the page would send."""
    main = page.partition("<main")[2]
    return set(re.findall(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"', main)) - {"csrfmiddlewaretoken", "q"}


@pytest.mark.parametrize("part", range(0, PARTS, sizes.EVERY))
def test_every_form_answers_garbage_beside_the_field_and_loses_nothing(mara_signed_in, dana, mara, vera, part):
    for address in list(forms_of(dana, mara, vera))[part::PARTS]:
        shown = mara_signed_in.get(address)
        assert shown.status_code == 200, address
        form = shown.content.decode()
        for garbage, of in GARBAGE.items():
            typed = {name: of(name) for name in inputs(form)}

            with transaction.atomic():
                answer = mara_signed_in.post(address, typed)
                transaction.set_rollback(True)  # the next garbage meets the record as it was

            assert answer.status_code in (200, 302, 409), (address, garbage)
            if answer.status_code == 200:
                assert "error" in answer.content.decode(), (address, garbage)
                if garbage in ("markup", "long") and "textarea" in form:
                    assert escape(typed[next(iter(typed))]) in answer.content.decode(), (address, garbage)
                    assert "<script>alert" not in answer.content.decode()


def test_every_form_sent_with_nothing_at_all_says_what_is_missing(mara_signed_in, dana, mara, vera):
    for address in forms_of(dana, mara, vera):
        answer = mara_signed_in.post(address)

        assert answer.status_code in (200, 302, 409), address
        if answer.status_code == 200:
            assert "error" in answer.content.decode(), address


def test_every_action_on_a_record_in_another_state_is_refused_with_a_sentence(mara_signed_in, dana, mara, vera):
    records = one_of_each(dana, mara)
    concerns.answer(concern=records["concern"], answer="no", words="No", by=mara, now=NOW)
    for kind in KINDS.values():
        for action in kind.actions:
            address = f"{records[kind.name].get_absolute_url()}{action.name}/"

            assert mara_signed_in.get(address).status_code == 200, address
            assert mara_signed_in.post(address).status_code in (200, 302, 409), address


def test_a_refusal_of_a_part_of_a_conversation_keeps_all_that_was_typed(mara_signed_in, dana, mara):
    typed = {
        "happened": "talked", "channel": "in_person", "happened_at": "2026-06-10T09:00", "text": "", "talk-when": "",
        "concern-0-words": "When can I call home?", "concern-0-urgency": "routine", "concern-1-urgency": "routine",
        "promise-0-what": "Ask about the phone", "promise-0-when": "pick", "promise-1-when": "tomorrow",
    }  # fmt: skip

    answer = mara_signed_in.post(f"/patients/{dana.ref}/check-ins/new/", typed)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "When can I call home?" in page
    assert "Ask about the phone" in page
    assert "Pick a date and a time." in page


def test_my_day_holds_what_is_owed_today_and_puts_the_rest_ahead(mara_signed_in, dana, mara):
    promise(patient=dana, what="Late one", due_at=NOW - HOUR, by=mara, now=NOW - DAY)
    promise(patient=dana, what="Next one", due_at=NOW + 3 * DAY, by=mara, now=NOW - DAY)
    promise(patient=dana, what="Far one", due_at=NOW + 30 * DAY, by=mara, now=NOW - DAY)
    log_conversation(patient=dana, happened=Happened.TALKED, text="We talked.", by=mara, now=NOW)

    day = mara_signed_in.get("/today/").context["day"]

    assert "Late one" in [line.what for line in day.owed]
    assert "Next one" in [line.what for line in day.coming]
    assert "Far one" not in [line.what for line in [*day.owed, *day.coming]]


def test_a_hello_sent_again_with_other_words_is_refused_in_a_sentence(sign_in, mara, dana):
    client, url = sign_in(mara), f"/patients/{dana.ref}/check-ins/hello/"
    token = str(uuid.uuid4())
    client.post(url, {"form_token": token})

    again = client.post(url, {"form_token": token, "more": "words"}, follow=True)

    assert again.status_code == 200
    assert "saved before with other words" in again.content.decode()
    assert CheckIn.objects.of(dana).count() == 1
