import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from patients.choices import ContactAfter
from patients.querysets import PatientQuerySet
from patients.record_querysets import SafeContactQuerySet
from staff.choices import Basis
from staff.constraints import known_or_blank, real_days

BIDI_CONTROLS = dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_name(text):
    """Names keep every letter of every script; signs that turn the reading direction of a page around are refused."""
    if any(sign in BIDI_CONTROLS for sign in text):
        raise ValidationError("Leave out the invisible signs that change the direction of writing.")


class RecordNumbers(models.Model):
    """The last record number given (one row)."""

    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return str(self.last)


class Patient(models.Model):
    """A person before, in or after care."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record_number = models.CharField(max_length=12, unique=True, editable=False)
    given_name = models.CharField(max_length=120, validators=[check_name])
    family_name = models.CharField(max_length=120, blank=True, validators=[check_name])
    preferred_name = models.CharField(
        max_length=120, blank=True, validators=[check_name], help_text="What they like to be called."
    )
    pronouns = models.CharField(max_length=40, blank=True, validators=[check_name])
    born_on = models.DateField("date of birth", null=True, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=60, blank=True, help_text="If other than English.")
    interpreter = models.BooleanField("needs an interpreter", default=False)
    decides = models.CharField(
        "who decides",
        max_length=200,
        blank=True,
        help_text="For a person under 18: who decides about treatment.",
    )
    wants_milestones = models.BooleanField("milestones are welcome", default=True)
    account = models.ForeignKey(
        "staff.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Their own account, if they work here: nobody opens their own record.",
    )
    died_on = models.DateField(null=True, blank=True)
    latest_episode = models.ForeignKey("patients.Episode", models.PROTECT, null=True, editable=False, related_name="+")
    safety_open_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey("staff.StaffMember", models.PROTECT, editable=False, related_name="+")

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            real_days("born_on", "died_on", "safety_open_at", "recorded_at"),
            models.CheckConstraint(
                condition=~Q(given_name=""),
                name="%(app_label)s_%(class)s_has_a_name",
                violation_error_message="Give at least one name.",
            ),
        ]
        indexes = [models.Index(fields=["family_name", "given_name", "ref"], name="patient_by_name")]

    # Under which rule their pages were opened: set by `open_patient`.
    basis = Basis.VISIBLE

    def __str__(self):
        return self.record_number

    def get_absolute_url(self):
        return reverse("interactions:patient_page", args=[self.ref])

    @property
    def read_only(self):
        """Whether their pages were opened in an emergency: for reading, and for a note."""
        return self.basis == Basis.BREAK_GLASS

    @property
    def called(self):
        """The name to address them by."""
        return self.preferred_name or self.given_name

    @property
    def display_name(self):
        """The name to find them by in a list: as they are called, and the family name."""
        return f"{self.called} {self.family_name}".strip()

    @property
    def legal_name(self):
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self):
        return "".join(name[0] for name in (self.given_name, self.family_name) if name).upper()

    def age(self, today):
        """Whole years on `today`, or None when the date of birth is not known."""
        if self.born_on is None:
            return None
        return today.year - self.born_on.year - ((today.month, today.day) < (self.born_on.month, self.born_on.day))

    def is_minor(self, today):
        age = self.age(today)
        return age is not None and age < 18


class NameKey(models.Model):
    """A word of a patient's names, folded; or such a word with one letter masked by "?", for search with a slip."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="name_keys")
    key = models.CharField(max_length=130, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "key"], name="%(app_label)s_%(class)s_once")]

    def __str__(self):
        return self.key


class SafeContact(models.Model):
    """How to reach this person without harm, as they said on one day. The newest one holds; earlier ones stay."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="safe_contacts")
    ways = models.CharField("ways that are fine", max_length=200, blank=True)
    times = models.CharField("good times", max_length=200, blank=True)
    may_leave_message = models.BooleanField(default=False)
    message_words = models.CharField("with these words", max_length=200, blank=True)
    name_to_use = models.CharField("name to use", max_length=120, blank=True)
    who_may_answer = models.CharField(max_length=200, blank=True)
    never = models.CharField("never to be used", max_length=200, blank=True)
    after_leaving = models.CharField(max_length=10, choices=ContactAfter.choices, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    objects = SafeContactQuerySet.as_manager()

    class Meta:
        constraints = [known_or_blank("after_leaving", ContactAfter), real_days("recorded_at")]
        indexes = [models.Index(fields=["patient", "recorded_at"], name="safe_contact_of_patient")]

    def __str__(self):
        return f"asked {self.recorded_at:%Y-%m-%d}"
