import uuid

from django.db import models
from django.db.models import Q

from staff.boundary_querysets import BoundaryPolicyQuerySet
from staff.constraints import real_days


class BoundaryPolicy(models.Model):
    """A version of a program's rules of professional distance. It is never changed: a new one takes its place."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey("staff.Program", models.PROTECT, related_name="boundary_policies")
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    objects = BoundaryPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "boundary policies"
        ordering = ["program", "version"]
        constraints = [
            real_days("published_at"),
            models.UniqueConstraint(fields=["program", "version"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="%(app_label)s_%(class)s_says_something",
                violation_error_message="Write the policy.",
            ),
        ]

    def __str__(self):
        return f"{self.program}, version {self.version}"


class PolicyAcknowledgement(models.Model):
    """That somebody has read a version of a policy."""

    policy = models.ForeignKey(BoundaryPolicy, models.PROTECT, related_name="acknowledgements")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="acknowledged_policies")
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [
            real_days("acknowledged_at"),
            models.UniqueConstraint(fields=["policy", "staff"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return f"{self.staff}: {self.policy}"
