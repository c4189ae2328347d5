from django.db import models
from django.urls import reverse

from patients.choices import Knows, SupportState
from patients.models.records import Record
from patients.record_querysets import SupportQuerySet
from staff.constraints import known, paired, real_days


class SupportPerson(Record):
    """Somebody who stands by a patient, or must not know. What may be told them is what a consent says, and no more."""

    name = models.CharField("who?", max_length=120)
    relation = models.CharField("who they are to them", max_length=120)
    knows = models.CharField("do they know of the stay?", max_length=20, choices=Knows.choices)
    wish = models.TextField("what the patient wants of them, and does not want", blank=True)
    reached_by = models.CharField("how they are reached", max_length=200, blank=True)
    consent = models.ForeignKey("patients.Consent", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=20, choices=SupportState.choices, default=SupportState.HOLDS)
    named_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.CharField("what changed", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("name", "relation", "wish", "outcome_words")
    objects = SupportQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name_plural = "support people"
        constraints = [
            *Record.Meta.constraints,
            known("knows", Knows),
            known("state", SupportState),
            paired("settled_at", "settled_by"),
            real_days("recorded_at", "named_at", "settled_at"),
        ]
        indexes = [models.Index(fields=["patient", "named_at", "ref"], name="support_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:support_person", args=[self.ref])

    @property
    def holds(self):
        return self.state == SupportState.HOLDS

    @property
    def must_not_know(self):
        return self.knows == Knows.MUST_NOT

    def may_hear(self, now):
        """What may be told them now, in the words of the consent that holds. Empty: nothing, nor that they are here."""
        consent = self.consent
        if not self.holds or self.must_not_know or consent is None or not consent.holds(now):
            return ""
        return consent.information_words
