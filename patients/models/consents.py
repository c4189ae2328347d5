from django.db import models
from django.db.models import Q
from django.urls import reverse

from patients.consent_choices import (
    Basis,
    ConsentKind,
    CourtOrder,
    Ended,
    GivenHow,
    Information,
    MinorRule,
    NoticeVersion,
    Purpose,
    RecipientKind,
    SignedAs,
    Told,
)
from patients.consent_querysets import ConsentQuerySet, DisclosureQuerySet
from patients.models.records import Record
from staff.constraints import known, known_or_blank, ordered, real_days

STAFF = "staff.StaffMember"
WRITTEN = ("discloser", "information_words", "recipient", "purpose_words", "revoking_words", "signed_name", "paper")


def filled(*fields, name, message):
    """None of `fields` is empty."""
    condition = Q()
    for field in fields:
        condition &= ~Q(**{field: ""})
    return models.CheckConstraint(
        condition=condition, name=f"%(app_label)s_%(class)s_{name}", violation_error_message=message
    )


def together(name, one, other, message):
    """Both conditions hold, or neither does."""
    return models.CheckConstraint(
        condition=one & other | ~one & ~other,
        name=f"%(app_label)s_%(class)s_{name}",
        violation_error_message=message,
    )


def in_words(values, choices):
    """The stored values (such as "plan,medication") as labels."""
    return [choices(value).label for value in values.split(",") if value]


class Consent(Record):
    """A signed consent with each element of 42 CFR 2.31(a). Never changed: a newer one replaces it, an ending ends it.

    `began_at` and `expires_at` are the start of the signed day and the end of the last one, where the patient is.
    """

    kind = models.CharField(max_length=20, choices=ConsentKind.choices)
    discloser = models.CharField("who may disclose", max_length=300)
    information = models.CharField(max_length=200)
    information_words = models.TextField("what information, in the words of the paper")
    recipient_kind = models.CharField(max_length=20, choices=RecipientKind.choices)
    recipient = models.CharField("recipients, one a line", max_length=1000)
    by_class = models.BooleanField("these words name a class", default=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    purpose_words = models.CharField(max_length=500)
    revoking_words = models.CharField("the right to take it back, and how", max_length=500)
    expires_on = models.DateField("its last day", null=True, blank=True)
    expires_event = models.CharField("or until", max_length=300, blank=True)
    redisclosure_told = models.BooleanField("the statement about redisclosure was shown")
    refusal_told = models.BooleanField("what refusing would mean was explained")
    signed_name = models.CharField(max_length=200)
    signed_as = models.CharField(max_length=20, choices=SignedAs.choices)
    signed_on = models.DateField("day of the signature")
    minor_rule = models.CharField("under 18: who decides", max_length=20, choices=MinorRule.choices, blank=True)
    parent_name = models.CharField("parent or guardian who signed as well", max_length=200, blank=True)
    paper = models.CharField("where the signed paper is", max_length=300)
    began_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("kind", ConsentKind),
            known("recipient_kind", RecipientKind),
            known("purpose", Purpose),
            known("signed_as", SignedAs),
            known_or_blank("minor_rule", MinorRule),
            ordered("signed_on", "expires_on"),
            real_days("signed_on", "expires_on", "began_at", "expires_at", "recorded_at"),
            filled(*WRITTEN, "information", name="is_complete", message="A consent needs each element of 42 CFR 2.31."),
            models.CheckConstraint(
                condition=Q(redisclosure_told=True, refusal_told=True),
                name="%(app_label)s_%(class)s_was_explained",
                violation_error_message="Show the statement on redisclosure and explain what refusing would mean.",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=False) | ~Q(expires_event=""),
                name="%(app_label)s_%(class)s_ends_some_day",
                violation_error_message="Give its last day, or the event that ends it.",
            ),
            together(
                "last_moment",
                Q(expires_on__isnull=True),
                Q(expires_at__isnull=True),
                "The last moment belongs to the last day.",
            ),
            together(
                "single_recipients",
                Q(kind=ConsentKind.TPO),
                Q(recipient_kind=RecipientKind.TPO),
                "A single consent goes to treating providers, plans, payers and those who help to run the program.",
            ),
            together(
                "single_purpose",
                Q(kind=ConsentKind.TPO),
                Q(purpose=Purpose.TPO),
                "A single consent is for treatment, payment and operations.",
            ),
            together(
                "proceedings_alone",
                Q(kind=ConsentKind.PROCEEDINGS),
                Q(purpose=Purpose.PROCEEDINGS),
                "Use in legal proceedings needs a consent of its own.",
            ),
            models.CheckConstraint(
                condition=Q(kind=ConsentKind.NOTES, information=Information.NOTES)
                | ~Q(kind=ConsentKind.NOTES) & ~Q(information__contains=Information.NOTES),
                name="%(app_label)s_%(class)s_notes_alone",
                violation_error_message="SUD counseling notes need a consent of their own.",
            ),
            models.CheckConstraint(
                condition=Q(minor_rule="") | Q(signed_as=SignedAs.PATIENT),
                name="%(app_label)s_%(class)s_minor_signs",
                violation_error_message="Somebody under 18 signs themselves; a parent or guardian signs as well.",
            ),
            together(
                "parent_where_asked",
                Q(minor_rule=MinorRule.WITH_PARENT),
                ~Q(parent_name=""),
                "A parent or guardian signs where the state asks for it, and only there.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "began_at"], name="consent_of_patient"),
            models.Index(fields=["expires_at"], name="consent_expiring"),
        ]

    def get_absolute_url(self):
        return reverse("patients:consents", args=[self.patient.ref])

    @property
    def recipients(self):
        return [line.strip() for line in self.recipient.splitlines() if line.strip()]

    @property
    def classes(self):
        return {Information(value) for value in self.information.split(",") if value}

    @property
    def information_labels(self):
        return in_words(self.information, Information)

    @property
    def ended(self):
        """Its `ConsentEnding`, or None."""
        return getattr(self, "ending", None)

    def holds(self, at):
        return (
            self.began_at <= at
            and (self.expires_at is None or at < self.expires_at)
            and (self.ended is None or at < self.ended.ended_at)
        )


