import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from interactions import debts
from interactions.choices import ConcernKind, ConcernState, FeedbackWay, Urgency
from interactions.models import CheckIn, Concern, Feedback, FeedbackInvitation, FollowUp, Reminder, Signal
from interactions.reminders import run_pass
from interactions.services import care, concerns, feedback
from interactions.services.safety_plans import write_plan
from patients.choices import Audience, ContactAfter, DischargeReason
from staff.models import AccessEntry
from tests.cast import enter
from tests.factories import NOW, make_episode, make_feedback, make_own_form, make_patient, make_program, switch_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def form_at(token):
    return reverse("interactions:feedback_form", args=[token])


@pytest.fixture
def link(dana, mara, at):
    at(NOW)
    return form_at(make_own_form(dana, mara).ref)


def test_what_they_send_stands_in_their_own_hand(link, dana, mara, client):
    page = client.get(link)

    assert page.status_code == 200
    assert "You don’t have to" in page.text
    assert "911" in page.text and "988" in page.text
    answer = client.post(link, {"heard": "8", "fits": "0", "helped": "not asked here", "tongue": "en"})
    assert answer.status_code == 302
    assert "Thank you" in client.get(answer.headers["Location"]).text
    given = Feedback.objects.get()
    assert (given.patient, given.heard, given.matters, given.fits, given.helped) == (dana, 8, None, 0, "")
    assert given.audience == Audience.TEAM
    entry = AccessEntry.objects.get(action="feedback.recorded")
    assert entry.actor is None, "no member of staff wrote it"


def test_a_form_says_nothing_of_who_or_where(link, dana, client):
    for page in (client.get(link), client.get(form_at("x" * 43)), client.get(reverse("interactions:feedback_thanks"))):
        for name in (dana.given_name, dana.family_name, dana.record_number, "North", "rehab", "mara"):
            assert name.lower() not in page.text.lower()
        assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("over", ["sent", "declined", "late", "died"])
def test_a_form_is_good_for_one_sending_and_then_looks_like_one_that_never_was(
    link, dana, mara, vera, at, client, over
):
    if over == "sent":
        client.post(link, {"heard": "8"})
    elif over == "declined":
        client.post(link, {"decline": "1", "heard": "3"})
        assert not Feedback.objects.exists()
    elif over == "late":
        at(NOW + 9 * DAY)
    else:
        care.record_death(patient=dana, died_on=NOW.date(), by=vera, now=NOW)
    kept = Feedback.objects.count()

    never = client.get(form_at("x" * 43))
    for closed in (client.get(link), client.post(link, {"heard": "2"})):
        assert (closed.status_code, closed.content) == (404, never.content)
    assert Feedback.objects.count() == kept


@pytest.mark.parametrize("over", ["replaced", "late"])
def test_what_was_being_typed_when_the_form_closed_is_still_taken(link, dana, mara, at, client, over):
    if over == "replaced":
        feedback.invite(patient=dana, way=FeedbackWay.DECLINED, by=mara, now=NOW)
    else:
        at(NOW + 7 * DAY + HOUR)

    assert client.get(link).status_code == 404
    assert client.post(link, {"heard": "8"}).status_code == 302
    assert Feedback.objects.get().heard == 8


def test_a_second_tap_is_thanked_and_other_words_come_back(link, client):
    said = {"heard": "8", "question": "When?", "tongue": "es"}
    first = client.post(link, said)

    assert client.post(link, said).headers["Location"] == first.headers["Location"]
    other = client.post(link, said | {"question": "And who?"})
    assert other.status_code == 404
    assert "And who?" in other.text
    assert Feedback.objects.count() == 1


def test_a_second_tap_on_rather_not_is_answered_like_the_first(link, client):
    first = client.post(link, {"decline": "1"})

    assert client.post(link, {"decline": "1"}).headers["Location"] == first.headers["Location"]
    assert client.post(link, {"heard": "3"}).status_code == 404


