"""The admin's pages about people, programs and sites."""

import uuid
from datetime import time, timedelta

import pytest

from staff.models import AwayPeriod, OnCallDuty, Program, Site, StaffMember
from staff.roles import Role
from tests.factories import NOW, PASSWORD, make_on_call, make_staff
from tests.queries import counted

DAY = timedelta(days=1)


@pytest.fixture
def admin(at, sign_in, ada):
    """A client signed in as ada; `admin.send(address, **fields)` sends a form once."""
    at(NOW)
    browser = sign_in(ada)
    browser.send = lambda address, **fields: browser.post(address, {"form_token": uuid.uuid4(), **fields})
    return browser


def errors(page):
    return page.context["form"].errors


def test_a_new_colleague_can_sign_in(admin, client, north):
    answer = admin.send(
        "/manage/staff/new/",
        name="Ines Okafor",
        username=" Ines ",
        password=PASSWORD,
        role="clinician",
        job="Nurse",
        site=north.ref,
    )

    ines = StaffMember.objects.get(username="ines")
    assert answer.headers["Location"] == f"/manage/staff/{ines.ref}/"
    assert ines.check_password(PASSWORD)
    assert (ines.job, ines.site) == ("Nurse", north)


def test_a_username_is_given_once_whatever_its_spelling(admin, mara, north):
    page = admin.send(
        "/manage/staff/new/", name="Mara", username="ＭＡＲＡ", password=PASSWORD, role="clinician", site=north.ref
    )

    assert "already" in errors(page)["username"][0]


def test_a_weak_first_password_is_refused_at_its_field(admin, north):
    page = admin.send(
        "/manage/staff/new/", name="Ines", username="ines", password="password1234", role="clinician", site=north.ref
    )

    assert errors(page)["password"]
    assert page.context["form"]["name"].value() == "Ines"


def test_a_new_password_is_set_and_works(admin, mara):
    admin.send(f"/manage/staff/{mara.ref}/password/", password="a wholly new phrase")

    mara.refresh_from_db()
    assert mara.check_password("a wholly new phrase")


def test_everybody_writes_down_their_own_hours_and_a_night_shift_ends_next_day(at, sign_in, mara):
    at(NOW)
    browser = sign_in(mara)

    night = {"from_0_0": "22:00", "until_0_0": "06:00"}
    divided = {"from_2_0": "08:00", "until_2_0": "12:00", "from_2_1": "14:00", "until_2_1": "18:00"}
    browser.post("/accounts/hours/", {"form_token": uuid.uuid4(), **night, **divided})

    assert [(h.weekday, h.starts, h.ends) for h in mara.working_hours.all()] == [
        (0, time(22), time(6)),
        (2, time(8), time(12)),
        (2, time(14), time(18)),
    ]


@pytest.mark.parametrize(
    ("begins", "ends", "words"), [("08:00", "", "both times"), ("", "08:00", "both times"), ("08:00", "08:00", "ends")]
)
def test_half_a_shift_is_refused_at_its_field_and_kept(admin, mara, begins, ends, words):
    page = admin.send(f"/manage/staff/{mara.ref}/hours/", from_1_0=begins, until_1_0=ends)

    assert words in str(errors(page))
    assert page.context["form"]["from_1_0"].value() == begins
    assert not mara.working_hours.exists()


def test_time_away_names_who_covers(admin, mara, nils):
    admin.send(
        f"/manage/staff/{mara.ref}/away/new/", began_at="2026-06-12T08:00", ended_at="2026-06-19T08:00", cover=nils.ref
    )

    away = AwayPeriod.objects.get()
    assert (away.staff, away.cover) == (mara, nils)
    assert away.began_at.isoformat() == "2026-06-12T12:00:00+00:00"
    assert "Nils covers" in admin.get(f"/manage/staff/{mara.ref}/").content.decode()


def test_a_cover_who_is_away_too_is_refused(admin, mara, nils):
    AwayPeriod.objects.create(staff=nils, began_at=NOW, ended_at=NOW + 5 * DAY)

    page = admin.send(
        f"/manage/staff/{mara.ref}/away/new/", began_at="2026-06-12T08:00", ended_at="2026-06-19T08:00", cover=nils.ref
    )

    assert "away in that time too" in errors(page)["cover"][0]


def test_only_a_supervisor_covers_for_a_lead(admin, vera, nils, residential):
    page = admin.send(
        f"/manage/staff/{vera.ref}/away/new/", began_at="2026-06-12T08:00", ended_at="2026-06-19T08:00", cover=nils.ref
    )

    assert "another supervisor" in errors(page)["cover"][0]


def test_a_program_begins_with_the_usual_standards(admin, vera, north):
    admin.send("/manage/programs/new/", site=north.ref, name="Evenings", kind="iop", lead=vera.ref)

    program = Program.objects.get(name="Evenings")
    assert program.standards.get().team_max_days == 7
    assert program.rule_switches.count() == 8


def test_a_round_the_clock_program_needs_an_on_call_list_first(admin, vera, north):
    fields = {"site": north.ref, "name": "House", "kind": "residential", "lead": vera.ref}

    page = admin.send("/manage/programs/new/", **fields)
    make_on_call(north, vera)
    admin.send("/manage/programs/new/", **fields)

    assert "on-call list first" in str(errors(page))
    assert Program.objects.filter(name="House").exists()


