"""Four weeks at a usual caseload, in the last of which one of two is away: the budget of notices and signs holds.

The worlds of `year`, but each clinician has as many patients as is usual by the standards of the program: 8 in a
residential one, 12 in an IOP, 30 outpatients. They are anywhere in their stay when it begins; the first week is not
counted. A pass comes every two hours, every six before that; what stands after each is compared as in `year`, so
nothing is held back.
"""

import time

from tests.proofs.year import in_own_database, side_by_side, walk_through
from tests.simulated import DAY, HOUR, PLACES, World, utc

BEGINS, COUNTED, ENDS = utc(2027, 2, 8), utc(2027, 2, 15), utc(2027, 3, 15)
PARTS = (PLACES[0:2], PLACES[2:4])  # of about the same work, one for each core


def main():
    began = time.monotonic()
    found = side_by_side(walk_part, len(PARTS))
    print(f"caseload: 0 missed, 0 twice, 0 out of hours; notices {found}; {time.monotonic() - began:.0f} s")
    found.must_hold("caseload")


def walk_part(number):
    """(what was seen, `Notices`) of some of the places."""

    def walk(said):
        world = World(began_at=BEGINS, places=PARTS[number])
        return walk_through(world, COUNTED, ENDS, every=2 * HOUR, before=DAY / 4, said=said)

    return in_own_database("caseload", number, walk)
