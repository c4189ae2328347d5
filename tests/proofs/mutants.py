"""The door and the policies, broken in every way of tests/access/mutants.py: the access matrix notices each."""

import multiprocessing
import sys
import time

from django.db import connection

from tests.proofs.access import in_a_world, start

SHARES = 2


def main():
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(SHARES, initializer=start) as pool:
        lines = [line for share in pool.map(try_share, range(SHARES), chunksize=1) for line in share]
    survivors = [name for name, fault in lines if fault is None]
    for name in survivors:
        print(f"survived: {name}")
    print(
        f"{len(lines)} mutants, {len(lines) - len(survivors)} killed; "
        f"{connection.vendor}, {time.monotonic() - began:.0f} s"
    )
    if survivors or len(lines) < 60:
        sys.exit(1)


def try_share(share):
    """The name of each mutant of this share, with the first cell that told on it, or None."""
    from tests.access import mutants

    every = list(mutants.every())
    with in_a_world(f"mutants_{share}") as (built, _):
        return [(mutant.name, told_by(mutant, built)) for n, mutant in enumerate(every) if n % SHARES == share]


def told_by(mutant, built):
    from tests.access import matrix

    with mutant.alive():
        for cell in matrix.cells(mutant.routes):
            if cell.request in mutant.requests and matrix.faults(built, cell):
                return str(cell)
    return None
