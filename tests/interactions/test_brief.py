from datetime import timedelta

import pytest

from interactions.choices import Happened, Seemed
from interactions.services import care, checkins, facts
from interactions.strip import strip_of
from patients.choices import FactKind
from patients.models import Patient, SafeContact
from staff.choices import ProgramKind
from tests.factories import NOW, make_episode, make_patient, make_program
from tests.one_of_each import one_of_each
from tests.queries import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def browser(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


def talk(patient, by, at, seemed=(), **over):
    return checkins.log_conversation(
        patient=patient, happened=Happened.TALKED, text=over.pop("text", "About the week"), seemed=seemed, by=by,
        now=at, **over,
    )  # fmt: skip


def test_every_line_leads_to_its_source(browser, dana, mara):
    made = one_of_each(dana, mara, NOW - HOUR)
    talked = talk(dana, mara, NOW - HOUR, text="Slept for once", what_helped="Tea, and no questions", good_news="Slept")
    calms = facts.learn(patient=dana, kind=FactKind.CALMS, words="The garden", by=mara, now=NOW)

    page = browser.get(f"/patients/{dana.ref}/brief/").content.decode()

    for words, source in (
        ("The garden", calms), ("Slept for once", talked), ("Tea, and no questions", talked), ("Café", made["step"]),
        ("Café", made["goal"]), ("Café", made["concern"]),
    ):  # fmt: skip
        assert words in page
        assert source.get_absolute_url() in page


@pytest.mark.parametrize("rows", [1, 9])
def test_it_takes_at_most_fifteen_queries_however_much_there_is(browser, dana, mara, rows):
    SafeContact.objects.create(patient=dana, ways="Call", recorded_at=NOW, recorded_by=mara)
    for n in range(rows):
        one_of_each(dana, mara, NOW - n * HOUR)
        talk(dana, mara, NOW - n * HOUR, [Seemed.OPEN], what_helped="Tea")

    with counted() as statements:
        answer = browser.get(f"/patients/{dana.ref}/brief/")

    assert answer.status_code == 200
    assert len([one for one in statements if not one.startswith("INSERT")]) <= 15, "\n".join(statements)


def test_the_strip_has_one_mark_a_day_and_the_last_note_of_it_counts(dana, mara):
    talk(dana, mara, NOW - DAY, [Seemed.LOW])
    talk(dana, mara, NOW - 2 * HOUR, [Seemed.RESTLESS])
    talk(dana, mara, NOW - HOUR, [Seemed.OPEN, Seemed.HOPEFUL], hard_moment=True)
    talk(dana, mara, NOW)  # says nothing of how they seemed

    points = strip_of(dana, mara, NOW)

    assert [(one.level, one.words, one.hard_moment) for one in points] == [
        ("down", "Low", False), ("up", "Open, Hopeful", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seemed", "level"),
    [([Seemed.QUIET], "mid"), ([Seemed.OPEN, Seemed.LOW], "mid"), ([Seemed.DROWSY], "down"), ([Seemed.AT_EASE], "up")],
)
def test_lighter_is_up_heavier_down_and_neither_or_both_between(dana, mara, seemed, level):
    talk(dana, mara, NOW, seemed)

    assert strip_of(dana, mara, NOW)[0].level == level


def test_the_first_week_of_detox_is_marked(mara, north, vera):
    detox = make_program("Detox North", ProgramKind.DETOX, north, vera)
    patient = make_episode(make_patient("Omar", by=mara), detox, mara, now=NOW - 12 * DAY).patient
    for days in (11, 6, 4, 1):
        talk(patient, mara, NOW - days * DAY, [Seemed.RESTLESS])

    assert [one.in_detox for one in strip_of(patient, mara, NOW)] == [True, True, False, False]


def test_what_is_for_fewer_eyes_stays_away(browser, dana, mara, vera):
    talk(dana, mara, NOW - HOUR, [Seemed.LOW], text="For the supervisor")
    dana_talks = checkins.CheckIn.objects.filter(patient=dana)
    dana_talks.update(audience="supervised", recorded_by=vera)

    page = browser.get(f"/patients/{dana.ref}/brief/").content.decode()

    assert "For the supervisor" not in page
    assert "Nobody wrote it down" in page


def test_who_comes_back_finds_how_it_went_last_time_and_what_helped_then(browser, dana, mara, residential):
    talk(dana, mara, NOW - 2 * DAY, what_helped="Walking around the pond")
    patient = Patient.objects.with_care().get(pk=dana.pk)
    care.discharge(
        episode=patient.latest_episode, reason="left_early", contact_after="yes", words="“Too loud here.”", by=mara,
        now=NOW - DAY,
    )  # fmt: skip
    patient = Patient.objects.with_care().get(pk=dana.pk)
    care.readmit(patient=patient, program=residential, primary=mara, by=mara, now=NOW - HOUR)

    page = browser.get(dana.get_absolute_url()).content.decode()

    assert "Welcome back" in page and "“Too loud here.”" in page and "Walking around the pond" in page
