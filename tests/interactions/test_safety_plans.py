"""The safety plan: its versions, its clock, its reminder, and the card in a pocket that tells nobody whose it is."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import strip_tags

from interactions import debts
from interactions.models import Reminder
from interactions.reminders import run_pass
from interactions.services import care, feedback, safety_plans
from interactions.timeline import timeline
from patients.choices import PauseKind
from patients.models import Cadence, Patient, SafetyPlan, SafetyPlanMark
from staff.choices import ProgramKind
from staff.defaults import standards_of
from staff.phases import safety_plan
from tests.cast import enter
from tests.factories import NOW, make_episode, make_patient, make_program, switch_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 6, 10)
SIGNS = "I stop answering my sister."


@pytest.fixture
def browser(at, sign_in, mara):
    at(NOW)
    return sign_in(mara)


def page_of(patient):
    return reverse("interactions:safety_plans", args=[patient.ref])


def write(browser, patient, **said):
    fields = {"form_token": uuid.uuid4(), "signs": SIGNS, "together": "on", "made_on": TODAY.isoformat()} | said
    return browser.post(f"{page_of(patient)}new/", {name: value for name, value in fields.items() if value is not None})


def tap(browser, plan, what, day=TODAY):
    return browser.post(f"{plan.get_absolute_url()}{what}/", {"form_token": uuid.uuid4(), "marked_on": day.isoformat()})


def clock():
    cadence = Cadence.objects.get()
    return cadence.safety_plan_clock_at, cadence.safety_plan_due_at


def owed(patient, viewer, now):
    return "review" in {debt.kind for debt in debts.of_patient(patient, viewer, now)}


def made(patient, by, now=NOW, **said):
    said = {"signs": SIGNS, "together": True} | said
    return safety_plans.write_plan(patient=patient, by=by, now=now, **said)


def test_it_needs_one_section_and_keeps_their_words_as_they_are(browser, dana, mara):
    refused = write(browser, dana, signs="  ", alone="Walk")
    assert "signs" in refused.context["form"].errors

    answer = write(browser, dana, signs="  when i cant sleep\n3 nights  ", ask="Bel 555 0199")

    assert answer.status_code == 302
    plan = SafetyPlan.objects.get()
    assert (plan.signs, plan.made_by, plan.looked_at) == ("  when i cant sleep\n3 nights  ", mara, NOW)
    page = browser.get(page_of(dana)).content.decode()
    for words in ("when i cant sleep", "Bel 555 0199", "not a validated instrument", "This is not an alarm system"):
        assert words in page


def test_a_new_version_begins_with_the_old_words_and_leaves_them_standing(browser, dana):
    write(browser, dana, alone="The porch")
    assert browser.get(f"{page_of(dana)}new/").context["form"]["alone"].value() == "The porch"

    write(browser, dana, alone="The porch, or the roof")

    old, new = SafetyPlan.objects.order_by("number")
    assert (old.alone, old.holds, new.alone, new.holds) == ("The porch", False, "The porch, or the roof", True)
    assert "Version 1" in browser.get(page_of(dana)).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyPlan.objects.update(replaced_at=None)


def test_the_same_form_sent_twice_is_one_version(browser, dana):
    token = uuid.uuid4()

    answers = [write(browser, dana, form_token=token) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {302}
    assert SafetyPlan.objects.count() == 1


def test_a_newer_version_of_a_colleague_is_shown_before_it_is_replaced(browser, dana, mara):
    made(dana, mara, alone="The porch")
    seen = browser.get(f"{page_of(dana)}new/").context["form"]["form_token"].field.widget.seen
    made(dana, mara, now=NOW + HOUR, alone="The roof")

    refused = write(browser, dana, alone="The yard", form_seen=seen)

    assert refused.status_code == 409
    assert "The roof" in refused.content.decode() and "The yard" in refused.content.decode()
    assert SafetyPlan.objects.count() == 2


def test_it_is_looked_at_again_and_given_along_in_one_tap_with_a_day(browser, dana, mara):
    plan = made(dana, mara, now=NOW - 2 * DAY)

    tap(browser, plan, "still-fits")
    tap(browser, plan, "copy", TODAY - DAY)

    plan.refresh_from_db()
    assert (plan.looked_at, plan.copied_at.date()) == (NOW, TODAY - DAY)
    assert sorted(SafetyPlanMark.objects.values_list("kind", flat=True)) == ["copy", "fits"]
    assert SafetyPlan.objects.count() == 1
    entries = [entry.kind for entry in timeline(dana, mara, NOW)[0] if entry.kind.startswith("safety_plan")]
    assert entries == ["safety_plan_mark", "safety_plan_mark", "safety_plan"]


@pytest.mark.parametrize(("day", "words"), [(TODAY + DAY, "still to come"), (TODAY - 5 * DAY, "made after that day")])
def test_a_look_is_on_a_day_that_can_be(browser, dana, mara, day, words):
    plan = made(dana, mara, now=NOW - 2 * DAY)

    assert words in tap(browser, plan, "still-fits", day).content.decode()
    assert not SafetyPlanMark.objects.exists()


def test_a_version_that_was_replaced_is_not_looked_at_any_more(browser, dana, mara):
    old = made(dana, mara)
    made(dana, mara, now=NOW + HOUR)

    assert tap(browser, old, "still-fits").status_code == 409
    assert browser.get(reverse("interactions:safety_plan_card", args=[old.ref])).status_code == 404


def test_written_without_them_it_still_waits_to_be_gone_through(dana, mara):
    before = clock()

    plan = made(dana, mara, together=False)

    assert plan.looked_at is None and clock() == before
    safety_plans.still_fits(plan=plan, by=mara, now=NOW + HOUR)
    assert clock()[0] == NOW + HOUR


# The table of the product's clinical page, by hand.
@pytest.mark.parametrize(
    ("kind", "phases"),
    [
        (ProgramKind.DETOX, ["made before they leave"]),
        (ProgramKind.RESIDENTIAL, ["made within 72 hours, looked at again every 14 days and before they leave"]),
        (ProgramKind.PHP, ["made within 7 days, looked at again every 30 days"]),
        (ProgramKind.IOP, ["made within 14 days, looked at again every 30 days"]),
        (ProgramKind.OUTPATIENT, ["made within 14 days, looked at again every 60 days"] * 2),
        (ProgramKind.AFTERCARE, ["made within 1 day, looked at again every 30 days", *["made within 1 day"] * 2]),
    ],
)
def test_programs_begin_with_the_clinical_defaults(kind, phases, north):
    program = make_program(str(kind), kind, north)

    assert [safety_plan(phase) for phase in program.standards.all()] == phases
    assert len(standards_of(kind)) == len(phases)


def test_residents_make_it_in_three_days_and_look_again_every_two_weeks(dana, mara):
    admitted = dana.latest_episode.admitted_at
    assert clock() == (admitted, admitted + 72 * HOUR)

    made(dana, mara)

    assert clock() == (NOW, NOW + 14 * DAY)


def test_in_detox_it_is_made_before_they_leave(north, mara):
    detox = make_program("Detox North", ProgramKind.DETOX, north)
    one = make_episode(program=detox, primary=mara)
    assert one.cadence.safety_plan_due_at is None  # nobody has planned a day yet

    other = make_episode(make_patient("Omar", by=mara), detox, mara, planned_discharge_on=TODAY + 2 * DAY)

    assert other.cadence.safety_plan_due_at == north.moment(TODAY + DAY, (NOW.replace(hour=12)).time())
    made(other.patient, mara)
    other.cadence.refresh_from_db()
    assert other.cadence.safety_plan_due_at is None


def test_before_residents_leave_it_is_looked_at_once_more_unless_it_just_was(residential, mara, north):
    leaves = TODAY + 8 * DAY
    patient = make_episode(program=residential, primary=mara, planned_discharge_on=leaves).patient
    plan = made(patient, mara)
    eve = north.moment(leaves - DAY, NOW.replace(hour=12).time())
    assert clock()[1] == eve

    safety_plans.still_fits(plan=plan, by=mara, now=eve - 2 * DAY)

    assert clock()[1] == eve - 2 * DAY + 14 * DAY


def test_changed_standards_move_it_for_those_in_care(dana, residential, ada, at, sign_in):
    at(NOW)
    standard = residential.standards.get()
    before = clock()[1]
    values = {field.name: getattr(standard, field.name) for field in standard._meta.concrete_fields}
    values = {name: "on" if value is True else value for name, value in values.items() if value is not False}
    values |= {"safety_plan_within": "5d", "form_token": uuid.uuid4()}
    del values["id"], values["program"]

    answer = sign_in(ada).post(f"/manage/programs/{residential.ref}/standards/0/", values)

    assert answer.status_code == 302
    assert clock()[1] == before + 2 * DAY


def test_what_is_to_be_gone_through_again_is_one_item_and_one_notice(residential, dana, mara):
    switch_on(residential, "reviews_due")
    assert not owed(dana, mara, NOW - HOUR)
    later = NOW + 8 * DAY  # by then the first feedback is due as well

    run_pass(now=NOW + HOUR)
    run_pass(now=later)

    assert owed(dana, mara, later)
    assert Reminder.objects.filter(rule="reviews_due").count() == 1


def test_its_reminder_ends_with_it_and_the_next_thing_gets_a_notice_of_its_own(residential, dana, mara):
    """The first feedback counts from the admission as well: it must not pass for a notice that came before."""
    switch_on(residential, "reviews_due")
    run_pass(now=NOW + HOUR)
    made(dana, mara, now=NOW + 2 * HOUR)
    run_pass(now=NOW + 3 * HOUR)
    assert not Reminder.objects.standing().filter(rule="reviews_due").exists()

    asked_at = Cadence.objects.get().feedback_due_at
    run_pass(now=asked_at + HOUR)

    standing = Reminder.objects.standing().get(rule="reviews_due")
    assert (standing.due_at, standing.planned_at) == (asked_at, asked_at + HOUR)
    feedback.invite(patient=dana, way="declined", by=mara, now=asked_at + 2 * HOUR)
    run_pass(now=asked_at + 3 * HOUR)
    assert not Reminder.objects.standing().filter(rule="reviews_due").exists()


@pytest.mark.parametrize("how", ["discharge", "death", "pause"])
def test_it_is_not_asked_for_when_they_are_not_here(how, residential, dana, mara, vera):
    switch_on(residential, "reviews_due")
    run_pass(now=NOW + HOUR)
    told = {"by": vera, "now": NOW + 2 * HOUR}
    if how == "discharge":
        care.discharge(episode=dana.latest_episode, reason="completed", contact_after="yes", **told)
    if how == "death":
        care.record_death(patient=dana, died_on=TODAY, **told)
    if how == "pause":
        care.pause(episode=dana.latest_episode, kind=PauseKind.HOSPITAL, back_on=TODAY + 3 * DAY, **told)

    run_pass(now=NOW + 3 * HOUR)

    assert not Reminder.objects.standing().filter(rule="reviews_due").exists()


def test_who_comes_back_is_asked_whether_the_old_one_still_fits(residential, dana, mara, vera):
    plan = made(dana, mara)
    care.discharge(episode=dana.latest_episode, reason="completed", contact_after="yes", by=vera, now=NOW + DAY)
    back = NOW + 30 * DAY
    care.readmit(patient=Patient.objects.with_care().get(), program=residential, primary=mara, by=vera, now=back)
    patient = Patient.objects.with_care().get()
    assert patient.latest_episode.cadence.safety_plan_due_at == back + 72 * HOUR

    plan.patient = patient
    safety_plans.still_fits(plan=plan, by=mara, now=back + HOUR)

    patient.latest_episode.cadence.refresh_from_db()
    assert patient.latest_episode.cadence.safety_plan_due_at == back + HOUR + 14 * DAY


def test_how_fresh_it_is_stands_where_one_looks_before_talking(browser, dana, mara):
    places = [dana.get_absolute_url(), reverse("interactions:brief", args=[dana.ref]), page_of(dana)]
    assert all("one yet" in browser.get(place).content.decode() for place in places)

    made(dana, mara, now=NOW - 2 * DAY)

    assert all("ooked at together 2 days ago" in browser.get(place).content.decode() for place in places)


def test_the_form_of_a_discharge_says_what_is_missing_and_holds_nobody_up(at, client, dana, vera):
    at(NOW)
    enter(client, vera)
    form = reverse("interactions:episode_act", args=[dana.ref, "discharge"])
    assert "There is no safety plan yet." in client.get(form).content.decode()
    other = reverse("interactions:episode_act", args=[dana.ref, "transfer"])
    assert "safety plan" not in client.get(other).content.decode().partition("<main")[2].replace("Safety plan</a>", "")

    plan = made(dana, vera)
    assert "They have no copy of it yet." in client.get(form).content.decode()
    safety_plans.give_copy(plan=plan, by=vera, now=NOW)
    assert "no copy" not in client.get(form).content.decode()

    SafetyPlan.objects.update(copied_at=None)
    sent = {"discharged_on": TODAY.isoformat(), "reason": "completed", "contact_after": "yes"}
    assert client.post(form, sent).status_code == 302


def words_of(page):
    return re.sub(r"\s+", " ", strip_tags(page.partition('<main id="main"')[2]))


def test_the_card_tells_nobody_who_carries_it_from_where_or_why(browser, dana, mara, north, settings):
    north.phone, north.crisis_line = "555 0100", "North nurse line, any hour: 555 0101"
    north.save(update_fields=["phone", "crisis_line"])
    plan = made(dana, mara, alone="The porch", safer="Naloxone is in the blue drawer")

    page = browser.get(reverse("interactions:safety_plan_card", args=[plan.ref])).content.decode()

    card = words_of(page)
    for words in (SIGNS, "The porch", "blue drawer", "555 0100", "555 0101", "911", "call or text 988, any time"):
        assert words in card
    for words in ("North", "nurse", dana.given_name, dana.family_name, dana.record_number, "safety plan",
                  "treatment", "recovery", "patient", settings.PUBLIC_NAME, mara.name):  # fmt: skip
        assert words.lower() not in card.lower(), words
    assert "<title>When it gets hard</title>" in page


@pytest.mark.parametrize("line", ["", "Ask for the nurse"])
def test_no_word_of_the_site_can_empty_the_crisis_lines_on_the_card(browser, dana, mara, north, line):
    north.phone, north.crisis_line = "", line
    north.save(update_fields=["phone", "crisis_line"])

    card = words_of(browser.get(reverse("interactions:safety_plan_card", args=[made(dana, mara).ref])).content.decode())

    assert "911" in card and "988" in card and "nurse" not in card


def test_what_their_own_words_would_tell_is_said_beside_the_card_and_left_to_them(browser, dana, mara):
    plan = made(dana, mara, ask="My sponsor Lou, or the counselors at Residential North")

    page = browser.get(reverse("interactions:safety_plan_card", args=[plan.ref])).content.decode()

    beside = page.partition("<main")[0]
    assert "“sponsor”" in beside and "“Residential North”" in beside
    assert "My sponsor Lou" in words_of(page)


def test_what_is_for_fewer_eyes_stays_away_from_page_brief_and_card(browser, dana, mara, vera):
    plan = made(dana, vera)
    SafetyPlan.objects.update(audience="supervised")

    for address in (page_of(dana), reverse("interactions:brief", args=[dana.ref]), dana.get_absolute_url()):
        assert SIGNS not in browser.get(address).content.decode()
    assert browser.get(reverse("interactions:safety_plan_card", args=[plan.ref])).status_code == 404
