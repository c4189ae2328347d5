"""What somebody does when it gets hard, in their own words: its versions, and what was done with each."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from patients.choices import PlanMark
from patients.models.records import Record
from patients.record_querysets import SafetyPlanMarkQuerySet, SafetyPlanQuerySet
from staff.constraints import known, ordered, real_days


class SafetyPlan(Record):
    """One version of a patient’s safety plan. A new version replaces it and leaves its words as they are.

    `looked_at` is when it was last gone through with them: when it was made together, or a later look; None until then.
    """

    number = models.PositiveIntegerField("version")
    signs = models.TextField("early signs that it is getting hard")
    alone = models.TextField("what I can do by myself", blank=True)
    company = models.TextField("people and places that take my mind off it", blank=True)
    ask = models.TextField("people I can ask for help", blank=True)
    safer = models.TextField("making the place around me safer", blank=True)
    living_for = models.TextField("what matters to me", blank=True)
    together = models.BooleanField("made together with them", default=False)
    made_at = models.DateTimeField("made")
    made_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+", verbose_name="made with")
    looked_at = models.DateTimeField("last looked at together", null=True, blank=True)
    copied_at = models.DateTimeField("they have a copy since", null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SECTIONS = ("signs", "alone", "company", "ask", "safer", "living_for")
    SEARCHED = SECTIONS
    objects = SafetyPlanQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name_plural = "versions of the safety plan"
        constraints = [
            *Record.Meta.constraints,
            real_days("recorded_at", "made_at", "looked_at", "copied_at", "replaced_at"),
            ordered("made_at", "looked_at"),
            ordered("made_at", "copied_at"),
            models.UniqueConstraint(
                fields=["patient", "number"],
                name="%(app_label)s_%(class)s_numbered",
                violation_error_message="Somebody wrote a new version at the same moment. Look at theirs first.",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(replaced_at=None),
                name="%(app_label)s_%(class)s_one_holds",
                violation_error_message="One version holds at a time. Look at the newest one first.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "made_at", "ref"], name="safety_plan_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:safety_plan", args=[self.ref])

    @property
    def holds(self):
        return self.replaced_at is None

    @property
    def sections(self):
        """(heading, words) of what was written, in order."""
        written = [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.SECTIONS]
        return [(f"{heading[0].upper()}{heading[1:]}", words) for heading, words in written if words.strip()]


class SafetyPlanMark(models.Model):
    """That a version was looked at again and still fits, or that they were given a copy of it."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(SafetyPlan, models.PROTECT, related_name="marks")
    kind = models.CharField("what", max_length=20, choices=PlanMark.choices)
    marked_at = models.DateTimeField("on")
    marked_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+", verbose_name="by")
    recorded_at = models.DateTimeField("written down")

    objects = SafetyPlanMarkQuerySet.as_manager()

    class Meta:
        constraints = [known("kind", PlanMark), real_days("marked_at", "recorded_at")]
        indexes = [models.Index(fields=["plan", "marked_at"], name="mark_of_safety_plan")]

    def __str__(self):
        return self.get_kind_display()
