from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.choices import Channel, PassedOn, WelcomeItem
from interactions.family_querysets import FamilyMessageQuerySet, WelcomeQuerySet
from patients.models import Record
from staff.constraints import known, paired, real_days


class FamilyMessage(Record):
    """What somebody else said about a patient: kept apart from what the patient says, and nobody's task.

    It is stored whether or not a consent exists; confirming that they are here is what needs one (42 CFR 2.13(c)).
    """

    said_by = models.CharField("who said it, as they gave their name", max_length=200)
    person = models.ForeignKey("patients.SupportPerson", models.PROTECT, null=True, blank=True, related_name="messages")
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.CALL)
    words = models.TextField("what they said")
    answered = models.TextField("what they were told", blank=True)
    received_at = models.DateTimeField()
    relayed = models.CharField(max_length=20, choices=PassedOn.choices, default=PassedOn.NOT_ASKED)
    passed_words = models.TextField("what the patient said", blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("said_by", "words", "answered", "passed_words")
    objects = FamilyMessageQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("channel", Channel),
            known("relayed", PassedOn),
            paired("settled_at", "settled_by"),
            real_days("recorded_at", "received_at", "settled_at"),
        ]
        indexes = [models.Index(fields=["patient", "received_at", "ref"], name="family_message_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:family_message", args=[self.ref])


class Welcome(Record):
    """What of the welcome was explained, once or bit by bit; `items` are `WelcomeItem`s. One stay may have several."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="welcomes")
    items = models.CharField("explained", max_length=200)
    choice_words = models.CharField("the choice that was theirs", max_length=300, blank=True)
    questions = models.TextField("what they asked, one a line", blank=True)
    explained_at = models.DateTimeField()

    SEARCHED = ("choice_words", "questions")
    objects = WelcomeQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            real_days("recorded_at", "explained_at"),
            models.CheckConstraint(
                condition=~Q(items=""),
                name="%(app_label)s_%(class)s_explains_something",
                violation_error_message="Tick what you explained.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "explained_at", "ref"], name="welcome_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:welcome", args=[self.ref])

    @property
    def item_labels(self):
        return [WelcomeItem(item).label for item in self.items.split(",")]
