import uuid

from django.db import models
from django.db.models import Q

from interactions.choices import MailKind, MailState
from interactions.mail_querysets import MailQuerySet, PassQuerySet
from interactions.reminder_querysets import AllRemindersQuerySet
from staff.constraints import known, paired, real_days


class Reminder(models.Model):
    """The notice in the app that something is due for a patient. It exists, may be snoozed, and ends with its cause.

    `cause` is the row it is about and `clock_started_at` the event that started its clock: one for each (rule, cause,
    clock, stage, recipient), ever.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule = models.CharField(max_length=40)
    cause = models.BigIntegerField()
    clock_started_at = models.DateTimeField()
    stage = models.CharField(max_length=40)
    recipient = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    snoozed_until_at = models.DateTimeField(null=True)
    snoozed_because = models.CharField(max_length=200, blank=True)

    objects = AllRemindersQuerySet.as_manager()

    class Meta:
        constraints = [
            real_days("clock_started_at", "due_at", "planned_at", "ended_at", "snoozed_until_at"),
            models.UniqueConstraint(
                fields=["rule", "cause", "clock_started_at", "stage", "recipient"],
                name="%(app_label)s_%(class)s_once_ever",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "due_at"], condition=Q(ended_at=None), name="reminder_live"),
            models.Index(fields=["rule", "cause"], condition=Q(ended_at=None), name="reminder_live_of_cause"),
            models.Index(fields=["-planned_at", "-id"], name="reminder_fired"),
        ]

    def __str__(self):
        return f"{self.rule} {self.ref}"


class Mail(models.Model):
    """The outbox. What a mail says (counts and links, no name) is worked out when it is sent.

    `failing_since_at` is its first try in vain; hours in which its recipient is not at work do not count.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    slot = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField()
    next_at = models.DateTimeField()
    leased_until_at = models.DateTimeField(null=True)
    leased_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    failing_since_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    given_up_because = models.CharField(max_length=200, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            known("kind", MailKind),
            known("state", MailState),
            paired("leased_until_at", "leased_by"),
            real_days("planned_at", "next_at", "leased_until_at", "sent_at", "failing_since_at"),
            models.UniqueConstraint(fields=["recipient", "kind", "slot"], name="%(app_label)s_%(class)s_once_ever"),
            models.CheckConstraint(
                condition=(Q(state="given_up") & ~Q(given_up_because=""))
                | (~Q(state="given_up") & Q(given_up_because="")),
                name="%(app_label)s_%(class)s_given_up_for_a_reason",
                violation_error_message="Say why this mail is given up.",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=["-planned_at"], condition=Q(state="failed"), name="mail_failed"),
            models.Index(fields=["-sent_at"], condition=Q(state="sent"), name="mail_sent"),
        ]

    def __str__(self):
        return f"{self.kind} {self.ref}"


class Quarantine(models.Model):
    """A patient for whom a rule cannot be planned: set aside with the reason, so that all others are."""

    rule = models.CharField(max_length=40)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = [
            real_days("found_at", "next_try_at"),
            models.UniqueConstraint(fields=["rule", "patient"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self):
        return f"{self.rule}: {self.reason}"


class Pass(models.Model):
    """One pass of the reminder engine: the heartbeat that shows whether reminders work. `failed` counts the parts of
    it that did not go through; a mail that was not sent is no such part.
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    planned = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    objects = PassQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "passes"
        constraints = [real_days("began_at", "ended_at")]
        indexes = [models.Index(fields=["-began_at"], name="pass_newest")]

    def __str__(self):
        return f"{self.began_at:%Y-%m-%d %H:%M:%S}"
