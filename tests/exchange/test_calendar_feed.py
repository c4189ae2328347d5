"""What a calendar fetches: the right moments over every change of the clocks, and nothing of whom they are about."""

import io
import logging
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.test import Client
from icalendar import Calendar

from interactions.choices import NOT_HELD
from interactions.models import FollowUp, Meeting
from interactions.services import care, meetings, promises
from patients.choices import Audience, CareRole
from patients.reviews import one_person_routes
from staff import feeds
from staff.choices import ProgramKind
from staff.models import AccessEntry, CalendarFeed, StaffMember
from staff.reviews import findings
from staff.roles import Role
from tests.cast import enter
from tests.factories import (
    NOW,
    make_away,
    make_episode,
    make_patient,
    make_program,
    make_site,
    make_staff,
)
from tests.queries import counted

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CANARY = "Zq7canary"
# The instants at which the clocks change in 2026, and by how much.
CHANGES = [
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC), HOUR),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC), -HOUR),
    ("Pacific/Auckland", datetime(2026, 4, 4, 14, tzinfo=UTC), -HOUR),
    ("Pacific/Auckland", datetime(2026, 9, 26, 14, tzinfo=UTC), HOUR),
]


@pytest.fixture
def token(at, mara):
    at(NOW)
    return feeds.make(by=mara, now=NOW)


def fetch(token, client=None):
    return (client or Client()).get(f"/calendar/{token}.ics")


def events(answer):
    """The events of an answer, read by the library, which found nothing wrong with them."""
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.content)
    parts = list(calendar.walk())
    assert not [error for part in parts for error in part.errors]
    return calendar.walk("VEVENT")


def promise(patient, by, due_at=NOW + DAY, now=NOW, **over):
    return promises.promise(patient=patient, what=CANARY, due_at=due_at, by=by, now=now, **over)


def meet(patient, by, starts_at=NOW + DAY, now=NOW, **over):
    return meetings.plan_meeting(patient=patient, starts_at=starts_at, agenda=CANARY, by=by, now=now, **over)


# What it holds


def test_a_promise_and_a_meeting_are_an_event_each(token, dana, mara):
    promise(dana, mara, due_at=NOW + DAY)
    meet(dana, mara, starts_at=NOW + 2 * DAY)

    follow_up, meeting = events(fetch(token))

    assert (follow_up["SUMMARY"], follow_up.start, follow_up.end) == ("Follow-up", NOW + DAY, NOW + DAY + 15 * MINUTE)
    assert (meeting["SUMMARY"], meeting.start) == ("Meeting", NOW + 2 * DAY)
    assert "DTEND" not in meeting and "DURATION" not in meeting
    assert follow_up["URL"] == "http://localhost:8000/follow-ups/"
    assert meeting["URL"] == "http://localhost:8000/meetings/"


@pytest.mark.parametrize(("name", "change", "shift"), CHANGES)
def test_events_are_at_the_moments_of_the_records_around_a_change_of_the_clocks(name, change, shift, at, db):
    zone, now = ZoneInfo(name), change - 7 * DAY
    site = make_site("Here", name)
    lead, mara = make_staff("lead", Role.SUPERVISOR, site), make_staff("here", Role.CLINICIAN, site)
    program = make_program("Evening Here", ProgramKind.IOP, site, lead)
    dana = make_episode(program=program, primary=mara, now=now - DAY).patient
    moments = [change + n * 30 * MINUTE for n in range(-8, 9)]
    for moment in moments:
        promise(dana, mara, due_at=moment, now=now)
        meet(dana, mara, starts_at=moment, now=now)
    at(now)

    found = events(fetch(feeds.make(by=mara, now=now)))

    assert (change + HOUR).astimezone(zone).utcoffset() - (change - HOUR).astimezone(zone).utcoffset() == shift
    for words, records in (("Follow-up", FollowUp.objects.values_list("due_at", flat=True)),
                           ("Meeting", Meeting.objects.values_list("starts_at", flat=True))):  # fmt: skip
        starts = [event.start for event in found if event["SUMMARY"] == words]
        assert starts == sorted(records) == moments
        clocks = [start.astimezone(zone).strftime("%H:%M") for start in starts]
        assert len(set(clocks)) == len(moments) - (2 if shift < timedelta() else 0)  # one hour came twice


def test_each_change_raises_the_sequence_and_the_moment_of_the_change(token, dana, mara, at):
    follow_up = promise(dana, mara)
    [before] = events(fetch(token))
    promises.reschedule(follow_up=follow_up, due_at=NOW + 3 * DAY, by=mara, now=NOW + HOUR)
    at(NOW + 2 * HOUR)

    [after] = events(fetch(token))

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["LAST-MODIFIED"].dt, after["LAST-MODIFIED"].dt) == (NOW, NOW + HOUR)
    assert (before["DTSTAMP"].dt, after["DTSTAMP"].dt) == (NOW, NOW + HOUR)
    assert after.start == NOW + 3 * DAY


