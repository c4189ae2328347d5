import uuid

from django.db import models
from django.db.models import Q

from patients.choices import CareRole
from patients.querysets import CareTeamQuerySet
from staff.constraints import known, ordered, real_days


class CareTeamMember(models.Model):
    """A staff member assigned to a patient, with a role, from a moment to a moment."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="care_team")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="care_teams")
    role = models.CharField(max_length=20, choices=CareRole.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    assigned_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    ended_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    introduce_by_at = models.DateTimeField("to introduce themselves by")
    introduced_at = models.DateTimeField(null=True, blank=True)

    objects = CareTeamQuerySet.as_manager()

    class Meta:
        constraints = [
            known("role", CareRole),
            ordered("began_at", "ended_at"),
            real_days("began_at", "ended_at", "introduce_by_at", "introduced_at"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at=None, role=CareRole.PRIMARY),
                name="%(app_label)s_%(class)s_one_primary",
                violation_error_message="There is exactly one primary at a time.",
            ),
            models.UniqueConstraint(
                fields=["patient", "staff"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_once_now",
                violation_error_message="They are already on this care team.",
            ),
        ]
        indexes = [models.Index(fields=["staff", "ended_at"], name="care_team_of_staff")]

    def __str__(self):
        return f"{self.staff}, {self.get_role_display()}"
