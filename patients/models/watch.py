import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from patients.choices import Naloxone
from patients.models.records import Record
from patients.outreach import CRITICAL, HIGH
from patients.watch_choices import Arrived, Covered, DayOutcome, WatchBegan, WatchEnd
from patients.watch_querysets import OutreachDayQuerySet, TransitionWatchQuerySet
from staff.constraints import known, known_or_blank, ordered, real_days


class TransitionWatch(models.Model):
    """Staying close to somebody who may tolerate less than they are used to, for as many days as the program says.

    Part of their stays, as a pause is; the days on which somebody is in touch are its `OutreachDay`s.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="watches")
    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="watches")
    because = models.CharField("what began it", max_length=20, choices=WatchBegan.choices)
    began_at = models.DateTimeField()
    began_on = models.DateField()
    last_on = models.DateField()
    ends_at = models.DateTimeField()
    opioid_involved = models.BooleanField(default=False)
    by_letter = models.BooleanField("by letter only", default=False)
    naloxone = models.CharField(max_length=20, choices=Naloxone.choices, blank=True)
    medication = models.CharField("medication", max_length=200, blank=True)
    place_wanted = models.CharField("where they want to go", max_length=200, blank=True)
    place = models.CharField("the next place", max_length=200, blank=True)
    place_booked_on = models.DateField("expected there on", null=True, blank=True)
    arrived = models.CharField("did they get there?", max_length=10, choices=Arrived.choices, blank=True)
    ask_arrival_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=20, choices=WatchEnd.choices, blank=True)
    # By nobody where its days were over.
    ended_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    ended_words = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ()
    objects = TransitionWatchQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [
            known("because", WatchBegan),
            known_or_blank("naloxone", Naloxone),
            known_or_blank("arrived", Arrived),
            known_or_blank("ended_because", WatchEnd),
            ordered("began_on", "last_on"),
            real_days(
                "began_at", "began_on", "last_on", "ends_at", "place_booked_on", "ask_arrival_at", "recorded_at",
                "ended_at",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="") | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="%(app_label)s_%(class)s_ends_for_a_reason",
                violation_error_message="Say why it ends.",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_one_at_a_time",
                violation_error_message="We are staying close to them already.",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["ends_at"], condition=Q(ended_at=None), name="watch_running")]

    def __str__(self):
        return self.get_because_display()

    def get_absolute_url(self):
        return reverse("interactions:staying_close", args=[self.patient.ref])

    @property
    def length(self):
        """How many days it is planned for."""
        return (self.last_on - self.began_on).days

    def day(self, today):
        """Which day of it `today` is: 0 is the day it began; the last one for as long as it is not ended."""
        return min(max((today - self.began_on).days, 0), self.length)

    def label(self, today):
        return f"Staying close: day {self.day(today)} of {self.length}"

    def window(self, today):
        """How close, in words, and the tone of it."""
        day = self.day(today)
        if day <= CRITICAL:
            return "The time to stay closest", "warn"
        return ("Still a time to stay close", "info") if day <= HIGH else ("Staying in touch", "calm")


class OutreachDay(Record):
    """A day on which somebody is in touch. A conversation keeps it, from `counts_from_at` on; nobody ticks it off."""

    watch = models.ForeignKey(TransitionWatch, models.PROTECT, related_name="days")
    number = models.PositiveSmallIntegerField("day")
    owner = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+", verbose_name="who is in touch")
    cover = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    covered = models.CharField(max_length=10, choices=Covered.choices, default=Covered.OWNER)
    due_on = models.DateField()
    from_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalates_at = models.DateTimeField()
    counts_from_at = models.DateTimeField()
    outcome = models.CharField("what became of it", max_length=10, choices=DayOutcome.choices, blank=True)
    outcome_words = models.TextField("in a few words", blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("outcome_words",)
    objects = OutreachDayQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["due_on"]
        constraints = [
            *Record.Meta.constraints,
            known("covered", Covered),
            known_or_blank("outcome", DayOutcome),
            real_days(
                "recorded_at", "due_on", "from_at", "due_at", "escalates_at", "counts_from_at", "settled_at"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None, settled_by=None)
                | (~Q(outcome="") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="%(app_label)s_%(class)s_settled_by_somebody",
                violation_error_message="Say what became of it, and who says so.",
            ),
            models.CheckConstraint(
                condition=(Q(covered=Covered.COVER, cover__isnull=False))
                | (~Q(covered=Covered.COVER) & Q(cover=None)),
                name="%(app_label)s_%(class)s_cover_is_named",
                violation_error_message="Say who stands in.",
            ),
            models.UniqueConstraint(
                fields=["watch", "due_on"],
                name="%(app_label)s_%(class)s_one_a_day",
                violation_error_message="That day is in the plan already.",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["patient", "settled_at", "ref"], name="outreach_day_of_patient"),
            models.Index(fields=["from_at"], condition=Q(settled_at=None), name="outreach_day_open"),
        ]

    def __str__(self):
        return f"Day {self.number}"

    def get_absolute_url(self):
        return reverse("interactions:outreach_day", args=[self.ref])

    @property
    def doer(self):
        """Who is to be in touch on that day."""
        return self.cover or self.owner
