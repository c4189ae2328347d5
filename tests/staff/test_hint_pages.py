"""The admin's page of words that have a kinder way to say them."""

import uuid

import pytest

from staff.models import AccessEntry, Hint
from tests.factories import NOW
from tests.queries import counted


@pytest.fixture
def admin(at, sign_in, ada):
    at(NOW)
    browser = sign_in(ada)
    browser.send = lambda address, **fields: browser.post(address, {"form_token": uuid.uuid4(), **fields})
    return browser


def hints(browser, text):
    return browser.post("/hints/", {"text": text}).content.decode()


def test_an_admin_adds_words_and_they_count_at_once(admin):
    assert "Another way" not in hints(admin, "a moody patient")

    answer = admin.send("/manage/words/new/", words="moody", say="low at times", only="", unless="… blues", in_use="on")

    assert answer.headers["Location"] == "/manage/words/"
    assert "low at times" in hints(admin, "a moody patient")
    assert "low at times" not in hints(admin, "the moody blues")
    assert AccessEntry.objects.filter(action="hint.add").count() == 1


def test_an_admin_changes_words_and_puts_them_out_of_use(admin):
    hint = Hint.objects.get(words="alcoholism")
    assert "alcohol use disorder" in hints(admin, "Alcoholism")

    admin.send(hint.get_absolute_url(), words="alcoholism", say="too much drink", only="", unless="", in_use="on")
    assert "too much drink" in hints(admin, "Alcoholism")
    admin.send(hint.get_absolute_url(), words="alcoholism", say="too much drink", only="", unless="")

    assert "Another way" not in hints(admin, "Alcoholism")
    assert "Not in use" in admin.get("/manage/words/").content.decode()
    assert AccessEntry.objects.filter(action="hint.update").count() == 2


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("words", "addict*", "Write every form"),
        ("words", " ", "required"),
        ("say", "", "required"),
        ("only", "{drugs} …", "no group {drugs}"),
        ("unless", "…", "a word beside it"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_at_its_field(admin, field, value, why):
    page = admin.send("/manage/words/new/", **{"words": "moody", "say": "low", field: value})

    assert why in str(page.context["form"].errors[field])
    assert not Hint.objects.filter(say="low").exists()


def test_two_admins_do_not_overwrite_each_other(admin):
    hint = Hint.objects.get(words="alcoholism")
    seen = admin.get(hint.get_absolute_url()).context["form"]["form_token"].field.widget.seen
    admin.send(hint.get_absolute_url(), words="alcoholism", say="first", in_use="on")

    page = admin.send(hint.get_absolute_url(), words="alcoholism", say="second", in_use="on", form_seen=seen)

    assert page.status_code == 409
    assert Hint.objects.get(pk=hint.pk).say == "first"


def test_the_list_asks_the_same_however_long_it_is(admin):
    with counted() as few:
        admin.get("/manage/words/")
    Hint.objects.all().delete()
    with counted() as none:
        admin.get("/manage/words/")

    assert len(few) == len(none)


def test_hints_cost_one_statement_of_their_own(admin, mara, sign_in):
    browser = sign_in(mara)
    with counted() as statements:
        browser.post("/hints/", {"text": "alcoholism"})

    assert [sql for sql in statements if "staff_hint" in sql] and len(statements) <= 3