def test_what_is_settled_goes_away(token, dana, mara):
    promises.done(follow_up=promise(dana, mara), by=mara, now=NOW)
    promises.not_needed(follow_up=promise(dana, mara), words="They moved", by=mara, now=NOW)
    meetings.miss(meeting=meet(dana, mara), state=NOT_HELD[0], by=mara, now=NOW)

    assert events(fetch(token)) == []


def test_it_reaches_from_30_days_back_to_a_year_ahead(token, dana, mara):
    now = NOW - 3 * DAY
    inside = [NOW - 30 * DAY, NOW - HOUR, NOW + 365 * DAY - MINUTE]
    for moment in [*inside, NOW - 30 * DAY - MINUTE, NOW + 365 * DAY]:
        promise(dana, mara, due_at=moment, now=now)
        meet(dana, mara, starts_at=moment, now=now)

    assert [event.start for event in events(fetch(token))] == inside * 2


def test_it_holds_ones_own_only_of_those_one_sees_now(token, dana, mara, nils, vera, residential, at):
    other = make_episode(make_patient("Lior", "Amsel", by=nils), residential, nils).patient
    promise(dana, mara, owner=vera)
    promise(other, nils)
    make_away(nils, cover=mara)
    mine = promise(dana, mara)
    assert len(events(fetch(token))) == 1

    dana.care_team.update(ended_at=NOW, ended_by=vera)
    at(NOW + MINUTE)

    assert FollowUp.objects.get(pk=mine.pk).owner == mara
    assert events(fetch(token)) == []


@pytest.mark.parametrize("kind", [FollowUp, Meeting])
def test_what_is_for_other_eyes_stays_out(kind, token, dana, mara, vera, at):
    promise(dana, mara)
    meet(dana, mara)
    assert len(events(fetch(token))) == 2
    kind.objects.update(audience=Audience.NAMED)
    at(NOW + MINUTE)

    [left] = events(fetch(token))

    assert left["SUMMARY"] == {FollowUp: "Meeting", Meeting: "Follow-up"}[kind]


def test_it_names_nobody_and_nothing(token, dana, mara, settings):
    follow_up, meeting = promise(dana, mara, note=CANARY), meet(dana, mara)

    body = fetch(token).content.decode()

    refs = [str(one.ref) for one in (follow_up, meeting, dana, mara)]
    names = [dana.given_name, dana.family_name, dana.record_number, mara.name, mara.username, mara.email]
    places = [dana.latest_episode.program.name, "Residential", "North", "New_York", "rehab", "patient", "treatment"]
    for word in [CANARY, *names, *places, *refs, *(ref.replace("-", "") for ref in refs)]:
        assert word.lower() not in body.lower(), word
    words = {line.partition(":")[0].partition(";")[0] for line in body.split("\r\n")}
    assert not words & {"DESCRIPTION", "LOCATION", "ATTENDEE", "ORGANIZER", "COMMENT", "CONTACT"}
    assert settings.PUBLIC_NAME in body


def test_the_same_thing_joins_with_nothing_when_it_passes_on(token, dana, mara, nils, vera):
    follow_up = promise(dana, mara)
    [mine] = events(fetch(token))
    FollowUp.objects.update(owner=nils)
    care.assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW)

    [theirs] = events(fetch(feeds.make(by=nils, now=NOW)))

    assert mine["UID"] != theirs["UID"]
    assert re.fullmatch(r"[0-9a-f]{40}", mine["UID"])
    assert follow_up.ref.hex not in mine["UID"]


def test_an_empty_calendar_is_one_too_and_is_no_look_at_anybody(token):
    assert events(fetch(token)) == []
    assert not AccessEntry.objects.reads()
    assert not AccessEntry.objects.filter(route="exchange:calendar_feed")


def test_the_number_of_queries_does_not_grow(token, dana, mara, at):
    promise(dana, mara)
    meet(dana, mara)
    with counted() as few:
        fetch(token)
    for n in range(49):
        promise(dana, mara, due_at=NOW + DAY + n * HOUR)
        meet(dana, mara, starts_at=NOW + DAY + n * HOUR)
    at(NOW + MINUTE)

    with counted() as many:
        found = events(fetch(token))

    assert len(found) == 100
    assert len(many) == len(few) <= 6


# Who gets it


def gone(answer):
    return answer.status_code, answer.content, dict(answer.headers)