def test_a_number_can_be_taken_back(link, client):
    page = client.get(link)

    assert page.text.count("Leave out") == 7
    client.post(link, {"heard": "", "fits": "3"})
    assert (Feedback.objects.get().heard, Feedback.objects.get().fits) == (None, 3)


def test_what_is_for_the_supervisor_only_always_reaches_them(dana, mara, vera):
    make_feedback(dana, mara, at_leaving=True, not_helped="She shouts.", supervisor_only=True)

    run_pass(now=NOW + DAY)

    assert [one.recipient for one in Reminder.objects.filter(rule="feedback_low")] == [vera]


def test_nobody_of_the_staff_stands_in_the_log_as_their_hand(dana, mara):
    before = set(AccessEntry.objects.values_list("pk", flat=True))
    make_feedback(dana, mara, heard=2, question="When?", supervisor_only=True)

    written = AccessEntry.objects.exclude(pk__in=before).exclude(action="feedback.asked")
    assert {entry.action for entry in written} >= {"feedback.recorded", "concern.recorded"}
    assert {entry.actor for entry in written} == {None}


def test_what_they_told_the_supervisor_only_is_looked_into_after_their_death(dana, mara, vera):
    make_feedback(dana, mara, question="Must it be her?", supervisor_only=True)

    care.record_death(patient=dana, died_on=NOW.date(), by=vera, now=NOW + HOUR)

    assert FollowUp.objects.owed().get().owner == vera


def test_the_secret_of_a_form_is_kept_as_a_hash_only(dana, mara):
    token = make_own_form(dana, mara).ref

    kept = FeedbackInvitation.objects.values().get()

    assert token not in str(kept)
    assert len(token) >= 43


def test_another_language_keeps_what_was_typed(link, client):
    page = client.post(
        link, {"other": "es", "tongue": "en", "heard": "8", "question": "¿Cuándo?", "wants_to_talk": "on"}
    )

    assert "Me siento escuchado/a y respetado/a" in page.text
    assert 'lang="es"' in page.text
    assert "¿Cuándo?</textarea>" in page.text
    assert re.search(r'name="heard" value="8"[^>]*checked', page.text)
    assert re.search(r'name="wants_to_talk"[^>]*checked', page.text)
    client.post(link, {"tongue": "es", "heard": "8"})
    assert Feedback.objects.get().tongue == "es"


def test_what_cannot_be_read_comes_back_with_a_sentence_and_all_that_was_typed(link, client):
    page = client.post(link, {"heard": "12", "question": "x" * 2001, "more_of": "Walks"})

    assert page.status_code == 200
    assert "Choose one of the answers." in page.text
    assert "Please shorten it to 2000 letters." in page.text
    assert "Walks</textarea>" in page.text
    assert "x" * 2001 in page.text
    assert not Feedback.objects.exists()


def test_what_they_ask_and_suggest_waits_for_an_answer(dana, mara, nils):
    given = make_feedback(dana, nils, question="When can I call?", more_of="Walks", wants_to_talk=True, heard=9)

    found = {concern.words: concern for concern in Concern.objects.all()}
    assert set(found) == {"When can I call?", "Walks", feedback.TALK}
    for concern in found.values():
        assert (concern.owner, concern.state, concern.feedback) == (mara, ConcernState.WAITING, given)
    assert found[feedback.TALK].urgency == Urgency.TODAY
    assert found["When can I call?"].kind == ConcernKind.QUESTION
    assert [debt.kind for debt in debts.of_patient(dana, mara, NOW)].count("answer") == 3


def test_each_suggestion_ends_in_what_we_did_or_an_honest_no(dana, mara, client, at):
    at(NOW)
    make_feedback(dana, mara, more_of="Walks before breakfast")
    concern = Concern.objects.get()
    concern.patient = dana
    concerns.answer(concern=concern, answer="no", words="The gate opens at eight.", by=mara, now=NOW)
    enter(client, mara)

    page = client.get(reverse("interactions:feedback_list", args=[dana.ref]))

    assert "Walks before breakfast" in page.text
    assert "No, and here is why: The gate opens at eight." in " ".join(page.text.split()).replace("&#x27;", "’")


