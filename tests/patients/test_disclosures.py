"""Nothing goes out without a consent that covers it or an exception that the law names; what went is accounted for."""

from datetime import date
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from patients import disclosing
from patients.consent_choices import EXCEPTIONS, Basis, Information, NoticeVersion, RecipientKind
from patients.models import Consent, Disclosure
from patients.services import assign
from staff.calendar import DAY
from tests.cast import enter
from tests.consents import (
    CONSENT,
    COURT,
    DISCLOSURE,
    EMERGENCY,
    GIVEN_AT,
    NOTES,
    OFFICER,
    SIGNED,
    TODAY,
    TPO,
    WORDS,
    make_consent,
    make_disclosure,
    typed,
)
from tests.factories import NOW, make_episode, make_patient, make_staff


@pytest.fixture
def browser(sign_in, mara, at):
    at(NOW)
    return sign_in(mara)


def give(browser, patient, consent=None, **over):
    """Sends the form as mara fills it in; the moment is an hour ago."""
    said = DISCLOSURE | {"given_at": "2026-06-10T09:00"} | over
    sent = typed(**said) | {"consent": str(consent.ref) if consent else ""}
    mara = type(patient.recorded_by).objects.get(username="mara")
    return browser.post(reverse("patients:disclosure_new", args=[patient.ref]), {"given_by": str(mara.ref)} | sent)


def errors(answer):
    assert answer.status_code == 200
    return answer.context["form"].errors


def test_under_its_consent_a_report_of_attendance_goes_out_with_days_and_nothing_else(browser, dana, mara):
    consent = make_consent(dana, by=mara)

    answer = give(browser, dana, consent, missed_on=[date(2026, 6, 5)])

    made = Disclosure.objects.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    assert made.given == "Came: Jun 8, 2026, Jun 9, 2026.\nDid not come: Jun 5, 2026."
    assert (made.consent, made.given_by, made.recorded_by, made.notice) == (
        consent,
        mara,
        mara,
        NoticeVersion.FULL_2024,
    )


# Every kind of consent, with a disclosure that it covers.
COVERED = {
    "specific": ({}, {}),
    "single": (TPO, WORDS | {"recipient_kind": "payer", "recipient": "Acme Health", "purpose": "payment"}),
    "notes": (NOTES, WORDS | {"recipient_kind": "treating", "recipient": "dr. lee ", "purpose": "treatment",
                              "information": ["notes"]}),
    "proceedings": (COURT, WORDS | {"recipient_kind": "court", "recipient": "County Court",
                                    "purpose": "proceedings"}),
}  # fmt: skip
# What is wrong with it, at which field, and words of the reason.
STATES = {
    "run out": ({"expires_on": TODAY - DAY}, "It ran out on Jun 9, 2026."),
    "signed later": ({"signed_on": TODAY}, "It was signed on Jun 10, 2026, after this was given."),
    "taken back": ("revoked", "It ended before this was given. They took it back."),
    "over": ("event", "It ended before this was given. What it was to last until has happened."),
    "replaced": ("replaced", "It ended before this was given. A newer one took its place."),
}
MISMATCHES = {
    "another kind of recipient": ({"recipient_kind": "employer"}, "recipient_kind", "does not cover this kind"),
    "another name": ({"recipient": "Somebody Else"}, "recipient", "and nobody else"),
    "another purpose": ({"purpose": "benefits"}, "purpose", "for another purpose"),
    "no purpose": ({"purpose": ""}, "purpose", "for another purpose"),
    "more information": (WORDS | {"information": ["results", "incident"]}, "information", "does not cover: "),
    "counseling notes": (WORDS | {"information": ["notes"]}, "information", "a consent of their own"),
}


@pytest.mark.parametrize("kind", COVERED)
def test_each_kind_of_consent_lets_go_what_it_covers(kind, browser, dana, mara):
    consent_over, over = COVERED[kind]
    consent = make_consent(dana, by=mara, **consent_over)

    give(browser, dana, consent, **over)

    assert Disclosure.objects.get().consent == consent