class ConsentEnding(models.Model):
    """When and how a consent ended before its day. Written once, beside the consent."""

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="ending")
    how = models.CharField(max_length=20, choices=Ended.choices)
    told = models.CharField("how they said so", max_length=20, choices=Told.choices, blank=True)
    words = models.TextField(blank=True)
    already_gone = models.TextField("what had gone already", blank=True)
    replaced_by_consent = models.OneToOneField(Consent, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(STAFF, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            known("how", Ended),
            known_or_blank("told", Told),
            real_days("ended_at", "recorded_at"),
            ordered("ended_at", "recorded_at"),
            together(
                "says_how", Q(how=Ended.REVOKED), ~Q(told=""), "Say whether they took it back in writing or by word."
            ),
            together(
                "says_what_had_gone",
                Q(how=Ended.REVOKED),
                ~Q(already_gone=""),
                "Write down what had gone already; “nothing” is an answer.",
            ),
            together(
                "names_the_newer",
                Q(how=Ended.REPLACED),
                Q(replaced_by_consent__isnull=False),
                "Name the consent that took its place.",
            ),
        ]

    def __str__(self):
        return f"{self.get_how_display()}, {self.ended_at:%Y-%m-%d}"


class Disclosure(Record):
    """Something about a patient that was given to somebody outside, and what that rested on. Append-only."""

    basis = models.CharField("what it rests on", max_length=20, choices=Basis.choices)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, related_name="disclosures")
    purpose = models.CharField(max_length=20, choices=Purpose.choices, blank=True)
    basis_words = models.TextField(blank=True)
    affiliation = models.CharField("their hospital or service", max_length=200, blank=True)
    court_order = models.CharField(max_length=20, choices=CourtOrder.choices, blank=True)
    recipient_kind = models.CharField(max_length=20, choices=RecipientKind.choices)
    recipient = models.CharField(max_length=300)
    purpose_words = models.CharField(max_length=500)
    information = models.CharField(max_length=200)
    given = models.TextField("what was given")
    how = models.CharField(max_length=20, choices=GivenHow.choices)
    given_by = models.ForeignKey(STAFF, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    notice = models.CharField(max_length=10, choices=NoticeVersion.choices, blank=True, editable=False)

    objects = DisclosureQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("basis", Basis),
            known_or_blank("purpose", Purpose),
            known_or_blank("court_order", CourtOrder),
            known("recipient_kind", RecipientKind),
            known("how", GivenHow),
            known_or_blank("notice", NoticeVersion),
            real_days("given_at", "recorded_at"),
            ordered("given_at", "recorded_at"),
            filled(
                "recipient",
                "purpose_words",
                "information",
                "given",
                name="is_complete",
                message="Say to whom it went, what for, and what was given.",
            ),
            models.CheckConstraint(
                condition=~Q(recipient_kind=RecipientKind.TPO) & ~Q(purpose=Purpose.TPO),
                name="%(app_label)s_%(class)s_one_recipient",
                violation_error_message="What was given went to one recipient, for one purpose.",
            ),
            together(
                "rests_on_consent",
                Q(basis=Basis.CONSENT),
                Q(consent__isnull=False),
                "Choose the consent that it rests on.",
            ),
            together("carries_notice", Q(basis=Basis.CONSENT), ~Q(notice=""), "A notice goes with it (42 CFR 2.32)."),
            together("consent_purpose", Q(basis=Basis.CONSENT), ~Q(purpose=""), "Choose the purpose."),
            together("names_exception", ~Q(basis=Basis.CONSENT), ~Q(basis_words=""), "Say what exactly it rests on."),
            together(
                "emergency_place",
                Q(basis=Basis.EMERGENCY),
                ~Q(affiliation=""),
                "Name the hospital or service of whoever received it (42 CFR 2.51).",
            ),
            together(
                "names_the_order",
                Q(basis=Basis.COURT_ORDER),
                ~Q(court_order=""),
                "Choose which order of a court it was.",
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSENT, information=Information.NOTES)
                | ~Q(information__contains=Information.NOTES),
                name="%(app_label)s_%(class)s_notes_alone",
                violation_error_message="SUD counseling notes go only under a consent of their own.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "given_at"], name="disclosure_of_patient")]

    def get_absolute_url(self):
        return reverse("patients:disclosure_sheet", args=[self.ref])

    @property
    def information_labels(self):
        return in_words(self.information, Information)
