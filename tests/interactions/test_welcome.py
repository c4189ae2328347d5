"""The welcome is explained bit by bit, and owed until all of it was."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from interactions import debts
from interactions.choices import ConcernKind, WelcomeItem
from interactions.models import Concern, Welcome
from interactions.services import care, welcome
from patients.choices import DischargeReason, FactKind
from patients.models import Fact, Patient
from tests.cast import enter
from tests.factories import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = list(WelcomeItem.values)


def owed(patient, viewer, now=NOW):
    return [debt.late for debt in debts.of_patient(patient, viewer, now) if debt.kind == "welcome"]


def test_it_is_owed_from_the_first_day_until_all_of_it_was_explained(dana, mara):
    admitted = dana.latest_episode.admitted_at
    assert dana.latest_episode.cadence.welcome_due_at == admitted + 24 * HOUR
    assert owed(dana, mara, admitted + HOUR) == [False]
    assert owed(dana, mara, admitted + 25 * HOUR) == [True]

    welcome.explain(patient=dana, items=["rules", "rights"], by=mara, now=NOW)
    assert owed(dana, mara) == [True]
    assert welcome.still_to_explain(dana.latest_episode) == [
        WelcomeItem.COMPLAIN, WelcomeItem.REACH, WelcomeItem.NEXT, WelcomeItem.CHOICE,
    ]  # fmt: skip
    welcome.explain(
        patient=dana, items=["complain", "reach", "next", "choice"], choice_words="The room", by=mara, now=NOW + HOUR
    )
    assert owed(dana, mara, NOW + HOUR) == []
    dana.latest_episode.cadence.refresh_from_db()
    assert dana.latest_episode.cadence.welcomed_at == NOW + HOUR


def test_what_they_ask_is_owed_an_answer_and_what_they_hope_for_is_known(dana, mara):
    welcome.explain(
        patient=dana, items=["rules"], questions="May I smoke?\n\nWho decides?\nMay I smoke?", hopes="To sleep",
        by=mara, now=NOW,
    )  # fmt: skip

    assert list(Concern.objects.order_by("pk").values_list("words", "kind")) == [
        ("May I smoke?", ConcernKind.QUESTION), ("Who decides?", ConcernKind.QUESTION),
    ]  # fmt: skip
    assert Fact.objects.of_kinds(FactKind.HOPES).get().words == "To sleep"


def test_who_comes_back_is_welcomed_again(dana, mara, vera, residential):
    welcome.explain(patient=dana, items=ALL, choice_words="The room", by=mara, now=NOW)
    reason, contact = DischargeReason.COMPLETED, "yes"
    care.discharge(episode=dana.latest_episode, reason=reason, contact_after=contact, by=vera, now=NOW + HOUR)
    care.readmit(patient=Patient.objects.with_care().get(), program=residential, primary=mara, by=mara, now=NOW + DAY)

    assert owed(Patient.objects.with_care().get(), mara, NOW + DAY) == [False]


@pytest.mark.parametrize(
    ("said", "field"),
    [({"items": []}, "items"), ({"items": ["choice"]}, "choice_words"),
     ({"items": ["rules"], "explained_at": NOW + DAY}, "explained_at")],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field(dana, mara, said, field):
    with pytest.raises(ValidationError) as refusal:
        welcome.explain(patient=dana, by=mara, now=NOW, **said)

    assert list(refusal.value.error_dict) == [field]


def test_the_form_offers_only_what_is_left(dana, mara, client, at):
    at(NOW)
    welcome.explain(patient=dana, items=["rules"], by=mara, now=NOW)
    enter(client, mara)
    address = reverse("interactions:welcome_new", args=[dana.ref])

    page = client.get(address).text
    assert WelcomeItem.RIGHTS.label in page and WelcomeItem.RULES.label not in page
    assert client.post(address, {"items": ["rights", "choice"]}).context["form"].errors == {
        "choice_words": ["Which choice was theirs?"]
    }
    client.post(address, {"items": ["rights"]})
    assert Welcome.objects.count() == 2
