import uuid
from datetime import timedelta

import pytest

from interactions.services.concerns import raise_concern
from patients.models import Cadence
from staff.models import RuleSwitch, Standard
from tests.factories import NOW, make_episode

DAY = timedelta(days=1)


@pytest.fixture
def admin(at, sign_in, ada):
    at(NOW)
    browser = sign_in(ada)
    browser.send = lambda address, **fields: browser.post(address, {"form_token": uuid.uuid4(), **fields})
    return browser


def fields_of(standard, **over):
    values = {
        f.name: getattr(standard, f.name) for f in Standard._meta.concrete_fields if f.name not in ("id", "program")
    }
    return {name: "on" if value is True else value for name, value in (values | over).items() if value is not False}


def edit(admin, standard, **over):
    address = f"/manage/programs/{standard.program.ref}/standards/{standard.from_day}/"
    return admin.send(address, **fields_of(standard, **over))


def test_a_changed_cadence_moves_the_clocks_of_those_in_care_at_once(admin, dana, residential):
    before = Cadence.objects.get()
    standard = residential.standards.get()

    edit(admin, standard, team_max_days=5, meeting_first_days=10)

    after = Cadence.objects.get()
    assert after.team_overdue_at == before.team_overdue_at + 2 * DAY
    assert after.meeting_due_at == before.meeting_due_at + 7 * DAY
    assert after.team_clock_at == before.team_clock_at


def test_a_running_concern_keeps_the_target_it_began_with(admin, dana, mara, residential):
    concern = raise_concern(patient=dana, words="When?", by=mara, now=NOW)
    due_at = concern.answer_due_at

    edit(admin, residential.standards.get(), answer_routine="10d")

    concern.refresh_from_db()
    assert concern.answer_due_at == due_at


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("answer_today", "soon", "Write 4h"),
        ("answer_today", "0h", "Write 4h"),
        ("team_max_days", 0, "cannot be shorter"),
        ("team_ideal_days", 0, "at least one day"),
        ("team_ideal_days", "", "required"),
        ("meeting_every_days", -1, "greater than or equal to 0"),
        ("caseload_max", 99999999999, "less than or equal"),
    ],
)
def test_a_standard_that_makes_no_sense_is_refused_in_words(admin, residential, field, value, words):
    page = edit(admin, residential.standards.get(), **{field: value})

    assert words in str(page.context["form"].errors)


def test_a_later_phase_is_added_and_taken_out(admin, residential):
    first = residential.standards.get()
    address = f"/manage/programs/{residential.ref}/standards/"

    admin.send(f"{address}new/", **fields_of(first, from_day=30, team_max_days=9))
    again = admin.send(f"{address}new/", **fields_of(first, from_day=30))
    assert [phase.from_day for phase in residential.standards.all()] == [0, 30]
    assert "already has a phase" in str(again.context["form"].errors)

    admin.post(f"{address}30/remove/")
    admin.post(f"{address}0/remove/")
    assert [phase.from_day for phase in residential.standards.all()] == [0]


def test_the_phase_from_admission_stays_where_it_is(admin, residential):
    edit(admin, residential.standards.get(), from_day=5)

    assert residential.standards.get().from_day == 0


def test_a_holiday_moves_what_falls_on_it_and_gives_it_back(admin, outpatient, mara):
    make_episode(program=outpatient, primary=mara)
    due_at = Cadence.objects.get().team_due_at
    day = due_at.astimezone(outpatient.site.zone).date()
    address = f"/manage/hours/{outpatient.site.ref}/holidays/"

    admin.send(f"{address}new/", closed_on=day.isoformat(), name="Founders’ day")
    moved = Cadence.objects.get().team_due_at
    admin.post(f"{address}{day.isoformat()}/remove/")

    assert moved > due_at
    assert Cadence.objects.get().team_due_at == due_at


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", ""])
def test_a_strange_holiday_is_refused_at_its_field(admin, outpatient, day):
    page = admin.send(f"/manage/hours/{outpatient.site.ref}/holidays/new/", closed_on=day, name="x")

    assert page.context["form"].errors["closed_on"]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-01-01", "x", "9999-99-99"])
def test_a_holiday_that_is_not_there_is_not_found(admin, outpatient, day):
    assert admin.post(f"/manage/hours/{outpatient.site.ref}/holidays/{day}/remove/").status_code == 404


def test_new_contact_hours_hold_at_once(admin, outpatient):
    admin.send(f"/manage/hours/{outpatient.site.ref}/contact-hours/", from_5_0="10:00", until_5_0="14:00")

    assert [str(hours) for hours in outpatient.site.contact_hours.all()] == ["Saturday 10:00–14:00"]


def test_rules_are_chosen_with_their_figures_and_others_stay_as_they_are(admin, residential):
    address = f"/manage/programs/{residential.ref}/rules/"
    RuleSwitch.objects.create(program=residential, rule="of_a_later_release")
    page = admin.get(address)

    admin.send(address, rules=["silence", "milestone"])

    assert {"silence", "meeting_overdue"} <= set(page.context["form"]["rules"].value())
    assert {switch.rule for switch in residential.rule_switches.all()} == {
        "of_a_later_release",
        "safety_not_taken_over",
        "silence",
        "milestone",
    }
