import uuid

from django.db import models
from django.db.models import F, Q

from patients.care_querysets import EpisodeQuerySet, PauseQuerySet, PlacementQuerySet
from patients.choices import CameBy, ContactAfter, DischargeReason, Naloxone, PauseKind, RequiredBy
from staff.constraints import known, known_or_blank, ordered, paired, real_days


class Episode(models.Model):
    """One stay, from admission to discharge, through all its programs and pauses."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="episodes")
    program = models.ForeignKey("staff.Program", models.PROTECT, related_name="episodes")
    room = models.CharField(max_length=20, blank=True)
    admitted_at = models.DateTimeField()
    admitted_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    came_by = models.CharField("how they came", max_length=20, choices=CameBy.choices)
    required_by = models.CharField(max_length=20, choices=RequiredBy.choices, blank=True)
    required_words = models.CharField(
        "what must be reported, and what never is",
        max_length=300,
        blank=True,
        help_text="Say it to them in the first conversation.",
    )
    opioid_involved = models.BooleanField("opioids were involved", default=False)
    planned_discharge_on = models.DateField(null=True, blank=True)
    discharged_at = models.DateTimeField(null=True, blank=True)
    discharged_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    discharge_reason = models.CharField(max_length=20, choices=DischargeReason.choices, blank=True)
    discharge_words = models.TextField("in their own words", blank=True)
    discharge_note = models.TextField("why, where to, and which supervisor agreed", blank=True)
    next_place = models.CharField(max_length=200, blank=True)
    contact_after = models.CharField(max_length=10, choices=ContactAfter.choices, blank=True)
    naloxone = models.CharField(max_length=20, choices=Naloxone.choices, blank=True)
    medication = models.CharField("medication when leaving", max_length=200, blank=True)
    outreach_owner = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        constraints = [
            known("came_by", CameBy),
            known_or_blank("required_by", RequiredBy),
            known_or_blank("discharge_reason", DischargeReason),
            known_or_blank("contact_after", ContactAfter),
            known_or_blank("naloxone", Naloxone),
            paired("discharged_at", "discharged_by"),
            ordered("admitted_at", "discharged_at"),
            real_days("admitted_at", "discharged_at", "planned_discharge_on"),
            models.CheckConstraint(
                condition=Q(discharged_at=None, discharge_reason="")
                | (Q(discharged_at__isnull=False) & ~Q(discharge_reason="")),
                name="%(app_label)s_%(class)s_discharge_has_a_reason",
                violation_error_message="A discharge says why they left.",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(discharged_at=None),
                name="%(app_label)s_%(class)s_one_open_per_patient",
                violation_error_message="This person already has an open episode.",
            ),
        ]
        indexes = [models.Index(fields=["program", "discharged_at"], name="episode_in_program")]

    def __str__(self):
        return f"from {self.admitted_at:%Y-%m-%d}"

    @property
    def is_open(self):
        return self.discharged_at is None

    def day_of_care(self, now):
        """The day of care that `now` is (the day of admission is day 1), counted in site days up to the discharge."""
        site = self.program.site
        last = site.local_date(min(now, self.discharged_at) if self.discharged_at else now)
        return (last - site.local_date(self.admitted_at)).days + 1

    def standard(self, now):
        """The standard of the phase that holds now."""
        return self.standards()(now)

    def standards(self):
        """A function from a moment to the standard of the phase that holds then; the phases are read once."""
        phases = sorted(self.program.standards.all(), key=lambda phase: phase.from_day, reverse=True)

        def standard(now):
            day = max(self.day_of_care(now) - 1, 0)
            return next(phase for phase in phases if phase.from_day <= day)

        return standard


class Placement(models.Model):
    """A stretch of an episode in one program."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="placements")
    program = models.ForeignKey("staff.Program", models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["began_at"]
        constraints = [
            real_days("began_at", "ended_at"),
            ordered("began_at", "ended_at"),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_one_now",
                violation_error_message="They are in one program at a time.",
            ),
        ]

    def __str__(self):
        return f"{self.program} from {self.began_at:%Y-%m-%d}"


class Pause(models.Model):
    """A stretch of an episode in which the patient is elsewhere: cadence, meetings and milestones rest."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=20, choices=PauseKind.choices)
    began_at = models.DateTimeField()
    back_on = models.DateField("expected back on")
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["began_at"]
        constraints = [
            known("kind", PauseKind),
            real_days("began_at", "ended_at", "back_on"),
            ordered("began_at", "ended_at"),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_one_now",
                violation_error_message="They are already away.",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class Cadence(models.Model):
    """The clocks of an episode: the last conversation, and when the next one and the next meeting are due.

    `…_clock_at` is the event that started a clock (admission, last conversation, return from a pause). The due
    moments are set by `patients.cadence` in the same transaction; a test recomputes them from the facts.
    """

    episode = models.OneToOneField(Episode, models.PROTECT, related_name="cadence")
    last_conversation_at = models.DateTimeField(null=True)
    last_conversation_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, related_name="+")
    last_seen_at = models.DateTimeField(null=True)
    team_clock_at = models.DateTimeField()
    team_due_at = models.DateTimeField()
    team_overdue_at = models.DateTimeField()
    team_escalates_at = models.DateTimeField()
    primary_clock_at = models.DateTimeField()
    primary_due_at = models.DateTimeField()
    primary_overdue_at = models.DateTimeField()
    primary_escalates_at = models.DateTimeField()
    meeting_clock_at = models.DateTimeField()
    meeting_due_at = models.DateTimeField()
    meeting_overdue_at = models.DateTimeField()
    meetings_held = models.PositiveIntegerField(default=0)
    review_clock_at = models.DateTimeField(null=True)  # of the plan: when a line was last set or looked at
    review_due_at = models.DateTimeField(null=True)
    feedback_clock_at = models.DateTimeField(null=True)  # admission, or when they were last asked
    feedback_due_at = models.DateTimeField(null=True)
    safety_plan_clock_at = models.DateTimeField(null=True)  # admission, or when it was last looked at together
    safety_plan_due_at = models.DateTimeField(null=True)
    welcome_due_at = models.DateTimeField(null=True)
    welcomed_at = models.DateTimeField(null=True)  # when all of the welcome was explained

    class Meta:
        constraints = [
            real_days(
                "last_conversation_at",
                "last_seen_at",
                "team_clock_at",
                "team_due_at",
                "team_overdue_at",
                "team_escalates_at",
                "primary_clock_at",
                "primary_due_at",
                "primary_overdue_at",
                "primary_escalates_at",
                "meeting_clock_at",
                "meeting_due_at",
                "meeting_overdue_at",
                "review_clock_at",
                "review_due_at",
                "feedback_clock_at",
                "feedback_due_at",
                "safety_plan_clock_at",
                "safety_plan_due_at",
                "welcome_due_at",
                "welcomed_at",
            ),
            models.CheckConstraint(
                condition=Q(team_overdue_at__gte=F("team_due_at")),
                name="%(app_label)s_%(class)s_max_after_ideal",
                violation_error_message="The longest gap cannot end before the ideal one.",
            ),
        ]
        indexes = [
            models.Index(fields=["team_overdue_at"], name="cadence_team_overdue"),
            models.Index(fields=["meeting_overdue_at"], name="cadence_meeting_overdue"),
        ]

    def __str__(self):
        return f"of {self.episode}"
