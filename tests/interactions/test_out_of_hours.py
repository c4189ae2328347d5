"""A contact outside somebody’s hours is marked by itself, asked about kindly, and never where it should not."""

import random
from datetime import time, timedelta

import pytest

from interactions.choices import CONTACTS, Channel, Happened, Urgency
from interactions.models import BoundaryEvent, CheckIn, ReadyReply
from interactions.out_of_hours import is_out_of_hours
from interactions.ready_reply import text_of
from interactions.services.checkins import log_conversation
from patients.choices import CareRole
from patients.services import assign
from staff.calendar import DAY
from staff.models import Holiday, OnCallDuty, WorkingHours
from tests.factories import NOW, make_away, make_episode, make_on_call, make_patient

HOUR = timedelta(hours=1)
EVENING = NOW + 10 * HOUR  # 20:00 at North


@pytest.fixture
def hours(mara):
    """Mara works from 08:00 to 18:00 on weekdays."""
    for day in range(5):
        WorkingHours.objects.create(staff=mara, weekday=day, starts=time(8), ends=time(18))


def log(patient, by, at=EVENING, happened=Happened.TALKED, channel=Channel.TEXT, **over):
    said = {"happened": happened, "channel": channel, "text": "About the week", **over}
    return log_conversation(patient=patient, by=by, now=at, **said)


def test_it_is_marked_only_when_whoever_had_it_was_off_duty(dana, mara, nils, hours):
    assert log(dana, mara).out_of_hours
    assert log(dana, mara, NOW + 3 * DAY).out_of_hours  # a Saturday
    assert not log(dana, mara, NOW).out_of_hours
    assert log(dana, nils, talked_by=mara).out_of_hours
    assert not log(dana, mara, talked_by=nils).out_of_hours  # no hours are entered for nils
    make_away(mara, began_at=NOW, ended_at=NOW + DAY)
    assert log(dana, mara, NOW + HOUR).out_of_hours


def test_on_call_hours_are_duty(dana, mara, hours, north):
    make_on_call(north, mara, EVENING - HOUR, EVENING + HOUR)

    assert not log(dana, mara).out_of_hours
    assert log(dana, mara, EVENING + 2 * HOUR).out_of_hours


def test_face_to_face_counts_where_nobody_lives(dana, mara, hours, outpatient):
    elsewhere = make_episode(make_patient("Eli"), outpatient, mara).patient

    assert not log(dana, mara, channel=Channel.IN_PERSON).out_of_hours
    assert log(elsewhere, mara, channel=Channel.IN_PERSON).out_of_hours


def test_need_and_planned_outreach_never_count(dana, mara, nils, vera, hours):
    assert not log(dana, mara, hard_moment=True).out_of_hours
    assert not log(dana, mara, happened=Happened.NO_ANSWER, text="").out_of_hours
    assert not log(dana, mara, concerns=[{"words": "I can’t go on", "urgency": Urgency.SAFETY}]).out_of_hours
    dana.refresh_from_db()
    assert not log(dana, mara, EVENING + HOUR).out_of_hours  # it is still open
    WorkingHours.objects.create(staff=nils, weekday=0, starts=time(8), ends=time(9))
    dana.safety_open_at = None
    assert log(dana, nils).out_of_hours
    assign(patient=dana, staff=nils, role=CareRole.OUTREACH, by=vera, now=NOW)
    assert not log(dana, nils).out_of_hours


def test_what_was_imported_is_not_marked(dana, mara, hours):
    assert not log(dana, mara, source="old.csv", source_id="1").out_of_hours


@pytest.mark.parametrize("seed", range(3))
def test_the_column_is_what_the_facts_say(dana, mara, nils, north, hours, residential, seed):
    """Reckoned anew, minute by minute of the wall clock, over a random fortnight."""
    chance = random.Random(seed)
    Holiday.objects.create(site=north, closed_on=(NOW + 2 * DAY).date(), name="Closed")
    OnCallDuty.objects.all().delete()
    away = make_away(mara, began_at=NOW + 5 * DAY, ended_at=NOW + 6 * DAY)
    duty = make_on_call(north, mara, NOW + 8 * DAY, NOW + 9 * DAY)
    made = [
        log(
            dana,
            chance.choice((mara, nils)),
            NOW + chance.uniform(0, 14) * DAY,
            chance.choice(list(set(Happened) - {Happened.ANOTHER_TIME})),
            chance.choice(list(Channel)),
            hard_moment=chance.random() < 0.1,
        )
        for _ in range(40)
    ]

    for one in made:
        at, there = one.happened_at, one.happened_at.astimezone(north.zone)
        on = there.weekday() < 5 and time(8) <= there.time() < time(18) and not away.began_at <= at < away.ended_at
        on |= duty.began_at <= at < duty.ended_at
        counts = one.happened in CONTACTS and not one.hard_moment and one.channel != Channel.IN_PERSON
        assert one.out_of_hours == (one.talked_by == mara and counts and not on), there
    assert 0 < sum(one.out_of_hours for one in made) < len(made)


