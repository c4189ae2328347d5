import uuid

from django.db import models
from django.db.models import F, Q

from staff.choices import Weekday
from staff.constraints import known, ordered, real_days
from staff.querysets import AwayQuerySet, MomentsQuerySet, OnCallQuerySet


class WorkingHours(models.Model):
    """When a staff member works on a weekday. A shift that ends before it starts ends on the next day."""

    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            known("weekday", Weekday),
            models.UniqueConstraint(
                fields=["staff", "weekday", "starts"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message="A shift already starts then.",
            ),
            models.CheckConstraint(
                condition=~Q(starts=F("ends")),
                name="%(app_label)s_%(class)s_has_length",
                violation_error_message="A shift ends at another time than it starts.",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class AwayPeriod(models.Model):
    """A staff member is away, and somebody covers."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="away_periods")
    cover = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="covering")
    began_at = models.DateTimeField("away from")
    ended_at = models.DateTimeField("back at")

    objects = AwayQuerySet.as_manager()

    class Meta:
        ordering = ["began_at"]
        constraints = [
            real_days("began_at", "ended_at"),
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("began_at")),
                name="%(app_label)s_%(class)s_ends_after_it_began",
                violation_error_message="They come back after they leave.",
            ),
            models.CheckConstraint(
                condition=Q(cover=None) | ~Q(cover=F("staff")),
                name="%(app_label)s_%(class)s_covered_by_another",
                violation_error_message="Somebody else covers.",
            ),
        ]

    def __str__(self):
        return f"{self.staff} away"


class FloorTeamMember(models.Model):
    """A staff member who looks after everyone now in a program's place of stay."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey("staff.Program", models.PROTECT, related_name="floor_team")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="floors")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MomentsQuerySet.as_manager()

    class Meta:
        constraints = [
            real_days("began_at", "ended_at"),
            ordered("began_at", "ended_at"),
            models.UniqueConstraint(
                fields=["program", "staff"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_once_now",
                violation_error_message="They are already on this floor team.",
            ),
        ]

    def __str__(self):
        return f"{self.staff} on {self.program}"


class OnCallDuty(models.Model):
    """Who answers safety concerns at a site, from when to when. `rank` is the order in which they are asked."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey("staff.Site", models.PROTECT, related_name="on_call")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="on_call")
    phone = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(default=1)
    began_at = models.DateTimeField("from")
    ended_at = models.DateTimeField("until")

    objects = OnCallQuerySet.as_manager()

    class Meta:
        ordering = ["began_at", "rank"]
        constraints = [
            real_days("began_at", "ended_at"),
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("began_at")),
                name="%(app_label)s_%(class)s_ends_after_it_began",
                violation_error_message="A duty ends after it begins.",
            ),
        ]

    def __str__(self):
        return f"{self.staff} on call"
