"""A form that was opened once is saved once."""

import threading
import uuid
from html import unescape

import pytest
from django.db import connection, connections
from django.test import Client

from interactions.models import CheckIn, FollowUp
from patients.choices import CareRole
from patients.services import assign
from staff.models import SubmittedForm
from tests.factories import make_episode, make_staff

POSTGRES = connection.vendor == "postgresql"


def promise(client, patient, token, what="Call the landlord"):
    return client.post(
        f"/patients/{patient.ref}/follow-ups/new/", {"form_token": token, "what": what, "when": "tomorrow"}
    )


@pytest.fixture
def token():
    return str(uuid.uuid4())


def test_a_form_sent_twice_is_saved_once_and_leads_to_the_same_place(at, now, sign_in, mara, dana, token):
    at(now)

    answers = [promise(sign_in(mara), dana, token) for _ in range(3)]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, f"/patients/{dana.ref}/")}
    assert FollowUp.objects.count() == 1
    assert SubmittedForm.objects.count() == 1


def test_each_opened_form_is_a_form_of_its_own(at, now, sign_in, mara, dana):
    at(now)

    for _ in range(2):
        promise(sign_in(mara), dana, str(uuid.uuid4()))

    assert FollowUp.objects.count() == 2


def test_a_form_changed_after_it_was_saved_is_never_dropped_without_a_word(at, now, sign_in, mara, dana, token):
    at(now)
    promise(sign_in(mara), dana, token)

    asked = promise(sign_in(mara), dana, token, "Call the landlord and the bank")
    again = promise(sign_in(mara), dana, asked.context["form"]["form_token"].value(), "Call the landlord and the bank")

    page = unescape(asked.content.decode())
    assert asked.status_code == 409
    assert "This form was saved before with other words." in page
    assert "Call the landlord and the bank" in page
    assert again.status_code == 302
    assert list(FollowUp.objects.order_by("pk").values_list("what", flat=True)) == [
        "Call the landlord", "Call the landlord and the bank",
    ]  # fmt: skip


def test_the_token_of_a_colleague_saves_nothing_and_leads_nowhere(at, now, mara, nils, dana, vera, token):
    at(now)
    assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=now)
    first, second = Client(), Client()
    first.force_login(mara, backend="staff.sign_in.PasswordBackend")
    second.force_login(nils, backend="staff.sign_in.PasswordBackend")
    promise(first, dana, token)

    asked = promise(second, dana, token)
    again = promise(second, dana, asked.context["form"]["form_token"].value())

    assert asked.status_code == 409
    assert again.status_code == 302
    assert FollowUp.objects.filter(recorded_by=nils).count() == 1


def test_a_form_that_was_refused_can_be_sent_again(at, now, sign_in, mara, dana, token):
    at(now)

    refused = sign_in(mara).post(f"/patients/{dana.ref}/follow-ups/new/", {"form_token": token, "when": "tomorrow"})
    saved = promise(sign_in(mara), dana, refused.context["form"]["form_token"].value())

    assert refused.status_code == 200
    assert saved.status_code == 302
    assert FollowUp.objects.count() == 1


def test_the_greeting_by_one_tap_counts_once(at, now, sign_in, mara, dana, token):
    at(now)

    for _ in range(2):
        sign_in(mara).post(f"/patients/{dana.ref}/check-ins/hello/", {"form_token": token})

    assert CheckIn.objects.count() == 1


def test_what_was_typed_does_not_stand_in_the_table_of_forms(at, now, sign_in, mara, dana, token):
    at(now)

    promise(sign_in(mara), dana, token, "Call the landlord")

    assert "landlord" not in str(SubmittedForm.objects.values())


@pytest.mark.skipif(not POSTGRES, reason="SQLite lets one writer in at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_twenty_sent_at_once_are_one(at, now, token):
    at(now)
    mara = make_staff("mara")
    dana = make_episode(primary=mara).patient
    answers, together = [], threading.Barrier(20)

    def send(client):
        together.wait()
        try:
            answers.append(promise(client, dana, token))
        finally:
            connections.close_all()

    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(mara, backend="staff.sign_in.PasswordBackend")
    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, f"/patients/{dana.ref}/")}
    assert len(answers) == 20
    assert FollowUp.objects.count() == 1
