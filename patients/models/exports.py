import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from patients.choices import ExportKind, ExportPurpose
from patients.export_querysets import ExportQuerySet
from staff.constraints import known, ordered, real_days


class Export(models.Model):
    """Something somebody asked to take out, and whether they did: never its rows, which are asked anew when taken.

    `what` is the key of a list in `patients.exports`, `filters` what narrowed it (ids and codes, never typed words).
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    session_hash = models.CharField(max_length=64)
    what = models.CharField(max_length=40)
    filters = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=10, choices=ExportKind.choices)
    purpose = models.CharField(max_length=20, choices=ExportPurpose.choices)
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            known("kind", ExportKind),
            known("purpose", ExportPurpose),
            real_days("asked_at", "expires_at", "taken_at"),
            ordered("asked_at", "taken_at"),
            ordered("taken_at", "expires_at"),
            models.CheckConstraint(
                condition=~Q(purpose=ExportPurpose.OTHER) | ~Q(words=""),
                name="%(app_label)s_%(class)s_other_purpose_is_said",
                violation_error_message="Say in a few words what it is for.",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, rows=None, sha256="")
                | (Q(taken_at__isnull=False, rows__isnull=False) & ~Q(sha256="")),
                name="%(app_label)s_%(class)s_taken_says_what_left",
                violation_error_message="What was taken says how many rows left, and their hash.",
            ),
        ]
        indexes = [models.Index(fields=["asked_at", "ref"], name="export_by_time")]

    def __str__(self):
        return str(self.ref)

    def get_absolute_url(self):
        return reverse("patients:export", args=[self.ref])

    def is_ready(self, now):
        """Whether it can still be taken."""
        return self.taken_at is None and now <= self.expires_at
