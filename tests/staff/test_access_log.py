"""Whoever looks at a patient's record is written down before the page leaves."""

import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interactions.choices import Happened
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise
from interactions.services.steps import choose
from interactions.services.talks import request_talk
from patients.services import register
from staff.calendar import DAY
from staff.choices import Outcome
from staff.models import AccessEntry
from tests.queries import counted

PATIENT_PAGES = (
    "patient_page", "check_in_new", "concern_new", "follow_up_new", "meeting_new", "talk_request_new",
)  # fmt: skip
RECORD_PAGES = (
    "check_in",
    "check_in_amend",
    "check_in_strike",
    "concern",
    "follow_up",
    "meeting",
    "talk_request",
    "step",
)
LISTS = ("today", "concerns", "follow_ups", "meetings")


@pytest.fixture
def records(at, now, mara, dana):
    """One record of each kind, all of dana's and all mara's to settle today."""
    at(now)
    told = {"patient": dana, "by": mara, "now": now}
    return {
        "check_in": log_conversation(**told, happened=Happened.TALKED, text="We talked."),
        "concern": raise_concern(**told, words="When can I call home?"),
        "follow_up": promise(**told, what="Call the landlord", due_at=now + DAY / 24),
        "meeting": plan_meeting(**told, starts_at=now + DAY / 24),
        "talk_request": request_talk(**told, due_at=now + DAY / 24),
        "step": choose(**told, words="Walk each morning"),
    }


def entries(action="read"):
    return AccessEntry.objects.filter(action=action).order_by("pk")


def patients_of(entry):
    return set(entry.patients.values_list("patient_ref", flat=True))


@pytest.mark.parametrize("name", PATIENT_PAGES)
def test_every_page_of_a_patient_is_written_down(name, records, sign_in, mara, dana):
    answer = sign_in(mara).get(reverse(f"interactions:{name}", args=[dana.ref]))

    entry = entries().get()
    assert answer.status_code == 200
    assert (entry.actor, entry.role, entry.route) == (mara, "clinician", f"interactions:{name}")
    assert (entry.method, entry.outcome, entry.basis) == ("GET", Outcome.OK, "visible")
    assert patients_of(entry) == {dana.ref}


@pytest.mark.parametrize("name", RECORD_PAGES)
def test_every_page_of_a_record_is_written_down(name, records, sign_in, mara, dana):
    record = records[name.removesuffix("_amend").removesuffix("_strike")]

    answer = sign_in(mara).get(reverse(f"interactions:{name}", args=[record.ref]))

    assert answer.status_code == 200
    assert patients_of(entries().get()) == {dana.ref}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_written_down_with_everybody_it_names(name, records, sign_in, mara, dana):
    answer = sign_in(mara).get(reverse(f"interactions:{name}"))

    assert "Dana" in answer.content.decode()
    assert patients_of(entries().get()) == {dana.ref}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_names_nobody_writes_nothing(name, at, now, sign_in, mara, db):
    at(now)

    sign_in(mara).get(reverse(f"interactions:{name}"))

    assert not AccessEntry.objects.exists()


def test_the_sign_on_every_page_that_somebody_may_not_be_safe_is_written_down(at, now, sign_in, mara, dana):
    at(now)
    raise_concern(patient=dana, words="I can’t go on", urgency="safety", by=mara, now=now)

    answer = sign_in(mara).get("/accounts/password/")

    assert "Dana" in answer.content.decode()
    assert patients_of(entries().get()) == {dana.ref}


def test_a_search_in_the_timeline_is_written_down_without_its_words(records, sign_in, mara, dana):
    sign_in(mara).post(f"/patients/{dana.ref}/find/", {"q": "landlord"})

    assert entries().get().method == "POST"
    assert "landlord" not in str(AccessEntry.objects.values())


def test_asking_for_a_patient_one_may_not_see_is_written_down_as_not_found(at, now, sign_in, nils, dana):
    at(now)

    answer = sign_in(nils).get(f"/patients/{dana.ref}/")

    entry = entries().get()
    assert answer.status_code == 404
    assert (entry.actor, entry.outcome, entry.basis) == (nils, Outcome.NOT_FOUND, "none")
    assert patients_of(entry) == {dana.ref}


def test_asking_for_a_record_one_may_not_see_is_written_down_with_its_patient(records, sign_in, nils, dana):
    answer = sign_in(nils).get(records["concern"].get_absolute_url())

    assert answer.status_code == 404
    assert entries().get().outcome == Outcome.NOT_FOUND
    assert patients_of(entries().get()) == {dana.ref}


def test_asking_for_what_does_not_exist_is_written_down(at, now, sign_in, nils):
    at(now)
    ref = uuid.uuid4()

    answers = [sign_in(nils).get(f"/{kind}/{ref}/") for kind in ("patients", "concerns", "check-ins")]

    assert {answer.status_code for answer in answers} == {404}
    assert [patients_of(entry) for entry in entries()] == [{ref}] * 3


@pytest.mark.parametrize("path", ["/patients/{}/", "/patients/{}/check-ins/new/"])
def test_if_it_cannot_be_written_down_the_page_does_not_leave(path, at, now, sign_in, mara, dana, monkeypatch):
    at(now)

    def refuse(*args, **options):
        raise DatabaseError("disk full")

    monkeypatch.setattr(AccessEntry, "save", refuse)

    with CaptureQueriesContext(connection) as captured:
        answer = sign_in(mara).get(path.format(dana.ref))

    assert answer.status_code == 503
    assert "SAVEPOINT" in captured[-1]["sql"], "the page of the failure asks the failing database nothing"
    assert "Dana" not in answer.content.decode()


def test_reading_writes_nothing_but_the_log(records, sign_in, mara, dana):
    client = sign_in(mara)
    addresses = [reverse(f"interactions:{name}", args=[dana.ref]) for name in PATIENT_PAGES]
    addresses += [record.get_absolute_url() for record in records.values()]
    addresses += [reverse(f"interactions:{name}") for name in LISTS]

    for address in addresses:
        with counted() as statements:
            client.get(address)

        written = [line for line in statements if re.match(r"INSERT|UPDATE|DELETE", line)]
        written = [line for line in written if "interactions_lastopened" not in line]  # what is new
        assert ["staff_accessentry" in written[0], "staff_accessedpatient" in written[1]] == [True, True], address
        assert len(written) == 2, written


def test_a_change_is_written_down_with_the_names_of_its_fields_and_none_of_its_words(at, now, mara, dana):
    concern = raise_concern(patient=dana, words="When can I call home?", by=mara, now=now)

    entry = entries("concern.recorded").get()

    assert (entry.actor, entry.record_ref) == (mara, concern.ref)
    assert "call home" not in str(AccessEntry.objects.values())


def test_a_change_that_is_taken_back_leaves_no_trace_in_the_log(now, mara, dana):
    before = AccessEntry.objects.count()

    with pytest.raises(ValidationError):
        log_conversation(
            patient=dana, happened=Happened.TALKED, text="We talked.", concerns=[{"words": ""}], by=mara, now=now
        )

    assert AccessEntry.objects.count() == before


def test_what_stands_in_the_log_outlives_nothing_it_speaks_of(now, mara, db):
    patient = register(given_name="Sam", by=mara, now=now)

    assert patients_of(entries("patient.register").get()) == {patient.ref}


def test_an_answer_about_a_patient_is_kept_by_no_cache(at, now, sign_in, mara, dana):
    at(now)

    answer = sign_in(mara).get(f"/patients/{dana.ref}/")

    assert answer.headers["Cache-Control"] == "no-store, private"
