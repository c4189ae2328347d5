from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.choices import Barrier, Decided, MeetingState, PromiseState, StepAnswer, StepState, TalkState
from interactions.querysets import FollowUpQuerySet, MeetingQuerySet, StepQuerySet, TalkRequestQuerySet
from patients.models import Record
from staff.constraints import known, known_or_blank, paired, real_days


class Step(Record):
    """Something the patient chose to do. No clock: it is asked about in the next conversation."""

    words = models.CharField("their words", max_length=500)
    agreed_at = models.DateTimeField()
    by_when_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.OPEN)
    check_in = models.ForeignKey("interactions.CheckIn", models.PROTECT, null=True, blank=True, related_name="steps")

    SEARCHED = ("words",)
    objects = StepQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("state", StepState),
            real_days("recorded_at", "agreed_at", "by_when_on"),
        ]
        indexes = [models.Index(fields=["patient", "agreed_at", "ref"], name="step_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:step", args=[self.ref])


class StepAsked(models.Model):
    """How a step went, as they said in a conversation."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="asked")
    check_in = models.ForeignKey("interactions.CheckIn", models.PROTECT, related_name="steps_asked")
    answer = models.CharField(max_length=10, choices=StepAnswer.choices)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            known("answer", StepAnswer),
            real_days("asked_at"),
            models.UniqueConstraint(fields=["step", "check_in"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return self.get_answer_display()


class FollowUp(Record):
    """Something a staff member promised, or must do, for a patient."""

    what = models.CharField("what", max_length=500)
    note = models.TextField(blank=True)
    owner = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    promised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalates_at = models.DateTimeField()
    tell_when_done = models.BooleanField("tell them when it is done", default=False)
    concern = models.ForeignKey(
        "interactions.Concern", models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    check_in = models.ForeignKey(
        "interactions.CheckIn", models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    state = models.CharField(max_length=20, choices=PromiseState.choices, default=PromiseState.PROMISED)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("what", "note", "outcome_words")
    objects = FollowUpQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("state", PromiseState),
            paired("settled_at", "settled_by"),
            real_days("recorded_at", "promised_at", "due_at", "escalates_at", "settled_at"),
            models.CheckConstraint(
                condition=Q(state=PromiseState.PROMISED, settled_at=None)
                | (~Q(state=PromiseState.PROMISED) & Q(settled_at__isnull=False)),
                name="%(app_label)s_%(class)s_settled_by_somebody",
                violation_error_message="Say who settled it, and when.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "promised_at", "ref"], name="follow_up_of_patient"),
            models.Index(fields=["due_at"], condition=Q(state="promised"), name="follow_up_open"),
            models.Index(fields=["owner", "state"], name="follow_up_of_owner"),
        ]

    def get_absolute_url(self):
        return reverse("interactions:follow_up", args=[self.ref])


class Meeting(Record):
    """A planned conversation about the treatment itself."""

    starts_at = models.DateTimeField("when")
    planned_for_at = models.DateTimeField(null=True, blank=True, editable=False)  # of one that was held
    planned_at = models.DateTimeField()
    owner = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    agenda = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=MeetingState.choices, default=MeetingState.PLANNED)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    attendees = models.CharField("who was there", max_length=300, blank=True)
    explained = models.TextField("what was explained", blank=True)
    own_summary = models.TextField("in their own words", blank=True)
    decided = models.TextField(blank=True)
    decided_how = models.CharField("who decided", max_length=20, choices=Decided.choices, blank=True)
    questions_left = models.TextField(blank=True)
    why_not = models.TextField("why it did not take place", blank=True)
    barrier = models.CharField("what kept them", max_length=20, choices=Barrier.choices, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("agenda", "attendees", "explained", "own_summary", "decided", "questions_left", "why_not")
    objects = MeetingQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("state", MeetingState),
            known_or_blank("decided_how", Decided),
            known_or_blank("barrier", Barrier),
            models.CheckConstraint(
                condition=Q(barrier="") | Q(state=MeetingState.THEY_COULD_NOT),
                name="%(app_label)s_%(class)s_barrier_where_they_could_not",
                violation_error_message="Only what kept them from coming is a barrier.",
            ),
            paired("settled_at", "settled_by"),
            real_days("recorded_at", "starts_at", "planned_for_at", "planned_at", "settled_at"),
            models.CheckConstraint(
                condition=Q(state=MeetingState.PLANNED, settled_at=None)
                | (~Q(state=MeetingState.PLANNED) & Q(settled_at__isnull=False)),
                name="%(app_label)s_%(class)s_settled_by_somebody",
                violation_error_message="Say who wrote the outcome, and when.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "starts_at", "ref"], name="meeting_of_patient"),
            models.Index(fields=["starts_at"], condition=Q(state="planned"), name="meeting_planned"),
            models.Index(fields=["owner", "state"], name="meeting_of_owner"),
        ]

    def get_absolute_url(self):
        return reverse("interactions:meeting", args=[self.ref])


class TalkRequest(Record):
    """They wanted to talk and it was not a good moment: the promised other time."""

    topic = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    due_at = models.DateTimeField("promised for")
    owner = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    check_in = models.ForeignKey(
        "interactions.CheckIn", models.PROTECT, null=True, blank=True, related_name="talk_requests"
    )
    state = models.CharField(max_length=20, choices=TalkState.choices, default=TalkState.PROMISED)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.TextField(blank=True)
    barrier = models.CharField("what kept them", max_length=20, choices=Barrier.choices, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("topic", "outcome_words")
    objects = TalkRequestQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("state", TalkState),
            known_or_blank("barrier", Barrier),
            models.CheckConstraint(
                condition=Q(barrier="") | Q(state=TalkState.NOT_THERE),
                name="%(app_label)s_%(class)s_barrier_where_they_did_not_come",
                violation_error_message="Only what kept them from coming is a barrier.",
            ),
            paired("settled_at", "settled_by"),
            real_days("recorded_at", "asked_at", "promised_at", "due_at", "settled_at"),
        ]
        indexes = [
            models.Index(fields=["patient", "asked_at", "ref"], name="talk_request_of_patient"),
            models.Index(fields=["due_at"], condition=Q(state="promised"), name="talk_request_open"),
        ]

    def get_absolute_url(self):
        return reverse("interactions:talk_request", args=[self.ref])
