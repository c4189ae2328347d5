"""The pages of staying close, as a clinician and a supervisor use them."""

from datetime import timedelta

import pytest

from interactions.services import care
from interactions.services.checkins import log_conversation
from patients.models import Episode, OutreachDay, Patient, TransitionWatch
from tests.factories import NOW, make_episode, make_on_call

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def leave(patient, by, now=NOW, **over):
    patient = Patient.objects.with_care().get(pk=patient.pk)
    return care.discharge(
        episode=patient.latest_episode, **{"reason": "completed", "contact_after": "yes", "by": by, "now": now} | over
    )


def fresh(patient):
    return Patient.objects.with_care().get(pk=patient.pk)


@pytest.fixture
def page_of(at, sign_in):
    def opened(user, patient, now=NOW, path="staying-close/"):
        at(now)
        return sign_in(user).get(f"/patients/{patient.ref}/{path}").content.decode()

    return opened


def test_it_says_the_day_who_is_in_touch_and_what_to_ask(page_of, dana, mara, nils):
    leave(dana, mara, outreach_owner=nils, naloxone="not_asked", next_place="Harbor House")

    page = page_of(nils, dana, NOW + 2 * DAY)

    assert "Staying close: day 2 of 90" in page
    assert "The time to stay closest" in page
    assert "Naloxone: nobody could ask" in page and "Did they get to the next place? (Harbor House)" in page
    assert "Nils" in page


def test_the_clocks_say_of_each_contact_why_it_counts(page_of, dana, mara, nils):
    leave(dana, mara, outreach_owner=nils)
    for at, over in (
        (NOW + HOUR, {"happened": "talked", "text": "Goodbye"}),
        (NOW + DAY, {"happened": "no_answer"}),
        (NOW + DAY + HOUR, {"happened": "talked", "text": "Hi", "channel": "text"}),
        (NOW + 2 * DAY, {"happened": "talked", "text": "Hi", "channel": "call"}),
    ):
        log_conversation(**{"patient": fresh(dana), "by": nils, "now": at, "channel": "call"} | over)

    page = page_of(nils, dana, NOW + 3 * DAY)

    for why in (
        "It was on the day they left; another day is asked for", "We did not reach them",
        "Text: in person, a call or video is asked for", "A conversation on day 2, call",
    ):  # fmt: skip
        assert why in page
    assert page.count("Does not count") == 3


def test_after_outpatient_care_there_are_no_clocks(page_of, mara, vera, outpatient):
    patient = make_episode(program=outpatient, primary=mara).patient
    leave(patient, mara, outreach_owner=mara)

    assert "Follow-up within 7 and 30 days" not in page_of(mara, patient, NOW + DAY)


def test_what_they_said_is_written_down_and_none_of_it_has_to_be(sign_in, at, dana, mara, nils):
    leave(dana, mara, outreach_owner=nils, next_place="Harbor House")
    at(NOW + DAY)
    browser = sign_in(nils)
    address = f"/patients/{dana.ref}/staying-close/asked/"
    form = browser.get(address).context["form"]
    data = {"form_token": form["form_token"].value(), "place": "Harbor House", "arrived": "yes", "naloxone": "has"}
    data |= {field.html_name: field.value() for field in form.hidden_fields()}

    assert browser.post(address, data).status_code == 302
    watch = TransitionWatch.objects.get()
    assert (watch.arrived, watch.naloxone, watch.ask_arrival_at) == ("yes", "has", None)


def test_it_begins_by_hand(sign_in, at, dana, mara):
    at(NOW)
    browser = sign_in(mara)
    address = f"/patients/{dana.ref}/staying-close/begin/"
    form = browser.get(address).context["form"]
    data = {field.html_name: field.value() for field in form.hidden_fields()}
    answer = browser.post(address, data | {"because": "medication", "began_on": "2026-06-10"}, follow=True)

    assert "Staying close: day 0 of 120" in answer.content.decode()
    assert {day.owner for day in OutreachDay.objects.all()} == {mara}


def test_a_no_hides_the_beginning(page_of, dana, mara, vera):
    leave(dana, mara, contact_after="no")

    page = page_of(vera, dana)

    assert "asked us not to be in touch" in page
    assert "staying-close/begin/" not in page


def test_it_stands_on_my_day_and_in_the_list_and_for_the_supervisor(sign_in, at, dana, mara, nils, vera):
    leave(dana, mara, outreach_owner=nils)
    at(NOW + 2 * DAY)

    assert "Stay in touch" in sign_in(nils).get("/today/").content.decode()
    supervisor = sign_in(vera)
    assert "Staying close: day 2 of 90" in supervisor.get("/patients/").content.decode()
    assert "Day 2: they left our care" in supervisor.get("/team/transitions/").content.decode()


def test_the_supervisor_sees_a_day_that_nobody_covers_before_it_comes(sign_in, at, dana, mara, vera, residential):
    residential.site.on_call.all().delete()
    Episode.objects.update(opioid_involved=True)
    leave(dana, mara, NOW + 2 * DAY)
    at(NOW + 2 * DAY)

    assert "Nobody is at work that day" in sign_in(vera).get("/team/transitions/").content.decode()


def test_on_call_they_find_somebody_on_their_day(sign_in, at, dana, mara, nils, residential):
    residential.site.on_call.all().delete()
    make_on_call(residential.site, nils)
    Episode.objects.update(opioid_involved=True)
    leave(dana, mara, NOW + 2 * DAY)

    at(NOW + 3 * DAY)
    browser = sign_in(nils)
    assert dana.called in browser.get("/today/").content.decode()
    assert browser.get(f"/patients/{dana.ref}/staying-close/").status_code == 200
    at(NOW + 4 * DAY)
    assert sign_in(nils).get(f"/patients/{dana.ref}/staying-close/").status_code == 404


def test_silence_while_we_stay_close_is_to_reach_out_today(page_of, dana, mara):
    from interactions.services import watch

    watch.begin(patient=dana, because="medication", by=mara, now=NOW - DAY)

    assert "Reach out today" in page_of(mara, dana, NOW + 5 * DAY, path="")
