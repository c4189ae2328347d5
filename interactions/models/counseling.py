from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.querysets import CounselingNoteQuerySet
from patients.choices import Audience
from patients.models import Record
from staff.constraints import known, real_days


class CounselingNote(Record):
    """What was worked on in a counseling session, kept apart from the rest of the record (42 CFR 2.11): for its author
    and the co-treaters they name, and for nobody else. Its words are `CounselingNoteText`s.
    """

    audience = models.CharField(max_length=20, choices=Audience.choices, default=Audience.NAMED, editable=False)
    held_at = models.DateTimeField("when the session was")

    objects = CounselingNoteQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            known("audience", Audience),
            models.CheckConstraint(
                condition=Q(audience=Audience.NAMED),
                name="%(app_label)s_%(class)s_for_named_people",
                violation_error_message="A counseling note is for its author and those they name.",
            ),
            real_days("held_at", "recorded_at"),
        ]
        indexes = [models.Index(fields=["patient", "held_at", "ref"], name="counseling_note_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:counseling_note", args=[self.ref])

    @property
    def is_late_entry(self):
        """Written down a day or more after the session."""
        return (self.recorded_at - self.held_at).total_seconds() >= 24 * 3600


class CounselingNoteText(models.Model):
    """One version of a note's words: the first, a correction within 15 minutes, or an amendment."""

    note = models.ForeignKey(CounselingNote, models.PROTECT, related_name="texts")
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version"]
        constraints = [
            real_days("recorded_at"),
            models.UniqueConstraint(fields=["note", "version"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return f"version {self.version}"
