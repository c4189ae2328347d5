"""Step-up: pages that reach far ask for the password again, and lose nothing that was typed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from staff.models import AccessEntry, StaffMember
from tests.factories import PASSWORD

NEW = "/manage/staff/new/"
TYPED = {
    "username": "rosa",
    "name": "Rosa  Quist",
    "role": "clinician",
    "password": "steady-cedar-window-7",
    "form_token": "0d6f2a41-5a33-4f6c-9d0a-1a7f1ad6c6b1",
}


@pytest.fixture
def stale(sign_in, ada):
    """Ada, signed in for longer than the password holds."""
    return sign_in(ada, confirmed=False)


def test_a_page_that_reaches_far_asks_first(stale):
    answer = stale.get(NEW)

    assert answer.status_code == 403
    assert "Is it you?" in answer.content.decode()
    assert "Add a colleague" not in answer.content.decode()


def test_the_right_password_opens_the_page_for_five_minutes(at, stale, ada):
    began = timezone.now()

    asked = stale.post(NEW, {"confirm_password": PASSWORD, "confirm_then": "open"})

    assert (asked.status_code, asked.url) == (302, NEW)
    assert stale.get(NEW).status_code == 200
    at(began + timedelta(minutes=4, seconds=50))
    assert stale.get(NEW).status_code == 200
    at(began + timedelta(minutes=5, seconds=10))
    assert stale.get(NEW).status_code == 403


def test_signing_in_counts_as_giving_the_password(client, ada):
    client.post("/accounts/login/", {"username": ada.username, "password": PASSWORD})

    assert client.get(NEW).status_code == 200


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_a_wrong_password_opens_nothing(stale, password):
    answer = stale.post(NEW, {"confirm_password": password, "confirm_then": "open"})

    assert answer.status_code == 403
    assert stale.get(NEW).status_code == 403


def test_what_was_typed_is_asked_about_and_then_saved(stale, ada):
    typed = TYPED | {"site": ada.site.ref}

    question = stale.post(NEW, typed)

    assert question.status_code == 403
    assert not StaffMember.objects.filter(username="rosa").exists()
    assert 'name="name" value="Rosa  Quist"' in question.content.decode()

    answer = stale.post(NEW, typed | {"confirm_password": PASSWORD, "confirm_then": "send"})

    assert answer.status_code == 302
    assert StaffMember.objects.filter(username="rosa").exists()


def test_wrong_tries_are_counted_like_those_of_the_sign_in(stale):
    for _ in range(5):
        stale.post(NEW, {"confirm_password": "wrong", "confirm_then": "open"})

    answer = stale.post(NEW, {"confirm_password": PASSWORD, "confirm_then": "open"})

    assert answer.status_code == 403


def test_somebody_else_s_right_password_is_no_answer(stale, mara):
    mara.set_password("another-quiet-harbor-3")
    mara.save()

    answer = stale.post(
        NEW, {"confirm_password": "another-quiet-harbor-3", "confirm_then": "open", "username": mara.username}
    )

    assert answer.status_code == 403


def test_whoever_may_not_is_not_asked(sign_in, mara):
    answer = sign_in(mara, confirmed=False).get(NEW)

    assert answer.status_code == 403
    assert "Is it you?" not in answer.content.decode()


def test_the_old_password_is_not_guessed_on_the_page_that_changes_it(sign_in, mara):
    new = "steady-cedar-window-7"
    browser = sign_in(mara)
    asked = {"new_password1": new, "new_password2": new}
    for _ in range(5):
        browser.post("/accounts/password/", {**asked, "old_password": "wrong"})

    answer = browser.post("/accounts/password/", {**asked, "old_password": PASSWORD})

    assert answer.status_code == 200
    mara.refresh_from_db()
    assert mara.check_password(PASSWORD)


def test_a_changed_password_stands_in_the_log(sign_in, mara):
    new = "steady-cedar-window-7"

    sign_in(mara).post("/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    entry = AccessEntry.objects.get(action="account.password")
    assert (entry.actor, entry.record_ref, entry.fields) == (mara, mara.ref, "password")
