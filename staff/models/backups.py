from django.db import models
from django.db.models import Q

from staff.constraints import real_days
from staff.querysets import BackupRunQuerySet


class BackupRun(models.Model):
    """A backup that was tried: which moment it shows, and how it ended. No path: that may name people."""

    began_at = models.DateTimeField(db_index=True)
    ok = models.BooleanField()
    seconds = models.FloatField()
    size = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=80, blank=True)

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        constraints = [
            real_days("began_at"),
            models.CheckConstraint(
                condition=(Q(ok=True, error="", size__isnull=False) & ~Q(sha256=""))
                | (Q(ok=False, sha256="", size=None) & ~Q(error="")),
                name="%(app_label)s_%(class)s_ended_one_way",
                violation_error_message="A backup has succeeded, with its size and hash, or failed, with a reason.",
            ),
        ]

    def __str__(self):
        return f"{self.began_at} {'succeeded' if self.ok else self.error}"
