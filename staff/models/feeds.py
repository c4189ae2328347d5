from django.db import models
from django.db.models import Q

from staff.constraints import ordered, real_days
from staff.querysets import CalendarFeedQuerySet


class CalendarFeed(models.Model):
    """A secret address under which the calendar of a staff member fetches their appointments, until it is turned off.

    The address is kept as a hash only: who reads this table opens no calendar.
    """

    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_fetched_at = models.DateTimeField(null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            real_days("made_at", "revoked_at", "last_fetched_at"),
            ordered("made_at", "revoked_at"),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(revoked_at=None),
                name="%(app_label)s_%(class)s_one_each",
                violation_error_message="There is a link already. Turn it off first.",
            ),
        ]

    def __str__(self):
        return f"of {self.staff_id}, made {self.made_at}"
