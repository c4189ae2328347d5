"""Nothing is overwritten unseen: every form that changes something knows what its page showed."""

import re
from datetime import timedelta

import pytest

from interactions.services.concerns import answer, raise_concern, tell
from interactions.services.promises import promise, reschedule
from interactions.services.safety import take_over
from tests.factories import NOW

DAY = timedelta(days=1)


def opened(browser, address):
    """The hidden fields of the page's form, and what its boxes hold."""
    page = browser.get(address).content.decode().partition("<main")[2]
    return dict(re.findall(r'<input type="hidden" name="(form_token|form_seen)" value="([^"]*)"', page))


@pytest.fixture
def site_form(at, sign_in, ada, residential):
    at(NOW)
    browser = sign_in(ada)
    address = f"/manage/hours/{residential.site.ref}/edit/"
    return browser, address, opened(browser, address)


def test_a_change_made_meanwhile_is_shown_beside_ones_own_and_saved_only_when_sent_again(site_form, residential):
    browser, address, seen = site_form
    browser.post(address, {**opened(browser, address), "name": "South House", "phone": "1"})

    answer = browser.post(address, {**seen, "name": "North House", "phone": "2"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "What stands there now" in page and "South House" in page and 'value="North House"' in page
    residential.site.refresh_from_db()
    assert residential.site.name == "South House"
    again = dict(re.findall(r'name="(form_token|form_seen)" value="([^"]*)"', page))
    assert browser.post(address, {**again, "name": "North House", "phone": "2"}).status_code == 302
    residential.site.refresh_from_db()
    assert residential.site.name == "North House"


def test_a_change_of_something_else_is_no_conflict(site_form, residential):
    browser, address, seen = site_form
    type(residential.site).objects.update(time_zone="Europe/Berlin")

    assert browser.post(address, {**seen, "name": "North House"}).status_code == 302


@pytest.mark.parametrize("spoilt", ["x", "0" * 64, "é", "\x00"])
def test_a_spoilt_mark_counts_as_unseen(site_form, spoilt):
    browser, address, seen = site_form

    assert browser.post(address, {**seen, "form_seen": spoilt, "name": "North House"}).status_code == 409


def test_two_answers_at_once_are_both_there_to_read(at, sign_in, mara, vera, dana):
    at(NOW)
    concern = raise_concern(patient=dana, words="When may I call home?", by=mara, now=NOW)
    browser, address = sign_in(mara), f"{concern.get_absolute_url()}answer/"
    seen = opened(browser, address)
    answer(concern=concern, answer="yes", words="Each evening at seven.", by=vera, now=NOW)

    sent = browser.post(address, {**seen, "answer": "no", "words": "Not in the first week."})

    page = sent.content.decode()
    assert sent.status_code == 409
    assert "Each evening at seven." in page and "Not in the first week." in page


def test_nothing_else_holds_up_whoever_told_somebody_of_a_danger(at, sign_in, mara, vera, dana):
    at(NOW)
    concern = raise_concern(patient=dana, words="I do not want to wake up.", urgency="safety", by=mara, now=NOW)
    browser, address = sign_in(mara), f"{concern.get_absolute_url()}voice/"
    seen = opened(browser, address)
    take_over(concern=concern, by=vera, now=NOW)

    told = browser.post(address, {**seen, "to": "Dr Ames", "at": "2026-06-10T09:55"})

    assert told.status_code == 302
    again = browser.post(address, {**seen, "form_token": "", "to": "Dr Bell", "at": "2026-06-10T09:55"})
    assert again.status_code == 409


def test_a_promise_moved_meanwhile_is_not_moved_again_unseen(at, sign_in, mara, vera, dana):
    at(NOW)
    owed = promise(patient=dana, what="Call the landlord", due_at=NOW + DAY, by=mara, now=NOW)
    browser, address = sign_in(mara), f"{owed.get_absolute_url()}reschedule/"
    seen = opened(browser, address)
    reschedule(follow_up=owed, due_at=NOW + 3 * DAY, because="", by=vera, now=NOW)

    sent = browser.post(address, {**seen, "when": "pick", "due_at": "2026-06-12T10:00"})

    owed.refresh_from_db()
    assert sent.status_code == 409 and owed.due_at == NOW + 3 * DAY


WATCHED = {
    "/manage/staff/{mara}/hours/": {"from_0_0": "09:00", "until_0_0": "17:00"},
    "/manage/programs/{program}/edit/": {"name": "House A", "presence": "clock"},
    "/manage/programs/{program}/rules/": {"rules": ["silence"]},
    "/manage/hours/{site}/contact-hours/": {"from_0_0": "09:00", "until_0_0": "17:00"},
    "/accounts/hours/": {"from_1_0": "09:00", "until_1_0": "17:00"},
}


@pytest.mark.parametrize("address", WATCHED)
def test_each_form_of_the_house_notices_a_change(at, sign_in, ada, mara, vera, residential, address):
    at(NOW)
    browser = sign_in(ada)
    place = address.format(mara=mara.ref, program=residential.ref, site=residential.site.ref)
    typed = WATCHED[address] | ({"lead": vera.ref} if "edit" in address else {})
    seen = opened(browser, place)
    assert browser.post(place, {**opened(browser, place), **typed}).status_code == 302

    changed = {name: "18:00" if name.startswith("until") else value for name, value in typed.items()}
    other = browser.post(place, {**seen, **changed})

    assert other.status_code == 409


def after_the_main(answer):
    return answer.content.decode().partition("<main")[2]


def again(answer):
    """The hidden fields of a form that came back."""
    return dict(re.findall(r'<input type="hidden" name="(form_\w+)" value="([^"]*)"', after_the_main(answer)))


@pytest.fixture
def answered_meanwhile(at, sign_in, mara, vera, dana):
    """Mara opened the form for an answer that Vera gave meanwhile: (browser, concern, address, hidden fields)."""
    at(NOW)
    concern = raise_concern(patient=dana, words="When may I call home?", by=mara, now=NOW)
    browser, address = sign_in(mara), f"{concern.get_absolute_url()}answer/"
    seen = opened(browser, address)
    answer(concern=concern, answer="yes", words="Each evening at seven.", by=vera, now=NOW)
    return browser, concern, address, seen


def test_a_step_that_is_over_is_called_so_at_once_and_each_time_with_both_texts_and_ways_to_go_on(answered_meanwhile):
    browser, concern, address, seen = answered_meanwhile
    typed = {"answer": "no", "words": "Not in the first week."}

    first = browser.post(address, {**seen, **typed})
    second = browser.post(address, {**again(first), **typed})
    empty = browser.post(address, {**again(second), "words": typed["words"]})  # refused for a field as well

    for sent in (first, second, empty):
        page = after_the_main(sent)
        assert "Each evening at seven." in page and f">\n{typed['words']}</textarea>" in page
        assert "puts them in place" not in page and "save again" not in page
        assert "this step is over" in page
        assert f'href="{concern.get_absolute_url()}"' in page and f'href="{concern.get_absolute_url()}tell/"' in page
        assert f'href="{concern.patient.get_absolute_url()}check-ins/new/"' in page
        assert '<button class="btn btn-primary" type="submit">' not in page.partition("<form")[2].partition("</form")[0]
    assert (first.status_code, second.status_code) == (409, 409)
    assert "no longer possible" in after_the_main(second)
    concern.refresh_from_db()
    assert concern.answer_words == "Each evening at seven."


def test_the_reason_stands_before_what_a_colleague_wrote(answered_meanwhile):
    browser, _, address, seen = answered_meanwhile

    page = after_the_main(browser.post(address, {**seen, "answer": "no", "words": "Not yet."}))

    assert page.index("error-summary") < page.index("What stands there now") < page.index("<textarea")


def test_the_words_of_a_colleague_stay_though_more_was_done_since(answered_meanwhile, vera):
    browser, concern, address, seen = answered_meanwhile
    tell(concern=concern, by=vera, now=NOW)

    page = after_the_main(browser.post(address, {**seen, "answer": "no", "words": "Not yet."}))

    assert "Each evening at seven." in page and "Told" in page


def test_what_was_shown_beside_ones_own_stays_when_a_field_is_refused_next(site_form):
    browser, address, seen = site_form
    browser.post(address, {**opened(browser, address), "name": "South House", "phone": "1"})
    first = browser.post(address, {**seen, "name": "North House", "phone": "2"})

    refused = browser.post(address, {**again(first), "name": "", "phone": "2"})

    assert refused.status_code == 200 and "South House" in after_the_main(refused)
    assert browser.post(address, {**again(refused), "name": "North House", "phone": "2"}).status_code == 302


def test_a_button_that_came_too_late_says_what_stands_there_and_where_to_go_on(at, sign_in, mara, vera, dana):
    at(NOW)
    concern = raise_concern(patient=dana, words="When may I call home?", by=mara, now=NOW)
    answer(concern=concern, answer="yes", words="Each evening at seven.", by=vera, now=NOW)

    late = sign_in(mara).post(f"{concern.get_absolute_url()}acknowledge/", {"form_token": ""})

    assert late.status_code == 409
    assert "Each evening at seven." in after_the_main(late)
    assert f'href="{concern.get_absolute_url()}tell/"' in after_the_main(late)