def test_standards_are_read_in_words(admin, residential):
    text = admin.get(f"/manage/programs/{residential.ref}/").content.decode()

    assert "ideally every day, at least every 3 days" in text
    assert "taken on within 2 hours, answered within 8 hours" in text


def test_the_floor_team_is_named_on_its_program(admin, nils, residential):
    admin.send(f"/manage/programs/{residential.ref}/floor/", member=nils.ref)
    again = admin.send(f"/manage/programs/{residential.ref}/floor/", member=nils.ref)

    assert [floor.staff for floor in residential.floor_team.all()] == [nils]
    assert "already on this floor team" in admin.get(again.headers["Location"]).content.decode()


def test_on_call_times_are_those_of_the_site_and_repeat(admin, south, sione):
    admin.send(
        f"/manage/hours/{south.ref}/on-call/new/",
        member=sione.ref,
        phone="555 0101",
        began_at="2026-06-15T18:00",
        ended_at="2026-06-16T08:00",
        rank=1,
        weeks=2,
    )

    duties = list(OnCallDuty.objects.order_by("began_at"))
    assert [duty.began_at.astimezone(south.zone).strftime("%m-%d %H:%M") for duty in duties] == [
        "06-15 18:00",
        "06-22 18:00",
        "06-29 18:00",
    ]


def test_a_gap_in_the_list_is_shown_to_the_admin(admin, residential):
    OnCallDuty.objects.update(ended_at=NOW + DAY)

    for page in ("/manage/", "/manage/hours/", f"/manage/hours/{residential.site.ref}/"):
        assert "Nobody is on call at North from tomorrow 10:00." in admin.get(page).content.decode(), page


def test_a_duty_that_has_begun_ends_now_and_one_to_come_is_taken_out(admin, north, vera):
    begun = make_on_call(north, vera, NOW - DAY, NOW + DAY)
    to_come = make_on_call(north, vera, NOW + DAY, NOW + 2 * DAY)

    for duty in (begun, to_come):
        admin.post(f"/manage/on-call/{duty.ref}/end/")

    begun.refresh_from_db()
    assert begun.ended_at == NOW
    assert not OnCallDuty.objects.filter(pk=to_come.pk).exists()


def test_a_new_site_opens_with_office_hours_in_its_time_zone(admin):
    bad = admin.send("/manage/hours/new/", name="West", time_zone="Mars/Base")
    admin.send("/manage/hours/new/", name="West", time_zone="America/Los_Angeles")

    assert errors(bad)["time_zone"]
    assert Site.objects.get(name="West").contact_hours.count() == 5


def test_a_form_sent_twice_is_saved_once(admin, south, sione):
    fields = {
        "form_token": uuid.uuid4(),
        "member": sione.ref,
        "phone": "1",
        "began_at": "2026-06-15T18:00",
        "ended_at": "2026-06-16T08:00",
        "rank": 1,
        "weeks": 0,
    }

    for _ in range(2):
        admin.post(f"/manage/hours/{south.ref}/on-call/new/", fields)

    assert OnCallDuty.objects.count() == 1


@pytest.mark.parametrize("day", ["0001-01-01T00:00", "9999-12-31T23:59", "x", "2026-13-99T00:00"])
def test_a_strange_moment_is_refused_at_its_field(admin, mara, day):
    page = admin.send(f"/manage/staff/{mara.ref}/away/new/", began_at=day, ended_at=day)

    assert errors(page)["began_at"]


def test_a_wrong_choice_is_refused_at_its_field(admin, mara):
    page = admin.send(
        f"/manage/staff/{mara.ref}/away/new/", began_at="2026-06-12T08:00", ended_at="2026-06-13T08:00", cover="x\0"
    )

    assert errors(page)["cover"]


@pytest.mark.parametrize("page", ["", "staff/", "programs/", "hours/"])
def test_pages_take_the_same_statements_for_one_row_and_for_many(admin, north, vera, page):
    def fill(first, last):
        for n in range(first, last):
            site = Site.objects.create(name=f"Site {n}", time_zone="America/New_York")
            lead = make_staff(f"lead{n}", Role.SUPERVISOR, site)
            make_on_call(site, lead)
            Program.objects.create(site=site, name=f"Program {n}", kind="iop", presence="visit", lead=lead)
            AwayPeriod.objects.create(staff=lead, began_at=NOW - DAY, ended_at=NOW + DAY)

    fill(0, 1)
    with counted() as few:
        admin.get(f"/manage/{page}")
    fill(1, 30)
    with counted() as lots:
        admin.get(f"/manage/{page}")

    assert len(few) == len(lots) <= 12, (len(few), len(lots))


def test_every_section_of_manage_is_marked_in_the_menu(admin, mara):
    nav = admin.get(f"/manage/staff/{mara.ref}/").context["nav"]
    sections = admin.get(f"/manage/staff/{mara.ref}/").context["manage_nav"]

    assert [item["label"] for item in nav if item["current"]] == ["Manage"]
    assert [item["label"] for item in sections if item["current"]] == ["Staff"]
