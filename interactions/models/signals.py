from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from interactions.choices import Sign, SignState
from interactions.signal_querysets import SignalQuerySet
from interactions.signal_rules.base import Item
from patients.models import Record
from staff.constraints import known, paired, real_days


class Signal(Record):
    """A sign that a relationship may be changing, with its evidence, until somebody has asked about it.

    A working note: it stands in no export, report or interface. `clock_at` is the newest moment of the evidence, so
    that nothing up to there speaks again; `reminds_from_at` the event that started the clock of the reminder.
    """

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="signals")
    rule = models.CharField(max_length=20, choices=Sign.choices)
    said = models.CharField(max_length=300)
    evidence = models.JSONField(default=list)
    clock_at = models.DateTimeField()
    appeared_at = models.DateTimeField()
    reminds_from_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    escalates_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SignState.choices, default=SignState.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    answer_words = models.TextField("what they said, or why not", blank=True)
    ask_on = models.DateField("will ask on", null=True, blank=True)
    ask_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("answer_words",)
    objects = SignalQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("rule", Sign),
            known("state", SignState),
            paired("answered_at", "answered_by"),
            paired("ask_on", "ask_at"),
            real_days(
                "recorded_at", "clock_at", "appeared_at", "reminds_from_at", "remind_at", "escalates_at", "answered_at",
                "ask_on", "ask_at",
            ),
            models.CheckConstraint(
                condition=Q(state=SignState.OPEN, answered_at=None)
                | (~Q(state=SignState.OPEN) & Q(answered_at__isnull=False)),
                name="%(app_label)s_%(class)s_answered_by_somebody",
                violation_error_message="Say who answered it, and when.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SignState.ASKED, SignState.NOT_SO]) | ~Q(answer_words=""),
                name="%(app_label)s_%(class)s_ends_with_words",
                violation_error_message="Write what they said, or why it is not so.",
            ),
            models.CheckConstraint(
                condition=~Q(state=SignState.WILL_ASK) | Q(ask_on__isnull=False),
                name="%(app_label)s_%(class)s_put_off_to_a_day",
                violation_error_message="Say on which day you will ask.",
            ),
            models.UniqueConstraint(
                fields=["episode", "rule"],
                condition=Q(state__in=[SignState.OPEN, SignState.WILL_ASK]),
                name="%(app_label)s_%(class)s_one_to_answer",
                violation_error_message="This sign is there already.",
            ),
            models.UniqueConstraint(
                fields=["episode", "rule", "clock_at"],
                condition=~Q(state__in=[SignState.STRUCK, SignState.PASSED]),
                name="%(app_label)s_%(class)s_evidence_speaks_once",
                violation_error_message="This was answered already.",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["patient", "answered_at", "ref"], name="signal_of_patient"),
            models.Index(fields=["remind_at"], condition=Q(state__in=["open", "will_ask"]), name="signal_to_answer"),
        ]

    def get_absolute_url(self):
        return reverse("interactions:signal", args=[self.ref])

    def stands(self, now):
        """Whether it waits to be asked about at that moment: not yet answered, or put off to a day that has come."""
        return self.state == SignState.OPEN or (self.state == SignState.WILL_ASK and self.ask_at <= now)

    @property
    def items(self):
        """The evidence as the rule gave it."""
        return tuple(Item(**one | {"at": parse_datetime(one["at"])}) for one in self.evidence)

    @property
    def lines(self):
        return evidence_lines(self.items)


def evidence_lines(items):
    """Each piece of evidence as (address of its record, moment, words)."""
    return [
        (reverse(f"interactions:{item.kind}", args=[item.ref]) if item.kind else "", item.at, item.words)
        for item in items
    ]
