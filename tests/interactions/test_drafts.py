"""No note is lost: what is typed is kept while it is typed, outlives the session, and is offered again."""

import json
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from interactions.models import CheckIn, Draft
from interactions.reminders import run_pass
from interactions.services.checkins import log_conversation
from staff.models import Session
from tests.factories import NOW, PASSWORD
from tests.queries import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "Walked to the lake. 🙂 العربية"
TALKED = {
    "happened": "talked", "channel": "call", "happened_at": "2026-06-10T09:00", "concern-0-urgency": "routine",
    "concern-1-urgency": "routine", "promise-0-when": "tomorrow", "promise-1-when": "tomorrow",
}  # fmt: skip
HOSTILE = ["\x00begins with a NUL", "\ud800 half a letter", "a" * 1024 * 1024, "\n  blanks  \n", "<script>'\"&amp;"]


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    return unescape(found.group(1)) if found else None


def opened(browser, address, *more):
    """The hidden fields of the form at `address`, opened."""
    page = browser.get(address)
    assert page.status_code == 200
    return {name: hidden(page, name) for name in ("form_token", "draft", *more)}


def keep(form, counter=1, browser=None, **typed):
    """What the page sends by itself while somebody types: without a cookie."""
    text = json.dumps([[name, value] for name, value in typed.items()])
    body = {"draft": form["draft"], "counter": counter, "text": text}
    return (browser or Client()).post("/drafts/save/", body)


@pytest.fixture
def mara_in(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


@pytest.fixture
def address(dana):
    return f"{dana.get_absolute_url()}check-ins/new/"


def test_what_is_typed_is_kept_without_a_session_and_offered_when_the_form_is_opened_again(mara_in, address):
    form = opened(mara_in, address)

    kept = keep(form, text=WORDS, happened="talked")

    assert (kept.status_code, kept.content) == (204, b"")
    page = mara_in.get(address)
    assert "You began this before" in page.content.decode() and WORDS in page.content.decode()
    again = mara_in.get(f"{address}?draft={Draft.objects.get().ref}")
    assert f">\n{WORDS}</textarea>" in again.content.decode()
    assert "error" not in again.content.decode().partition("<main")[2].partition("<form")[2].partition("</form")[0]
    assert hidden(again, "form_token") != form["form_token"]


@pytest.mark.parametrize("words", HOSTILE)
def test_every_letter_comes_back_as_it_was_typed(mara_in, address, words):
    keep(opened(mara_in, address), text=words)

    # Half a letter, which no page can show, becomes the mark that a browser sends in its place.
    assert json.loads(Draft.objects.get().text) == [["text", words.replace("\ud800", "\ufffd")]]
    assert mara_in.get(f"{address}?draft={Draft.objects.get().ref}").status_code == 200
    assert mara_in.get("/drafts/").status_code == 200


def test_what_was_typed_earlier_never_overwrites_what_was_typed_later(mara_in, address):
    form = opened(mara_in, address)
    keep(form, counter=5, text="later")

    assert keep(form, counter=4, text="earlier").status_code == 204

    assert json.loads(Draft.objects.get().text) == [["text", "later"]]


def test_two_tabs_are_two_drafts_and_both_are_offered(mara_in, address):
    for words in ("in the first tab", "in the second tab"):
        keep(opened(mara_in, address), text=words)

    page = mara_in.get(address).content.decode()

    assert "in the first tab" in page and "in the second tab" in page
    assert "in the first tab" in mara_in.get("/drafts/").content.decode()


def test_a_saved_form_leaves_no_draft_nor_what_it_went_on_from_nor_takes_late_words(mara_in, address):
    form = opened(mara_in, address)
    keep(form, text="half of it", happened="talked")
    page = mara_in.get(f"{address}?draft={Draft.objects.get().ref}")
    later = {name: hidden(page, name) for name in ("form_token", "draft")}
    keep(later, text="all of it", happened="talked")
    assert "half of it" not in mara_in.get("/drafts/").content.decode()

    saved = mara_in.post(
        address,
        {**later, "text": "all of it", **TALKED},
    )
    keep(later, counter=10**12, text="late words")

    assert saved.status_code == 302 and CheckIn.objects.get().texts.get().text == "all of it"
    assert not Draft.objects.exists()


def test_a_draft_that_is_gone_on_with_and_saved_as_it_is_leaves_nothing(mara_in, address):
    keep(opened(mara_in, address), text="all of it")
    page = mara_in.get(f"{address}?draft={Draft.objects.get().ref}")
    form = {name: hidden(page, name) for name in ("form_token", "draft")}

    saved = mara_in.post(address, {**form, "text": "all of it", **TALKED})

    assert saved.status_code == 302 and not Draft.objects.exists()


def test_a_form_sent_after_the_session_ended_is_kept_and_given_back(mara_in, address, mara, sign_in):
    form = opened(mara_in, address)
    Session.objects.all().delete()

    sent = mara_in.post(address, {**form, "text": WORDS, "happened": "talked"})

    assert sent.status_code == 302 and "/accounts/login/" in sent["Location"]
    assert WORDS in sign_in(mara).get(address).content.decode()


@pytest.fixture
def signed_out_while_writing(mara_in, address):
    """Where the form led that mara sent after her session had ended."""
    form = opened(mara_in, address)
    Session.objects.all().delete()
    return mara_in.post(address, {**form, "text": WORDS, "happened": "talked"})["Location"]


def sign_in_at(browser, place, member):
    page = browser.get(place)
    known = {"next": hidden(page, "next"), "username": member.username, "password": PASSWORD}
    return browser.post(place, known)


def test_the_sign_in_page_says_that_it_is_kept_and_leads_to_the_form_with_the_words(
    signed_out_while_writing, mara, address
):
    browser, place = Client(), signed_out_while_writing

    page = browser.get(place).content.decode()
    inside = browser.get(sign_in_at(browser, place, mara)["Location"])

    assert "What you wrote is kept." in page
    assert "lake" not in page + place and "Dana" not in page + place
    assert f">\n{WORDS}</textarea>" in inside.content.decode()
    assert inside.wsgi_request.path == address


def test_somebody_else_who_signs_in_there_gets_none_of_the_words(signed_out_while_writing, vera):
    browser = Client()

    led_to = sign_in_at(browser, signed_out_while_writing, vera)["Location"]
    page = browser.get(led_to)

    assert page.status_code == 200 and "lake" not in page.content.decode()


def test_what_is_not_kept_is_not_said_to_be(at, mara_in, address):
    form = opened(mara_in, address)
    Session.objects.all().delete()
    at(NOW + DAY)  # the pass is too old

    for sent in ({**form, "text": WORDS}, {"text": WORDS}, {"text": WORDS, "draft": "forged"}):
        place = mara_in.post(address, sent)["Location"]
        assert "kept" not in place and "draft" not in place
        assert "What you wrote is kept." not in mara_in.get(place).content.decode()


def test_a_form_with_another_sign_ins_token_is_kept(at, sign_in, mara, address):
    at(NOW)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mara)
    form = opened(strict, address)

    sent = strict.post(address, {**form, "text": WORDS, "csrfmiddlewaretoken": "x" * 64})

    assert sent.status_code == 403
    assert Draft.objects.get().by == mara


