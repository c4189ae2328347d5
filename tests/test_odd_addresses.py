"""No address makes an error page: every page of the doors table with odd values in its query string.

Each is asked as the first of four for whom it opens; for others it ends at the door, before its query is read.
"""

import pytest

from tests import sizes
from tests.factories import NOW
from tests.test_doors import CAST, DOORS, address_of, browser_of, world

__all__ = ["world"]

NAMES = ("after", "before", "program", "status", "last_contact", "whose", "s", "kind", "scope", "from", "to", "staff",
         "day", "answer", "outcome", "urgency", "happened", "person")  # fmt: skip
VALUES = ("", "\0", "zz", "-1", "0001-01-01", "9999-12-31", "9" * 5000, "2026-01-01T00:00:00_zz", "9-check_in-9",
          "%ff", "’; DROP", "9999-12-31T23:59:59+00:00_" + "0" * 32, "all")  # fmt: skip

STEP = 2 * sizes.EVERY  # not every value on every page, so that neighbours meet them all; the fuzz proof tries more

ASKED_AS = ("mara", "vera", "ada", "otto")


def asked_as(row):
    """Whom the page is asked as: the first for whom it opens, or is there at all."""
    answers = dict(zip(CAST, row.answers, strict=True))
    return min(ASKED_AS, key=lambda who: (answers[who] != 200, answers[who] >= 400))


@pytest.mark.parametrize("who", ASKED_AS)
def test_no_odd_value_in_an_address_makes_an_error_page(who, world, at):
    at(NOW)
    browser, broken = browser_of(world, who), []
    pages = [address_of(name, world) for name, row in DOORS.items() if row.method == "get" and asked_as(row) == who]

    for n, page in enumerate(pages):
        for value in VALUES[n % STEP :: STEP]:
            answer = browser.get(page, dict.fromkeys(NAMES, value))
            if answer.status_code >= 500:
                broken.append((page, value[:20], answer.status_code))

    assert not broken
    assert len(pages) > 2
