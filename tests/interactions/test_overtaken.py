"""Where a colleague was quicker and a step is over, its form says so at once, and nothing that was typed is lost."""

from datetime import timedelta

import pytest

from interactions.boundary_choices import EventKind, Weight
from interactions.services import boundary_events, care, promises, signals, support, watch
from patients.choices import Knows
from patients.models import Patient
from patients.watch_choices import WatchBegan, WatchEnd
from staff.roles import Role
from tests.factories import NOW, make_signal, make_staff
from tests.staff.test_conflicts import after_the_main, again, opened

DAY = timedelta(days=1)
MINE, THEIRS = "These are the words I typed.", "A colleague wrote this."


@pytest.fixture
def deputy(residential, north):
    residential.deputy = make_staff("june", Role.SUPERVISOR, north)
    residential.save(update_fields=["deputy"])
    return residential.deputy


def fresh(patient):
    return Patient.objects.with_care().get(pk=patient.pk)


def promised(patient, by):
    owed = promises.promise(patient=patient, what="Call the landlord", due_at=NOW + DAY, by=by, now=NOW)
    return (
        f"{owed.get_absolute_url()}done/",
        {"words": MINE},
        lambda: promises.done(follow_up=owed, words=THEIRS, by=by, now=NOW),
    )


def standing_by(patient, by):
    person = support.name_person(patient=patient, name="Odile", relation="Sister", knows=Knows.KNOWS, by=by, now=NOW)
    return (
        f"{person.get_absolute_url()}edit/",
        {"knows": Knows.KNOWS, "wish": MINE},
        lambda: support.no_longer(person=person, words=THEIRS, by=by, now=NOW),
    )


def to_be_reviewed(patient, by):
    author = make_staff("author", site=by.site)
    event = boundary_events.note_event(
        patient=patient, weight=Weight.TALK, kind=EventKind.GIFT, words="A watch.", by=author, now=NOW
    )
    return (
        f"{event.get_absolute_url()}review/",
        {"words": MINE},
        lambda: boundary_events.review(event=event, words=THEIRS, by=by, now=NOW),
    )


def stayed_close_to(patient, by):
    running = watch.begin(patient=fresh(patient), because=WatchBegan.USED, by=by, now=NOW)
    return (
        f"/patients/{patient.ref}/staying-close/asked/",
        {"medication": MINE},
        lambda: watch.end(watch=running, because=WatchEnd.MISTAKE, words=THEIRS, by=by, now=NOW),
    )


def asked_about(patient, by):
    sign = make_signal(patient, by)
    return (
        f"/patients/{patient.ref}/signals/{sign.rule}/",
        {"answer": "asked", "words": MINE},
        lambda: signals.answer(patient=fresh(patient), rule=sign.rule, answer="asked", words=THEIRS, by=by, now=NOW),
    )


def discharged(patient, by):
    typed = {"discharged_on": "2026-06-10", "reason": "completed", "contact_after": "yes", "note": MINE}
    return (
        f"/patients/{patient.ref}/episodes/discharge/",
        typed,
        lambda: care.discharge(
            episode=fresh(patient).latest_episode, reason="completed", contact_after="yes", note=THEIRS, by=by, now=NOW
        ),
    )


@pytest.mark.parametrize("scene", [promised, standing_by, to_be_reviewed, stayed_close_to, asked_about, discharged])
def test_the_form_says_that_the_step_is_over_and_keeps_both_texts(at, sign_in, vera, deputy, dana, scene):
    at(NOW)
    address, typed, quicker = scene(dana, vera)
    browser = sign_in(deputy)
    seen = opened(browser, address)
    quicker()

    first = browser.post(address, {**seen, **typed})
    second = browser.post(address, {**again(first), **typed})

    for sent in (first, second):
        page = after_the_main(sent)
        assert sent.status_code == 409
        assert "this step is over" in page and "puts them in place" not in page and "save again" not in page
        assert MINE in page and THEIRS in page
        assert ("check-ins/new/" in page) == (scene is not to_be_reviewed)  # what few may read is led nowhere else


def test_a_stay_that_somebody_may_not_move_is_refused_as_before(at, sign_in, vera, nils, dana):
    at(NOW)
    address, typed, quicker = discharged(dana, vera)
    quicker()

    assert sign_in(nils).post(address, {"form_seen": "x", **typed}).status_code in (403, 404)


def test_a_boundary_event_is_not_found_by_whom_it_was_not_to_be_reviewed(at, sign_in, vera, mara, dana, deputy):
    at(NOW)
    address, typed, quicker = to_be_reviewed(dana, vera)
    quicker()

    assert sign_in(mara).post(address, {"form_seen": "x", **typed}).status_code == 404
    assert sign_in(vera).get(address).status_code == 404
