"""What is for one pair of eyes: bringing something to supervision, what is new, common ground, and a hard hour."""

from datetime import timedelta

import pytest
from django.urls import reverse

from interactions.calm import CARD, calm_for
from interactions.choices import Happened, Seemed, UpdateKind
from interactions.models import ForSupervision
from interactions.news import news_for, news_of, note_visit
from interactions.services import care, checkins, concerns, facts, updates
from interactions.whole_record import sheets_of
from patients.choices import CareRole, FactKind
from tests.cast import enter
from tests.factories import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def brought(dana, nils, vera):
    """A conversation that nils, of dana's care team, brought to supervision."""
    care.assign(patient=dana, staff=nils, role=CareRole.COUNSELOR, by=vera, now=NOW - DAY)
    return checkins.log_conversation(
        patient=dana, happened=Happened.TALKED, text="It went hard.", supervision=True, by=nils, now=NOW
    )


def test_what_is_brought_is_seen_by_its_author_and_the_supervisor_only(brought, dana, mara, nils, vera, client, at):
    at(NOW)
    for person, sees in ((nils, True), (vera, True), (mara, False)):
        enter(client, person)
        assert ("For supervision" in client.get("/today/").text) == sees, person
        for address in (dana.get_absolute_url(), brought.get_absolute_url()):
            assert "upervision" not in client.get(address).text.replace("Supervision, or better care", "")
    words = str([sheet.rows for sheet in sheets_of(dana, vera, NOW)])
    assert "supervision" not in words.lower()


def test_it_leaves_the_list_when_it_was_talked_over(brought, mara, nils, vera, client, at):
    at(NOW)
    over = reverse("interactions:talked_over", args=[brought.ref])
    enter(client, mara)
    client.post(over)
    assert ForSupervision.objects.get().talked_at is None, "it is not for her to settle"

    enter(client, vera)
    client.post(over)

    assert ForSupervision.objects.get().talked_by == vera
    assert not ForSupervision.objects.open_for(nils, NOW).exists()


def test_what_was_struck_is_not_brought(brought, nils):
    checkins.strike(check_in=brought, because="The wrong page", by=nils, now=NOW)

    assert not ForSupervision.objects.open_for(nils, NOW).exists()


# New since one was last here


def told(dana, by, now, **over):
    return updates.note_update(patient=dana, kind=UpdateKind.CHANGE, what="A new room", by=by, now=now, **over)


def test_the_first_visit_shows_nothing_as_new_and_a_later_one_what_others_wrote(dana, mara, vera):
    told(dana, vera, NOW - HOUR)
    assert note_visit(dana, mara, NOW) is None
    told(dana, vera, NOW + HOUR)
    told(dana, mara, NOW + HOUR)

    since = note_visit(dana, mara, NOW + 2 * HOUR)

    assert since == NOW
    assert [one.at for one in news_of(dana, mara, NOW + 2 * HOUR, since)] == [NOW + HOUR]


def test_looking_again_on_the_same_visit_does_not_make_it_old(dana, mara, vera):
    note_visit(dana, mara, NOW)
    told(dana, vera, NOW + HOUR)
    note_visit(dana, mara, NOW + 2 * HOUR)

    assert note_visit(dana, mara, NOW + 2 * HOUR + 10 * MINUTE) == NOW
    assert note_visit(dana, mara, NOW + 3 * HOUR) == NOW + 2 * HOUR + 10 * MINUTE


def test_my_day_says_what_is_new_until_the_page_was_opened(dana, mara, vera, client, at):
    concern = concerns.raise_concern(
        patient=dana, words="When?", on_the_spot=True, answer_words="Soon", by=mara, now=NOW
    )
    concern.patient = dana
    concerns.confirm(concern=concern, settled="no", by=vera, now=NOW + HOUR)
    told(dana, vera, NOW + HOUR)
    assert {one.label for one in news_for(mara, NOW + 2 * HOUR)} == {"Not settled yet", "A change"}

    at(NOW + 2 * HOUR)
    enter(client, mara)
    assert "New since you were last there" in client.get("/today/").text
    client.get(dana.get_absolute_url())
    assert "New since you were last there" not in client.get("/today/").text


def test_my_day_asks_as_little_for_many_news_as_for_one(dana, mara, vera, django_assert_num_queries):
    told(dana, vera, NOW)
    with django_assert_num_queries(3):
        news_for(mara, NOW + HOUR)
    for n in range(20):
        told(dana, vera, NOW + n * MINUTE)
    with django_assert_num_queries(3):
        assert len(news_for(mara, NOW + HOUR)) == 7


# Common ground, and a hard hour


def test_common_ground_shows_to_the_one_who_shares_it(dana, mara, vera, client, at):
    at(NOW)
    fact = facts.learn(patient=dana, kind=FactKind.INTERESTS, words="Old radios", by=mara, now=NOW)
    enter(client, mara)
    act = reverse("interactions:fact_act", args=[fact.ref, "common-ground"])
    client.post(act)

    brief = reverse("interactions:brief", args=[dana.ref])
    assert "Good to talk about with you" in client.get(brief).text
    enter(client, vera)
    assert "Good to talk about with you" not in client.get(brief).text
    enter(client, mara)
    client.post(act)
    assert "Good to talk about with you" not in client.get(brief).text


def test_after_a_hard_hour_stands_what_helped_them_before(dana, mara):
    def talk(at, **said):
        checkins.log_conversation(patient=dana, happened=Happened.TALKED, text="We talked", by=mara, now=at, **said)

    assert calm_for(dana, mara, NOW) is None
    talk(NOW, seemed=[Seemed.ANGRY])
    assert (calm_for(dana, mara, NOW).card, calm_for(dana, mara, NOW).seemed) == (CARD, "angry")
    dana.latest_episode.program.calm_card = "Walk to the gate."
    assert calm_for(dana, mara, NOW).card == "Walk to the gate."
    talk(NOW + HOUR, what_helped="The piano", seemed=[Seemed.GUARDED, Seemed.QUIET])
    found = calm_for(dana, mara, NOW + HOUR)
    assert ([one.what_helped for one in found.helped], found.card, found.seemed) == (["The piano"], "", "guarded")
    assert calm_for(dana, mara, NOW + HOUR + 3 * DAY) is None
    talk(NOW + 2 * HOUR, seemed=[Seemed.AT_EASE])
    assert calm_for(dana, mara, NOW + 2 * HOUR) is None
