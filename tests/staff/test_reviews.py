"""Unusual looks are found, and somebody says of each whether it was part of the work."""

from datetime import UTC, datetime, time
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from interactions.services.care import assign
from patients.choices import CareRole
from patients.reviews import findings
from staff import append_only
from staff.access_log import log_change
from staff.calendar import DAY
from staff.choices import Outcome, Unusual
from staff.models import AccessedPatient, AccessEntry, Review, WorkingHours
from staff.services import review
from tests.factories import make_episode, make_on_call, make_patient, make_staff
from tests.queries import counted

WEDNESDAY = datetime(2026, 6, 10, 14, 20, tzinfo=UTC)  # 10:20 in New York
NIGHT = datetime(2026, 6, 10, 6, 20, tzinfo=UTC)  # 02:20 in New York


def looked(member, at, records=1, outcome=Outcome.OK, route="patients:about"):
    entry = AccessEntry.objects.create(
        actor=member, role=member.role, route=route, action="read", outcome=outcome, recorded_at=at, mac="-"
    )
    AccessedPatient.objects.bulk_create(AccessedPatient(entry=entry, patient_ref=uuid4()) for _ in range(records))
    return entry


def found(first=WEDNESDAY - 7 * DAY, last=WEDNESDAY + DAY):
    return [(one.staff.username, str(one.kind)) for one in findings(first, last)]


@pytest.fixture
def by_day(mara):
    for weekday in range(5):
        WorkingHours.objects.create(staff=mara, weekday=weekday, starts=time(9), ends=time(17))


def test_many_records_in_one_hour_are_unusual(mara, nils):
    looked(mara, WEDNESDAY, records=51)
    looked(nils, WEDNESDAY, records=50)

    assert found() == [("mara", "many")]


def test_a_list_of_many_is_a_days_work_until_it_is_very_many(mara, nils):
    looked(mara, WEDNESDAY, records=300, route="patients:list")
    looked(nils, WEDNESDAY, records=301, route="insights:team")

    assert found() == [("nils", "lists")]


def test_opening_the_record_of_a_colleague_is_unusual_unless_they_are_on_the_care_team(
    mara, nils, vera, ada, otto, residential
):
    own = make_episode(patient=make_patient("Ada", "Own", by=mara, account=ada), primary=mara, now=WEDNESDAY - DAY)
    for member, route in ((mara, "patients:about"), (nils, "patients:about"), (vera, "patients:list")):
        entry = looked(member, WEDNESDAY, route=route)
        AccessedPatient.objects.create(entry=entry, patient_ref=own.patient.ref)

    (one,) = findings(WEDNESDAY - DAY, WEDNESDAY + DAY)

    assert (one.staff, one.kind) == (nils, Unusual.COLLEAGUE)
    assert one.sentence == "1 record of people who work here, not in their care team"
    assert "/colleague/" in one.url and one.whole_day


def test_reading_the_log_is_the_work_of_an_auditor(otto):
    AccessEntry.objects.create(actor=otto, route="patients:access_log", action="read", recorded_at=NIGHT, mac="-")
    AccessedPatient.objects.bulk_create(
        AccessedPatient(entry=AccessEntry.objects.get(), patient_ref=uuid4()) for _ in range(60)
    )

    assert found() == []


def test_asking_in_vain_again_and_again_is_unusual(mara, nils):
    for _ in range(3):
        looked(mara, WEDNESDAY, outcome=Outcome.NOT_FOUND)
    looked(nils, WEDNESDAY, outcome=Outcome.NOT_FOUND)

    assert found() == [("mara", "not_found")]


def test_looks_outside_working_hours_are_one_finding_a_day(by_day, mara, nils):
    looked(mara, WEDNESDAY)
    looked(mara, NIGHT)
    looked(mara, NIGHT + DAY / 24)
    looked(nils, NIGHT)  # whose hours nobody entered

    assert found() == [("mara", "odd_hours")]


def test_a_night_on_call_is_work(by_day, mara, north):
    make_on_call(north, mara, NIGHT - DAY / 4, NIGHT + DAY / 4)
    looked(mara, NIGHT)

    assert found() == []


def test_a_night_shift_is_work_until_it_ends(mara):
    WorkingHours.objects.create(staff=mara, weekday=1, starts=time(22), ends=time(6))
    looked(mara, NIGHT)
    looked(mara, NIGHT + DAY / 2)

    (one,) = findings(WEDNESDAY - DAY, WEDNESDAY + DAY)
    assert one.sentence == "1 record in the hours from 14 o’clock"


