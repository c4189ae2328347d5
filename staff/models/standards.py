from django.db import models
from django.db.models import F, Q

from staff.day_lists import DayListField
from staff.spans import SpanField, due
from staff.urgency import Urgency

DAYS = {"null": True, "blank": True}


class Standard(models.Model):
    """What a program promises, from a day of care on. The phase on which a clock starts holds for that clock.

    Working defaults: `staff/defaults.py`. Days are site days, hours clock hours in round-the-clock programs and
    open hours elsewhere.
    """

    program = models.ForeignKey("staff.Program", models.PROTECT, related_name="standards")
    from_day = models.PositiveSmallIntegerField(default=0)
    team_ideal_days = models.PositiveSmallIntegerField(
        help_text="Somebody of the team talks with them, ideally every …"
    )
    team_max_days = models.PositiveSmallIntegerField(help_text="… and at least every … days")
    primary_ideal_days = models.PositiveSmallIntegerField()
    primary_max_days = models.PositiveSmallIntegerField()
    meeting_first_days = models.PositiveSmallIntegerField(help_text="First treatment meeting within … days")
    meeting_every_days = models.PositiveSmallIntegerField(help_text="Then every … days")
    meeting_grace_days = models.PositiveSmallIntegerField(help_text="Overdue after … further days")
    ack_today = SpanField()
    answer_today = SpanField()
    ack_soon = SpanField()
    answer_soon = SpanField()
    ack_routine = SpanField()
    answer_routine = SpanField()
    tell_within = SpanField()
    tell_at_next_session = models.BooleanField(default=False)
    introduce_primary = SpanField()
    introduce_other = SpanField()
    welcome_within = SpanField(default="3d")
    feedback_first_days = models.PositiveSmallIntegerField(**DAYS, help_text="Asked what they think after … days")
    feedback_every_days = models.PositiveSmallIntegerField(**DAYS, help_text="Then every … days; empty: once")
    safety_plan_within = SpanField(blank=True, help_text="A safety plan is made within; empty: no time is set")
    safety_plan_every_days = models.PositiveSmallIntegerField(**DAYS, help_text="Looked at again every … days")
    safety_plan_before_leaving = models.BooleanField(default=False)
    # On which days after a loss of tolerance somebody is in touch: with opioids, without, and by letter only.
    outreach_opioid_days = DayListField(default="1,3,7,10,14,21,28,45,60,90,120")
    outreach_days = DayListField(default="2,7,14,30,60,90")
    outreach_letter_days = DayListField(default="7,30,90")
    caseload_usual = models.PositiveSmallIntegerField()
    caseload_max = models.PositiveSmallIntegerField()
    # How much it takes for a sign that a relationship is changing; a needed number of 0 switches that sign off.
    signs_of = models.PositiveSmallIntegerField(default=3)
    quiet_signs = models.PositiveSmallIntegerField(default=2)
    quiet_after = models.PositiveSmallIntegerField(default=5)
    quiet_from_day = models.PositiveSmallIntegerField(default=7)
    came_once = models.PositiveSmallIntegerField(default=3)
    came_since = models.PositiveSmallIntegerField(default=4)
    restless_signs = models.PositiveSmallIntegerField(default=2)
    steps_signs = models.PositiveSmallIntegerField(default=2)
    missed_signs = models.PositiveSmallIntegerField(default=2)
    feedback_low = models.PositiveSmallIntegerField(default=7)
    feedback_drop = models.PositiveSmallIntegerField(default=2)
    waiting_concerns = models.PositiveSmallIntegerField(default=2)
    one_person_percent = models.PositiveSmallIntegerField(default=0)
    one_person_after = models.PositiveSmallIntegerField(default=10)
    one_person_days = models.PositiveSmallIntegerField(default=30)

    class Meta:
        ordering = ["from_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "from_day"],
                name="%(app_label)s_%(class)s_one_phase_a_day",
                violation_error_message="This program already has a phase that begins on that day.",
            ),
            models.CheckConstraint(
                condition=Q(team_max_days__gte=F("team_ideal_days")) & Q(primary_max_days__gte=F("primary_ideal_days")),
                name="%(app_label)s_%(class)s_max_not_below_ideal",
                violation_error_message="The longest gap cannot be shorter than the ideal one.",
            ),
            models.CheckConstraint(
                condition=Q(
                    team_ideal_days__gte=1,
                    primary_ideal_days__gte=1,
                    meeting_every_days__gte=1,
                    meeting_first_days__gte=1,
                ),
                name="%(app_label)s_%(class)s_at_least_a_day",
                violation_error_message="A cadence is at least one day.",
            ),
            models.CheckConstraint(
                condition=Q(
                    quiet_signs__lte=F("signs_of"),
                    restless_signs__lte=F("signs_of"),
                    steps_signs__lte=F("signs_of"),
                    missed_signs__lte=F("signs_of"),
                    signs_of__range=(1, 10),
                    came_once__lte=6,
                    feedback_low__lte=10,
                    feedback_drop__lte=10,
                    came_since__range=(1, 10),
                    one_person_percent__lte=99,
                    one_person_days__lte=90,
                ),
                name="%(app_label)s_%(class)s_signs_can_be_there",
                violation_error_message="A sign cannot take more than is looked at.",
            ),
        ]

    def __str__(self):
        return f"{self.program} from day {self.from_day}"

    def due(self, what, start):
        """The moment at which the target named `what` (such as "answer_today") of a clock started at `start` is due."""
        return due(
            getattr(self, what),
            start,
            self.program.site.calendar,
            round_the_clock=self.program.round_the_clock,
        )

    def ack_due(self, urgency, start):
        return self.due(f"ack_{Urgency(urgency).value}", start)

    def answer_due(self, urgency, start):
        return self.due(f"answer_{Urgency(urgency).value}", start)
