import datetime
import uuid
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property

from staff.calendar import Calendar, moment
from staff.choices import Presence, ProgramKind, Weekday
from staff.constraints import known, real_days
from staff.querysets import ProgramQuerySet, SiteQuerySet

NATIONAL_CRISIS_LINE = (
    "Life in danger or someone hard to wake: 911. Thoughts of suicide, or just too much: call or text 988, any time."
)


time_zones = cache(available_timezones)  # each asking reads the whole folder of zones


def check_time_zone(name):
    if name not in time_zones():
        raise ValidationError("Give a time zone such as America/New_York.")


class Site(models.Model):
    """A place. It owns the time zone, the contact hours, the holidays, the crisis line and the on-call list."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=60, validators=[check_time_zone])
    phone = models.CharField(max_length=40, blank=True)
    crisis_line = models.CharField(
        max_length=200,
        blank=True,
        help_text="The site's own number. The national numbers are always shown beside it.",
    )

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("staff:site", args=[self.ref])

    @property
    def zone(self):
        return ZoneInfo(self.time_zone)

    def local_date(self, now):
        """The calendar day at the site at the moment `now`."""
        return now.astimezone(self.zone).date()

    @property
    def needs_on_call(self):
        """Whether a gap in the on-call list is a gap: where patients stay overnight, or where a list is kept."""
        return any(program.round_the_clock for program in self.programs.all()) or bool(self.duties_kept)

    @cached_property
    def calendar(self):
        return Calendar(
            self.zone,
            {hours.weekday: (hours.opens, hours.closes) for hours in self.contact_hours.all()},
            {holiday.closed_on for holiday in self.holidays.all()},
        )

    def moment(self, day, time):
        """The moment of a wall-clock time here: see `staff.calendar.moment`."""
        return moment(self.zone, day, time)

    def day_bounds(self, day):
        """First moment of `day` at the site and first moment of the next day: 23, 24 or 25 hours."""
        midnight = datetime.time()
        return self.moment(day, midnight), self.moment(day + datetime.timedelta(days=1), midnight)


class ContactHours(models.Model):
    """When a site can be reached on a weekday."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="contact_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday"]
        constraints = [
            known("weekday", Weekday),
            models.UniqueConstraint(
                fields=["site", "weekday"],
                name="%(app_label)s_%(class)s_once_a_weekday",
                violation_error_message="This weekday already has contact hours.",
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="%(app_label)s_%(class)s_closes_after_opening",
                violation_error_message="The site closes after it opens.",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Holiday(models.Model):
    site = models.ForeignKey(Site, models.PROTECT, related_name="holidays")
    closed_on = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["closed_on"]
        constraints = [
            real_days("closed_on"),
            models.UniqueConstraint(
                fields=["site", "closed_on"],
                name="%(app_label)s_%(class)s_once_a_day",
                violation_error_message="This day is already a holiday.",
            ),
        ]

    def __str__(self):
        return f"{self.closed_on} {self.name}"


class Program(models.Model):
    """A course of care at a site."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="programs")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=ProgramKind.choices)
    presence = models.CharField(max_length=10, choices=Presence.choices)
    lead = models.ForeignKey(
        "staff.StaffMember",
        models.PROTECT,
        related_name="leads",
        help_text="The supervisor to whom this program's concerns go.",
    )
    deputy = models.ForeignKey(
        "staff.StaffMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deputizes",
        help_text="Stands in for the supervisor, also when a concern is about them.",
    )
    safety_steps = models.TextField(
        blank=True, help_text="What to do first when somebody may not be safe; shown beside “Right now”."
    )
    calm_card = models.TextField(
        blank=True,
        help_text="What to do when somebody is restless, angry or guarded and nothing is known to help.",
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["site__name", "name"]
        constraints = [
            known("kind", ProgramKind),
            known("presence", Presence),
            real_days("archived_at"),
            models.UniqueConstraint(
                fields=["site", "name"],
                name="%(app_label)s_%(class)s_one_name_a_site",
                violation_error_message="This site already has a program of that name.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("staff:program", args=[self.ref])

    @property
    def round_the_clock(self):
        return self.presence == Presence.ROUND_THE_CLOCK


class RuleSwitch(models.Model):
    """A reminder rule that is on in a program. A new program starts quiet (clinical default), others are added."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="rule_switches")
    rule = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "rule"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message="This rule is already on.",
            )
        ]

    def __str__(self):
        return self.rule
