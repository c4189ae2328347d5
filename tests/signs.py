"""Somebody of whom signs of change are noted, and what a test does about them."""

from datetime import timedelta

import pytest

from interactions.choices import Seemed
from interactions.services.checkins import log_conversation
from interactions.signals import of_patient
from patients.models import Cadence, Patient
from tests.factories import NOW, make_episode

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def dana(at, residential, mara):
    """Somebody who has been here for three weeks; nobody owes them anything."""
    at(NOW)
    patient = make_episode(program=residential, primary=mara, now=NOW - 21 * DAY).patient
    far = {f"{who}_{what}_at": NOW + 9 * DAY for who in ("team", "primary") for what in ("overdue", "escalates")}
    Cadence.objects.update(**far)
    return patient


@pytest.fixture
def talked(dana, mara):
    """`talked("quiet", "")`: a conversation each hour, the last an hour ago."""

    def talk(*seemed, by=mara, until=NOW - HOUR):
        first = until - (len(seemed) - 1) * HOUR
        return [
            log_conversation(
                patient=fresh(dana), by=by, now=first + n * HOUR, happened="talked", text="We talked.",
                seemed=[Seemed(value) for value in one.split()],
            )
            for n, one in enumerate(seemed)
        ]  # fmt: skip

    return talk


def fresh(patient):
    return Patient.objects.with_care().get(pk=patient.pk)


def signs(patient, viewer, now=NOW):
    return [sign.code.value for sign in of_patient(fresh(patient), viewer, now, paused=False).signs]


def page_of(browser, patient):
    return browser.get(f"/patients/{patient.ref}/").content.decode()


def answer(browser, patient, rule, **said):
    address = f"/patients/{patient.ref}/signals/{rule}/"
    token = browser.get(address).context["form"]["form_token"].value()
    return browser.post(address, {"form_token": token, **said})


QUIET = ("", "", "", "quiet", "quiet guarded")
ASKED = {"answer": "asked", "words": "“I miss my sister.” We call her on Friday."}
