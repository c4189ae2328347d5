import json
import uuid
from datetime import timedelta

import pytest

from interactions.choices import Happened, Seemed
from interactions.models import CheckIn, Draft
from interactions.services import care, checkins, facts, promises
from interactions.services.concerns import raise_concern
from patients.choices import FactKind, PauseKind
from patients.models import Cadence
from tests.factories import NOW, make_episode, make_floor, make_patient, make_staff
from tests.queries import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nina(residential):
    """A nurse on the floor, on nobody's care team."""
    nina = make_staff("nina", site=residential.site)
    make_floor(residential, nina)
    return nina


@pytest.fixture
def browser(at, sign_in, nina, dana):
    at(NOW)
    return sign_in(nina)


def row(answer, name):
    return next(row for row in answer.context["floor"].rows if row.patient.called == name)


def test_a_line_says_what_to_know_of_each(browser, dana, mara):
    facts.learn(patient=dana, kind=FactKind.DONT_RAISE, words="The accident", by=mara, now=NOW)
    checkins.log_conversation(
        patient=dana, happened=Happened.TALKED, text="Hello", seemed=[Seemed.QUIET], by=mara, now=NOW - HOUR
    )
    promises.promise(patient=dana, what="Bring the charger", due_at=NOW + HOUR, by=mara, now=NOW)
    promises.promise(patient=dana, what="Call next week", due_at=NOW + 6 * DAY, by=mara, now=NOW)

    answer = browser.get("/floor/")

    line, page = row(answer, "Dana"), answer.content.decode()
    assert (line.seemed, line.last, line.by, line.dont_raise) == ("Quiet", "1 hour ago", "Mara", ["The accident"])
    assert "Bring the charger" in page and "Call next week" not in page


def test_everyone_in_care_is_there_and_nobody_else(browser, residential, outpatient, dana, mara, vera):
    away = make_episode(make_patient("Omar", by=mara), residential, mara).patient
    care.pause(episode=away.latest_episode, kind=PauseKind.HOSPITAL, back_on=(NOW + DAY).date(), by=mara, now=NOW)
    make_episode(make_patient("Lou", by=mara), outpatient, mara)

    answer = browser.get("/floor/")

    assert {one.patient.called for one in answer.context["floor"].rows} == {"Dana", "Omar"}
    assert row(answer, "Omar").away == "In hospital"


@pytest.mark.parametrize("people", [1, 12])
def test_it_takes_no_more_statements_for_more_people(browser, residential, mara, people):
    for n in range(people):
        patient = make_episode(make_patient(f"P{n}", by=mara), residential, mara).patient
        promises.promise(patient=patient, what="It", due_at=NOW + HOUR, by=mara, now=NOW)

    with counted() as statements:
        assert browser.get("/floor/").status_code == 200

    assert len(statements) <= 12, "\n".join(statements)


@pytest.mark.parametrize(
    ("what", "happened", "moved"),
    [("hello", Happened.HELLO, False), ("resting", Happened.RESTING, False), ("not-here", Happened.NO_ANSWER, False)],
)
def test_one_tap_is_one_entry_and_moves_no_cadence(browser, dana, what, happened, moved):
    before = Cadence.objects.get().team_clock_at

    answer = browser.post(f"/floor/{dana.ref}/{what}/", {"form_token": "9a0c6e0a-7e8c-4f58-9d4c-6f4f1d3e2b1a"})
    again = browser.post(f"/floor/{dana.ref}/{what}/", {"form_token": "9a0c6e0a-7e8c-4f58-9d4c-6f4f1d3e2b1a"})

    assert [answer.headers["Location"], again.headers["Location"]] == ["/floor/", "/floor/"]
    assert CheckIn.objects.get().happened == happened
    assert (Cadence.objects.get().team_clock_at != before) is moved


def test_what_is_no_tap_is_not_there(browser, dana):
    assert browser.post(f"/floor/{dana.ref}/discharge/").status_code == 404


