from django.db import models
from django.db.models import Q
from django.urls import reverse

from patients.models.records import Record
from patients.plan_choices import AdjustmentState, Agreement, GoalState, NeedDomain, NeedState
from patients.record_querysets import NeedQuerySet, ReviewedQuerySet
from staff.constraints import known, paired, real_days


class Planned(Record):
    """A line of the plan: set at a moment, settled at another."""

    set_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.TextField("what came of it", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Record.Meta):
        abstract = True
        constraints = [*Record.Meta.constraints, paired("settled_at", "settled_by")]


class Need(Planned):
    """What somebody needs, how best to respond, and what good looks like to them."""

    domain = models.CharField("what is it about?", max_length=20, choices=NeedDomain.choices)
    words = models.TextField("what they need")
    respond = models.TextField("how best to respond", blank=True)
    good = models.TextField("what good looks like, in their words", blank=True)
    state = models.CharField(max_length=20, choices=NeedState.choices, default=NeedState.OPEN)

    SEARCHED = ("words", "respond", "good", "outcome_words")
    objects = NeedQuerySet.as_manager()

    class Meta(Planned.Meta):
        constraints = [
            *Planned.Meta.constraints,
            known("domain", NeedDomain),
            known("state", NeedState),
            real_days("recorded_at", "set_at", "settled_at"),
        ]
        indexes = [models.Index(fields=["patient", "set_at", "ref"], name="need_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:need", args=[self.ref])


class Reviewed(Planned):
    """A line of the plan that is looked at again on a day. `reviewed_at` is when it was set or last looked at."""

    reviewed_at = models.DateTimeField(editable=False)
    review_on = models.DateField("look at it again on")
    review_due_at = models.DateTimeField(editable=False)

    class Meta(Planned.Meta):
        abstract = True


class Goal(Reviewed):
    """What they want from this, in their own words, and whether both sides see it alike."""

    words = models.TextField("in their own words")
    agreement = models.CharField("do we agree?", max_length=20, choices=Agreement.choices)
    our_view = models.TextField("how the other side sees it", blank=True)
    state = models.CharField(max_length=20, choices=GoalState.choices, default=GoalState.OPEN)

    OPEN = GoalState.OPEN
    SEARCHED = ("words", "our_view", "outcome_words")
    objects = ReviewedQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        constraints = [
            *Reviewed.Meta.constraints,
            known("agreement", Agreement),
            known("state", GoalState),
            real_days("recorded_at", "set_at", "settled_at", "reviewed_at", "review_on", "review_due_at"),
            models.CheckConstraint(
                condition=Q(agreement=Agreement.BOTH) | ~Q(our_view=""),
                name="%(app_label)s_%(class)s_says_how_it_is_seen",
                violation_error_message="Where we see it differently, say how.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "set_at", "ref"], name="goal_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:goal", args=[self.ref])


class Adjustment(Reviewed):
    """What we changed for this person and why: tried until a day, then kept or dropped."""

    words = models.TextField("what we do differently")
    because = models.TextField("why")
    state = models.CharField(max_length=20, choices=AdjustmentState.choices, default=AdjustmentState.TRYING)

    OPEN = AdjustmentState.TRYING
    SEARCHED = ("words", "because", "outcome_words")
    objects = ReviewedQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        constraints = [
            *Reviewed.Meta.constraints,
            known("state", AdjustmentState),
            real_days("recorded_at", "set_at", "settled_at", "reviewed_at", "review_on", "review_due_at"),
        ]
        indexes = [models.Index(fields=["patient", "set_at", "ref"], name="adjustment_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:adjustment", args=[self.ref])
