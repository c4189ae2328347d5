from django.db import models

from interactions.choices import Action
from interactions.querysets import HistoryQuerySet
from staff.constraints import known, real_days


class HistoryEntry(models.Model):
    """One thing that was done with a record, whatever its kind. Only ever added."""

    record_ref = models.UUIDField()
    action = models.CharField(max_length=20, choices=Action.choices)
    words = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, related_name="+")

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "history entries"
        ordering = ["happened_at", "pk"]
        constraints = [known("action", Action), real_days("happened_at")]
        indexes = [models.Index(fields=["record_ref", "happened_at"], name="history_of_record")]

    def __str__(self):
        return self.get_action_display()