@pytest.fixture
def round_of_two(browser, residential, dana, mara):
    omar = make_episode(make_patient("Omar", by=mara), residential, mara).patient

    def send(**typed):
        sent = {
            "happened": "talked",
            "common": "We sat in the garden.",
            f"with-{dana.ref}": "on",
            f"with-{omar.ref}": "on",
        }
        return browser.post(
            "/floor/round/", {**sent, **{k.format(dana=dana.ref, omar=omar.ref): v for k, v in typed.items()}}
        )

    return send


def test_a_round_is_one_conversation_for_each(round_of_two):
    answer = round_of_two(**{"line-{dana}": "Asked for the charger."})

    assert answer.headers["Location"] == "/floor/"
    words = {one.patient.called: one.texts.get().text for one in CheckIn.objects.select_related("patient")}
    assert words == {"Dana": "We sat in the garden.\nAsked for the charger.", "Omar": "We sat in the garden."}


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"common": "Dana and all of us"}, "common"), ({"line-{omar}": "Sat beside dana"}, "line-{omar}")],
)
def test_none_of_them_names_another(round_of_two, dana, typed, field):
    answer = round_of_two(**typed)

    assert answer.status_code == 200
    assert [name for name in answer.context["form"].errors if name.startswith(field.partition("{")[0])]
    assert not CheckIn.objects.exists()


def test_somebody_has_to_be_there_and_something_said(round_of_two, browser, dana):
    assert (
        "Tick at least one person."
        in browser.post("/floor/round/", {"happened": "talked", "common": "It"}).content.decode()
    )

    answer = round_of_two(common="")
    assert any(name.startswith("line-") for name in answer.context["form"].errors)


def test_words_about_somebody_who_left_the_floor_meanwhile_are_not_lost(round_of_two, residential, mara):
    lou = make_episode(make_patient("Lou", by=mara), residential, mara).patient
    care.pause(episode=lou.latest_episode, kind=PauseKind.LEAVE, back_on=(NOW + DAY).date(), by=mara, now=NOW)

    answer = round_of_two(**{f"line-{lou.ref}": "Slept in the garden."})

    assert answer.status_code == 200
    assert "Slept in the garden." in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_a_draft_of_a_round_shows_what_was_written_about_somebody_who_left_meanwhile(browser, nina, residential, mara):
    lou = make_episode(make_patient("Lou", by=mara), residential, mara).patient
    care.pause(episode=lou.latest_episode, kind=PauseKind.LEAVE, back_on=(NOW + DAY).date(), by=mara, now=NOW)
    text = json.dumps([[f"line-{lou.ref}", "Slept in the garden."]])
    draft = Draft.objects.create(token=uuid.uuid4(), by=nina, path="/floor/round/", text=text, counter=1, saved_at=NOW)

    assert "Slept in the garden." in browser.get(f"/floor/round/?draft={draft.ref}").content.decode()


def test_a_name_that_is_a_word_is_let_through_when_they_say_so(round_of_two, residential, mara):
    make_episode(make_patient("Will", by=mara), residential, mara)

    refused = round_of_two(common="We will walk tomorrow.")
    assert "ordinary words" in refused.content.decode()

    assert round_of_two(common="We will walk tomorrow.", names_nobody="on").status_code == 302


def test_a_complaint_about_a_colleague_does_not_lie_on_the_desk(browser, dana, nina, mara):
    raise_concern(patient=dana, words="He laughed at me", about_staff=True, not_for=mara, by=nina, now=NOW - 2 * DAY)

    assert "He laughed at me" not in browser.get("/floor/").content.decode()


def test_somebody_elses_patient_is_not_in_the_round(round_of_two, outpatient, nils):
    lou = make_episode(make_patient("Lou", by=nils), outpatient, nils).patient

    round_of_two(**{f"with-{lou.ref}": "on"})

    assert not CheckIn.objects.filter(patient=lou).exists()
