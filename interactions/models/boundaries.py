import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.boundary_choices import UP_TO, AgreementState, EventKind, EventState, Weight
from interactions.boundary_querysets import AgreementQuerySet, BoundaryEventQuerySet, ReadyReplyQuerySet
from patients.choices import Audience
from patients.models import Record
from staff.constraints import known, paired, real_days


class BoundaryAgreement(Record):
    """What was agreed with one person about contact. A new one stands beside the one whose place it takes."""

    words = models.CharField("what was agreed", max_length=300)
    from_on = models.DateField("from")
    until_on = models.DateField("until", null=True, blank=True)
    agreed_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=AgreementState.choices, default=AgreementState.HOLDS)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.CharField("what changed", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("words", "outcome_words")
    objects = AgreementQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("state", AgreementState),
            paired("settled_at", "settled_by"),
            real_days("recorded_at", "agreed_at", "settled_at", "from_on", "until_on"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")),
                name="%(app_label)s_%(class)s_ends_after_it_begins",
                violation_error_message="It cannot end before it begins.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "agreed_at", "ref"], name="agreement_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:agreement", args=[self.ref])

    @property
    def holds(self):
        return self.state == AgreementState.HOLDS


class BoundaryEvent(Record):
    """Something at the edge of a professional relationship, for its author and the supervisor.

    `not_for` is the colleague whom it concerns and who never sees it; without one it concerns whoever wrote it. What is
    serious is looked at by two: the supervisor, and `second_staff`.
    """

    audience = models.CharField(max_length=20, choices=Audience.choices, default=Audience.SUPERVISED, editable=False)
    weight = models.CharField(max_length=10, choices=Weight.choices)
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    words = models.TextField("what happened")
    happened_at = models.DateTimeField()
    rationale = models.TextField("why", blank=True)
    alternatives = models.TextField("what else was thought of", blank=True)
    consulted = models.CharField("whom I asked", max_length=300, blank=True)
    told_words = models.TextField("what the patient was told", blank=True)
    check_in = models.ForeignKey("interactions.CheckIn", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.NOTED)
    review_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.TextField("what came of it", blank=True)
    second_staff = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    second_reviewed_at = models.DateTimeField(null=True, blank=True)
    second_words = models.TextField("what the second person says", blank=True)
    instead_staff = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    COUNTED = False
    SEARCHED = ("words", "rationale", "alternatives", "consulted", "told_words", "outcome_words", "second_words")
    objects = BoundaryEventQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            known("audience", Audience),
            known("weight", Weight),
            known("kind", EventKind),
            known("state", EventState),
            paired("reviewed_at", "reviewed_by"),
            real_days("recorded_at", "happened_at", "review_due_at", "reviewed_at", "second_reviewed_at"),
            models.CheckConstraint(
                condition=Q(audience=Audience.SUPERVISED),
                name="%(app_label)s_%(class)s_for_author_and_lead",
                violation_error_message="A boundary event is for its author and the supervisor.",
            ),
            models.CheckConstraint(
                condition=Q(weight=Weight.NOTE, kind__in=UP_TO[Weight.NOTE])
                | Q(weight=Weight.TALK, kind__in=UP_TO[Weight.TALK])
                | Q(weight=Weight.SERIOUS),
                name="%(app_label)s_%(class)s_heavy_enough",
                violation_error_message="This is heavier than that: choose the weight of its heading, or more.",
            ),
            models.CheckConstraint(
                condition=Q(weight=Weight.NOTE, review_due_at=None)
                | (~Q(weight=Weight.NOTE) & Q(review_due_at__isnull=False)),
                name="%(app_label)s_%(class)s_due_by_weight",
                violation_error_message="What is more than a note has a day for its review.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "happened_at", "ref"], name="boundary_event_of_patient"),
            models.Index(fields=["review_due_at"], condition=Q(state="waiting"), name="boundary_event_waiting"),
        ]

    def get_absolute_url(self):
        return reverse("interactions:boundary_event", args=[self.ref])

    @property
    def concerned(self):
        """The staff member whom it is about."""
        return self.not_for or self.recorded_by

    @property
    def is_serious(self):
        return self.weight == Weight.SERIOUS


class ReadyReply(models.Model):
    """That a ready reply was offered for one patient while somebody was not at work, once for each absence: the one
    that ends at `back_at`.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    back_at = models.DateTimeField()
    offered_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ReadyReplyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "ready replies"
        constraints = [
            real_days("back_at", "offered_at", "used_at"),
            models.UniqueConstraint(fields=["patient", "staff", "back_at"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return str(self.ref)