@pytest.mark.parametrize("kind", COVERED)
@pytest.mark.parametrize("state", STATES)
def test_a_consent_that_did_not_hold_at_that_moment_lets_nothing_go(kind, state, browser, dana, mara):
    consent_over, over = COVERED[kind]
    what, reason = STATES[state]
    moment = "2026-06-09T09:00" if state == "signed later" else "2026-06-10T09:00"
    consent = make_consent(dana, by=mara, **consent_over | (what if isinstance(what, dict) else {}))
    if what == "replaced":
        make_consent(dana, by=mara, replaces=consent, now=GIVEN_AT - DAY / 24, **consent_over)
    elif isinstance(what, str):
        disclosing.end_consent(
            consent=consent, how=what, told="oral", already_gone="Nothing", by=mara, now=GIVEN_AT - DAY / 24
        )

    answer = give(browser, dana, consent, **{"came_on": [date(2026, 6, 8)]} | over | {"given_at": moment})

    assert errors(answer) == {"consent": [reason]}
    assert "The monthly report" in answer.content.decode()
    assert not Disclosure.objects.exists()


# A class of recipients names nobody, and notes are what a consent for notes is for.
NO_MISMATCH = {("single", "another name"), ("notes", "counseling notes")}


@pytest.mark.parametrize(("kind", "mismatch"), sorted(set(product(COVERED, MISMATCHES)) - NO_MISMATCH))
def test_what_a_consent_does_not_cover_is_refused_with_the_reason_at_its_field(kind, mismatch, browser, dana, mara):
    consent_over, over = COVERED[kind]
    wrong, field, reason = MISMATCHES[mismatch]
    consent = make_consent(dana, by=mara, **consent_over)

    answer = give(browser, dana, consent, **over | wrong)

    assert list(errors(answer)) == [field]
    assert reason in errors(answer)[field][0]
    assert answer.context["form"].data["purpose_words"] == "The monthly report"
    assert not Disclosure.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(browser, dana, mara):
    consent = make_consent(dana, by=mara, expires_on=TODAY - DAY)

    wrong = {"recipient_kind": "police", "recipient": "Sgt. Cole", "purpose": "request"}
    answer = give(browser, dana, consent, **WORDS | wrong)

    assert set(errors(answer)) == {"consent", "recipient_kind", "recipient", "purpose", "information"}


def test_without_a_consent_nothing_goes_out(browser, dana):
    answer = give(browser, dana)

    assert errors(answer) == {"consent": [disclosing.NOTHING_HOLDS]}


def test_a_consent_of_somebody_else_cannot_be_chosen(browser, dana, mara, residential):
    other = make_episode(patient=make_patient("Sam", "Ash"), program=residential, primary=mara).patient
    consent = make_consent(other, by=mara)

    answer = give(browser, dana, consent)

    assert list(errors(answer)) == ["consent"]
    said = DISCLOSURE | {"consent": consent, "given_at": GIVEN_AT, "given_by": mara}
    with pytest.raises(ValidationError):
        disclosing.record_disclosure(patient=dana, by=mara, now=NOW, **said)


def test_covering_consents_are_those_an_export_may_rest_on(dana, mara):
    single, officer = make_consent(dana, by=mara, **TPO), make_consent(dana, by=mara)
    at = {"recipient": "Acme Health", "at": NOW}

    paid = disclosing.covering(dana, recipient_kind="payer", purpose="payment", information={Information.SUMMARY}, **at)
    employed = disclosing.covering(
        dana, recipient_kind="employer", purpose="benefits", information={Information.SUMMARY}, **at
    )
    reported = disclosing.covering(
        dana, recipient_kind="supervision", purpose="reporting", information={Information.ATTENDANCE},
        recipient=OFFICER, at=NOW,
    )  # fmt: skip

    assert (paid, employed, reported) == ([single], [], [officer])
    assert list(Consent.objects.matching(dana, recipient_kind="payer", purpose="payment", at=NOW)) == [single]


