from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.choices import HANDED_OPEN, HandoverState
from interactions.update_querysets import HandoverQuerySet
from patients.choices import CareRole
from patients.models import Record
from staff.constraints import known, known_or_blank, real_days


class Handover(Record):
    """A primary hands somebody over to another: asked, accepted, and then said to the patient in four points.

    `due_at` is when an answer is due, and once it is accepted when the four points are.
    """

    handed_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    owner = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+", verbose_name="who takes over")
    because = models.CharField("why", max_length=300, blank=True)
    stays_as = models.CharField(max_length=20, choices=CareRole.choices, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told = models.BooleanField("they were told, and why", default=False)
    introduced = models.BooleanField("introduced in person", default=False)
    promises = models.BooleanField("what was promised was gone through", default=False)
    goodbye = models.BooleanField("goodbye was said", default=False)
    state = models.CharField(max_length=20, choices=HandoverState.choices, default=HandoverState.ASKED)
    settled_at = models.DateTimeField(null=True, blank=True)
    # By nobody when whoever was asked no longer cares for them.
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    outcome_words = models.TextField("what was said to it", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    POINTS = ("told", "introduced", "promises", "goodbye")
    SEARCHED = ("because", "outcome_words")
    objects = HandoverQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("state", HandoverState),
            known_or_blank("stays_as", CareRole),
            real_days("recorded_at", "asked_at", "due_at", "settled_at"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(state__in=HANDED_OPEN),
                name="%(app_label)s_%(class)s_one_at_a_time",
                violation_error_message="A handover is under way already. Finish it, or end it, first.",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "asked_at", "ref"], name="handover_of_patient"),
            models.Index(fields=["owner", "state"], name="handover_of_owner"),
        ]

    def get_absolute_url(self):
        return reverse("interactions:handover", args=[self.ref])

    @property
    def points(self):
        """(what, whether it is done) for each of the four points."""
        return [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.POINTS]
