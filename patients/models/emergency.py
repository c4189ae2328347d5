import uuid

from django.db import models
from django.db.models import Value
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from patients.choices import EmergencyReason
from patients.querysets import BreakGlassQuerySet
from staff.choices import Verdict
from staff.constraints import known, ordered, real_days

SHORTEST_REASON = 15  # characters


class BreakGlass(models.Model):
    """One patient's pages, opened by somebody outside their care for an hour, and why. Never changed."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=EmergencyReason.choices)
    words = models.TextField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            known("reason", EmergencyReason),
            ordered("began_at", "ended_at"),
            real_days("began_at", "ended_at"),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length(Trim("words")), Value(SHORTEST_REASON)),
                name="%(app_label)s_%(class)s_says_why",
                violation_error_message=f"Say why in at least {SHORTEST_REASON} characters.",
            ),
        ]
        indexes = [models.Index(fields=["staff", "ended_at"], name="break_glass_of_staff")]

    def __str__(self):
        return str(self.ref)


class BreakGlassReview(models.Model):
    """What an auditor found about one. Only ever added; the newest one holds."""

    break_glass = models.ForeignKey(BreakGlass, models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    words = models.TextField(blank=True)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [known("verdict", Verdict), real_days("reviewed_at")]

    def __str__(self):
        return self.get_verdict_display()