ATTENDANCE = {
    "words about them": ({"given": "Came each day, in low spirits"}, "given"),
    "no days": ({"came_on": []}, "came_on"),
    "words among the days": ({"came_on": ["2026-06-08 in low spirits"]}, "came_on"),
    "a day to come": ({"came_on": [TODAY + DAY]}, "came_on"),
    "a day in both lists": ({"missed_on": [date(2026, 6, 8)]}, "missed_on"),
}


@pytest.mark.parametrize("case", ATTENDANCE)
def test_a_report_of_attendance_carries_nothing_but_days(case, browser, dana, mara):
    over, field = ATTENDANCE[case]
    if case == "words among the days":
        over = {"came_on": over["came_on"][0]}

    answer = give(browser, dana, make_consent(dana, by=mara), **over)

    assert list(errors(answer)) == [field]
    assert not Disclosure.objects.exists()


FACTS = {"given_at": "2026-06-10T09:00"}
EXCEPTION = {
    Basis.EMERGENCY: EMERGENCY,
    Basis.RESEARCH: {"recipient_kind": "researcher", "basis_words": "Protocol 7, approved by the board"},
    Basis.AUDIT: {"recipient_kind": "auditor", "basis_words": "The state’s yearly audit"},
    Basis.SERVICE: {"recipient_kind": "operations", "basis_words": "The laboratory’s agreement of January"},
    Basis.CRIME: {"recipient_kind": "police", "basis_words": "A window and a nurse were hit",
                  "information": ["identity", "incident"]},
    Basis.CHILD_ABUSE: {"recipient_kind": "family_services", "basis_words": "State law, first report",
                        "information": ["incident"]},
    Basis.COURT_ORDER: {"recipient_kind": "court", "basis_words": "County Court, 26-118, Judge Hale, June 1",
                        "court_order": "civil"},
}  # fmt: skip


def exception(basis, **over):
    said = WORDS | {"purpose": "", "recipient": "Dr. Amy Cho"} | EXCEPTION[basis]
    return {**said, "given": "What they asked for", "came_on": [], "basis": basis.value, **over}


@pytest.mark.parametrize("basis", EXCEPTIONS)
def test_a_named_exception_lets_go_what_it_is_for_without_a_notice(basis, browser, dana):
    give(browser, dana, **exception(basis))

    made = Disclosure.objects.get()
    assert (made.basis, made.consent, made.notice, made.purpose) == (basis, None, "", "")
    assert made.basis_words == EXCEPTION[basis]["basis_words"]


@pytest.mark.parametrize("basis", EXCEPTIONS)
@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"basis_words": " "}, "basis_words"),
        ({"recipient_kind": "employer"}, "recipient_kind"),
        ({"information": ["notes"]}, "information"),
        ({"information": []}, "information"),
        ({"recipient": " "}, "recipient"),
        ({"purpose_words": ""}, "purpose_words"),
        ({"given": " "}, "given"),
        ({"how": ""}, "how"),
        ({"given_by": ""}, "given_by"),
        ({"given_at": ""}, "given_at"),
        ({"given_at": "2026-06-10T10:30"}, "given_at"),
    ],
)
def test_an_exception_without_what_the_law_asks_is_refused(basis, over, field, browser, dana):
    answer = give(browser, dana, **exception(basis, **over))

    assert list(errors(answer)) == [field]
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("basis", EXCEPTIONS)
def test_an_exception_reaches_only_whom_it_is_for(basis, browser, dana):
    fits, _ = EXCEPTIONS[basis]
    for kind in RecipientKind:
        answer = give(browser, dana, **exception(basis, recipient_kind=kind.value))

        assert (answer.status_code == 302) == (kind in fits), kind


def test_an_emergency_names_where_it_went(browser, dana):
    assert list(errors(give(browser, dana, **exception(Basis.EMERGENCY, affiliation="")))) == ["affiliation"]


@pytest.mark.parametrize("basis", [Basis.CRIME, Basis.CHILD_ABUSE])
def test_a_report_says_who_and_what_happened_and_nothing_of_treatment(basis, browser, dana):
    answer = give(browser, dana, **exception(basis, information=["incident", "summary"]))

    assert list(errors(answer)) == ["information"]