def test_a_refused_form_is_kept_too(mara_in, address):
    form = opened(mara_in, address)

    mara_in.post(address, {**form, "text": WORDS, "happened": "talked", "happened_at": "never"})

    assert WORDS in json.loads(Draft.objects.get().text)[0]


def test_a_pass_that_was_changed_or_is_a_day_old_keeps_nothing(at, mara_in, address):
    form = opened(mara_in, address)
    changed = {"draft": form["draft"][:-1] + ("a" if form["draft"][-1] != "a" else "b")}

    assert keep(changed, text="x").status_code == 400
    at(NOW + DAY)
    assert keep(form, text="x").status_code == 400
    assert not Draft.objects.exists()


def test_a_pass_is_renewed_for_its_author_alone(at, mara_in, address, mara, nils, sign_in):
    form = opened(mara_in, address)
    at(NOW + 2 * DAY)

    renewed = sign_in(mara).post("/drafts/renew/", {"draft": form["draft"]})

    assert keep({"draft": renewed.content.decode()}, text=WORDS).status_code == 204
    assert sign_in(nils).post("/drafts/renew/", {"draft": form["draft"]}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [{"text": "[["}, {"text": "{}"}, {"text": '[["a"]]'}, {"text": '[["a", 1]]'}, {"text": "[" * 100_000},
     {"counter": "x"}, {"counter": ""}, {"counter": "-1"}, {"counter": "9" * 5000}, {"counter": "9" * 18}],
)  # fmt: skip
def test_rubbish_is_refused(mara_in, address, body):
    form = opened(mara_in, address)

    answer = Client().post("/drafts/save/", {"draft": form["draft"], "counter": 1, "text": "[]", **body})

    assert answer.status_code == 400 and not Draft.objects.exists()


def test_more_than_a_note_can_hold_is_refused_and_said(mara_in, address):
    form = opened(mara_in, address)

    assert keep(form, text="a" * (1024 * 1024 + 1)).status_code == 413


