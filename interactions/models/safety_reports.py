from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.boundary_choices import AtRisk, PatientTold, ReportState
from interactions.boundary_querysets import SafetyReportQuerySet
from patients.choices import Audience
from patients.models import Record
from staff.constraints import known, paired, real_days


class SafetyReport(Record):
    """A duty beyond the relationship: somebody else is at risk, and a person decides whether that is reported.

    For its author and whoever supervises the patient, and for nobody else. `supervisor` is who was to be told.
    `told_due_at` and `decision_due_at` are clock hours from when it was known.
    """

    audience = models.CharField(max_length=20, choices=Audience.choices, default=Audience.SUPERVISED, editable=False)
    at_risk = models.CharField("who is at risk", max_length=20, choices=AtRisk.choices)
    seen_words = models.TextField("what was seen or said")
    known_at = models.DateTimeField("since when it is known")
    supervisor = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    told_due_at = models.DateTimeField(editable=False)
    supervisor_told_at = models.DateTimeField("when the supervisor knew", null=True, blank=True)
    state = models.CharField(max_length=20, choices=ReportState.choices, default=ReportState.OPEN)
    decision_due_at = models.DateTimeField(editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    reported_to = models.CharField("reported to whom", max_length=300, blank=True)
    reported_at = models.DateTimeField("reported when", null=True, blank=True)
    decision_words = models.TextField("what was decided, and why", blank=True)
    patient_told = models.CharField(
        "does the patient know", max_length=20, choices=PatientTold.choices, default=PatientTold.NOT_ASKED
    )
    patient_told_words = models.TextField("what they were told, or why not", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    COUNTED = False
    SEARCHED = ("seen_words", "reported_to", "decision_words", "patient_told_words")
    objects = SafetyReportQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            known("audience", Audience),
            known("at_risk", AtRisk),
            known("state", ReportState),
            known("patient_told", PatientTold),
            paired("decided_at", "decided_by"),
            real_days(
                "recorded_at", "known_at", "told_due_at", "supervisor_told_at", "decision_due_at", "decided_at",
                "reported_at",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.SUPERVISED),
                name="%(app_label)s_%(class)s_for_the_supervisor",
                violation_error_message="A safety report is for its author and the supervisor.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN, decided_at=None)
                | (Q(state=ReportState.REPORTED, decided_at__isnull=False, reported_at__isnull=False)
                   & ~Q(reported_to=""))
                | (Q(state=ReportState.NOT_REPORTED, decided_at__isnull=False) & ~Q(decision_words="")),
                name="%(app_label)s_%(class)s_decided_in_full",
                violation_error_message="Say to whom it was reported and when, or why it was not.",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["patient", "known_at", "ref"], name="safety_report_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:safety_report", args=[self.ref])

    @property
    def is_settled(self):
        return self.supervisor_told_at is not None and self.state != ReportState.OPEN
