"""What may go to whom: consents, how they end, and what was given to others (42 CFR Part 2, the 2024 rule)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from patients.choices import Audience
from patients.consent_choices import (
    EXCEPTIONS,
    TPO_PURPOSES,
    TPO_RECIPIENTS,
    TPO_WORDS,
    Basis,
    ConsentKind,
    Ended,
    Information,
    MinorRule,
    Purpose,
    RecipientKind,
    SignedAs,
)
from patients.models import Consent, ConsentEnding, Disclosure
from patients.notices import notice_for
from patients.search import fold
from patients.services import refuse_if_died
from staff.access_log import log_change
from staff.saving import refuse_unless, save_checked

NOTES_ALONE = "SUD counseling notes need a consent of their own, with nothing else in it."
PROCEEDINGS_ALONE = "Use in legal proceedings needs a consent of its own, for nothing else."
SINGLE = "A single consent is for treatment, payment and operations, and goes to those who do them."
MINOR_SIGNS = (
    "They were under 18 on that day: they sign themselves, and a parent or guardian as well where the state asks for "
    "it (42 CFR 2.14) [check with counsel]."
)
NOTHING_HOLDS = "Nothing goes out without a consent that covers it, or an exception that the law names. Choose one."
SUBPOENA = "A subpoena alone is not enough, whoever signed it. It needs an order of a court under §§2.61–2.67 besides."
ATTENDANCE = {Information.ATTENDANCE, Information.IDENTITY}


def day_words(day):
    """ "Jun 3, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"


def listed(values, choices):
    """Labels in one line: "Goals and plan; Medication"."""
    return "; ".join(choices(value).label for value in choices.values if value in values)


def stored(values, choices):
    """The chosen values in the order of the choices, as the column keeps them."""
    return ",".join(value for value in choices.values if value in values)


# Does a consent cover it?


def objections(consent, *, recipient_kind, recipient, purpose, information, at):
    """Why `consent` does not cover this disclosure at the moment `at`, by the field that has to change; empty when it
    does. `information` is a set of `Information`.
    """
    found = {
        "consent": why_not_held(consent, at),
        "recipient_kind": why_not_to(consent, recipient_kind),
        "recipient": why_not_named(consent, recipient),
        "purpose": why_not_for(consent, purpose),
        "information": why_not_given(consent, information),
    }
    return {field: reason for field, reason in found.items() if reason}


def covering(patient, *, recipient_kind, recipient, purpose, information, at):
    """The consents of `patient` under which this may go: what an export for somebody outside asks."""
    asked = {"recipient_kind": recipient_kind, "purpose": purpose, "at": at}
    found = Consent.objects.matching(patient, **asked).newest_first()
    return [one for one in found if not objections(one, recipient=recipient, information=information, **asked)]


def why_not_held(consent, at):
    if at < consent.began_at:
        return f"It was signed on {day_words(consent.signed_on)}, after this was given."
    if consent.expires_at is not None and at >= consent.expires_at:
        return f"It ran out on {day_words(consent.expires_on)}."
    if not consent.holds(at):
        return f"It ended before this was given. {consent.ended.get_how_display()}."
    return ""


def why_not_to(consent, kind):
    fits = TPO_RECIPIENTS if consent.kind == ConsentKind.TPO else (consent.recipient_kind,)
    if kind in fits:
        return ""
    return f"The consent does not cover this kind of recipient. It covers: {consent.get_recipient_kind_display()}."


def why_not_named(consent, recipient):
    if consent.by_class or same(recipient, consent.recipients):
        return ""
    return f"The consent names {' · '.join(consent.recipients)}, and nobody else."


def same(name, names):
    def plain(text):
        return " ".join(fold(text).split())

    return plain(name) in {plain(one) for one in names}


def why_not_for(consent, purpose):
    fits = TPO_PURPOSES if consent.kind == ConsentKind.TPO else (consent.purpose,)
    return "" if purpose in fits else f"The consent is for another purpose: {consent.get_purpose_display()}."


def why_not_given(consent, information):
    if Information.NOTES in information and consent.kind != ConsentKind.NOTES:
        return NOTES_ALONE
    missing = information - consent.classes
    if Information.RECORD in consent.classes:
        missing &= {Information.NOTES, Information.INCIDENT}
    elif consent.kind != ConsentKind.NOTES:
        missing -= {Information.IDENTITY}  # whoever gets anything learns that
    if not missing:
        return ""
    covers = listed(consent.classes, Information)
    return f"The consent does not cover: {listed(missing, Information)}. It covers: {covers}."


# Changes


