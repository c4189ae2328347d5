"""In small random worlds: who is listed, found, counted and opened is one set, and it is what the rule by hand says."""

import random
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.models import Patient
from tests.every_way import differences
from tests.factories import NOW
from tests.worlds import PATIENTS, ROLES, World, build, draw, holds, may_know


@pytest.mark.django_db
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(chance=st.randoms(use_true_random=False))
def test_every_way_of_asking_gives_what_the_rule_says(at, chance):
    at(NOW)
    world = draw(chance)
    with transaction.atomic():
        built = build(world)
        assert not differences(world, built), world
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
