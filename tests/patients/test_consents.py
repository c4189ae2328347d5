"""A consent has every element of 42 CFR 2.31, stands alone where it must, and ends without being changed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from interactions.reminders import run_pass
from patients import disclosing
from patients.models import Consent, ConsentEnding
from staff.calendar import DAY
from staff.models import AccessEntry
from tests.cast import enter
from tests.consents import CONSENT, COURT, LAST_DAY, NOTES, OFFICER, TODAY, TPO, make_consent, make_disclosure, typed
from tests.factories import NOW, make_break_glass, make_episode, make_patient, switch_on
from tests.queries import counted

ELEMENTS = {
    "discloser": "",
    "information": [],
    "information_words": " ",
    "recipient_kind": "",
    "recipient": " ",
    "purpose": "",
    "purpose_words": "",
    "expires_on": None,
    "revoking_words": "",
    "redisclosure_told": False,
    "refusal_told": False,
    "signed_name": "",
    "signed_as": "",
    "signed_on": None,
    "paper": "",
}


@pytest.fixture
def browser(sign_in, mara, at):
    at(NOW)
    return sign_in(mara)


@pytest.fixture
def young(residential, mara):
    patient = make_patient("Kit", "Moore", by=mara, born_on=date(2009, 3, 1), decides="They and their mother")
    return make_episode(patient=patient, program=residential, primary=mara).patient


def write(browser, patient, **over):
    return browser.post(reverse("patients:consent_new", args=[patient.ref]), typed(**CONSENT | over))


def errors(answer):
    assert answer.status_code == 200
    return answer.context["form"].errors


def page(browser, patient):
    return browser.get(reverse("patients:consents", args=[patient.ref])).content.decode()


def test_a_consent_with_every_element_is_kept_and_shown_in_plain_words(browser, dana):
    answer = write(browser, dana)

    assert answer.headers["Location"] == reverse("patients:consents", args=[dana.ref])
    shown = page(browser, dana)
    assert (
        f"Dana allows us to give <strong>{OFFICER}</strong> this: <strong>Attendance and dates only</strong>" in shown
    )
    assert "until the end of Dec 31, 2026" in shown
    assert AccessEntry.objects.filter(action="consent.record").count() == 1


@pytest.mark.parametrize("element", ELEMENTS)
def test_without_any_one_element_it_is_refused_at_its_field_and_nothing_typed_is_lost(element, browser, dana):
    another = "paper" if element == "signed_name" else "signed_name"

    answer = write(browser, dana, **{another: "The words I typed", element: ELEMENTS[element]})

    assert list(errors(answer)) == [element]
    assert "The words I typed" in answer.content.decode()
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "element", ["discloser", "information", "information_words", "recipient", "purpose_words", "revoking_words",
                "signed_name", "paper", "redisclosure_told", "refusal_told"],
)  # fmt: skip
def test_the_database_keeps_no_consent_without_an_element(element, dana, mara):
    consent = make_consent(dana, by=mara)
    consent.pk, consent.ref = None, disclosing.Consent().ref
    setattr(consent, element, "" if isinstance(getattr(consent, element), str) else False)

    with pytest.raises(IntegrityError), transaction.atomic():
        consent.save(force_insert=True)


def test_an_event_may_stand_for_the_last_day(browser, dana):
    write(browser, dana, expires_on=None, expires_event="end of treatment")

    assert Consent.objects.get().expires_at is None
    assert "until “end of treatment”" in page(browser, dana)


def test_a_single_consent_fills_in_the_recipients_and_the_purpose_of_the_rule(browser, dana):
    write(browser, dana, **TPO)

    consent = Consent.objects.get()
    assert (consent.recipient_kind, consent.purpose, consent.by_class) == ("tpo", "tpo", True)
    assert "treating providers, health plans, third-party payers" in consent.recipient


COMBINED = {
    "notes in a specific one": ({"information": ["summary", "notes"]}, "information"),
    "notes with something else": (NOTES | {"information": ["notes", "plan"]}, "information"),
    "notes in a single one": (TPO | {"information": ["record", "notes"]}, "information"),
    "notes in one for proceedings": (COURT | {"information": ["notes"]}, "information"),
    "proceedings in a specific one": ({"purpose": "proceedings"}, "purpose"),
    "proceedings in one for notes": (NOTES | {"purpose": "proceedings"}, "purpose"),
    "proceedings with another purpose": (COURT | {"purpose": "treatment"}, "purpose"),
    "a single one for another recipient": (TPO | {"recipient_kind": "employer"}, "recipient_kind"),
    "a single one for another purpose": (TPO | {"purpose": "benefits"}, "purpose"),
}


@pytest.mark.parametrize("case", COMBINED)
def test_what_must_stand_alone_is_not_combined(case, browser, dana):
    over, field = COMBINED[case]

    answer = write(browser, dana, **over)

    assert list(errors(answer)) == [field]
    assert not Consent.objects.exists()


@pytest.mark.parametrize("over", [NOTES, COURT, TPO], ids=["notes", "proceedings", "single"])
def test_each_kind_can_be_kept_by_itself(over, browser, dana):
    write(browser, dana, **over)

    assert Consent.objects.get().kind == over["kind"]


YOUNG = {
    "a parent alone": ({"signed_as": "parent"}, "signed_as"),
    "somebody else alone": ({"signed_as": "representative"}, "signed_as"),
    "no word on the state's rule": ({}, "minor_rule"),
    "a parent is asked for, and none signed": ({"minor_rule": "with_parent", "parent_name": " "}, "parent_name"),
}


@pytest.mark.parametrize("case", YOUNG)
def test_somebody_under_18_signs_themselves_and_a_parent_where_the_state_asks(case, browser, young):
    over, field = YOUNG[case]

    answer = write(browser, young, **over)

    assert list(errors(answer)) == [field]


def test_a_young_persons_consent_is_kept_with_who_signed_as_well(browser, young):
    write(browser, young, minor_rule="with_parent", parent_name="Jo Moore")

    consent = Consent.objects.get()
    assert (consent.signed_as, consent.parent_name) == ("patient", "Jo Moore")
    assert "Jo Moore, parent or guardian" in page(browser, young)


def test_a_parent_does_not_sign_for_somebody_of_age(browser, dana):
    assert list(errors(write(browser, dana, signed_as="parent"))) == ["signed_as"]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"signed_on": TODAY + DAY}, "signed_on"),
        ({"expires_on": CONSENT["signed_on"] - DAY}, "expires_on"),
        ({"expires_on": date(2500, 1, 1)}, "expires_on"),
    ],
    ids=["signed tomorrow", "ends before it begins", "far off"],
)
def test_days_that_cannot_be_are_refused(over, field, browser, dana):
    assert list(errors(write(browser, dana, **over))) == [field]


def end(browser, consent, **over):
    said = {
        "how": "revoked",
        "told": "oral",
        "words": "“No more.”",
        "already_gone": "Nothing",
        "ended_at": "2026-06-10T09:30",
    }
    return browser.post(reverse("patients:consent_end", args=[consent.ref]), said | over)


def test_a_consent_taken_back_holds_no_more_from_that_moment_and_stays_as_it_was(browser, dana, mara):
    consent = make_consent(dana, by=mara)
    make_disclosure(consent, by=mara, given_at=NOW - DAY)
    proposed = browser.get(reverse("patients:consent_end", args=[consent.ref])).context["form"].initial["already_gone"]

    end(browser, consent, already_gone=proposed)

    ending = ConsentEnding.objects.get()
    assert (ending.how, ending.told, ending.by, ending.ended_at) == ("revoked", "oral", mara, NOW - DAY / 48)
    assert ending.already_gone == f"Jun 9, 2026: Attendance and dates only, to {OFFICER}"
    assert not Consent.objects.holding_at(NOW).exists()
    assert Consent.objects.holding_at(NOW - DAY).get() == consent
    shown = page(browser, dana)
    assert "They took it back on Jun 10, 2026, by saying so" in shown
    assert "No consent holds." in shown


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"told": ""}, "told"),
        ({"already_gone": " "}, "already_gone"),
        ({"ended_at": "2026-06-10T11:00"}, "ended_at"),
        ({"ended_at": "2026-05-31T11:00"}, "ended_at"),
        ({"how": "replaced"}, "how"),
        ({"how": ""}, "how"),
    ],
)
def test_an_ending_says_when_how_and_what_had_gone(over, field, browser, dana, mara):
    consent = make_consent(dana, by=mara)

    answer = end(browser, consent, **over)

    assert list(errors(answer)) == [field]
    assert Consent.objects.holding_at(NOW).exists()


def test_a_consent_ends_once(browser, dana, mara):
    consent = make_consent(dana, by=mara)
    end(browser, consent)

    answer = end(browser, consent, words="“I said so before.”")

    assert errors(answer)["__all__"] == ["This consent has ended already."]


def test_taking_back_asks_for_the_password_again(client, dana, mara, at):
    at(NOW)
    consent = make_consent(dana, by=mara)
    browser = enter(client, mara, confirmed=False)

    answer = end(browser, consent)

    assert answer.status_code == 403
    assert "“No more.”" in answer.content.decode()
    assert Consent.objects.holding_at(NOW).exists()


def test_a_newer_consent_takes_the_place_of_an_earlier_one(browser, dana, mara):
    earlier = make_consent(dana, by=mara)

    browser.post(
        reverse("patients:consent_new", args=[dana.ref]),
        typed(**CONSENT | {"information": ["attendance", "progress"]}) | {"replaces": str(earlier.ref)},
    )

    newer = Consent.objects.holding_at(NOW).get()
    assert earlier.ending.replaced_by_consent == newer
    assert "A newer one took its place" in page(browser, dana)


def test_neither_a_consent_nor_its_ending_can_be_changed_in_the_database(dana, mara):
    consent = make_consent(dana, by=mara)
    disclosing.end_consent(consent=consent, how="event", by=mara, now=NOW)

    for model in (Consent, ConsentEnding):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.update(recorded_at=NOW + DAY)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.all()._raw_delete(model.objects.db)


def test_the_last_day_counts_to_its_end_where_the_patient_is(dana, mara):
    consent = make_consent(dana, by=mara, expires_on=date(2026, 6, 10))
    midnight = dana.latest_episode.program.site.day_bounds(date(2026, 6, 10))[1]

    assert consent.holds(midnight - timedelta(seconds=1))
    assert not consent.holds(midnight)
    assert not Consent.objects.holding_at(midnight).exists()


def test_after_a_death_no_consent_is_written_down(browser, dana):
    type(dana).objects.filter(pk=dana.pk).update(died_on=TODAY)

    answer = write(browser, dana)

    assert "has died" in str(errors(answer)["__all__"])
    assert reverse("patients:consent_new", args=[dana.ref]) not in page(browser, dana)


def test_the_page_costs_the_same_with_many_consents(browser, dana, mara):
    def cost():
        with counted() as statements:
            page(browser, dana)
        return len(statements)

    make_disclosure(make_consent(dana, by=mara), by=mara)
    one = cost()
    for n in range(12):
        make_disclosure(make_consent(dana, by=mara, paper=f"Folder {n}"), by=mara)
        ended = make_consent(dana, by=mara)
        disclosing.end_consent(consent=ended, how="event", by=mara, now=NOW)

    assert cost() == one


def test_a_consent_that_runs_out_reminds_the_primary_two_weeks_before(sign_in, dana, mara, at, residential):
    switch_on(residential, "consent_expiring")
    consent = make_consent(dana, by=mara)
    runs_out = consent.expires_at

    def reminded(moment):
        at(moment)
        run_pass(now=moment)
        shown = sign_in(mara).get(reverse("interactions:reminders")).content.decode()
        linked = reverse("patients:consents", args=[dana.ref]) in shown
        assert ("A consent of Dana runs out soon" in shown) == linked
        return linked

    assert not reminded(runs_out - 15 * DAY)
    assert reminded(runs_out - 14 * DAY)
    make_consent(dana, by=mara, now=runs_out - 13 * DAY, replaces=consent, expires_on=LAST_DAY.replace(year=2027))
    assert not reminded(runs_out - 12 * DAY)


def test_a_consent_meant_for_a_few_days_reminds_nobody(dana, mara):
    make_consent(dana, by=mara, signed_on=TODAY, expires_on=TODAY + 5 * DAY)

    assert not Consent.objects.expiring(NOW, 14 * DAY).exists()


def test_in_an_emergency_the_consents_are_read_and_nothing_goes_out(client, dana, mara, nils, at):
    at(NOW)
    made = make_disclosure(make_consent(dana, by=mara), by=mara)
    make_break_glass(dana, nils, NOW)
    browser = enter(client, nils)

    shown = page(browser, dana)
    closed = ("consent_new", "disclosure_new", "accounting")
    answers = [browser.get(reverse(f"patients:{name}", args=[dana.ref])).status_code for name in closed]

    assert OFFICER in shown
    assert "Give something" not in shown
    assert [*answers, browser.get(made.get_absolute_url()).status_code] == [403] * 4
