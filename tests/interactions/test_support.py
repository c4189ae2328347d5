"""Who stands by somebody, what family says, and what may be told to whom."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from interactions import debts
from interactions.choices import PassedOn
from interactions.models import Concern, FamilyMessage
from interactions.services import support
from interactions.timeline import timeline
from patients.choices import Knows
from patients.consent_choices import Ended, Told
from patients.disclosing import end_consent
from tests.cast import enter
from tests.consents import make_consent
from tests.factories import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def reads(dana, mara, client, at):
    """The page of who stands by dana, as mara reads it then."""

    def read(now=NOW):
        at(now)
        enter(client, mara)
        return " ".join(client.get(reverse("interactions:support", args=[dana.ref])).text.split())

    return read


def sister(dana, mara, **over):
    said = {"name": "Odile", "relation": "Her sister", "knows": Knows.KNOWS} | over
    return support.name_person(patient=dana, by=mara, now=NOW, **said)


def test_without_a_consent_nothing_may_be_said_not_even_that_they_are_here(dana, mara, reads):
    sister(dana, mara)

    assert "say nothing, not even that Dana is here" in reads()
    assert "I can’t say whether anyone is here." in reads()


def test_what_somebody_may_hear_is_what_the_consent_says_while_it_holds(dana, mara, reads):
    consent = make_consent(dana, by=mara)
    sister(dana, mara, consent=consent)

    assert f"May hear: {consent.information_words}" in reads()
    consent.patient = dana
    end_consent(consent=consent, by=mara, now=NOW + HOUR, how=Ended.REVOKED, told=Told.ORAL, already_gone="nothing")
    assert "say nothing, not even that Dana is here" in reads(NOW + 2 * HOUR)


def test_who_must_not_know_stands_first_and_is_told_nothing(dana, mara, reads):
    sister(dana, mara)
    sister(dana, mara, name="Zeno", relation="Her partner", knows=Knows.MUST_NOT)

    text = reads()
    assert text.index("Zeno") < text.index("Odile")
    assert "They must not know" in text
    with pytest.raises(ValidationError, match="told nothing"):
        sister(dana, mara, knows=Knows.MUST_NOT, consent=make_consent(dana, by=mara))


def test_a_parent_of_somebody_under_18_is_told_nothing_without_a_consent(dana, mara, reads):
    dana.born_on = date(2010, 1, 1)
    dana.save()

    assert "is under 18" in reads()
    assert "after 20:00" in reads()


def test_a_message_is_kept_whether_or_not_there_is_a_consent_and_is_nobodys_task(dana, mara, vera):
    before = debts.of_patient(dana, mara, NOW)

    message = support.note_message(patient=dana, said_by="A man", words="Send her home", by=mara, now=NOW)

    assert message.relayed == PassedOn.NOT_ASKED
    assert not Concern.objects.exists()
    assert debts.of_patient(dana, mara, NOW) == before
    entries, _ = timeline(dana, vera, NOW, kind="family_message")
    assert [entry.record for entry in entries] == [message]


def test_they_hear_of_it_only_if_they_wish(dana, mara, client, at):
    at(NOW)
    message = support.note_message(patient=dana, said_by="A man", words="Send her home", by=mara, now=NOW)
    enter(client, mara)

    act = reverse("interactions:family_message_act", args=[message.ref, "pass-on"])
    assert "They wanted to hear it, and did" in client.get(act).text
    client.post(act, {"relayed": "rather_not", "words": "Not today."})

    message = FamilyMessage.objects.get()
    assert (message.relayed, message.passed_words, message.settled_by) == (PassedOn.RATHER_NOT, "Not today.", mara)


def test_what_changed_is_saved_once_and_not_over_somebody_elses_words(dana, mara, nils, client, at):
    at(NOW)
    person = sister(dana, mara)
    enter(client, mara)
    address = reverse("interactions:support_edit", args=[person.ref])
    form = client.get(address).context["form"]
    seen = form.fields["form_token"].widget.seen
    person.patient = dana
    support.change_person(person=person, knows=Knows.MUST_NOT, by=nils, now=NOW)

    answer = client.post(address, {"knows": "knows", "wish": "Call her", "form_seen": seen})

    assert answer.status_code == 409
    assert "Call her" in answer.text
    person.refresh_from_db()
    assert person.knows == Knows.MUST_NOT


@pytest.mark.parametrize("name", ["support", "support_new", "family_message_new", "welcome_new"])
def test_nobody_else_knows_that_the_page_exists(dana, nils, client, at, name):
    at(NOW)
    enter(client, nils)

    assert client.get(reverse(f"interactions:{name}", args=[dana.ref])).status_code == 404
