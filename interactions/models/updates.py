from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.choices import Delay, TurnedOut, UpdateKind, UpdateState
from interactions.update_querysets import UpdateQuerySet
from patients.models import Record
from staff.constraints import known, known_or_blank, paired, real_days


class Update(Record):
    """Something the patient must be told about their treatment, and what they were told to expect next.

    `expect_by_on` is the day they were told; `expect_due_at` the end of it, from when on what happened is asked.
    """

    kind = models.CharField("what is it?", max_length=20, choices=UpdateKind.choices)
    what = models.TextField("what they are to hear")
    expect = models.CharField("what comes next", max_length=500, blank=True)
    expect_by_on = models.DateField("by when", null=True, blank=True)
    expect_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    owner = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+", verbose_name="who tells them")
    noted_at = models.DateTimeField("known since")
    promised_at = models.DateTimeField(editable=False)  # known, or put off: when the clock of telling started
    tell_by_at = models.DateTimeField("to be told by")
    delay = models.CharField("why not at once", max_length=20, choices=Delay.choices, blank=True)
    state = models.CharField(max_length=20, choices=UpdateState.choices, default=UpdateState.TO_TELL)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    told_words = models.TextField("what they said", blank=True)
    turned_out = models.CharField("what happened", max_length=20, choices=TurnedOut.choices, blank=True)
    outcome_words = models.TextField("what happened, in words", blank=True)
    check_in = models.ForeignKey("interactions.CheckIn", models.PROTECT, null=True, blank=True, related_name="updates")
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("what", "expect", "told_words", "outcome_words")
    objects = UpdateQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("kind", UpdateKind),
            known("state", UpdateState),
            known_or_blank("delay", Delay),
            known_or_blank("turned_out", TurnedOut),
            paired("told_at", "told_by"),
            paired("expect_by_on", "expect_due_at"),
            real_days("recorded_at", "noted_at", "promised_at", "tell_by_at", "told_at", "expect_by_on"),
            models.CheckConstraint(
                condition=~Q(state=UpdateState.TOLD) | Q(told_at__isnull=False),
                name="%(app_label)s_%(class)s_told_by_somebody",
                violation_error_message="Say who told them, and when.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "noted_at", "ref"], name="update_of_patient"),
            models.Index(fields=["tell_by_at"], condition=Q(state="to_tell"), name="update_to_tell"),
            models.Index(fields=["owner", "state"], name="update_of_owner"),
        ]

    def get_absolute_url(self):
        return reverse("interactions:update", args=[self.ref])

    @property
    def awaits_outcome(self):
        """Whether they were told to expect something, and what happened is not written down yet."""
        open_still = self.state == UpdateState.TOLD and self.expect_by_on is not None and not self.turned_out
        return open_still and self.patient.died_on is None