@pytest.mark.parametrize("order", ["subpoena", "", "anything"])
def test_a_subpoena_alone_never_suffices(order, browser, dana):
    answer = give(browser, dana, **exception(Basis.COURT_ORDER, court_order=order))

    assert list(errors(answer)) == ["court_order"]
    assert "A subpoena alone is not enough" in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_the_report_of_child_abuse_is_for_its_author_and_the_supervisor(browser, dana, mara, vera, at):
    nurse = make_staff("nina")
    assign(patient=dana, staff=nurse, role="nurse", by=vera, now=NOW)
    give(browser, dana, **exception(Basis.CHILD_ABUSE, given="The first report"))
    sheet, account = Disclosure.objects.get().get_absolute_url(), reverse("patients:accounting", args=[dana.ref])

    seen = {}
    for who in (mara, vera, nurse):
        theirs = enter(Client(), who)
        seen[who.username] = (
            theirs.get(sheet).status_code,
            "The first report" in theirs.get(account).content.decode(),
            "The first report" in theirs.get(reverse("patients:consents", args=[dana.ref])).content.decode(),
        )

    assert seen == {"mara": (200, True, True), "vera": (200, True, True), "nina": (404, False, False)}


def test_giving_asks_for_the_password_again(client, dana, mara, at):
    at(NOW)

    answer = give(enter(client, mara, confirmed=False), dana, make_consent(dana, by=mara))

    assert answer.status_code == 403
    assert not Disclosure.objects.exists()


def test_an_admin_on_the_care_team_reads_but_gives_nothing(client, dana, ada, mara, vera, at):
    at(NOW)
    assign(patient=dana, staff=ada, role="case_manager", by=vera, now=NOW)
    browser = enter(client, ada)

    assert give(browser, dana, make_consent(dana, by=mara)).status_code == 403
    assert "Give something" not in browser.get(reverse("patients:consents", args=[dana.ref])).content.decode()


def test_what_is_written_cannot_be_changed_in_the_database(dana, mara):
    make_disclosure(make_consent(dana, by=mara), by=mara)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Disclosure.objects.update(given="Nothing")


WRONG_ROWS = {
    "no consent": {"consent": None},
    "no notice": {"notice": ""},
    "no purpose": {"purpose": ""},
    "no recipient": {"recipient": ""},
    "nothing given": {"given": ""},
    "an exception with a consent": {"basis": "audit", "basis_words": "The yearly audit"},
    "an exception without its facts": {"basis": "audit", "consent": None, "notice": "", "purpose": ""},
    "an emergency without a place": {"basis": "emergency", "consent": None, "notice": "", "purpose": "",
                                     "basis_words": "Fell"},
    "a court without its order": {"basis": "court_order", "consent": None, "notice": "", "purpose": "",
                                  "basis_words": "County Court"},
    "notes with something else": {"information": "plan,notes"},
    "everybody at once": {"recipient_kind": "tpo"},
    "after it was written down": {"given_at": NOW + DAY},
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_ROWS)
def test_the_database_holds_what_one_row_must_say(case, dana, mara):
    made = make_disclosure(make_consent(dana, by=mara), by=mara)
    row = Disclosure.objects.get(pk=made.pk)
    row.pk, row.ref = None, Disclosure().ref
    for field, value in WRONG_ROWS[case].items():
        setattr(row, field, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_was_given_before_a_death_can_still_be_written_down(browser, dana):
    type(dana).objects.filter(pk=dana.pk).update(died_on=SIGNED)

    late = give(browser, dana, **exception(Basis.EMERGENCY))
    in_time = give(browser, dana, **exception(Basis.EMERGENCY, given_at="2026-06-01T09:00"))

    assert "has died" in str(errors(late)["__all__"])
    assert in_time.status_code == 302


def test_the_form_under_a_consent_comes_filled_in(browser, dana, mara):
    consent = make_consent(dana, by=mara)

    form = browser.get(reverse("patients:disclosure_new", args=[dana.ref]), {"consent": consent.ref}).context["form"]

    assert form.initial["recipient"] == OFFICER
    assert form.initial["information"] == CONSENT["information"]
