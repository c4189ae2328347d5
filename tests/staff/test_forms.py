"""What is typed into a form is kept as typed; what cannot be kept is said beside its field."""

from datetime import UTC, datetime
from html import escape, unescape
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from interactions.models import CheckIn, CheckInText, Meeting
from staff.forms import LONGEST_NOTE, DayField, MomentField, OnceForm, WordsField
from staff.forms.people import WeekForm

NEW_YORK = ZoneInfo("America/New_York")
AFTER_THE_FALL = datetime(2026, 11, 2, 15, tzinfo=UTC)


class Form(OnceForm):
    at = MomentField(label="When", required=False)
    on = DayField(label="Day", required=False)
    words = WordsField(label="Words", required=False)


@pytest.fixture(autouse=True)
def in_new_york():
    with timezone.override(NEW_YORK):
        yield


def moment_typed(typed, **more):
    form = Form({"at": typed, **more})
    return form.cleaned_data["at"] if form.is_valid() else form.errors["at"]


def test_a_moment_is_read_as_wall_clock_time_at_the_site():
    assert moment_typed("2026-06-10T10:00") == datetime(2026, 6, 10, 14, tzinfo=UTC)
    assert moment_typed("2026-06-10 10:00:30") == datetime(2026, 6, 10, 14, 0, 30, tzinfo=UTC)


def test_half_past_one_on_the_night_it_comes_twice_is_asked_about():
    assert moment_typed("2026-11-01T01:30") == ["01:30 came twice that night. Which one was it?"]


@pytest.mark.parametrize(("again", "hour"), [("first", 5), ("second", 6)])
def test_either_of_the_two_times_can_be_meant(again, hour):
    assert moment_typed("2026-11-01T01:30", at_again=again) == datetime(2026, 11, 1, hour, 30, tzinfo=UTC)


def test_the_question_stands_beside_the_field_with_what_was_typed():
    page = Form({"at": "2026-11-01T01:30"}).as_p()

    assert 'value="2026-11-01T01:30"' in page
    assert "The first one" in page
    assert "The second one" in page
    assert "came twice" in page


def test_a_form_opened_in_the_second_hour_means_the_second():
    page = Form(initial={"at": datetime(2026, 11, 1, 6, 30, tzinfo=UTC)}).as_p()

    assert 'value="second" checked' in page


def test_a_time_that_the_clocks_skipped_is_the_first_after_the_gap():
    assert moment_typed("2026-03-08T02:30") == datetime(2026, 3, 8, 7, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "1899-12-31T12:00", "2200-01-01T00:00"])
def test_a_moment_outside_our_time_is_refused(typed):
    assert moment_typed(typed) == ["Give a date between 1900 and 2199."]


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-01T00:00", "2026-06-10T25:00", "\0", "2026-06-10T10:00\0", "١"])
def test_what_is_no_moment_is_refused(typed):
    assert moment_typed(typed) == ["Give a date and a time, such as 2026-03-14 15:30."]


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31"])
def test_a_day_outside_our_time_is_refused(typed):
    assert Form({"on": typed}).errors["on"] == ["Give a date between 1900 and 2199."]


def test_words_are_kept_as_typed_with_blanks_and_one_kind_of_line_end():
    form = Form({"words": "  She said:\r\n\r\n “I’m fine”\t\r\n"})

    assert form.is_valid()
    assert form.cleaned_data["words"] == "  She said:\n\n “I’m fine”\t\n"


def test_blanks_alone_are_no_words():
    class Asking(forms.Form):
        words = WordsField()

    assert Asking({"words": " \n\t "}).errors["words"] == ["This field is required."]


def test_a_nul_in_words_is_refused():
    assert Form({"words": "a\0b"}).errors["words"] == ["Null characters are not allowed."]


