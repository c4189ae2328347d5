from django.db import models

from interactions.supervision_querysets import ForSupervisionQuerySet
from staff.constraints import paired, real_days


class ForSupervision(models.Model):
    """That somebody wants to bring a conversation to supervision. It is about them and never part of the record: only
    they and their supervisor see it, and no export, print or timeline holds it.
    """

    check_in = models.OneToOneField("interactions.CheckIn", models.PROTECT, related_name="for_supervision")
    brought_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    talked_at = models.DateTimeField(null=True, blank=True)
    talked_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ForSupervisionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "for supervision"
        constraints = [paired("talked_at", "talked_by"), real_days("brought_at", "talked_at")]

    def __str__(self):
        return f"brought {self.brought_at}"


class LastOpened(models.Model):
    """When a staff member opened a patient's page last, and the visit before that: what came since is new to them.

    `opened_at` moves with every look; `before_at` only when one came back after a while.
    """

    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "last opened"
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "patient"],
                name="%(app_label)s_%(class)s_one_each",
                violation_error_message="This was noted a moment ago.",
            ),
            real_days("opened_at", "before_at"),
        ]

    def __str__(self):
        return f"opened {self.opened_at}"