def test_nobody_else_reads_a_draft(mara_in, address, sign_in, vera):
    keep(opened(mara_in, address), text=WORDS)
    draft = Draft.objects.get()
    other = sign_in(vera)

    assert other.get(f"/drafts/{draft.ref}/").status_code == 404
    assert other.post(f"/drafts/{draft.ref}/discard/").status_code == 404
    for page in (address, f"{address}?draft={draft.ref}", "/drafts/"):
        assert "Walked" not in other.get(page).content.decode()


def test_whoever_left_the_care_team_reads_their_own_words_and_no_name(mara_in, address, mara, dana):
    keep(opened(mara_in, address), text="They want to call home.")
    dana.care_team.filter(staff=mara).update(ended_at=NOW)
    draft = Draft.objects.get()

    pages = [mara_in.get("/drafts/").content.decode(), mara_in.get(f"/drafts/{draft.ref}/").content.decode()]

    for page in pages:
        assert "They want to call home." in page and "You no longer look after this person" in page
        assert dana.called not in page and dana.record_number not in page
    assert mara_in.get(f"{address}?draft={draft.ref}").status_code == 404


def test_what_a_form_showed_of_the_record_is_closed_to_whoever_left_the_care_team(mara_in, mara, vera, dana):
    note = log_conversation(patient=dana, happened="talked", text="A secret of hers.", by=vera, now=NOW)
    keep(opened(mara_in, f"{note.get_absolute_url()}amend/"), text="A secret of hers. And more")
    dana.care_team.filter(staff=mara).update(ended_at=NOW)

    for page in ("/drafts/", f"/drafts/{Draft.objects.get().ref}/"):
        assert "secret" not in mara_in.get(page).content.decode()


def test_another_persons_form_with_ones_token_takes_nothing_from_one(mara_in, address, mara, vera, sign_in):
    form = opened(mara_in, address)
    keep(form, text=WORDS)

    saved = sign_in(vera).post(address, {**form, "text": "Vera’s words", **TALKED})

    assert saved.status_code == 302
    assert WORDS in sign_in(mara).get("/drafts/").content.decode()
    assert keep(form, counter=2, text=f"{WORDS} And back.").status_code == 204


def test_after_the_save_a_page_that_came_back_is_told_that_it_keeps_no_more(mara_in, address):
    form = opened(mara_in, address)
    mara_in.post(address, {**form, "text": "It", **TALKED})

    assert keep(form, counter=2, text="It and more").status_code == 409
    asked = mara_in.post(address, {**form, "text": "It and more", **TALKED})
    assert asked.status_code == 409
    assert Draft.objects.get().token == uuid.UUID(hidden(asked, "form_token"))
    assert "It and more" in mara_in.get("/drafts/").content.decode()


def test_what_is_typed_on_in_the_first_window_is_not_hidden_by_the_second(at, mara_in, address):
    first = opened(mara_in, address)
    keep(first, text="begun")
    page = mara_in.get(f"{address}?draft={Draft.objects.get().ref}")
    second = {name: hidden(page, name) for name in ("form_token", "draft")}
    keep(second, text="begun here")
    at(NOW + HOUR / 60)
    keep(first, counter=2, text="begun and gone on with at length")

    listed = mara_in.get("/drafts/").content.decode()
    mara_in.post(address, {**second, "text": "begun here", **TALKED})

    assert "begun here" in listed and "gone on with at length" in listed
    assert "gone on with at length" in mara_in.get("/drafts/").content.decode()


def test_a_form_that_was_open_overnight_is_kept_for_whoever_is_signed_in(at, mara_in, mara, address, sign_in):
    form = opened(mara_in, address)
    at(NOW + 2 * DAY)

    sign_in(mara).post(address, {**form, "text": WORDS, "happened_at": "never"})

    assert WORDS in json.loads(Draft.objects.get().text)[0]


def test_a_draft_is_thrown_away_when_its_author_says_so_or_after_seven_days(mara_in, address):
    form = opened(mara_in, address)
    keep(form, text=WORDS)
    run_pass(now=NOW + 7 * DAY - HOUR)
    assert Draft.objects.exists()

    run_pass(now=NOW + 7 * DAY + HOUR)

    assert not Draft.objects.exists()
    keep(form, text=WORDS)
    mara_in.post(f"/drafts/{Draft.objects.get().ref}/discard/")
    assert not Draft.objects.exists()


def test_passwords_are_never_kept(at, sign_in, ada):
    at(NOW)

    page = sign_in(ada).get("/manage/staff/new/")

    assert hidden(page, "form_token") and hidden(page, "draft") is None


def test_the_offers_take_one_statement_however_many_they_are(mara_in, address):
    with counted() as one:
        mara_in.get(address)
    for n in range(4):
        keep(opened(mara_in, address), text=f"Draft {n}")

    with counted() as four:
        mara_in.get(address)

    assert len(four) == len(one)