def test_unknown_revoked_closed_and_wrong_role_are_answered_alike(at, mara, nils, vera, otto):
    at(NOW)
    tokens = {who: feeds.make(by=who, now=NOW) for who in (mara, nils, vera, otto)}
    feeds.turn_off(by=mara, now=NOW)
    StaffMember.objects.filter(pk=nils.pk).update(is_active=False)
    old = tokens[vera]
    feeds.make(by=vera, now=NOW)

    answers = [gone(fetch(one)) for one in (tokens[mara], tokens[nils], old, tokens[otto])]
    answers += [gone(fetch(one)) for one in ("x", "é", "'; --", "%00", "0" * 64, "a" * 2000)]

    assert {answer[:2] for answer in answers} == {(404, b"")}
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_is_only_read(method, token):
    assert getattr(Client(), method)(f"/calendar/{token}.ics").status_code == 405
    assert CalendarFeed.objects.get().last_fetched_at is None


def test_asked_for_its_head_it_says_what_it_is_and_the_fetch_after_it_passes(token):
    head = Client().head(f"/calendar/{token}.ics")

    assert (head.status_code, head.getvalue(), "Content-Length" in head.headers) == (200, b"", False)
    assert not AccessEntry.objects.filter(route="exchange:calendar_feed").exists()
    got = fetch(token)
    assert got.status_code == 200
    for name in ("Content-Type", "Content-Disposition", "Cache-Control"):
        assert head.headers[name] == got.headers[name]
    assert Client().head("/calendar/x.ics").status_code == 404


def test_it_is_neither_kept_nor_joined_with_a_session(token, mara):
    answer = fetch(token)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert not answer.cookies


def test_it_is_fetched_once_a_minute(token, at):
    first = fetch(token)
    at(NOW + 20 * MINUTE / 60)
    early = fetch(token)
    at(NOW + MINUTE)
    later = fetch(token)

    assert (first.status_code, early.status_code, later.status_code) == (200, 429, 200)
    assert (early.headers["Retry-After"], early.content) == ("40", b"")


def test_of_two_at_the_same_time_one_passes(token):
    one, two = feeds.feed_at(token), feeds.feed_at(token)

    assert [feeds.take_turn(feed, now=NOW) for feed in (one, two)] == [True, False]


def test_one_that_is_turned_off_meanwhile_does_not_pass(token, mara):
    feed = feeds.feed_at(token)
    feeds.turn_off(by=mara, now=NOW)

    assert not feeds.take_turn(feed, now=NOW)


# What is written down


def test_a_fetch_is_a_read_by_its_owner_whoever_is_signed_in_there(token, dana, mara, nils):
    promise(dana, mara)

    fetch(token, enter(Client(), nils))

    entry = AccessEntry.objects.get(route="exchange:calendar_feed")
    assert (entry.actor, entry.role, entry.method, entry.action, entry.outcome) == (
        mara,
        "clinician",
        "GET",
        "read",
        "ok",
    )
    assert [row.patient_ref for row in entry.patients.all()] == [dana.ref]


def test_nothing_leaves_when_the_log_cannot_be_written(token, dana, mara, monkeypatch):
    def fail(*args):
        raise DatabaseError

    promise(dana, mara)
    monkeypatch.setattr("staff.access_log._write", fail)

    answer = fetch(token)

    assert answer.status_code == 503
    assert b"VEVENT" not in answer.content


def test_the_person_it_is_about_is_told_in_plain_words(at, sign_in, dana, mara):
    at(now := datetime.now(UTC))  # the log's own time is the database's
    promise(dana, mara, now=NOW, due_at=now + DAY)
    fetch(feeds.make(by=mara, now=now))

    page = sign_in(mara).get(f"/patients/{dana.ref}/access/")

    assert "Their own calendar fetched when something is due" in page.content.decode()


def test_a_phone_that_fetches_at_night_is_nobody_looking(at, dana, mara):
    at(now := datetime.now(UTC))
    mara.working_hours.create(weekday=(now + 2 * DAY).weekday(), starts="09:00", ends="09:05")
    promise(dana, mara, now=NOW, due_at=now + DAY)
    fetch(feeds.make(by=mara, now=now))

    assert AccessEntry.objects.filter(route="exchange:calendar_feed").exists()
    assert findings(now - DAY, now + DAY, opening=one_person_routes()) == []


def test_no_log_of_ours_holds_the_secret(token):
    [handler] = [one for one in logging.getLogger().handlers if any("WithoutSecrets" in repr(f) for f in one.filters)]
    lines, was = io.StringIO(), handler.stream
    handler.setStream(lines)
    try:
        fetch(token)
        fetch(token)
        Client().post(f"/calendar/{token}.ics")
        fetch("unknown")
        Client(enforce_csrf_checks=True).post(f"/calendar/{token}.ics")
    finally:
        handler.setStream(was)

    said = lines.getvalue()
    assert "Too Many Requests: /calendar/-" in said
    assert said.count("/calendar/-") == 4
    assert token not in said
