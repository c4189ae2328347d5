"""The supervisor's page about boundaries: what waits, what was agreed, contacts outside hours by week."""

import re

import pytest

from interactions.models import CheckIn
from interactions.services.boundaries import agree
from interactions.services.boundary_events import note_event
from interactions.services.checkins import log_conversation
from interactions.services.safety_reports import report
from staff.calendar import DAY
from tests.factories import NOW, make_episode, make_patient
from tests.queries import counted

PAGE = "/team/boundaries/"


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)


def late(patient, by, at):
    made = log_conversation(patient=patient, by=by, now=at, happened="talked", channel="text", text="Late")
    CheckIn.objects.filter(pk=made.pk).update(out_of_hours=True)
    return made


def busy(patient, by, n=1):
    for _ in range(n):
        note_event(patient=patient, by=by, now=NOW, weight="talk", kind="gift", words="A watch")
        report(patient=patient, by=by, now=NOW, at_risk="child", seen_words="Alone at night")
        agree(patient=patient, by=by, now=NOW, words="Calls only")
        late(patient, by, NOW)


def test_each_number_opens_the_records_behind_it_and_names_no_colleague(sign_in, dana, mara, vera):
    this_week, before = late(dana, mara, NOW), [late(dana, mara, NOW - 7 * DAY) for _ in range(2)]
    browser = sign_in(vera)

    page = browser.get(PAGE).content.decode()
    counts = re.findall(r'<a href="(/team/boundaries/\?week=[^"]+)"[^>]*>(\d+)<', page)
    opened = browser.get(counts[1][0]).content.decode()

    assert [int(n) for _, n in counts] == [1, 2]
    assert all(str(one.ref) in opened for one in before) and str(this_week.ref) not in opened
    assert "Mara" not in page and "Mara" not in opened


def test_a_supervisor_elsewhere_sees_none_of_it(sign_in, dana, mara, vera, sione):
    busy(dana, mara)

    assert "A larger gift" in sign_in(vera).get(PAGE).content.decode()
    there = sign_in(sione).get(PAGE).content.decode()
    assert "Dana" not in there and "A larger gift" not in there and "?week=" not in there


def test_twenty_rows_take_as_many_questions_as_one(sign_in, dana, mara, vera, residential):
    browser = sign_in(vera)
    busy(dana, mara)
    week = f"{PAGE}?week=2026-06-08"
    with counted() as one:
        browser.get(week)
    for n in range(6):
        busy(make_episode(make_patient(f"P{n}", by=mara), residential, mara).patient, mara, 3)

    with counted() as many:
        page = browser.get(week).content.decode()

    assert page.count("A larger gift") == 19
    assert len(many) == len(one), "\n".join(many)
