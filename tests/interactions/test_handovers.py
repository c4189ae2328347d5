from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from interactions import debts
from interactions.choices import HandoverState, Happened
from interactions.models import FollowUp, Handover
from interactions.ownership import primary_of
from interactions.reminders import run_pass
from interactions.services import care, checkins, handovers, promises
from patients.choices import CareRole, ContactAfter, DischargeReason
from tests.cast import enter
from tests.factories import NOW, make_floor, make_staff

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = {"told": True, "introduced": True, "promises": True, "goodbye": True}


@pytest.fixture
def nils_on_team(dana, nils, vera):
    return care.assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW - DAY)


@pytest.fixture
def asked(dana, mara, nils, nils_on_team):
    return handovers.ask(patient=dana, to=nils, because="I change to nights", by=mara, now=NOW)


@pytest.fixture
def rosa_elsewhere(north):
    return make_staff("rosa", site=north)


@pytest.fixture
def client_of():
    return lambda member: enter(Client(), member)


def owed_by(user, now=NOW):
    return [debt.kind for debt in debts.of_staff(user, now) if debt.kind == "handover"]


def test_nothing_changes_until_whoever_is_asked_accepts(asked, dana, mara, nils):
    assert primary_of(dana, NOW) == mara
    assert (owed_by(nils), owed_by(mara)) == (["handover"], [])

    taken = care.accept_handover(handover=asked, by=nils, now=NOW + HOUR)

    assert taken.state == HandoverState.ACCEPTED
    assert primary_of(dana, NOW + HOUR) == nils
    assert owed_by(nils, NOW + HOUR) == ["handover"]  # the four points


def test_what_was_promised_passes_on_with_it(asked, dana, mara, nils):
    promises.promise(patient=dana, what="The form", by=mara, now=NOW)

    care.accept_handover(handover=asked, by=nils, now=NOW + HOUR)

    assert FollowUp.objects.get().owner == nils


def test_it_is_finished_with_the_fourth_point_and_not_before(asked, mara, nils):
    taken = care.accept_handover(handover=asked, by=nils, now=NOW)

    part = handovers.tick(handover=taken, told=True, introduced=True, by=mara, now=NOW + HOUR)
    assert (part.state, part.told, part.goodbye) == (HandoverState.ACCEPTED, True, False)

    done = handovers.tick(handover=part, **ALL, by=nils, now=NOW + DAY)
    assert (done.state, done.settled_by) == (HandoverState.DONE, nils)
    assert owed_by(nils) == []


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_only_whoever_is_asked_answers(asked, mara, answer):
    with pytest.raises(ValidationError, match="for Nils to answer"):
        if answer == "accept":
            care.accept_handover(handover=asked, by=mara, now=NOW)
        else:
            handovers.decline(handover=asked, words="No", by=mara, now=NOW)


def test_who_cannot_says_why_and_the_primary_stays(asked, dana, mara, nils):
    with pytest.raises(ValidationError, match="Say why"):
        handovers.decline(handover=asked, words=" ", by=nils, now=NOW)

    no = handovers.decline(handover=asked, words="I have twelve already.", by=nils, now=NOW)

    assert (no.state, no.outcome_words) == (HandoverState.DECLINED, "I have twelve already.")
    assert primary_of(dana, NOW) == mara
    assert handovers.ask(patient=dana, to=nils, by=mara, now=NOW).state == HandoverState.ASKED


def test_one_at_a_time(asked, dana, vera, mara):
    with pytest.raises(ValidationError, match="under way already"):
        handovers.ask(patient=dana, to=vera, by=mara, now=NOW)


def test_it_is_asked_of_somebody_who_sees_them_and_by_those_who_may(dana, mara, nils, rosa_elsewhere, vera):
    with pytest.raises(ValidationError, match="does not care for Dana yet"):
        handovers.ask(patient=dana, to=rosa_elsewhere, by=mara, now=NOW)
    care.assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
    with pytest.raises(ValidationError, match="asks for a handover"):
        handovers.ask(patient=dana, to=vera, by=nils, now=NOW)
    with pytest.raises(ValidationError, match="is their primary already"):
        handovers.ask(patient=dana, to=mara, by=vera, now=NOW)