def test_it_asks_nobody_for_whom_there_is_nothing_to_ask(dana, mara, hours):
    asked = {"patient": dana, "staff": mara, "happened": Happened.RESTING, "channel": Channel.CALL}

    assert not is_out_of_hours(at=EVENING, **asked)


# The page after saving


@pytest.fixture
def late(at, sign_in, dana, mara, hours):
    at(EVENING)
    browser = sign_in(mara)

    def save(**over):
        sent = {"happened": "talked", "text": "Texted about Friday", "channel": "text",
                "happened_at": "2026-06-10T20:00", "concern-0-urgency": "routine", "concern-1-urgency": "routine",
                "promise-0-when": "tomorrow", "promise-1-when": "tomorrow", **over}  # fmt: skip
        return browser.post(f"/patients/{dana.ref}/check-ins/new/", sent)

    return browser, save


def test_it_asks_kindly_and_can_be_skipped(late, dana):
    browser, save = late
    answer = save()
    made = CheckIn.objects.get()

    page = browser.get(answer.url).content.decode()

    assert answer.url == f"/check-ins/{made.ref}/hours/"
    assert "This was outside your hours." in page and "Anything you want support with?" in page
    assert f'href="/patients/{dana.ref}/">Skip</a>' in page
    assert browser.post(answer.url, {"words": ""}).url == f"/patients/{dana.ref}/"
    assert not BoundaryEvent.objects.exists()


def test_what_somebody_wants_support_with_is_for_them_and_the_supervisor(late, dana, mara, nils, vera, sign_in):
    browser, save = late
    assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW)

    browser.post(save().url, {"words": "I cannot switch the phone off"})

    event = BoundaryEvent.objects.get()
    assert (event.weight, event.kind, event.check_in) == ("talk", "support", CheckIn.objects.get())
    assert [one.username for one in (mara, nils, vera) if BoundaryEvent.objects.visible_to(one, EVENING).exists()] == [
        "mara", "vera",
    ]  # fmt: skip
    assert "switch the phone off" in sign_in(vera).get(event.get_absolute_url()).content.decode()


def test_nobody_else_is_asked_nor_learns_of_it(late, dana, nils, vera, sign_in):
    _, save = late
    assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW)
    url = save().url

    for other in (nils, vera):
        assert sign_in(other).get(url).status_code == 404
        assert "outside" not in sign_in(other).get(f"/patients/{dana.ref}/").content.decode()


def test_within_hours_one_lands_on_the_patients_page(late, at, dana):
    _, save = late
    at(NOW)

    assert save(happened_at="2026-06-10T10:00").url == f"/patients/{dana.ref}/"


# The ready reply


def test_the_ready_reply_says_when_and_whom_to_call_and_names_nobody(north, mara):
    text = text_of(north, NOW + DAY)

    assert text.startswith("I am back on Thursday, June 11, 10:00. If it cannot wait until then, call 555 0199.")
    assert "911" in text and "988" in text
    assert "North" not in text and "Mara" not in text


def test_it_is_offered_once_for_each_absence_and_patient(late, at, dana, mara, sign_in):
    browser, save = late
    first = browser.get(save().url).content.decode()
    at(EVENING + HOUR)
    second = browser.get(save(happened_at="2026-06-10T21:00").url).content.decode()
    at(EVENING + DAY)
    sign_in(mara)
    next_day = browser.get(save(happened_at="2026-06-11T20:00").url).content.decode()

    assert ["I am back on" in page for page in (first, second, next_day)] == [True, False, True]
    assert ReadyReply.objects.filter(patient=dana).count() == 2


def test_that_it_was_sent_is_kept(late):
    browser, save = late

    browser.post(save().url, {"words": "", "sent": "on"})

    assert ReadyReply.objects.get().used_at == EVENING


def test_while_the_primary_is_away_it_stands_on_the_page_until_somebody_used_it(at, sign_in, dana, mara, vera, hours):
    at(NOW)
    make_away(mara)
    browser, page = sign_in(vera), f"/patients/{dana.ref}/"

    shown = browser.get(page).content.decode()
    browser.post(f"{page}ready-reply/")

    assert "Mara is away" in shown and "Your usual person here is back on" in shown
    assert "Mara is away" not in browser.get(page).content.decode()
    assert ReadyReply.objects.get().used_at == NOW
