"""A restricted patient stands in nobody else's lists and figures, and what is due for them reaches the named only."""

from datetime import timedelta

import pytest

from interactions.choices import Urgency
from interactions.forms.manage import MoveForm
from interactions.models import Mail, Reminder
from interactions.reminders import run_pass
from interactions.services import care, restrictions
from interactions.services.assignments import holdings
from interactions.services.concerns import raise_concern
from interactions.services.promises import promise
from patients.choices import CareRole, RestrictionKind
from patients.duplicates import find
from staff.roles import Role
from tests.factories import (
    NOW,
    make_away,
    make_exclusion,
    make_floor,
    make_on_call,
    make_restriction,
    make_staff,
)

SOON = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def stopped(at):
    at(NOW)


@pytest.fixture
def second(north):
    """Another supervisor at North, who leads nothing."""
    return make_staff("wes", Role.SUPERVISOR, north)


# nowhere else


def test_a_restricted_patient_stands_in_nobody_elses_figures(sign_in, dana, vera, second, mara):
    raise_concern(patient=dana, words="When can I call home?", by=mara, now=NOW - timedelta(days=9))
    browser = sign_in(vera)
    before = {url: browser.get(url).content.decode() for url in TEAM}
    assert any(dana.called in page for page in before.values())

    make_restriction(dana, second)

    for url in TEAM:
        page = browser.get(url)
        assert dana.called not in page.content.decode(), url
        assert dana.record_number not in page.content.decode(), url


TEAM = ["/team/", "/team/concerns/", "/team/contact/", "/concerns/?whose=all", "/follow-ups/?whose=all", "/today/"]


def test_a_restricted_patient_is_no_duplicate_for_others(dana, nils, second):
    dana.born_on = NOW.date().replace(year=1990)
    dana.save()
    typed = (dana.given_name, dana.family_name, dana.born_on)
    assert find(nils, NOW, *typed).hidden == dana

    make_restriction(dana, second)

    assert not find(nils, NOW, *typed)


def test_whoever_is_kept_out_is_not_offered_to_welcome_them_back(dana, nils, vera):
    dana.born_on = NOW.date().replace(year=1990)
    dana.save()

    make_exclusion(dana, nils, by=vera)

    assert not find(nils, NOW, dana.given_name, dana.family_name, dana.born_on)


def test_an_admin_does_not_find_them_among_the_assignments(sign_in, dana, mara, ada, second):
    promise(patient=dana, what="Call the landlord", due_at=NOW, by=mara, now=NOW)
    url = f"/manage/assignments/?from={mara.ref}"
    assert dana.record_number in sign_in(ada).get(url).content.decode()

    make_restriction(dana, second)

    page = sign_in(ada).get(url).content.decode()
    assert dana.record_number not in page
    assert dana.initials not in page.split("<main")[1].split("Choose a colleague")[0]
    assert dana.record_number in sign_in(second).get(url).content.decode()
    assert holdings(member=mara, now=NOW) == [f"something in a restricted record (ask {second.name})"]
    assert str(dana.ref) not in [ref for ref, _ in MoveForm(held=[], leaving=mara).fields["patients"].choices]


def test_without_a_primary_they_count_for_their_lead_only(sign_in, dana, mara, ada, second):
    make_away(mara)
    assert sign_in(ada).get("/manage/").context["without_primary"] == 1

    make_restriction(dana, second)
    run_pass(now=NOW)

    assert sign_in(ada).get("/manage/").context["without_primary"] == 0
    assert {one.recipient for one in Reminder.objects.standing().filter(patient=dana)} == {second}


# who hears


def test_what_goes_to_the_supervisor_goes_to_the_lead(dana, mara, vera, second):
    late = NOW - timedelta(days=9)
    make_restriction(dana, second, began_at=late)
    raise_concern(patient=dana, words="When can I call home?", by=mara, now=late)
    about = raise_concern(patient=dana, words="He shouted", about_staff=True, by=mara, now=late)

    run_pass(now=NOW)

    assert about.owner == second
    assert {one.recipient for one in Reminder.objects.standing().filter(patient=dana)} == {mara, second}


