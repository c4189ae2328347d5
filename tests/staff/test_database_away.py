"""The database is away: a page in plain words, the words somebody sent given back, and all is well when it is there."""

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.urls import reverse

from interactions.models import CheckIn
from tests.cast import enter
from tests.factories import NOW, make_episode, make_program, make_staff
from tests.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "She told me about her sister, and that the nights are long."


@pytest.fixture
def away(monkeypatch, tmp_path):
    """`away(True)`: whoever connects to the database finds nobody there; `away(False)`: it is back."""
    place = dict(connection.settings_dict)

    def set_away(gone):
        connection.close()
        nowhere = {"PORT": free_port()} if connection.vendor == "postgresql" else {"NAME": str(tmp_path / "no" / "db")}
        connection.settings_dict.update(nowhere if gone else place)

    yield set_away
    set_away(False)


@pytest.fixture
def browser(transactional_db):
    mara = make_staff("mara")
    client = enter(Client(raise_request_exception=False), mara)
    client.patient = make_episode(program=make_program(), primary=mara, now=NOW).patient
    return client


def test_while_it_is_away_pages_say_so_and_afterwards_they_are_there(at, away, browser):
    at(NOW)
    assert browser.get("/today/").status_code == 200

    away(True)
    answers = [browser.get(page) for page in ("/today/", "/patients/", "/accounts/login/", "/ready/")]
    away(False)

    for answer in answers[:2]:
        assert answer.status_code == 503
        assert "Our records cannot be reached just now." in answer.content.decode()
        assert answer.headers["Retry-After"] == "30"
    assert {answer.status_code for answer in answers[2:]} <= {200, 503}
    assert browser.get("/today/").status_code == 200


def test_what_somebody_wrote_is_given_back(at, away, browser):
    at(NOW)
    address = reverse("interactions:check_in_new", args=[browser.patient.ref])
    sent = {"text": WORDS, "password": "warm harbor lantern", "happened": "talked"}

    away(True)
    answer = browser.post(address, sent)
    away(False)

    page = answer.content.decode()
    assert answer.status_code == 503
    assert WORDS in page and "warm harbor" not in page
    assert not CheckIn.objects.exists()


def test_a_connection_that_ends_within_a_request_is_a_503_and_the_next_request_works(at, browser, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    at(NOW)

    def cut(*_):
        connection.connection.close()
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr("interactions.views.today.day_of", cut)
    answer = browser.get("/today/")
    monkeypatch.undo()
    at(NOW)
    close_old_connections()  # as each request of a server begins

    assert answer.status_code == 503
    assert browser.get("/today/").status_code == 200
