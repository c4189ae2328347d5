"""The words of consents and of what goes to others: 42 CFR Part 2 in the 2024 rule (89 FR 12472).

Which kinds of recipient and of information fit which legal basis is to be confirmed by the center's counsel.
"""

from django.db import models


class ConsentKind(models.TextChoices):
    TPO = "tpo", "All future treatment, payment and operations"
    SPECIFIC = "specific", "One purpose"
    NOTES = "notes", "SUD counseling notes, and nothing else"
    PROCEEDINGS = "proceedings", "Use in legal proceedings, and nothing else"


class RecipientKind(models.TextChoices):
    TREATING = "treating", "Somebody who treats them: a doctor, clinic or hospital"
    PAYER = "payer", "A health plan or another payer"
    OPERATIONS = "operations", "Somebody who helps to run this program"
    SUPPORT = "support", "Family, a partner or another support person"
    SUPERVISION = "supervision", "Probation, parole or a treatment court"
    FAMILY_SERVICES = "family_services", "Child protection or family services"
    EMPLOYER = "employer", "An employer, a school or a licensing board"
    LAWYER = "lawyer", "Their lawyer"
    COURT = "court", "A court, or the parties of a proceeding"
    POLICE = "police", "The police or another law enforcement agency"
    AGENCY = "agency", "A public agency, benefits or housing"
    RESEARCHER = "researcher", "A researcher"
    AUDITOR = "auditor", "Somebody who audits or evaluates this program"
    # Of a consent only: the recipients of a single consent, as 42 CFR 2.31(a)(4) lets it describe them.
    TPO = "tpo", "Treating providers, health plans, payers, and people who help to run this program"


class Purpose(models.TextChoices):
    TREATMENT = "treatment", "Treatment"
    PAYMENT = "payment", "Payment"
    OPERATIONS = "operations", "Running this program"
    SUPPORT = "support", "So that somebody close can help"
    REPORTING = "reporting", "A report to whoever required treatment"
    BENEFITS = "benefits", "Work, school, housing or benefits"
    ADVICE = "advice", "Legal advice for them"
    REQUEST = "request", "Because they asked for it"
    PROCEEDINGS = "proceedings", "Use in legal proceedings"
    TPO = "tpo", "All future treatment, payment and operations"  # of a consent only


TPO_RECIPIENTS = (RecipientKind.TREATING, RecipientKind.PAYER, RecipientKind.OPERATIONS)
TPO_PURPOSES = (Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS)
TPO_WORDS = "My treating providers, health plans, third-party payers, and people helping to operate this program"


class Information(models.TextChoices):
    IDENTITY = "identity", "That they are or were here"
    ATTENDANCE = "attendance", "Attendance and dates only"
    PROGRESS = "progress", "How treatment is going"
    PLAN = "plan", "Goals and plan"
    MEDICATION = "medication", "Medication"
    RESULTS = "results", "Test results"
    SUMMARY = "summary", "Diagnosis and a summary"
    BILLING = "billing", "What payment needs"
    RECORD = "record", "The whole record, counseling notes apart"
    NOTES = "notes", "SUD counseling notes"
    INCIDENT = "incident", "What happened, for this one report"  # under an exception only


class SignedAs(models.TextChoices):
    PATIENT = "patient", "The patient"
    PARENT = "parent", "A parent or guardian"
    REPRESENTATIVE = "representative", "Somebody with authority under the law to act for them"


class MinorRule(models.TextChoices):
    """Whose consent state law asks for when a person under 18 comes for treatment: 42 CFR 2.14 [check]."""

    ALONE = "alone", "Our state lets them decide alone"
    WITH_PARENT = "with_parent", "Our state asks for a parent or guardian as well"


class Ended(models.TextChoices):
    REVOKED = "revoked", "They took it back"
    EVENT = "event", "What it was to last until has happened"
    REPLACED = "replaced", "A newer one took its place"  # written with the newer one


class Told(models.TextChoices):
    WRITTEN = "written", "In writing"
    ORAL = "oral", "By saying so"


class Basis(models.TextChoices):
    """What a disclosure rests on: a consent, or an exception that Part 2 names."""

    CONSENT = "consent", "Their written consent (§2.31)"
    EMERGENCY = "emergency", "A medical emergency (§2.51)"
    RESEARCH = "research", "Research (§2.52)"
    AUDIT = "audit", "Audit or evaluation of this program (§2.53)"
    SERVICE = "service", "A qualified service organization of ours (§2.12(c)(4))"
    CRIME = "crime", "A crime on our premises or against our staff (§2.12(c)(5))"
    CHILD_ABUSE = (
        "child_abuse",
        "The first report of child abuse that state law requires (§2.12(c)(6)) [check]",
    )
    COURT_ORDER = "court_order", "A court order (§§2.61–2.67)"


class CourtOrder(models.TextChoices):
    CIVIL = "civil", "An order for a purpose other than prosecution (§2.64)"
    PATIENT = "patient", "An order to investigate or prosecute the patient (§2.65)"
    PROGRAM = "program", "An order to investigate or prosecute this program (§2.66)"
    UNDERCOVER = "undercover", "An order for an undercover agent or informant (§2.67)"


class GivenHow(models.TextChoices):
    PAPER = "paper", "On paper"
    FAX = "fax", "By fax"
    ELECTRONIC = "electronic", "Electronically, secured"
    SPOKEN = "spoken", "Spoken, face to face or by phone"


class NoticeVersion(models.TextChoices):
    """The statements of 42 CFR 2.32(a) that go with a disclosure; their words stand in `notices.py`."""

    FULL_2024 = "2024_1", "42 CFR 2.32(a)(1), 2024"
    SHORT_2024 = "2024_2", "42 CFR 2.32(a)(2), 2024"


# What an exception is for: to whom it lets something go, and what alone may go (empty: no list).
EXCEPTIONS = {
    Basis.EMERGENCY: ({RecipientKind.TREATING}, set()),
    Basis.RESEARCH: ({RecipientKind.RESEARCHER}, set()),
    Basis.AUDIT: ({RecipientKind.AUDITOR, RecipientKind.PAYER, RecipientKind.AGENCY}, set()),
    Basis.SERVICE: ({RecipientKind.OPERATIONS}, set()),
    Basis.CRIME: ({RecipientKind.POLICE}, {Information.IDENTITY, Information.INCIDENT}),
    Basis.CHILD_ABUSE: (
        {RecipientKind.FAMILY_SERVICES, RecipientKind.POLICE},
        {Information.IDENTITY, Information.INCIDENT},
    ),
    Basis.COURT_ORDER: (
        {RecipientKind.COURT, RecipientKind.LAWYER, RecipientKind.POLICE, RecipientKind.AGENCY},
        set(),
    ),
}