def test_what_is_for_the_supervisor_only_is_seen_by_nobody_else_nor_by_whoever_asked(
    dana, mara, nils, vera, client, at
):
    at(NOW)
    given = make_feedback(dana, mara, supervisor_only=True, heard=2, question="Must it be her?")
    concern = Concern.objects.get()

    assert concern.owner == vera
    for record in (given, concern):
        assert not type(record).objects.visible_to(mara, NOW).exists()
        assert type(record).objects.visible_to(vera, NOW).get() == record
    enter(client, mara)
    for address in (dana.get_absolute_url(), reverse("interactions:feedback_list", args=[dana.ref])):
        assert "Must it be her?" not in client.get(address).text
    assert client.get(given.get_absolute_url()).status_code == 404


def test_a_supervisor_who_handed_it_over_reads_it(dana, vera):
    given = make_feedback(dana, vera, supervisor_only=True, heard=2)

    assert Feedback.objects.visible_to(vera, NOW).get() == given


def test_nobody_changes_what_they_wrote(dana, mara, client, at):
    at(NOW)
    given = make_feedback(dana, mara, heard=2)
    enter(client, mara)

    for name in ("answer", "amend", "edit", "strike"):
        assert client.post(f"{given.get_absolute_url()}{name}/", {"heard": "9"}).status_code == 404
    assert client.post(given.get_absolute_url(), {"heard": "9"}).status_code == 405
    assert Feedback.objects.get().heard == 2


def test_they_are_not_asked_in_the_first_days_of_detox(mara, vera, at):
    at(NOW)
    stay = make_episode(make_patient("Fresh", by=mara), make_program(kind="detox"), mara, now=NOW)
    with pytest.raises(ValidationError, match="first 48 hours of detox"):
        feedback.invite(patient=stay.patient, way=FeedbackWay.LINK, by=mara, now=NOW + 47 * HOUR)
    feedback.invite(patient=stay.patient, way=FeedbackWay.LINK, by=mara, now=NOW + 48 * HOUR)


@pytest.mark.parametrize("contact", [ContactAfter.NO, ContactAfter.LETTER])
def test_no_link_goes_to_somebody_who_did_not_want_to_hear_from_us(dana, vera, contact):
    care.discharge(
        episode=dana.latest_episode, reason=DischargeReason.COMPLETED, contact_after=contact, by=vera, now=NOW + HOUR
    )
    dana.refresh_from_db()

    with pytest.raises(ValidationError, match="did not want to hear from us"):
        feedback.invite(patient=dana, way=FeedbackWay.LINK, by=vera, now=NOW + 2 * HOUR)
    feedback.invite(patient=dana, way=FeedbackWay.TABLET, by=vera, now=NOW + 2 * HOUR)


def test_to_ask_again_is_owed_on_the_cadence_of_the_program(dana, residential, mara):
    switch_on(residential, "reviews_due")
    admitted, cadence = dana.latest_episode.admitted_at, dana.latest_episode.cadence
    assert cadence.feedback_due_at == admitted + 7 * DAY
    write_plan(patient=dana, signs="Nights", together=True, by=mara, now=admitted + 7 * DAY)

    run_pass(now=admitted + 7 * DAY)
    assert [r.recipient for r in Reminder.objects.standing().filter(rule="reviews_due")] == [mara]
    feedback.invite(patient=dana, way=FeedbackWay.DECLINED, by=mara, now=admitted + 7 * DAY)
    run_pass(now=admitted + 7 * DAY)
    assert not Reminder.objects.standing().filter(rule="reviews_due").exists()
    cadence.refresh_from_db()
    assert cadence.feedback_due_at == admitted + 21 * DAY


