import uuid

from django.db import models

from patients.choices import Audience
from patients.querysets import RecordQuerySet
from staff.constraints import known


class Record(models.Model):
    """What every kind of record about a patient has: its patient, its author, and who may see it."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    audience = models.CharField(max_length=20, choices=Audience.choices, default=Audience.TEAM)
    not_for = models.ForeignKey(
        "staff.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The colleague it is about: they never see it.",
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    folded = models.TextField(blank=True, editable=False)

    # The fields whose words a search in the timeline reads; `folded` holds them without case and accents.
    SEARCHED = ()
    # Whether what we hold of somebody counts it, for those who may see it.
    COUNTED = True

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [known("audience", Audience)]

    def __str__(self):
        return str(self.ref)

    def searched_words(self):
        return " ".join(getattr(self, name) for name in self.SEARCHED if getattr(self, name))


class RecordReader(models.Model):
    """A person named as a reader of a record whose audience is `named`."""

    record_ref = models.UUIDField(db_index=True)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_ref", "staff"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return str(self.record_ref)
