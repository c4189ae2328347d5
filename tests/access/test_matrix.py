"""A sample of the access matrix (`./run prove access` asks all of it)."""

import random

import pytest

from tests import sizes
from tests.access import matrix, mutants, world
from tests.factories import NOW

SAMPLE = sizes.of(800)


@pytest.fixture
def built(at, db):
    at(NOW)
    return world.build()


def test_a_sample_of_the_matrix_is_right(built):
    every = list(matrix.cells())

    wrong = matrix.run(built, random.Random(1).sample(every, SAMPLE))

    assert not wrong, "\n".join(f"{cell}: {'; '.join(found)}" for cell, found in wrong[:40])


def parts(code):
    return code.co_code, code.co_consts, code.co_names


@pytest.mark.parametrize("mutant", mutants.EDITED, ids=lambda mutant: mutant.name)
def test_every_mutant_can_still_be_made(mutant):
    function, code = mutant.made()

    assert parts(code) != parts(function.__code__)


def test_a_mutant_is_noticed_and_leaves_no_trace(built):
    mutant = next(mutant for mutant in mutants.EDITED if mutant.name == "a patient opens for everybody")
    some = [cell for cell in matrix.cells(["patients:about"]) if cell.request == "get"]

    with mutant.alive():
        broken = matrix.run(built, some)

    assert {cell.principal for cell, _ in broken} >= {"same_program", "elsewhere", "ended", "tomorrow", "admin"}
    assert not matrix.run(built, some)
