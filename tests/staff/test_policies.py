"""Boundary policies: a version for each program, read and said to be read by whoever works there."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from patients.choices import CareRole
from patients.services import assign
from staff.calendar import DAY
from staff.models import AccessEntry, BoundaryPolicy, PolicyAcknowledgement
from staff.policies import acknowledge, lines, publish
from tests.factories import NOW, make_episode, make_floor, make_patient, make_program, make_staff
from tests.queries import counted

NEWS = "The boundary policy of Residential North is new."


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)


@pytest.fixture
def policy(residential, ada):
    return publish(program=residential, text="No gifts of money.", by=ada, now=NOW)


def text(answer):
    return answer.content.decode()


def test_whoever_works_there_is_asked_until_they_have_read_it(sign_in, dana, mara, nils, vera, policy):
    browser = sign_in(mara)

    assert NEWS in text(browser.get("/today/"))
    assert "No gifts of money." in text(browser.get("/boundaries/"))
    browser.post(f"/boundaries/{policy.ref}/acknowledge/")
    browser.post(f"/boundaries/{policy.ref}/acknowledge/")
    assert NEWS not in text(browser.get("/today/"))
    assert NEWS not in text(sign_in(nils).get("/today/"))  # works in no program
    assert NEWS in text(sign_in(vera).get("/today/"))
    assert PolicyAcknowledgement.objects.get().acknowledged_at == NOW
    assert AccessEntry.objects.doing("boundary_policy.acknowledged").count() == 1


def test_a_new_version_takes_its_place_and_is_read_anew(sign_in, dana, mara, ada, policy, residential):
    acknowledge(policy=policy, by=mara, now=NOW)

    sign_in(ada).post(f"/manage/boundaries/{residential.ref}/new/", {"text": "No gifts at all."})

    page = text(sign_in(mara).get("/boundaries/"))
    assert "No gifts at all." in page and "No gifts of money." not in page and "Not read yet" in page
    assert [one.version for one in BoundaryPolicy.objects.all()] == [1, 2]
    assert sign_in(mara).post(f"/boundaries/{policy.ref}/acknowledge/").status_code == 404


def test_neither_a_version_nor_that_it_was_read_is_ever_changed(policy, mara):
    acknowledge(policy=policy, by=mara, now=NOW)

    for rows in (BoundaryPolicy.objects.all(), PolicyAcknowledgement.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        BoundaryPolicy.objects.update(text="Anything goes")


def test_only_an_admin_writes_one(residential, vera):
    with pytest.raises(ValidationError):
        publish(program=residential, text="Mine", by=vera, now=NOW)


def test_who_has_not_read_it_is_listed_for_the_admin_and_the_supervisor(
    sign_in, dana, mara, vera, ada, sione, nils, policy, residential, iop_south
):
    floor = make_staff("flo")
    make_floor(residential, floor)
    acknowledge(policy=policy, by=mara, now=NOW)

    for who in (ada, vera):
        line = next(one for one in lines(who, NOW) if one.program == residential)
        assert ([one.username for one in line.read], [one.username for one in line.unread]) == (
            ["mara"], ["flo", "vera"],
        )  # fmt: skip
    assert {line.program.name for line in lines(ada, NOW)} == {"Residential North", "Evening South"}
    assert [line.program.name for line in lines(sione, NOW)] == ["Evening South"]
    assert "No gifts of money." not in text(sign_in(sione).get("/manage/boundaries/"))


def test_whoever_left_is_no_longer_asked(dana, mara, vera, nils, policy):
    member = assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW - DAY)

    assert nils in lines(vera, NOW)[0].unread
    member.ended_at, member.ended_by = NOW, vera
    member.save(update_fields=["ended_at", "ended_by"])
    assert nils not in lines(vera, NOW)[0].unread


def test_many_programs_take_as_many_questions_as_one(sign_in, ada, vera, policy, dana):
    browser = sign_in(ada)
    with counted() as one:
        browser.get("/manage/boundaries/")
    for n in range(8):
        program = make_program(f"Program {n}", site=vera.site, lead=vera)
        made = publish(program=program, text="As elsewhere", by=ada, now=NOW)
        who = make_staff(f"person{n}")
        make_episode(make_patient(f"P{n}", by=who), program, who)
        acknowledge(policy=made, by=who, now=NOW)

    with counted() as many:
        page = browser.get("/manage/boundaries/")

    assert text(page).count("Read by") == 9
    assert len(many) == len(one), "\n".join(many)