def test_a_note_may_be_a_mebibyte_long_and_no_longer():
    whole = "🙂" * (LONGEST_NOTE // 4)

    assert Form({"words": whole}).is_valid()
    assert "Nothing is lost" in Form({"words": whole + "x"}).errors["words"][0]


@pytest.mark.parametrize("token", [None, "", "garbage", "\0", "1" * 5000])
def test_a_form_whose_token_was_lost_counts_as_newly_opened(token):
    form = Form({} if token is None else {"form_token": token})

    assert form.is_valid()
    assert form.cleaned_data["form_token"] != Form({}).is_valid()
    assert form.cleaned_data["form_token"].version == 4


def test_a_refusal_stands_beside_the_field_it_names_or_on_top():
    form = Form({})
    form.is_valid()

    form.refuse(ValidationError({"words": "Write more.", "elsewhere": "Somebody was quicker."}))
    form.refuse(ValidationError("Not today."))

    assert form.errors["words"] == ["Write more."]
    assert form.non_field_errors() == ["Somebody was quicker.", "Not today."]


def post(client, patient, path, **typed):
    return client.post(f"/patients/{patient.ref}/{path}", {"form_token": "", **typed})


def conversation(**over):
    return {
        "happened": "talked", "channel": "in_person", "happened_at": "2026-06-10T09:00", "concern-0-urgency": "routine",
        "concern-1-urgency": "routine", "promise-0-when": "tomorrow", "promise-1-when": "tomorrow", **over,
    }  # fmt: skip


def test_a_mebibyte_of_emoji_is_kept_as_a_conversation(at, now, sign_in, mara, dana):
    at(now)
    words = "🙂" * (LONGEST_NOTE // 4)

    answer = post(sign_in(mara), dana, "check-ins/new/", **conversation(text=words))

    assert answer.status_code == 302
    assert CheckInText.objects.get().text == words


def test_one_letter_more_is_refused_with_the_words_still_on_the_page(at, now, sign_in, mara, dana):
    at(now)
    words = "🙂" * (LONGEST_NOTE // 4) + "!"

    answer = post(sign_in(mara), dana, "check-ins/new/", **conversation(text=words))

    assert answer.status_code == 200
    assert "longer than one note can hold" in answer.content.decode()
    assert words in answer.content.decode()
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(("again", "hour"), [("first", 5), ("second", 6)])
def test_a_conversation_at_the_time_that_came_twice_asks_and_is_kept(at, sign_in, mara, dana, again, hour):
    at(AFTER_THE_FALL)
    typed = conversation(text="He couldn’t sleep.", happened_at="2026-11-01T01:30")

    asked = post(sign_in(mara), dana, "check-ins/new/", **typed)
    post(sign_in(mara), dana, "check-ins/new/", **typed, happened_at_again=again)

    page = unescape(asked.content.decode())
    assert "01:30 came twice that night. Which one was it?" in page
    assert "He couldn’t sleep." in page
    assert "The second one" in page
    assert CheckIn.objects.get().happened_at == datetime(2026, 11, 1, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "\0", "yesterday"])
def test_a_moment_that_cannot_be_is_refused_beside_the_field_and_nothing_is_lost(at, now, sign_in, mara, dana, typed):
    at(now)

    answer = post(sign_in(mara), dana, "meetings/new/", starts_at=typed, agenda="Step-down & “hopes”")

    assert answer.status_code == 200
    assert "starts_at" in answer.context["form"].errors
    assert escape("Step-down & “hopes”") in answer.content.decode()
    assert not Meeting.objects.exists()


def test_a_time_that_cannot_be_read_is_said_once_and_the_rest_of_the_week_is_kept():
    form = WeekForm(
        {"from_0_0": "08:00", "until_0_0": "zz", "from_1_0": "zz", "from_2_0": "08:00", "until_2_0": "12:00"}
    )

    assert set(form.errors) == {"until_0_0", "from_1_0"}
    assert [weekday for weekday, *_ in form.cleaned_data["hours"]] == [2]
