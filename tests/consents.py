"""Consents and disclosures in one line, with what their services and their forms ask."""

from datetime import date, timedelta

from patients import disclosing
from tests.factories import NOW

TODAY = date(2026, 6, 10)
SIGNED = date(2026, 6, 1)
LAST_DAY = date(2026, 12, 31)
OFFICER = "Officer J. Ramos, County Probation"

# A probation officer who may learn of attendance and dates, and of nothing else.
CONSENT = {
    "kind": "specific",
    "discloser": "Residential North",
    "recipient_kind": "supervision",
    "recipient": OFFICER,
    "by_class": False,
    "information": ["attendance"],
    "information_words": "On which days I came",
    "purpose": "reporting",
    "purpose_words": "My probation asks for it",
    "expires_on": LAST_DAY,
    "expires_event": "",
    "revoking_words": "At any time, by telling any of us",
    "redisclosure_told": True,
    "refusal_told": True,
    "signed_name": "Dana Whitfield",
    "signed_as": "patient",
    "signed_on": SIGNED,
    "minor_rule": "",
    "parent_name": "",
    "paper": "Folder 12",
}
TPO = {"kind": "tpo", "recipient_kind": "", "recipient": "", "purpose": "", "information": ["record"]}
NOTES = {"kind": "notes", "recipient_kind": "treating", "recipient": "Dr. Lee", "purpose": "treatment",
         "information": ["notes"]}  # fmt: skip
COURT = {"kind": "proceedings", "recipient_kind": "court", "recipient": "County Court", "purpose": "",
         "information": ["summary"]}  # fmt: skip

# What goes under the consent of the probation officer.
DISCLOSURE = {
    "basis": "consent",
    "purpose": "reporting",
    "basis_words": "",
    "court_order": "",
    "recipient_kind": "supervision",
    "recipient": OFFICER,
    "affiliation": "",
    "purpose_words": "The monthly report",
    "information": ["attendance"],
    "given": "",
    "came_on": [date(2026, 6, 8), date(2026, 6, 9)],
    "missed_on": [],
    "how": "paper",
}
WORDS = {"information": ["summary"], "given": "Summary, two pages", "came_on": [], "missed_on": []}
EMERGENCY = {
    "basis": "emergency",
    "purpose": "",
    "basis_words": "Found unconscious in the garden at noon",
    "recipient_kind": "treating",
    "recipient": "Dr. Amy Cho",
    "affiliation": "General Hospital, emergency department",
    "purpose_words": "To treat them",
    "information": ["medication"],
    "given": "Medication and doses, by phone",
    "came_on": [],
    "how": "spoken",
}
GIVEN_AT = NOW - timedelta(hours=1)


def make_consent(patient, *, by, now=NOW, replaces=None, **over):
    return disclosing.record_consent(patient=patient, by=by, now=now, replaces=replaces, **CONSENT | over)


def make_disclosure(consent, *, by, now=NOW, given_at=GIVEN_AT, **over):
    patient = consent.patient
    return disclosing.record_disclosure(
        patient=patient, consent=consent, by=by, now=now, given_at=given_at, given_by=by, **DISCLOSURE | over
    )


def make_emergency(patient, *, by, now=NOW, given_at=GIVEN_AT, **over):
    said = DISCLOSURE | EMERGENCY | over
    return disclosing.record_disclosure(patient=patient, by=by, now=now, given_at=given_at, given_by=by, **said)


def typed(**said):
    """What a browser sends for these answers: no field for what is not ticked."""
    sent = {}
    for name, value in said.items():
        if isinstance(value, bool):
            sent |= {name: "on"} if value else {}
        elif isinstance(value, list):
            dates = bool(value) and isinstance(value[0], date)
            sent[name] = ", ".join(map(str, value)) if dates or name.endswith("_on") else value
        else:
            sent[name] = "" if value is None else str(value)
    return sent
