from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.choices import Channel, Happened, Seemed, StartedBy
from interactions.querysets import CheckInQuerySet
from patients.models import Record
from staff.constraints import known, known_or_blank, paired, real_days


class CheckIn(Record):
    """One conversation, or one attempt at one. Its words are `CheckInText`s: corrected by adding, never overwritten."""

    happened_at = models.DateTimeField()
    talked_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    happened = models.CharField("what happened", max_length=20, choices=Happened.choices)
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.IN_PERSON)
    started_by = models.CharField("who started it", max_length=10, choices=StartedBy.choices, blank=True)
    minutes = models.PositiveSmallIntegerField("length in minutes", null=True, blank=True)
    seemed = models.CharField("how did they seem?", max_length=200, blank=True)
    others_present = models.CharField(max_length=200, blank=True)
    what_helped = models.CharField(max_length=300, blank=True)
    hard_moment = models.BooleanField("reached out in a hard moment", default=False)
    good_news = models.CharField(max_length=300, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    as_primary = models.BooleanField(default=False, editable=False)  # talked by the primary, or by their cover
    out_of_hours = models.BooleanField(default=False, editable=False)  # of whoever talked, as of when it was saved
    turn_count = models.PositiveIntegerField(default=0)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=200, blank=True, editable=False)
    source_id = models.CharField(max_length=200, blank=True, editable=False)

    SEARCHED = ("others_present", "what_helped", "good_news")
    objects = CheckInQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("happened", Happened),
            known("channel", Channel),
            known_or_blank("started_by", StartedBy),
            paired("struck_at", "struck_by"),
            real_days("happened_at", "recorded_at", "next_try_at", "struck_at"),
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~Q(source_id=""),
                name="%(app_label)s_%(class)s_imported_once",
                violation_error_message="This conversation was imported before.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "happened_at", "ref"], name="check_in_of_patient"),
            models.Index(fields=["talked_by", "happened_at"], name="check_in_by_staff"),
            models.Index(
                fields=["patient", "happened_at"], condition=Q(out_of_hours=True), name="check_in_out_of_hours"
            ),
        ]

    def get_absolute_url(self):
        return reverse("interactions:check_in", args=[self.ref])

    @property
    def is_late_entry(self):
        """Written down a day or more after it happened."""
        return (self.recorded_at - self.happened_at).total_seconds() >= 24 * 3600

    @property
    def seemed_labels(self):
        return [Seemed(value).label for value in self.seemed.split(",") if value]


class CheckInText(models.Model):
    """One version of what was written about a check-in: the first, a correction within 15 minutes, or an amendment."""

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="texts")
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version"]
        constraints = [
            real_days("recorded_at"),
            models.UniqueConstraint(fields=["check_in", "version"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return f"version {self.version}"


class Turn(models.Model):
    """One turn of an imported conversation, word for word."""

    check_in = models.ForeignKey(CheckIn, models.PROTECT, related_name="turns")
    position = models.PositiveIntegerField()
    speaker = models.CharField(max_length=60)
    time_said = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    extra = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "position"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return f"{self.position} {self.speaker}"