@transaction.atomic
def record_consent(*, patient, kind, by, now, replaces=None, information=(), **said):
    """Writes down a signed consent and returns it; `replaces` ends with it. Refuses what cannot be combined."""
    refuse_if_died(patient)
    site = patient.latest_episode.program.site
    signed_on, expires_on = said["signed_on"], said.get("expires_on")
    refuse_unless(signed_on <= site.local_date(now), {"signed_on": "This day is still to come."})
    said |= combined(kind, set(information), said)
    said |= signatures(patient, said)
    consent = save_checked(
        Consent(
            patient=patient,
            kind=kind,
            began_at=site.day_bounds(signed_on)[0],
            expires_at=site.day_bounds(expires_on)[1] if expires_on else None,
            recorded_at=now,
            recorded_by=by,
            **said,
        )
    )
    if replaces is not None:
        end_consent(consent=replaces, how=Ended.REPLACED, replaced_by_consent=consent, by=by, now=now)
    log_change(action="consent.record", by=by, patients=[patient], record=consent, fields=["kind", *said])
    return consent


def combined(kind, information, said):
    """What a consent of that kind is for, whom it reaches and what it lets go; refuses what may not stand together."""
    single, court = kind == ConsentKind.TPO, kind == ConsentKind.PROCEEDINGS
    to, purpose, recipient = said["recipient_kind"], said["purpose"], said["recipient"]
    if kind == ConsentKind.NOTES:
        information = information or {Information.NOTES}
        refuse_unless(information == {Information.NOTES}, {"information": NOTES_ALONE})
    refuse_unless(kind == ConsentKind.NOTES or Information.NOTES not in information, {"information": NOTES_ALONE})
    refuse_unless(information, {"information": "Choose what may be given."})
    if single:
        refuse_unless(to in ("", RecipientKind.TPO), {"recipient_kind": SINGLE})
        refuse_unless(purpose in ("", Purpose.TPO), {"purpose": SINGLE})
        to, purpose, recipient = RecipientKind.TPO, Purpose.TPO, recipient.strip() or TPO_WORDS
    if court:
        refuse_unless(purpose in ("", Purpose.PROCEEDINGS), {"purpose": PROCEEDINGS_ALONE})
        purpose = Purpose.PROCEEDINGS
    else:
        refuse_unless(purpose != Purpose.PROCEEDINGS, {"purpose": PROCEEDINGS_ALONE})
    refuse_unless(single or to not in ("", RecipientKind.TPO), {"recipient_kind": "Choose who the recipient is."})
    refuse_unless(single or purpose not in ("", Purpose.TPO), {"purpose": "Choose what it is for."})
    refuse_unless(recipient.strip(), {"recipient": "Name the recipient, or the class of recipients."})
    return {
        "recipient_kind": to,
        "purpose": purpose,
        "recipient": recipient,
        "by_class": said["by_class"] or recipient == TPO_WORDS,
        "information": stored(information, Information),
    }


def signatures(patient, said):
    """Who signed: somebody under 18 signs themselves, and a parent or guardian as well where state law asks for it.

    42 CFR 2.14: with the minor's legal capacity only the minor consents, else the minor and the parent [check].
    """
    if not patient.is_minor(said["signed_on"]):
        refuse_unless(
            said["signed_as"] != SignedAs.PARENT,
            {"signed_as": "They were of age on that day, so no parent signs for them."},
        )
        return {"minor_rule": "", "parent_name": ""}
    refuse_unless(said["signed_as"] == SignedAs.PATIENT, {"signed_as": MINOR_SIGNS})
    refuse_unless(said["minor_rule"], {"minor_rule": "They were under 18: say whose consent your state asks for."})
    with_parent = said["minor_rule"] == MinorRule.WITH_PARENT
    refuse_unless(
        not with_parent or said["parent_name"].strip(),
        {"parent_name": "Your state asks for a parent or guardian: write down who signed as well."},
    )
    return {"parent_name": said["parent_name"] if with_parent else ""}


@transaction.atomic
def end_consent(*, consent, how, by, now, ended_at=None, told="", words="", already_gone="", replaced_by_consent=None):
    """Ends a consent before its day; what went under it stays written down. The consent itself is not touched."""
    ended_at = ended_at or now
    consent = locked(consent)
    refuse_unless(consent.ended is None, "This consent has ended already.")
    refuse_unless(ended_at <= now, {"ended_at": "This is still to come."})
    refuse_unless(ended_at >= consent.began_at, {"ended_at": "This was before it was signed."})
    refuse_unless(
        consent.expires_at is None or ended_at < consent.expires_at,
        f"It had run out by then, on {day_words(consent.expires_on) if consent.expires_on else ''}.",
    )
    if how == Ended.REVOKED:
        refuse_unless(told, {"told": "Say whether they took it back in writing or by saying so."})
        refuse_unless(already_gone.strip(), {"already_gone": "Write down what had gone already, or “nothing”."})
    else:
        told = already_gone = ""
    ending = save_checked(
        ConsentEnding(
            consent=consent,
            how=how,
            told=told,
            words=words,
            already_gone=already_gone,
            replaced_by_consent=replaced_by_consent,
            ended_at=ended_at,
            recorded_at=now,
            by=by,
        )
    )
    log_change(action="consent.end", by=by, patients=[consent.patient], record=consent, fields=["how"])
    return ending