def test_a_very_low_number_reaches_the_supervisor_on_the_next_working_day_until_somebody_asked(dana, mara, vera):
    make_feedback(dana, mara, heard=5, overall=7)
    low = make_feedback(dana, mara, heard=9, fits=4, supervisor_only=True)
    run_pass(now=NOW + HOUR)
    assert not Reminder.objects.filter(rule="feedback_low").exists()

    run_pass(now=NOW + DAY)
    reminder = Reminder.objects.get(rule="feedback_low")
    assert (reminder.recipient, reminder.cause) == (vera, low.pk)
    low.patient = dana
    feedback.ask_about(feedback=low, words="It was the night shift.", by=vera, now=NOW + DAY)
    run_pass(now=NOW + DAY)
    assert not Reminder.objects.standing().filter(rule="feedback_low").exists()
    with pytest.raises(ValidationError, match="quicker"):
        feedback.ask_about(feedback=low, words="Again", by=mara, now=NOW + DAY)


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ({"heard": 9}, {"heard": 8, "fits": 8}, None),
        ({"heard": 9}, {"heard": 7}, "“I feel heard and respected” is 7, 9 last time"),
        ({}, {"overall": 7}, "“Today, all in all” is 7"),
        ({"heard": 10}, {"heard": 8}, "“I feel heard and respected” is 8, 10 last time"),
        ({"heard": 10}, {"matters": 8}, None),
    ],
)
def test_a_lower_number_is_a_sign_to_ask_about(dana, mara, before, now, says):
    make_feedback(dana, mara, **before)
    Signal.objects.all().delete()
    make_feedback(dana, mara, now=NOW + DAY, **now)

    found = [(row.rule, row.said) for row in Signal.objects.all()]
    assert found == ([("feedback", says)] if says else [])


def test_what_is_for_the_supervisor_only_is_no_sign_for_the_team(dana, mara):
    make_feedback(dana, mara, heard=1, supervisor_only=True)

    assert not Signal.objects.exists()


# Patient mode


@pytest.fixture
def tablet(dana, mara, at, client):
    """A device that mara handed to dana; the address of the form that is open on it."""
    at(NOW)
    enter(client, mara)
    answer = client.post(reverse("interactions:feedback_new", args=[dana.ref]), {"way": "tablet"})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_device_that_was_handed_over_belongs_to_nobody(tablet, dana, client):
    page = client.get(tablet)

    assert page.status_code == 200
    assert page.context["request"].user.is_anonymous
    assert "Take the device back" not in page.text  # in words for them, and only the way there
    assert client.get(dana.get_absolute_url()).headers["Location"] == tablet


def test_the_device_comes_back_with_the_password_of_whoever_handed_it_over(tablet, dana, mara, nils, client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    for person in (mara, nils):
        person.set_password(f"a long one for {person.username}")
        person.save()
    take_back = reverse("take_back")

    assert client.post(take_back, {"confirm_password": "a long one for nils"}).status_code == 200
    assert client.get("/today/").headers["Location"] == tablet


def test_the_password_opens_where_they_were(dana, mara, client, at):
    at(NOW)
    mara.set_password("a long one for mara")
    mara.save()
    enter(client, mara)
    form = client.post(reverse("interactions:feedback_new", args=[dana.ref]), {"way": "tablet"}).headers["Location"]
    client.post(form, {"heard": "7"})

    answer = client.post(reverse("take_back"), {"confirm_password": "a long one for mara"})

    assert answer.headers["Location"] == reverse("interactions:feedback_list", args=[dana.ref])
    assert "I feel heard and respected 7" in client.get(answer.headers["Location"]).text
    assert client.get("/today/").status_code == 200


def test_another_tab_of_the_same_browser_is_shut_as_well(tablet, dana, mara, client):
    answer = client.post(
        reverse("interactions:check_in_new", args=[dana.ref]), {"happened": "talked", "text": "From the other tab"}
    )

    assert answer.headers["Location"] == tablet
    assert not CheckIn.objects.of(dana).exists()


def test_a_device_that_was_not_handed_over_knows_no_way_back(client):
    assert Client().get(reverse("take_back")).headers["Location"] == "/"
