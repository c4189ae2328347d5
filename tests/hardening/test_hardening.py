"""Short stretches of `./run prove hardening`."""

import pytest
from django.utils import timezone

from tests.factories import NOW, PASSWORD
from tests.hardening import answers, bodies, fields, guessing, keys, redirects, revoking, world


@pytest.fixture
def built(db, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    return world.build()


def test_what_is_too_big_or_broken_is_refused_and_a_long_note_is_kept(built):
    assert bodies.run(built)[1] == []


def test_no_form_takes_a_field_that_is_not_its_own(built):
    misses = fields.run(built, some=12)[1]

    assert not [miss for miss in misses if "forms were taken" not in miss]


def test_the_keys_of_production_must_be_there_and_be_keys():
    assert keys.refused(some=6)[1] == []


@pytest.mark.parametrize("location", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_an_address_that_leads_away_is_known_as_one(location):
    assert not redirects.stays(location)


def test_the_headers_of_an_answer_that_lacks_them_are_missed(built, client):
    answer = client.get("/accounts/login/")
    for name in ("Content-Security-Policy", "Permissions-Policy", "Cache-Control"):
        del answer.headers[name]

    assert {"Content-Security-Policy", "Permissions-Policy", "may be stored"} <= set(answers.faults(answer, built))


@pytest.mark.django_db(transaction=True)
def test_nothing_is_shown_that_is_asked_for_after_an_ending(settings):
    settings.ALLOWED_HOSTS = ["testserver"]

    misses = revoking.run(world.build(), rounds=3, sessions=3)[1]

    assert not [miss for miss in misses if "after the commit" in miss]
    assert timezone.now() > NOW


@pytest.mark.django_db(transaction=True)
def test_many_guesses_side_by_side_come_to_ten_checks(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    with guessing.with_argon():
        assert guessing.guess(world.build(), 40, threads=4)[1] == []


@pytest.mark.parametrize("route", ["patients:access_log", "patients:access", "patients:list", "home"])
@pytest.mark.parametrize("who", ["nobody", "nils", "mara", "otto"])
def test_too_many_values_in_an_address_are_refused_in_a_sentence(built, who, route):
    many = "&".join(f"f{n}=1" for n in range(1001))

    answer = built.clients[who].get(f"{built.address(route)}?{many}")

    assert answer.status_code == 400
    assert b"could not be read" in answer.content


@pytest.mark.parametrize("where", ["2026-06-10", "9", "login", "interactions:today", ".", "@e.example", "//e.example"])
def test_signing_in_leads_to_a_path_of_this_site_or_home(built, where):
    sent = {"username": "mara", "password": PASSWORD, "next": where}

    answer = built.clients["nobody"].post("/accounts/login/", sent)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
