import uuid

from django.db import models
from django.db.models import F, Q

from patients.choices import RestrictionKind
from patients.restricting import ExclusionQuerySet, RestrictionQuerySet
from staff.constraints import known, ordered, paired, real_days


class Restriction(models.Model):
    """From a moment to a moment a record is for the care team by name and the `lead`, a supervisor: nobody sees it by
    cover, floor, duty or program. The lead changes the team and gets what goes to the supervisor.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="restrictions")
    kind = models.CharField(max_length=20, choices=RestrictionKind.choices)
    lead = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="restrictions_led")
    began_at = models.DateTimeField()
    asked_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            known("kind", RestrictionKind),
            ordered("began_at", "ended_at"),
            paired("ended_at", "ended_by"),
            real_days("began_at", "ended_at"),
            models.CheckConstraint(
                condition=~Q(asked_by=F("agreed_by")),
                name="%(app_label)s_%(class)s_second_person",
                violation_error_message="A second person agrees to a restriction.",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_one_open",
                violation_error_message="This record is restricted already.",
            ),
        ]
        indexes = [models.Index(fields=["lead"], condition=Q(ended_at=None), name="restriction_of_lead")]

    def __str__(self):
        return self.get_kind_display()


class Exclusion(models.Model):
    """From a moment to a moment one colleague never sees one patient, whatever else is true of them."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="exclusions")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="exclusions")
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        constraints = [
            ordered("began_at", "ended_at"),
            paired("ended_at", "ended_by"),
            real_days("began_at", "ended_at"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="%(app_label)s_%(class)s_has_a_reason",
                violation_error_message="Say why.",
            ),
            models.UniqueConstraint(
                fields=["patient", "staff"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_one_open",
                violation_error_message="They are kept out of this record already.",
            ),
        ]
        indexes = [models.Index(fields=["staff", "ended_at"], name="exclusion_of_staff")]

    def __str__(self):
        return f"{self.staff}: {self.reason}"
