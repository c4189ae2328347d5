"""A rule's statement that was written once and filled with a moment is the one that would be written at that moment."""

from datetime import UTC, datetime

import pytest

from interactions.compiled import compiled, written
from interactions.reminder_rules import RULES
from staff.calendar import DAY
from staff.wording import HOUR
from tests.factories import NOW

NIGHT = datetime(2026, 11, 1, 5, 30, 0, 1, tzinfo=UTC)  # the clocks of New York go back


@pytest.mark.parametrize(
    ("among", "moments"), [(None, [NOW, NIGHT]), ({"in": {3, 17, 5}}, [NIGHT]), ({"gte": 2, "lte": 90}, [NOW])]
)
def test_filled_is_as_written(dana, south, among, moments):
    for rule in RULES:
        for now in (*moments, NOW + 31 * DAY, NOW + 31 * DAY + HOUR):  # whose milestones are other ones
            filled_sql, filled = compiled(rule, now, among)
            sql, params = written(rule, now, among)

            assert filled_sql == sql, rule.code
            assert sorted(map(repr, filled)) == sorted(map(repr, params)), rule.code
            if "in" not in (among or ()):
                assert filled == params, rule.code
