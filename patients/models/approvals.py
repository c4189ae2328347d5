import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from patients.choices import ApprovalKind, ApprovalState
from patients.restricting import ApprovalQuerySet
from staff.constraints import known, paired, real_days

GOOD_FOR = timedelta(days=7)
ASKED_ALREADY = "This has been asked already and waits for a second person."


class Approval(models.Model):
    """Something that is done when a second person agrees: for `staff`, about `patient`, or both.

    `asked` holds the rest of the question: refs and values, never a secret.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=ApprovalKind.choices)
    staff = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, blank=True, related_name="+")
    asked = models.JSONField(default=dict, blank=True)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    words = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            known("kind", ApprovalKind),
            known("state", ApprovalState),
            paired("decided_at", "decided_by"),
            real_days("asked_at", "decided_at"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="%(app_label)s_%(class)s_has_a_reason",
                violation_error_message="Say why.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ApprovalState.APPROVED, ApprovalState.DECLINED], decided_at__isnull=False)
                | Q(state__in=[ApprovalState.WAITING, ApprovalState.EXPIRED], decided_at__isnull=True),
                name="%(app_label)s_%(class)s_decided",
                violation_error_message="Somebody decides it, or nobody does.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (~Q(decided_by=F("asked_by")) & (Q(staff=None) | ~Q(decided_by=F("staff")))),
                name="%(app_label)s_%(class)s_second_person",
                violation_error_message="A second person decides this: neither who asked, nor whom it is for.",
            ),
            models.UniqueConstraint(
                fields=["kind", "staff", "patient"],
                condition=Q(state=ApprovalState.WAITING),
                name="%(app_label)s_%(class)s_one_waiting",
                violation_error_message=ASKED_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["kind", "staff"],
                condition=Q(state=ApprovalState.WAITING, patient=None),
                name="%(app_label)s_%(class)s_one_waiting_for_staff",
                violation_error_message=ASKED_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["kind", "patient"],
                condition=Q(state=ApprovalState.WAITING, staff=None),
                name="%(app_label)s_%(class)s_one_waiting_for_patient",
                violation_error_message=ASKED_ALREADY,
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="approval_by_time")]

    def __str__(self):
        return self.get_kind_display()

    def get_absolute_url(self):
        return reverse("interactions:approval", args=[self.ref])

    @property
    def good_until_at(self):
        return self.asked_at + GOOD_FOR

    def is_waiting(self, now):
        return self.state == ApprovalState.WAITING and now < self.good_until_at
