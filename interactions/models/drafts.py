import uuid

from django.db import models
from django.urls import reverse

from interactions.draft_querysets import DraftQuerySet
from staff.constraints import real_days


class Draft(models.Model):
    """What somebody typed into an opened form and has not saved yet. It is the opened form: `token` is the form's own.

    `text` is what was typed as JSON pairs of name and value, in ASCII, so that every letter survives either database. A
    form that was opened to go on with an earlier draft names that one's token in `continues`.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.UUIDField(unique=True)
    continues = models.UUIDField(null=True)
    by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=300)
    text = models.TextField()
    counter = models.BigIntegerField()
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [real_days("saved_at")]
        indexes = [models.Index(fields=["by", "-saved_at"], name="draft_of_author")]

    def __str__(self):
        return str(self.ref)

    def get_absolute_url(self):
        return reverse("interactions:draft", args=[self.ref])

    @property
    def way_on(self):
        """The address of its form, opened with what was typed, for its author."""
        return f"{self.path}?draft={self.ref}"