def test_what_overtakes_it_ends_it(asked, dana, nils, vera, nils_on_team):
    care.end_membership(member=nils_on_team, by=vera, now=NOW)

    asked.refresh_from_db()
    assert (asked.state, asked.outcome_words) == (HandoverState.ENDED, "Overtaken.")


@pytest.mark.parametrize("how", ["discharge", "at once"])
def test_a_discharge_or_another_primary_ends_it(asked, dana, vera, how):
    if how == "discharge":
        care.discharge(
            episode=dana.latest_episode, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.YES, by=vera,
            now=NOW,
        )  # fmt: skip
    else:
        care.change_primary(patient=dana, staff=vera, by=vera, now=NOW)

    asked.refresh_from_db()
    assert asked.state == HandoverState.ENDED


def test_who_stays_on_the_team_stays(dana, mara, nils, nils_on_team):
    asked = handovers.ask(patient=dana, to=nils, stays_as=CareRole.COUNSELOR, by=mara, now=NOW)

    care.accept_handover(handover=asked, by=nils, now=NOW)

    assert set(dana.care_team.filter(ended_at=None).values_list("staff", "role")) == {
        (nils.pk, CareRole.PRIMARY), (mara.pk, CareRole.COUNSELOR),
    }  # fmt: skip


def test_nobody_hands_somebody_over_to_themselves(dana, vera):
    with pytest.raises(ValidationError, match="nobody hands somebody over to themselves"):
        handovers.ask(patient=dana, to=vera, by=vera, now=NOW)


def test_what_can_no_longer_be_done_ends_with_its_reason(asked, mara, nils):
    taken = care.accept_handover(handover=asked, by=nils, now=NOW)
    with pytest.raises(ValidationError, match="why it ends here"):
        handovers.finish(handover=taken, words=" ", by=nils, now=NOW)

    done = handovers.finish(handover=taken, words="Mara fell ill", by=nils, now=NOW)

    assert (done.state, done.goodbye, done.outcome_words) == (HandoverState.DONE, False, "Mara fell ill")
    assert owed_by(nils) == []


def test_one_that_is_asked_of_somebody_who_lost_sight_of_them_ends(residential, dana, mara):
    flo = make_staff("flo", site=residential.site)
    floor = make_floor(residential, flo)
    asked = handovers.ask(patient=dana, to=flo, by=mara, now=NOW)
    floor.ended_at = NOW + HOUR
    floor.save()

    run_pass(now=NOW + 2 * HOUR)

    asked.refresh_from_db()
    assert (asked.state, asked.outcome_words) == (HandoverState.ENDED, "Flo no longer cares for them.")


# At the edge.


def test_from_asking_to_goodbye_in_the_browser(at, client_of, dana, mara, nils, nils_on_team):
    at(NOW)
    hers, his = client_of(mara), client_of(nils)
    answer = hers.post(f"/patients/{dana.ref}/care-team/handover/", {"to": nils.ref, "because": "I change to nights"})
    handover = Handover.objects.get()
    assert answer.headers["Location"] == handover.get_absolute_url()
    assert "I change to nights" in his.get("/today/").content.decode()

    his.post(f"{handover.get_absolute_url()}accept/")
    his.post(f"{handover.get_absolute_url()}points/", dict.fromkeys(ALL, "on"))

    handover.refresh_from_db()
    assert handover.state == HandoverState.DONE
    page = his.get(f"/patients/{dana.ref}/").content.decode()
    assert "Handed over" in page


def test_a_colleague_who_is_not_the_primary_does_not_ask(at, client_of, dana, nils, nils_on_team):
    at(NOW)

    assert client_of(nils).get(f"/patients/{dana.ref}/care-team/handover/").status_code == 403


def test_the_care_team_page_says_whom_they_talked_with_in_thirty_days(at, client_of, dana, mara, nils):
    at(NOW)
    talk = {"patient": dana, "happened": Happened.TALKED, "text": "It", "now": NOW}
    for days in (1, 2, 31):
        checkins.log_conversation(**talk, happened_at=NOW - days * DAY, by=mara)
    checkins.log_conversation(**talk, happened_at=NOW - DAY, by=mara, talked_by=nils)

    talked = client_of(mara).get(f"/patients/{dana.ref}/care-team/").context["talked"]

    assert [(one["talked_by__name"], one["n"]) for one in talked] == [("Mara", 2), ("Nils", 1)]
