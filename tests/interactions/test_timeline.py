"""The timeline: all kinds mixed, nothing twice, nothing missing, nothing that is not for the viewer."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions import timeline as module
from interactions.choices import Happened, MeetingState
from interactions.models import Meeting
from interactions.services import care, concerns
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.meetings import plan_meeting
from interactions.services.promises import promise
from interactions.services.safety_plans import give_copy, still_fits
from interactions.services.steps import choose
from interactions.timeline import KINDS, SOURCES, Place, timeline
from patients.choices import Audience, ContactAfter, DischargeReason, PauseKind
from patients.models import RecordReader, TransitionWatch
from tests.factories import NOW, make_floor
from tests.one_of_each import MAKERS, MODELS, audiences, one_of_each
from tests.queries import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def pages(patient, viewer, now=NOW, **asked):
    """Every page, from the newest to the end."""
    before, found = None, []
    while True:
        entries, before = timeline(patient, viewer, now, before=before, **asked)
        found.append([(entry.at, entry.kind, entry.record.ref) for entry in entries])
        if before is None:
            return found
        before = Place.parse(str(before))


def kinds(patient, viewer, **asked):
    return {entry.kind for entry in timeline(patient, viewer, NOW, **asked)[0]}


def move_through_care(patient, mara, vera, program):
    """A pause, a transfer and a discharge, then back."""
    episode = patient.latest_episode
    care.pause(episode=episode, kind=PauseKind.LEAVE, back_on=NOW.date() + 2 * DAY, by=mara, now=NOW)
    care.resume(episode=episode, by=mara, now=NOW + HOUR)
    episode = care.transfer(episode=episode, program=program, by=vera, now=NOW + 2 * HOUR)
    return care.discharge(
        episode=episode, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.YES, by=vera, now=NOW + 3 * HOUR
    )


def test_every_kind_stands_in_it_with_its_page_and_template(dana, mara, vera, outpatient):
    still_fits(plan=one_of_each(dana, mara)["safety_plan"], by=mara, now=NOW)
    move_through_care(dana, mara, vera, outpatient)
    dana.refresh_from_db()

    entries, _ = timeline(dana, mara, NOW + DAY)

    assert {entry.kind for entry in entries} == {source.kind for source in SOURCES}
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)
    assert all(entry.who and entry.url and entry.template for entry in entries)


@pytest.mark.parametrize("audience", [Audience.CARE_TEAM, Audience.SUPERVISED, Audience.NAMED])
def test_each_source_asks_the_audience(audience, dana, mara, vera, nils, residential):
    make_floor(residential, nils)
    every = {kind for kind in MODELS if len(audiences(kind)) > 1}
    records = {kind: MAKERS[kind](NOW, patient=dana, by=vera) for kind in sorted(every)}

    def become(**fields):
        for kind, record in records.items():
            MODELS[kind].objects.filter(pk=record.pk).update(**fields)

    become(audience=audience)
    assert not kinds(dana, nils) & every  # the floor team sees what is for all
    assert kinds(dana, mara) & every == (every if audience == Audience.CARE_TEAM else set())
    assert kinds(dana, vera) & every == (every if audience != Audience.NAMED else set())
    RecordReader.objects.bulk_create(RecordReader(record_ref=one.ref, staff=mara) for one in records.values())
    assert kinds(dana, mara) >= every

    become(audience=Audience.TEAM, not_for=nils)
    assert not kinds(dana, nils) & every
    assert kinds(dana, mara) >= every


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(MAKERS)), st.integers(0, 4)), max_size=25), st.integers(1, 7))
def test_pages_hold_everything_once_also_where_moments_are_equal(dana, mara, history, page):
    made = set()
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        for kind, hours in history:
            made.add((kind, MAKERS[kind](NOW - hours * HOUR, patient=dana, by=mara).ref))
        made.update(("watch", ref) for ref in TransitionWatch.objects.values_list("ref", flat=True))
        patch.setattr(module, "PAGE", page)
        found = pages(dana, mara)
        transaction.set_rollback(True)  # each history begins empty

    flat = [entry for part in found for entry in part]
    assert len(flat) == len(set(flat))
    assert {(kind, ref) for _, kind, ref in flat} - made == {("admission", dana.latest_episode.ref)}
    assert len(flat) == len(made) + 1
    assert [at for at, *_ in flat] == sorted((at for at, *_ in flat), reverse=True)
    assert all(len(part) == page for part in found[:-1])


def test_one_kind_can_be_asked_for_and_stays_are_one_of_them(dana, mara, vera, outpatient):
    one_of_each(dana, mara)
    move_through_care(dana, mara, vera, outpatient)
    dana.refresh_from_db()

    for kind in MODELS:
        assert kinds(dana, mara, kind=kind) == {kind}
    assert kinds(dana, vera, kind="admission") == {"admission", "discharge", "transfer", "pause", "watch"}
    assert set(KINDS) == {*MODELS, "admission"}


def test_what_was_done_with_a_safety_plan_stands_with_it_and_for_the_same_eyes(dana, mara, nils, residential):
    make_floor(residential, nils)
    plan = MAKERS["safety_plan"](NOW, patient=dana, by=mara)
    give_copy(plan=plan, by=mara, now=NOW)
    both = {"safety_plan", "safety_plan_mark"}

    assert kinds(dana, nils, kind="safety_plan") == both
    MODELS["safety_plan"].objects.update(audience=Audience.CARE_TEAM)
    assert kinds(dana, nils, kind="safety_plan") == set()
    assert kinds(dana, mara, kind="safety_plan") == both


@pytest.mark.parametrize("typed", ["cafe", "CAFÉ", "  café ", "caf", "cafe\u0301"])
def test_search_folds_case_and_accents_over_all_kinds(dana, mara, typed):
    one_of_each(dana, mara)

    assert kinds(dana, mara, typed=typed) == set(MODELS)


def test_every_typed_word_must_stand_in_an_entry(dana, mara):
    promise(patient=dana, what="Ask about the phone", by=mara, now=NOW)

    assert kinds(dana, mara, typed="phone ask") == {"follow_up"}
    assert not kinds(dana, mara, typed="phone letter")
    assert kinds(dana, mara, typed="%") == kinds(dana, mara)  # signs alone are no words
    assert not kinds(dana, mara, typed="phon_")


def test_search_finds_what_was_written_later(dana, mara):
    concern = raise_concern(patient=dana, words="The phone", by=mara, now=NOW)
    concerns.answer(concern=concern, answer="no", words="The charger is locked away", by=mara, now=NOW)

    assert kinds(dana, mara, typed="charger") == {"concern"}


def test_this_stay_or_all_of_them(dana, mara, vera, residential):
    choose(patient=dana, words="In the first stay", by=mara, now=NOW)
    care.discharge(
        episode=dana.latest_episode, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.YES, by=vera, now=NOW
    )
    dana.refresh_from_db()
    care.readmit(patient=dana, program=residential, primary=mara, by=vera, now=NOW + 9 * DAY)
    dana.refresh_from_db()

    entries, _ = timeline(dana, mara, NOW + 9 * DAY, since=dana.latest_episode.admitted_at)
    everything, _ = timeline(dana, mara, NOW + 9 * DAY)

    assert [entry.kind for entry in entries] == ["admission"]
    assert [entry.kind for entry in everything].count("admission") == 2


def test_a_meeting_stands_where_it_was_held(dana, mara):
    meeting = plan_meeting(patient=dana, starts_at=NOW - DAY, by=mara, now=NOW - 2 * DAY)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.PLANNED)

    assert timeline(dana, mara, NOW, kind="meeting")[0][0].at == NOW - DAY


@pytest.mark.parametrize("copies", [1, 2])
def test_it_takes_one_statement_and_one_for_each_kind_that_is_there(dana, mara, copies):
    for n in range(copies):
        one_of_each(dana, mara, NOW - n * HOUR)

    with counted() as statements:
        entries, _ = timeline(dana, mara, NOW)
        [(entry.who, entry.url, str(entry.record)) for entry in entries]

    assert len(statements) == 1 + len(MODELS) + 2  # the admission, and that we stay close


def test_turns_cost_one_statement_more_however_many_conversations_have_them(at, sign_in, dana, mara):
    at(NOW)
    for n in range(6):
        turn = {"position": 1, "speaker": "client", "time_said": "", "text": f"Turn {n}", "extra": {}}
        log_conversation(
            patient=dana, happened=Happened.TALKED, text="We talked.", by=mara, now=NOW - n * HOUR, turns=[turn]
        )

    with counted() as statements:
        entries, _ = timeline(dana, mara, NOW)
        said = [turn.text for entry in entries if entry.kind == "check_in" for turn in entry.record.turns.all()]

    assert said == [f"Turn {n}" for n in range(6)]
    assert len(statements) == 1 + 2 + 1


@pytest.mark.parametrize(
    "text",
    [None, "", "garbage", "9-check_in-", "9-check_in-zz", "x-check_in-" + "0" * 32, "9-nothing-" + "0" * 32, "1-2-3-4",
     "9" * 40 + "-check_in-" + "0" * 32, "--", "\0", "9-check_in-" + "0" * 31 + "\0"],
)  # fmt: skip
def test_what_names_no_place_is_the_beginning(dana, mara, text):
    place = Place.parse(text)

    assert place is None or timeline(dana, mara, NOW, before=place) is not None
