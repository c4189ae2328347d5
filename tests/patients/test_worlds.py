"""In small random worlds: who is listed, found, counted and opened is one set, and it is what the rule by hand says."""

import random
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.models import Patient
from staff.roles import Permission
from tests.cast import enter
from tests.factories import NOW
from tests.worlds import FAMILY_NAME, PATIENTS, ROLES, World, build, draw, holds, may_know


def known_to(member, patients):
    """The places of the patients whom `member` meets by each way of asking, by the name of the way."""
    browser = enter(Client(), member)
    place = {patient.pk: n for n, patient in enumerate(patients)}

    def listed(page):
        return {place[line.patient.pk] for line in page.context["lines"]}

    pages = [browser.get(f"/patients/{patient.ref}/about/") for patient in patients]
    return {
        "list": listed(browser.get("/patients/")),
        "search": listed(browser.post("/patients/search/", {"q": FAMILY_NAME}, follow=True)),
        "page": {n for n, page in enumerate(pages) if page.status_code == 200},
        "count": Patient.objects.visible_to(member, NOW).count(),
    }


@pytest.mark.django_db
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(chance=st.randoms(use_true_random=False))
def test_every_way_of_asking_gives_what_the_rule_says(at, chance):
    at(NOW)
    world = draw(chance)
    with transaction.atomic():
        built = build(world)
        for who, member in enumerate(built.staff):
            expected = {whom for whom in range(PATIENTS) if may_know(world, who, whom)}
            if not member.may(Permission.PATIENT_VIEW):
                assert expected == set()
                assert not Patient.objects.visible_to(member, NOW).exists()
                continue

            met = known_to(member, built.patients)

            assert met == {"list": expected, "search": expected, "page": expected, "count": len(expected)}, (who, world)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_query_alone_gives_what_the_rule_says_in_many_worlds():
    for seed in range(15):
        world = draw(random.Random(seed))
        with transaction.atomic():
            built = build(world)
            for who, member in enumerate(built.staff):
                expected = {built.patients[whom].pk for whom in range(PATIENTS) if may_know(world, who, whom)}
                found = set(Patient.objects.visible_to(member, NOW).values_list("pk", flat=True))
                assert found == expected, (seed, who)
            transaction.set_rollback(True)


def test_the_worlds_hold_what_they_are_for():
    """Each rule decides somewhere: else the property would pass for want of a case."""
    seen = Counter()
    for seed in range(40):
        world = draw(random.Random(seed))
        for who in range(len(ROLES)):
            for whom in range(PATIENTS):
                seen[may_know(world, who, whom)] += 1
                for rule in ("exclusions", "restrictions", "team", "floors", "covers", "duties"):
                    without = World(**{**vars(world), rule: []})
                    seen[rule] += may_know(without, who, whom) != may_know(world, who, whom)
    assert min(seen[key] for key in (True, False)) > 100
    assert all(seen[rule] > 0 for rule in ("exclusions", "restrictions", "team", "floors", "covers", "duties")), seen
    assert holds("from this moment") and not holds("until this moment")