def locked(consent):
    """The consent as it stands, held until the end of the transaction: it cannot end while something goes under it."""
    held = Consent.objects.select_for_update().get(pk=consent.pk)
    held.patient = consent.patient
    return held


@transaction.atomic
def record_disclosure(*, patient, basis, information, given_at, by, now, consent=None, **said):
    """Writes down what was given to somebody outside, and returns it with the notice that goes along.

    Refused, by field: without a consent that covers it at that moment, or a named exception with what the law asks of
    it. An attendance report carries days only, made of `came_on` and `missed_on`.
    """
    information = set(information)
    refuse_unless(given_at <= now, {"given_at": "This is still to come."})
    died_on, site = patient.died_on, patient.latest_episode.program.site
    refuse_unless(
        died_on is None or site.local_date(given_at) <= died_on,
        f"{patient.called} has died. What was given before that day can still be written down.",
    )
    refuse_unless(information, {"information": "Choose what was given."})
    said["given"] = what_was_given(information, site.local_date(given_at), said)
    if basis == Basis.CONSENT:
        refuse_unless(consent is not None and consent.patient_id == patient.pk, {"consent": NOTHING_HOLDS})
        consent = locked(consent)
        wrong = objections(
            consent,
            recipient_kind=said["recipient_kind"],
            recipient=said["recipient"],
            purpose=said["purpose"],
            information=information,
            at=given_at,
        )
        if wrong:
            raise ValidationError(wrong)
        said |= {"basis_words": "", "affiliation": "", "court_order": "", "notice": notice_for(said["how"])}
    else:
        consent = None
        said |= check_exception(basis, information, said)
    disclosure = save_checked(
        Disclosure(
            patient=patient,
            basis=basis,
            consent=consent,
            information=stored(information, Information),
            given_at=given_at,
            recorded_at=now,
            recorded_by=by,
            # A safety report is for its author and the supervisor (clinical.md §1), and so is that it went out.
            audience=Audience.SUPERVISED if basis == Basis.CHILD_ABUSE else Audience.TEAM,
            **said,
        )
    )
    log_change(action="disclosure.record", by=by, patients=[patient], record=disclosure, fields=["basis", *said])
    return disclosure


def what_was_given(information, today, said):
    """The words of what was given. Of attendance alone only days, whoever asks for more (clinical.md §2) [check]."""
    given, came, missed = said["given"], said.pop("came_on"), said.pop("missed_on")
    if not (Information.ATTENDANCE in information and information <= ATTENDANCE):
        refuse_unless(not came and not missed, {"information": "Days belong to a report of attendance alone."})
        refuse_unless(given.strip(), {"given": "Write down what was given."})
        return given
    refuse_unless(
        not given.strip(), {"given": "A report of attendance carries attendance and dates only. Leave this empty."}
    )
    refuse_unless(came or missed, {"came_on": "Give the days."})
    for field, days in (("came_on", came), ("missed_on", missed)):
        refuse_unless(all(day <= today for day in days), {field: "One of these days is still to come."})
    refuse_unless(not set(came) & set(missed), {"missed_on": "One of these days stands in both lists."})
    lines = [
        f"{label}: {', '.join(day_words(day) for day in sorted(set(days)))}."
        for label, days in (("Came", came), ("Did not come", missed))
        if days
    ]
    return "\n".join(lines)


def check_exception(basis, information, said):
    """The facts of a disclosure without consent; refuses what the exception is not for."""
    fits, only = EXCEPTIONS[basis]
    refuse_unless(Information.NOTES not in information, {"information": NOTES_ALONE})
    refuse_unless(
        said["recipient_kind"] in fits,
        {"recipient_kind": f"This exception is for: {listed(fits, RecipientKind)}."},
    )
    refuse_unless(
        not only or information <= only, {"information": f"Under this exception only: {listed(only, Information)}."}
    )
    refuse_unless(
        basis in (Basis.CRIME, Basis.CHILD_ABUSE) or Information.INCIDENT not in information,
        {"information": "What happened goes into such a report only; choose what was given of the record."},
    )
    refuse_unless(said["basis_words"].strip(), {"basis_words": "Say what exactly it rests on."})
    emergency, order = basis == Basis.EMERGENCY, basis == Basis.COURT_ORDER
    refuse_unless(
        not emergency or said["affiliation"].strip(),
        {"affiliation": "Name their hospital or service: 42 CFR 2.51 asks for it."},
    )
    refuse_unless(not order or said["court_order"], {"court_order": f"Choose which order it was. {SUBPOENA}"})
    return {
        "purpose": "",
        "notice": "",
        "affiliation": said["affiliation"] if emergency else "",
        "court_order": said["court_order"] if order else "",
    }
