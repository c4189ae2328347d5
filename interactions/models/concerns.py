from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.choices import Answer, ConcernKind, ConcernState, Ending, SafetyAbout, Settled, Urgency
from interactions.concern_querysets import ConcernQuerySet
from patients.models import Record
from staff.constraints import known, known_or_blank, paired, real_days


class Concern(Record):
    """Anything the patient raised that deserves an answer, in their own words, until they know it.

    `clock_started_at` is the event that started the running clock (raised, reopened, promised to say later); the due
    moments are set with it and with the answer.
    """

    words = models.TextField("their words")
    kind = models.CharField(max_length=20, choices=ConcernKind.choices, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.ROUTINE)
    about_staff = models.BooleanField("it is about someone on our staff", default=False)
    check_in = models.ForeignKey("interactions.CheckIn", models.PROTECT, null=True, blank=True, related_name="concerns")
    meeting = models.ForeignKey("interactions.Meeting", models.PROTECT, null=True, blank=True, related_name="questions")
    feedback = models.ForeignKey(
        "interactions.Feedback", models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    owner = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ConcernState.choices, default=ConcernState.WAITING)
    raised_at = models.DateTimeField()
    clock_started_at = models.DateTimeField()
    ack_due_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    hand_back_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answer_words = models.TextField(blank=True)
    tell_due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    told_words = models.TextField("what they said", blank=True)
    settled = models.CharField("did that answer it?", max_length=10, choices=Settled.choices, blank=True)
    times_unsettled = models.PositiveSmallIntegerField(default=0)
    unsettled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    ending = models.CharField(max_length=20, choices=Ending.choices, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("words", "answer_words", "told_words")
    objects = ConcernQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known_or_blank("kind", ConcernKind),
            known("urgency", Urgency),
            known("state", ConcernState),
            known_or_blank("answer", Answer),
            known_or_blank("settled", Settled),
            known_or_blank("ending", Ending),
            paired("acknowledged_at", "acknowledged_by"),
            paired("handed_at", "handed_by", "hand_back_at"),
            paired("answered_at", "answered_by"),
            paired("told_at", "told_by"),
            paired("closed_at", "closed_by"),
            real_days(
                "recorded_at",
                "raised_at",
                "clock_started_at",
                "ack_due_at",
                "answer_due_at",
                "acknowledged_at",
                "handed_at",
                "hand_back_at",
                "answered_at",
                "tell_due_at",
                "told_at",
                "unsettled_at",
                "closed_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=ConcernState.ANSWERED)
                | Q(answered_at__isnull=False, told_at=None, tell_due_at__isnull=False),
                name="%(app_label)s_%(class)s_answered_but_not_told",
                violation_error_message="An answer that they do not know yet still has to be told.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ConcernState.TOLD) | Q(told_at__isnull=False),
                name="%(app_label)s_%(class)s_told_by_somebody",
                violation_error_message="Say who told them, and when.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ConcernState.CLOSED) | (Q(closed_at__isnull=False) & ~Q(ending="")),
                name="%(app_label)s_%(class)s_closed_with_an_ending",
                violation_error_message="Say how it ended.",
            ),
            models.CheckConstraint(
                condition=Q(about_staff=False) | ~Q(audience="team"),
                name="%(app_label)s_%(class)s_about_staff_is_not_for_all",
                violation_error_message="A concern about a colleague is for the supervisor.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "raised_at", "ref"], name="concern_of_patient"),
            models.Index(
                fields=["answer_due_at"],
                condition=Q(state__in=["waiting", "held", "reopened"]),
                name="concern_unanswered",
            ),
            models.Index(fields=["tell_due_at"], condition=Q(state="answered"), name="concern_untold"),
            models.Index(fields=["owner", "state"], name="concern_of_owner"),
            models.Index(
                fields=["raised_at"],
                condition=Q(urgency="safety", state__in=["waiting", "held", "reopened", "answered"]),
                name="concern_safety_open",
            ),
        ]

    def get_absolute_url(self):
        return reverse("interactions:concern", args=[self.ref])

    @property
    def is_safety(self):
        return self.urgency == Urgency.SAFETY


class SafetyResponse(models.Model):
    """What was done about a safety concern: whom a person told, who took it over, and how it was made safe."""

    concern = models.OneToOneField(Concern, models.PROTECT, related_name="safety")
    about = models.CharField(max_length=20, choices=SafetyAbout.choices, blank=True)
    voice_to = models.CharField("whom did you tell, by voice?", max_length=200, blank=True)
    voice_at = models.DateTimeField("when?", null=True, blank=True)
    taken_over_at = models.DateTimeField(null=True, blank=True)
    taken_over_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    seen_by = models.CharField("who saw them", max_length=200, blank=True)
    seen_at = models.DateTimeField("when", null=True, blank=True)
    done = models.TextField("what was done", blank=True)
    documented_where = models.CharField("where the assessment is documented", max_length=200, blank=True)
    look_again_at = models.DateTimeField("we look again", null=True, blank=True)

    class Meta:
        constraints = [
            known_or_blank("about", SafetyAbout),
            paired("taken_over_at", "taken_over_by"),
            real_days("voice_at", "taken_over_at", "seen_at", "look_again_at"),
        ]

    def __str__(self):
        return str(self.concern)


class Rung(models.Model):
    """A rung of the ladder of a safety concern, written when it starts: who is asked next, and when."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="rungs")
    n = models.PositiveSmallIntegerField()
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["n"]
        constraints = [
            real_days("due_at"),
            models.UniqueConstraint(fields=["concern", "n"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return f"{self.n}: {self.staff}"
