from django.db import models
from django.urls import reverse

from patients.choices import FactKind, FactState
from patients.models.records import Record
from patients.record_querysets import FactQuerySet
from staff.constraints import known, paired, real_days


class CommonGround(models.Model):
    """That a fact is good to talk about with a member of staff: shown to them alone, in the brief."""

    fact = models.ForeignKey("patients.Fact", models.PROTECT, related_name="common_ground")
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "common ground"
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "staff"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message="This is noted already.",
            ),
            real_days("noted_at"),
        ]

    def __str__(self):
        return f"noted {self.noted_at}"


class Fact(Record):
    """Something about their life, as somebody learned it from them. An old one stays beside what holds now."""

    kind = models.CharField("what is it about?", max_length=20, choices=FactKind.choices)
    words = models.CharField("in a few words", max_length=300)
    learned_at = models.DateTimeField()
    learned_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=FactState.choices, default=FactState.HOLDS)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.CharField("what changed", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("words", "outcome_words")
    objects = FactQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("kind", FactKind),
            known("state", FactState),
            paired("settled_at", "settled_by"),
            real_days("recorded_at", "learned_at", "settled_at"),
        ]
        indexes = [models.Index(fields=["patient", "learned_at", "ref"], name="fact_of_patient")]

    @property
    def holds(self):
        return self.state == FactState.HOLDS

    def get_absolute_url(self):
        return reverse("interactions:fact", args=[self.ref])
