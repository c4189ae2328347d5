import uuid

from django.db import models
from django.db.models.functions import Now

from staff.choices import Basis, Outcome, Unusual, Verdict
from staff.constraints import known, real_days
from staff.querysets import AccessedPatientQuerySet, AccessEntryQuerySet, ReviewQuerySet, SealQuerySet


class AccessEntry(models.Model):
    """One request that read or changed something of a patient. Never a word of what was read or typed.

    `mac` is its signature, by a key that is not in the database: see `staff.seals`.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    route = models.CharField(max_length=80)
    method = models.CharField(max_length=10, blank=True)
    action = models.CharField(max_length=60)
    record_ref = models.UUIDField(null=True)
    fields = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OK)
    basis = models.CharField(max_length=20, choices=Basis.choices, default=Basis.VISIBLE)
    session_hash = models.CharField(max_length=64, blank=True)
    address = models.GenericIPAddressField(null=True)
    mac = models.CharField(max_length=64, editable=False)

    objects = AccessEntryQuerySet.as_manager()

    class Meta:
        constraints = [known("outcome", Outcome), known("basis", Basis)]
        indexes = [
            models.Index(fields=["actor", "recorded_at"], name="access_entry_of_actor"),
            models.Index(fields=["recorded_at"], name="access_entry_by_time"),
        ]

    def __str__(self):
        return f"{self.action} {self.recorded_at}"


class AccessedPatient(models.Model):
    """A patient whom an entry concerns; a plain UUID, so the log outlives whatever it speaks of."""

    entry = models.ForeignKey(AccessEntry, models.PROTECT, related_name="patients")
    patient_ref = models.UUIDField(db_index=True)

    objects = AccessedPatientQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "patient_ref"], name="%(app_label)s_%(class)s_once")]

    def __str__(self):
        return str(self.patient_ref)


class Seal(models.Model):
    """What stood in the access log from one id to another at a moment, as a number that the key alone makes."""

    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField()
    count = models.PositiveIntegerField()
    mac = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    objects = SealQuerySet.as_manager()

    class Meta:
        constraints = [real_days("sealed_at")]

    def __str__(self):
        return f"{self.first} to {self.last}"


class Review(models.Model):
    """What an auditor thought of unusual looks: of one person, of one kind, in the hour or day that began then.

    Only ever added; the newest one holds.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Unusual.choices)
    began_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    words = models.TextField(blank=True)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [known("kind", Unusual), known("verdict", Verdict), real_days("began_at", "reviewed_at")]
        indexes = [models.Index(fields=["began_at"], name="review_of_time")]

    def __str__(self):
        return self.get_verdict_display()


class SignInCounter(models.Model):
    """Failed sign-ins in a row of one account, unknown name or address (`key` is a hash for the last two)."""

    key = models.CharField(max_length=80, unique=True)
    failures = models.PositiveIntegerField(default=0)
    counted_from_at = models.DateTimeField()
    blocked_until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [real_days("counted_from_at", "blocked_until_at")]

    def __str__(self):
        return self.key


class ResetRequest(models.Model):
    """Somebody asked for a new password by mail. Kept until the next pass has looked whose address it is, if any."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [real_days("asked_at")]

    def __str__(self):
        return str(self.ref)


class SubmittedForm(models.Model):
    """An opened form that was saved, and where its answer leads: sent again, it leads there and saves nothing.

    `digest` tells whether what is sent again is the same.
    """

    token = models.UUIDField(unique=True)
    by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    location = models.CharField(max_length=300)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [real_days("submitted_at")]

    def __str__(self):
        return str(self.token)