def test_a_cover_hears_nothing_of_a_restricted_record(dana, mara, nils, second):
    make_restriction(dana, second)
    late, long_ago = NOW - timedelta(hours=1), NOW - timedelta(days=2)
    promise(patient=dana, what="Call the landlord", due_at=late, by=mara, now=long_ago)
    make_away(mara, cover=nils)

    run_pass(now=NOW)

    assert {one.recipient for one in Reminder.objects.standing().filter(patient=dana)} == {second}


def test_whoever_is_kept_out_owns_nothing_and_hears_nothing(dana, mara, nils, vera):
    care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    owed = promise(patient=dana, what="Call the landlord", due_at=NOW - timedelta(hours=1), by=nils, now=NOW)
    assert owed.owner == nils

    restrictions.exclude(patient=dana, staff=nils, reason="They are cousins.", by=vera, now=SOON)
    run_pass(now=SOON)

    owed.refresh_from_db()
    assert owed.owner == mara
    assert nils not in {one.recipient for one in Reminder.objects.standing().filter(patient=dana)}


def test_what_others_owe_passes_on_when_a_record_is_restricted(dana, mara, nils, vera, second):
    make_floor(dana.latest_episode.program, nils)
    owed = promise(patient=dana, what="Call the landlord", due_at=NOW + timedelta(days=1), by=nils, now=NOW)

    restrictions.restrict(patient=dana, kind=RestrictionKind.FAMILY, lead=second, asked_by=mara, by=vera, now=NOW)

    owed.refresh_from_db()
    assert owed.owner == mara


def test_the_ladder_asks_whoever_is_on_call_to_call_the_lead(sign_in, dana, mara, nils, ada, second, post_office, at):
    second.phone = "555 0142"
    second.save()
    type(dana.latest_episode.program.site.on_call.first()).objects.all().delete()
    make_on_call(dana.latest_episode.program.site, nils)
    make_restriction(dana, second)
    concern = raise_concern(patient=dana, words="I am not safe", urgency=Urgency.SAFETY, by=mara, now=NOW)

    later = NOW + timedelta(minutes=16)
    run_pass(now=later)
    at(later)
    first = {rung.staff for rung in concern.rungs.filter(due_at__lte=later)}
    page = sign_in(nils).get("/reminders/").content.decode()

    assert first == {nils, second}
    assert f"Call {second.name} now, 555 0142" in page
    assert dana.called not in page and dana.record_number not in page
    assert {mail.recipient for mail in Mail.objects.filter(state="sent")} == {nils, second}
    assert sign_in(nils).get(concern.get_absolute_url()).status_code == 404


def test_an_admin_is_told_to_call_the_lead_without_a_number(at, sign_in, dana, mara, ada, second):
    make_restriction(dana, second)
    raise_concern(patient=dana, words="I am not safe", urgency=Urgency.SAFETY, by=mara, now=NOW)

    at(NOW + timedelta(minutes=46))
    run_pass(now=NOW + timedelta(minutes=46))
    page = sign_in(ada).get("/manage/reminders/").content.decode()

    assert f"Call {second.name} now" in page
    assert dana.record_number not in page


def test_nobody_is_asked_to_act_on_their_own_record(dana, mara, nils, second):
    make_on_call(dana.latest_episode.program.site, nils)
    dana.account = nils
    dana.save()
    make_restriction(dana, second)

    concern = raise_concern(patient=dana, words="I am not safe", urgency=Urgency.SAFETY, by=mara, now=NOW)

    assert nils not in {rung.staff for rung in concern.rungs.all()}


def test_work_is_handed_to_the_team_and_the_lead_only(sign_in, dana, mara, nils, vera, second):
    make_floor(dana.latest_episode.program, nils)
    make_restriction(dana, second)
    concern = raise_concern(patient=dana, words="When can I call home?", by=mara, now=NOW)

    page = sign_in(mara).get(f"{concern.get_absolute_url()}hand-over/").content.decode()

    assert str(second.ref) in page
    assert str(nils.ref) not in page and str(vera.ref) not in page
