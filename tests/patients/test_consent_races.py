"""A consent that ends while something goes out under it: one comes first, and the other knows."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from patients import disclosing
from patients.models import ConsentEnding, Disclosure
from tests.consents import make_consent, make_disclosure
from tests.factories import NOW, make_episode, make_staff
from tests.interactions.test_races import at_once

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def mara(db):
    return make_staff("mara")


@pytest.fixture
def consent(mara):
    return make_consent(make_episode(primary=mara).patient, by=mara)


def ending(consent, by):
    return lambda: disclosing.end_consent(
        consent=consent, how="revoked", told="oral", already_gone="Nothing", by=by, now=NOW
    )


def test_a_consent_taken_back_twice_at_once_ends_once(consent, mara):
    _, refused = at_once(ending(consent, mara), ending(consent, mara))

    assert refused == ["This consent has ended already."]
    assert ConsentEnding.objects.count() == 1


def test_what_goes_out_waits_for_an_ending_that_is_being_written_and_is_refused(consent, mara):
    refused = []

    def give():
        try:
            make_disclosure(consent, by=mara, given_at=NOW)
        except ValidationError as refusal:
            refused.extend(refusal.messages)
        finally:
            connections.close_all()

    giving = threading.Thread(target=give)
    with transaction.atomic():
        ending(consent, mara)()
        giving.start()
        giving.join(timeout=1)
        waited = giving.is_alive()
    giving.join()

    assert waited
    assert refused == ["It ended before this was given. They took it back."]
    assert not Disclosure.objects.exists()