def test_what_an_auditor_wrote_stands_beside_it(at, sign_in, otto, mara):
    at(WEDNESDAY)
    looked(mara, WEDNESDAY, records=60)
    (one,) = findings(WEDNESDAY - DAY, WEDNESDAY + DAY)

    refused = sign_in(otto).post(one.url, {"verdict": "flagged", "words": ""})
    sent = sign_in(otto).post(one.url, {"verdict": "flagged", "words": "Asked Vera about it"}, follow=True)

    assert "Say what needs a closer look." in refused.content.decode()
    html = sent.content.decode()
    assert "Needs a closer look" in html and "Asked Vera about it" in html
    assert Review.objects.get().reviewed_by == otto
    assert AccessEntry.objects.filter(action="review.flagged", actor=otto).exists()


def test_the_newest_review_holds_and_the_earlier_one_stays(mara, otto, now):
    told = {"staff": mara, "kind": Unusual.MANY, "began_at": WEDNESDAY.replace(minute=0), "by": otto, "now": now}
    review(**told, verdict="flagged", words="Why?")
    review(**told, verdict="fine", words="")
    looked(mara, WEDNESDAY, records=60)

    assert findings(WEDNESDAY - DAY, WEDNESDAY + DAY)[0].review.verdict == "fine"
    assert Review.objects.count() == 2


def test_nobody_reviews_their_own_looks(otto, now):
    with pytest.raises(ValidationError, match="Somebody else"):
        review(staff=otto, kind=Unusual.MANY, began_at=now, verdict="fine", words="", by=otto, now=now)


def test_the_page_asks_little_and_bears_any_address(at, sign_in, otto, mara, nils, dana, north):
    at(timezone.now())
    for member in (mara, nils):
        for hour in range(10):
            looked(member, timezone.now() - hour * DAY / 24, records=2)
    log_change(action="test", by=mara, patients=[dana])
    client = sign_in(otto)

    with counted() as statements:
        client.get("/manage/reviews/")
    assert len(statements) <= 15, statements

    for odd in ("before=x", "before=0001-01-01", "before=1900-01-01", "before=9999-12-31", "before=2199-12-31"):
        assert client.get(f"/manage/reviews/?{odd}").status_code == 200, odd
    for odd in ("many/x", "nothing/20260610T14", "many/99999999T99"):
        assert client.get(f"/manage/reviews/{mara.ref}/{odd}/").status_code == 404, odd


def tried(member, at, action="password.wrong"):
    AccessEntry.objects.create(action=action, outcome="refused", record_ref=member.ref, recorded_at=at, mac="-")


def test_eight_wrong_passwords_or_codes_within_an_hour_are_unusual_wherever_the_hour_begins(mara, nils):
    for minute in range(0, 56, 8):  # seven, over two hours on the clock
        tried(mara, WEDNESDAY + DAY / 48 + DAY * minute / 1440, "code.wrong")
        tried(nils, WEDNESDAY + DAY / 48 + DAY * minute / 1440)
    tried(nils, WEDNESDAY + DAY / 48 + DAY * 60 / 1440)  # an hour after the first

    assert found() == []
    tried(mara, WEDNESDAY + DAY / 48 + DAY * 59 / 1440, "password.too_soon")
    (one,) = findings(WEDNESDAY - DAY, WEDNESDAY + DAY)
    assert (one.staff, one.kind, one.sentence) == (mara, "guessing", "8 for this account within an hour")
    assert one.began_at == WEDNESDAY.replace(minute=0)


def test_somebody_who_guesses_stands_on_the_page(client, sign_in, otto, mara):
    at = timezone.now()
    for n in range(8):
        client.post("/accounts/login/", {"username": "mara", "password": f"wrong words {n}"})
        client.post("/accounts/login/", {"username": "ghost", "password": f"wrong words {n}"})

    (one,) = findings(at - DAY, at + DAY)
    assert (one.staff, one.kind) == (mara, Unusual.GUESSING)
    sign_in(otto)
    assert "Many wrong passwords or codes" in client.get("/manage/reviews/").content.decode()
    assert client.get(one.url).status_code == 200


@pytest.mark.parametrize(("days", "unusual"), [(6, True), (8, False)])
def test_an_admin_who_puts_an_account_of_their_making_on_a_care_team_is_unusual(at, ada, vera, dana, days, unusual):
    now = timezone.now()
    at(now)
    new = make_staff("newcomer", site=ada.site, by=ada)
    other = make_staff("other", site=ada.site, by=vera)
    for member in (new, other):
        assign(patient=dana, staff=member, role=CareRole.NURSE, by=ada, now=now)
    append_only.remove()
    AccessEntry.objects.filter(record_ref=new.ref).update(recorded_at=now - days * DAY)
    append_only.install()

    listed = [(one.staff, one.sentence) for one in findings(now - DAY, now + DAY) if one.kind == Unusual.NEW_ACCOUNT]

    assert listed == ([(ada, "1 record, to Newcomer")] if unusual else [])
