"""What is kept of a compiled statement gives the same answer as one that is built anew."""

from datetime import timedelta

import pytest
from django.db.models import Q

from interactions import compiling, planning
from interactions.models import FollowUp
from interactions.ownership import owners_in_doubt
from interactions.reminder_rules import RULES
from tests.factories import NOW, make_episode, make_program, make_site, make_staff

DAY = timedelta(days=1)
MOMENTS = [NOW + n * 7 * timedelta(minutes=53, seconds=1, microseconds=7) for n in range(4)]
YEAR = [NOW + timedelta(days=61 * n, hours=7 * n, minutes=n) for n in range(6)]


@pytest.fixture
def sites(dana):
    """Three sites whose days end at other moments, each with a program and a patient."""
    for number, zone in enumerate(("Australia/Lord_Howe", "Pacific/Apia", "Europe/Berlin")):
        site = make_site(f"Site{number}", zone)
        lead = make_staff(f"lead{number}", "supervisor", site)
        program = make_program(f"Program{number}", site=site, lead=lead)
        make_episode(program=program, primary=make_staff(f"primary{number}", site=site))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_kept_and_asks_the_same_at_every_moment(rule, sites):
    for now in (*MOMENTS, *YEAR):
        assert planning.compiled(rule, now) == planning.built(rule, now)
        assert compiling.kept[rule][1] is not None


def test_whose_things_are_in_doubt_is_kept_too(dana):
    for now in (*MOMENTS, *YEAR):
        assert compiling.statement("owners", now, lambda moment, marks: owners_in_doubt(moment)) == owners_in_doubt(now)


def test_what_does_not_go_with_now_is_built_each_time(db):
    def build(now, marks):
        midnight = now.replace(hour=0)
        return FollowUp.objects.filter(Q(due_at__lt=midnight) | Q(due_at__gt=now)).values("pk").query.sql_with_params()

    for now in YEAR:
        assert compiling.statement("midnight", now, build) == build(now, ())
    assert compiling.kept["midnight"][1] is None


def test_a_statement_of_other_words_at_another_moment_is_built_each_time(db):
    def build(now, marks):
        return f"SELECT {now.year}", ()

    for now in YEAR:
        assert compiling.statement("year", now, build) == build(now, ())
