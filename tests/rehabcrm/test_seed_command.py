"""`seed_demo` as a command: what it needs, what it leaves alone, what it writes."""

import json
import random
from base64 import b32decode

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from interactions.models import CheckIn, CheckInText, Concern, FollowUp, Meeting
from patients.models import Patient
from rehabcrm.demo import people, world
from staff.models import StaffMember
from staff.second_factor import code_at
from tests.factories import NOW, make_staff

FACTS = (
    (Patient, ("ref", "record_number", "given_name", "born_on", "phone")),
    (CheckIn, ("patient__ref", "happened_at", "happened", "seemed", "talked_by__username")),
    (CheckInText, ("check_in__patient__ref", "text", "recorded_at")),
    (Concern, ("patient__ref", "words", "state", "answer_due_at", "owner__username")),
    (FollowUp, ("patient__ref", "what", "due_at", "state")),
    (Meeting, ("patient__ref", "starts_at", "state", "explained")),
)


def seed(**options):
    """The facts of a demo that is seeded and taken back."""
    with transaction.atomic():
        call_command("seed_demo", **options)
        facts = [list(kind.objects.order_by("pk").values_list(*names)) for kind, names in FACTS]
        transaction.set_rollback(True)
    return facts


def test_the_same_seed_tells_the_same_year(db, at):
    at(NOW)

    first = seed(seed=3, patients=6)

    assert seed(seed=3, patients=6) == first
    assert seed(seed=4, patients=6) != first


def test_more_people_than_stories_are_made_up(db, at, tmp_path, monkeypatch):
    at(NOW)
    monkeypatch.setattr(people, "STORIES", ("windward",))
    stories = len(people.stories())

    call_command("seed_demo", patients=stories + 5, json=str(tmp_path / "demo.json"))

    cast = json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))
    assert len(cast["patients"]) == len({patient["name"] for patient in cast["patients"]}) == stories + 5


def test_two_thousand_people_have_names_of_their_own():
    cast = people.cast(random.Random(1), 2000)

    assert len({tuple(person["name"]) for person in cast}) == 2000


def test_people_who_are_there_already_are_left_alone(db):
    make_staff("mara")

    with pytest.raises(CommandError, match="There are staff here already"):
        call_command("seed_demo")

    assert StaffMember.objects.count() == 1


def test_production_is_left_alone(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="This is production"):
        call_command("seed_demo")

    assert not StaffMember.objects.exists()


def test_admins_and_auditors_get_a_second_factor_when_asked_for(db, at, tmp_path, client):
    at(NOW)
    path = tmp_path / "demo.json"

    call_command("seed_demo", patients=1, second_factor=True, json=str(path))

    secrets = {user["username"]: user["totp_secret"] for user in json.loads(path.read_text())["users"]}
    assert {name for name, secret in secrets.items() if secret} == {"amos", "greta", "pua"}
    client.post("/accounts/login/", {"username": "greta", "password": world.PASSWORD})
    key = b32decode(secrets["greta"]).hex()
    assert client.post("/accounts/login/code/", {"code": code_at(key, NOW)}).url == "/"
