"""A concern about a colleague: for the supervisor, and never seen by the colleague."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions import debts
from interactions.choices import Answer, Settled, Urgency
from interactions.models import Concern, FollowUp
from interactions.services import concerns
from interactions.services.promises import promise
from interactions.timeline import timeline
from interactions.worklists import LISTS
from patients.choices import Audience, CareRole
from patients.services import assign
from staff.models import AwayPeriod
from staff.roles import Role
from tests.factories import NOW, make_staff

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nurse(dana, vera, nils):
    assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    return nils


def raised(patient, by, now=NOW, **over):
    return concerns.raise_concern(patient=patient, by=by, now=now, **{"words": "When can I call home?"} | over)


@pytest.fixture
def about_nils(dana, mara, nurse):
    return raised(dana, mara, words="He shouted at me", not_for=nurse)


def test_a_concern_about_a_colleague_goes_to_the_supervisor(about_nils, vera):
    assert (about_nils.owner, about_nils.audience, about_nils.about_staff) == (vera, Audience.SUPERVISED, True)


def test_the_colleague_finds_no_trace_of_it(at, client, about_nils, dana, nurse, mara):
    at(NOW)
    follow_up = promise(patient=dana, what="Talk with the ward", concern=about_nils, by=mara, now=NOW)
    client.force_login(nurse, backend="staff.sign_in.PasswordBackend")

    entries, _ = timeline(dana, nurse, NOW)
    kinds = {entry.kind for entry in entries}
    pages = [
        client.get(address).content.decode()
        for address in (f"/patients/{dana.ref}/", "/today/", "/concerns/?whose=all", "/follow-ups/?whose=all")
    ]

    assert not kinds & {"concern", "follow_up"}
    assert {debt.kind for debt in debts.of_patient(dana, nurse, NOW)} == {"introduction", "welcome"}
    assert not any("shouted" in page or "ward" in page for page in pages)
    for record in (about_nils, follow_up):
        assert client.get(record.get_absolute_url()).status_code == 404
        assert not type(record).objects.visible_to(nurse, NOW).exists()
    for act in ("answer", "hand-over", "acknowledge"):
        assert client.post(f"{about_nils.get_absolute_url()}{act}/").status_code == 404


def test_it_stays_hidden_from_the_colleague_who_covers_for_the_supervisor(about_nils, vera, nurse):
    AwayPeriod.objects.create(staff=vera, cover=nurse, began_at=NOW - DAY, ended_at=NOW + DAY)

    assert not Concern.objects.visible_to(nurse, NOW).exists()
    assert not [debt for debt in debts.of_staff(nurse, NOW) if debt.kind == "answer"]


def test_its_author_and_the_supervisor_see_it_and_other_colleagues_do_not(about_nils, dana, mara, vera, residential):
    ines = make_staff("ines")
    assign(patient=dana, staff=ines, role=CareRole.PEER, by=vera, now=NOW)

    assert Concern.objects.visible_to(mara, NOW).count() == Concern.objects.visible_to(vera, NOW).count() == 1
    assert not Concern.objects.visible_to(ines, NOW).exists()


def test_it_stands_in_no_team_list_but_in_its_owners(about_nils, mara, vera):
    assert not LISTS["concern"].page(mara, NOW, whose="all", after=None).lines
    assert len(LISTS["concern"].page(vera, NOW, whose="all", after=None).lines) == 1
    assert len(LISTS["concern"].page(vera, NOW, whose="mine", after=None).lines) == 1


def test_its_author_cannot_take_it_from_the_supervisor(about_nils, mara, vera):
    with pytest.raises(ValidationError, match="supervisor looks after"):
        concerns.acknowledge(concern=about_nils, by=mara, now=NOW)
    with pytest.raises(ValidationError, match="supervisor looks after"):
        concerns.hand_over(concern=about_nils, to=mara, by=vera, now=NOW)


def test_opened_again_it_stays_with_the_supervisor(about_nils, mara, vera):
    concern = concerns.acknowledge(concern=about_nils, by=vera, now=NOW)
    for n in range(2):
        concern = concerns.answer(concern=concern, answer=Answer.NO, words="We talked.", by=vera, now=NOW)
        concern = concerns.tell(concern=concern, by=vera, now=NOW)
        concern = concerns.confirm(concern=concern, settled=Settled.NO, by=vera, now=NOW + n * HOUR)

    assert concern.owner == vera


def test_one_about_the_supervisor_goes_to_the_deputy_and_the_supervisor_never_sees_it(dana, mara, vera, residential):
    deputy = make_staff("della", Role.SUPERVISOR)
    residential.deputy = deputy
    residential.save()
    dana.latest_episode.program.refresh_from_db()

    concern = raised(dana, mara, words="She never listens", not_for=vera)

    assert concern.owner == deputy
    assert Concern.objects.visible_to(deputy, NOW).exists()
    assert not Concern.objects.visible_to(vera, NOW).exists()


def test_without_a_deputy_one_about_the_supervisor_says_whom_to_tell(dana, mara, vera):
    with pytest.raises(ValidationError, match="Tell an admin today"):
        raised(dana, mara, not_for=vera)

    urgent = raised(dana, mara, not_for=vera, urgency=Urgency.SAFETY)

    assert urgent.owner == mara
    assert not Concern.objects.visible_to(vera, NOW).exists()


def test_a_promise_that_came_from_it_is_as_hidden_as_it_is(about_nils, dana, mara):
    follow_up = promise(patient=dana, what="Ask the ward", concern=about_nils, by=mara, now=NOW)

    assert (follow_up.audience, follow_up.not_for, follow_up.tell_when_done) == (
        Audience.SUPERVISED, about_nils.not_for, True,
    )  # fmt: skip
    assert FollowUp.objects.visible_to(mara, NOW).count() == 1
