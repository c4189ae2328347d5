"""The rule behind “More than one person should carry?”, as a pure function of moments."""

import uuid
from datetime import timedelta

import pytest

from interactions.boundary_pattern import CONTACTS, CONTACTS_WITHIN, EVENTS, EVENTS_WITHIN, evidence
from tests.factories import NOW

DAY = timedelta(days=1)


def rows(n, within):
    """`n` of them, the oldest just within."""
    return [(NOW - within + DAY * (i + 1) / 2, uuid.uuid4()) for i in range(n)]


@pytest.mark.parametrize(("contacts", "events", "kinds"), [
    (CONTACTS - 1, EVENTS - 1, []),
    (CONTACTS, 0, ["check_in"]),
    (0, EVENTS, ["boundary_event"]),
    (CONTACTS, EVENTS, ["check_in", "boundary_event"]),
])  # fmt: skip
def test_it_shows_from_the_threshold_on(contacts, events, kinds):
    found = evidence(rows(contacts, CONTACTS_WITHIN), rows(events, EVENTS_WITHIN), NOW)

    assert [one.kind for one in found] == kinds


def test_its_evidence_is_what_it_counted_and_no_more():
    contacts = rows(3, CONTACTS_WITHIN)
    old, coming = (NOW - CONTACTS_WITHIN, uuid.uuid4()), (NOW + DAY, uuid.uuid4())

    (found,) = evidence([old, *contacts, coming], [], NOW)

    assert found.refs == tuple(ref for _, ref in contacts)
    assert found.words == "3 contacts outside hours in 14 days"


def test_what_is_too_old_counts_no_more():
    contacts = rows(3, CONTACTS_WITHIN)

    assert evidence(contacts, [], NOW) and not evidence(contacts, [], NOW + DAY / 2)
