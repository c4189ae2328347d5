"""For every kind of record, each audience and each of the cast: count, list, timeline and page agree."""

import pytest
from django.apps import apps
from django.test import Client

from interactions import debts
from interactions.timeline import timeline
from patients.choices import Audience, CareRole
from patients.models import Consent, Disclosure, Record, RecordReader
from patients.services import assign
from staff.calendar import DAY
from tests.consents import make_consent, make_disclosure
from tests.factories import NOW, make_floor, make_on_call, make_staff
from tests.one_of_each import MAKERS, MODELS, audiences


@pytest.fixture
def cast(at, dana, mara, nils, vera, ada, otto, sione, residential, north):
    """The cast, with nils named as a reader, and a nurse, a colleague on the floor and one on call."""
    at(NOW)
    floor, on_call, nurse = make_staff("flo"), make_staff("rosa"), make_staff("nina")
    make_floor(residential, floor)
    make_on_call(north, on_call)
    assign(patient=dana, staff=nurse, role=CareRole.NURSE, by=vera, now=NOW)
    return {
        "primary": mara, "nurse": nurse, "lead": vera, "floor": floor, "on call": on_call, "outside": nils,
        "admin": ada, "auditor": otto, "elsewhere": sione,
    }  # fmt: skip


SEES = {
    Audience.TEAM: {"primary", "nurse", "lead", "floor"},
    Audience.CARE_TEAM: {"primary", "nurse", "lead"},
    Audience.SUPERVISED: {"lead", "nurse"},  # nurse wrote it
    Audience.NAMED: {"primary"},  # named below
}


# Who is named by writing it: whoever wrote it, and of a safety report the supervisor.
READERS = {"counseling_note": {"nurse"}}


@pytest.mark.parametrize("audience", Audience.values)
def test_count_list_timeline_and_page_agree(audience, cast, dana):
    records = made(dana, cast["nurse"], audience)
    for record in records.values():
        RecordReader.objects.create(record_ref=record.ref, staff=cast["primary"])
        RecordReader.objects.create(record_ref=record.ref, staff=cast["outside"])  # named, yet not in their care

    for who, member in cast.items():
        browser = Client()
        browser.force_login(member, backend="staff.sign_in.PasswordBackend")
        page = browser.get(f"/patients/{dana.ref}/")
        on_page = page.content.decode() if page.status_code == 200 else ""
        # The timeline is asked only by who may see the patient.
        stands = {(one.kind, one.record.pk) for one in timeline(dana, member, NOW)[0]} if on_page else set()
        for kind, record in records.items():
            seen = MODELS[kind].objects.visible_to(member, NOW).filter(pk=record.pk)
            opened = browser.get(record.get_absolute_url()).status_code == 200

            allowed = who in expected(kind, audience)
            assert (seen.count(), record in seen, opened) == (allowed, allowed, allowed), (kind, who)
            assert (str(record.ref) in on_page, (kind, record.pk) in stands) == (allowed, allowed), (kind, who)


def made(patient, by, audience):
    """One record of each kind that can have this audience, with it."""
    records = {}
    for kind in MODELS:
        if audience in audiences(kind):
            records[kind] = MAKERS[kind](NOW, patient=patient, by=by)
            MODELS[kind].objects.filter(pk=records[kind].pk).update(audience=audience)
    return records


def expected(kind, audience):
    """Who of the cast sees a record of this kind that the nurse wrote and for which the primary is named."""
    named = {"primary"} if audience == Audience.SUPERVISED else set()
    return SEES[audience] | named | READERS.get(kind, set())


@pytest.mark.parametrize("kind", ["concern", "follow_up", "talk_request"])
@pytest.mark.parametrize("audience", Audience.values)
def test_debts_are_those_that_one_may_see(kind, audience, cast, dana):
    record = MAKERS[kind](NOW, patient=dana, by=cast["nurse"])
    MODELS[kind].objects.filter(pk=record.pk).update(audience=audience)

    for who in ("primary", "nurse", "lead", "floor"):
        visible = MODELS[kind].objects.visible_to(cast[who], NOW + 9 * DAY).exists()
        urls = {debt.url for debt in debts.of_patient(dana, cast[who], NOW + 9 * DAY)}

        assert (record.get_absolute_url() in urls) == visible, who


@pytest.mark.parametrize("kind", MODELS)
def test_who_it_is_about_never_sees_it_whatever_the_audience(kind, cast, dana):
    record = MAKERS[kind](NOW, patient=dana, by=cast["lead"])
    for audience in audiences(kind):
        MODELS[kind].objects.filter(pk=record.pk).update(audience=audience, not_for=cast["nurse"])
        RecordReader.objects.get_or_create(record_ref=record.ref, staff=cast["nurse"])

        assert not MODELS[kind].objects.visible_to(cast["nurse"], NOW).exists()
        assert not timeline(dana, cast["nurse"], NOW, kind=kind)[0]


def test_consents_and_disclosures_are_for_everybody_in_their_care(cast, dana):
    """They are never changed, so their audience is always the team's; they stand on pages of their own."""
    consent = make_consent(dana, by=cast["nurse"])
    disclosure = make_disclosure(consent, by=cast["nurse"])

    for who, member in cast.items():
        browser = Client()
        browser.force_login(member, backend="staff.sign_in.PasswordBackend")
        allowed = who in SEES[Audience.TEAM]
        for record in (consent, disclosure):
            counted = type(record).objects.visible_to(member, NOW).count()
            opened = browser.get(record.get_absolute_url()).status_code == 200

            assert (counted, opened) == (allowed, allowed), (who, record)


def test_every_record_kind_is_held_here():
    kinds = {model for model in apps.get_models() if issubclass(model, Record)}

    assert kinds == {*MODELS.values(), Consent, Disclosure}
