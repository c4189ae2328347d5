"""What is agreed with one person about contact: above the form, on its page, replaced and never overwritten."""

import pytest
from django.core.exceptions import ValidationError

from interactions.models import BoundaryAgreement
from interactions.services.boundaries import agree, end, replace
from staff.calendar import DAY
from tests.factories import NOW

CALLS = "Calls only, until 18:00"


@pytest.fixture(autouse=True)
def clock(at):
    at(NOW)


def text(answer):
    return answer.content.decode()


def made(patient, by, **over):
    return agree(patient=patient, by=by, now=NOW, words=CALLS, **over)


def test_it_stands_above_the_form_of_a_conversation_while_it_holds(sign_in, dana, mara):
    agreement, form = made(dana, mara), f"/patients/{dana.ref}/check-ins/new/"
    browser = sign_in(mara)

    assert CALLS in text(browser.get(form))
    end(agreement=agreement, words="He works days now", by=mara, now=NOW)
    assert CALLS not in text(browser.get(form))
    page = text(browser.get(f"/patients/{dana.ref}/boundaries/"))
    assert CALLS in page.partition("What was agreed before")[2]


@pytest.mark.parametrize(("days", "holds"), [((0, None), True), ((0, 0), True), ((-5, -1), False), ((1, None), False)])
def test_it_holds_from_its_first_to_its_last_day(dana, mara, days, holds):
    today = NOW.date()
    first, last = (today + day * DAY if day is not None else None for day in days)
    made(dana, mara, from_on=first, until_on=last)

    assert BoundaryAgreement.objects.holding(today).exists() == holds


def test_a_new_one_stands_beside_the_old(dana, mara, nils):
    old = made(dana, mara)

    new = replace(agreement=old, words="Texts too", by=mara, now=NOW + DAY)

    old.refresh_from_db()
    assert (old.words, old.state, old.settled_by, old.outcome_words) == (CALLS, "replaced", mara, "Texts too")
    assert list(BoundaryAgreement.objects.holding((NOW + DAY).date())) == [new]
    with pytest.raises(ValidationError):
        replace(agreement=old, words="Never", by=mara, now=NOW + DAY)


def test_it_cannot_end_before_it_begins(dana, mara):
    with pytest.raises(ValidationError):
        made(dana, mara, from_on=NOW.date(), until_on=(NOW - DAY).date())


def test_it_is_written_and_replaced_on_its_pages(sign_in, dana, mara):
    browser, page = sign_in(mara), f"/patients/{dana.ref}/boundaries/"
    browser.post(f"{page}new/", {"words": CALLS, "until_on": "2026-07-01"})
    agreement = BoundaryAgreement.objects.get()

    shown = text(browser.get(page))
    browser.post(f"{agreement.get_absolute_url()}replace/", {"words": "Texts too"})

    assert CALLS in shown and "Mara" in shown
    assert {one.words: one.state for one in BoundaryAgreement.objects.all()} == {
        CALLS: "replaced", "Texts too": "holds",
    }  # fmt: skip
