from django.db import models
from django.db.models import Q
from django.urls import reverse

from interactions.choices import ComeBack, FeedbackWay, Tongue
from interactions.feedback_querysets import FeedbackInvitationQuerySet, FeedbackQuerySet
from patients.models import Record
from staff.constraints import known, known_or_blank, ordered, paired, real_days

LOWEST, HIGHEST = 0, 10
VERY_LOW = 4  # the supervisor hears of it on the next working day: the product's clinical page, "Feedback"
ITEMS = ("heard", "matters", "fits", "overall")
MORE_ITEMS = ("inspired", "energised", "motivated")


class FeedbackInvitation(models.Model):
    """That a patient was asked what they think of their care: on a device handed over, or by a link of their own.

    The address of their form is kept as a hash only: who reads this table opens no form. It is good for one sending.
    """

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    way = models.CharField("how", max_length=10, choices=FeedbackWay.choices)
    at_leaving = models.BooleanField("they are leaving", default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("staff.StaffMember", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # sent, or declined
    ended_at = models.DateTimeField(null=True, blank=True)  # by another one, or by their death

    objects = FeedbackInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            known("way", FeedbackWay),
            real_days("made_at", "expires_at", "used_at", "ended_at"),
            ordered("made_at", "expires_at"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(used_at=None, ended_at=None),
                name="%(app_label)s_%(class)s_one_open_each",
                violation_error_message="They were asked a moment ago: look at that first.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "made_at"], name="feedback_asked")]

    def __str__(self):
        return f"made {self.made_at}"


def score(label):
    """From 0, not at all, to 10, completely; None where they left it out."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


class Feedback(Record):
    """What a patient says of their care, in their own hand. Staff change nothing of it.

    The items are the product's own and no validated instrument. `recorded_by` is whoever asked. What is for the
    supervisor only has the audience `supervised`, and whoever asked is kept out of it by `not_for`.
    """

    invitation = models.OneToOneField("interactions.FeedbackInvitation", models.PROTECT, related_name="feedback")
    tongue = models.CharField("language", max_length=2, choices=Tongue.choices, default=Tongue.EN)
    heard = score("I feel heard and respected")
    matters = score("We work on what matters to me")
    fits = score("The way we work fits me")
    overall = score("Today, all in all")
    inspired = score("I feel inspired")
    energised = score("I feel energised")
    motivated = score("I feel motivated")
    more_of = models.TextField("what they would like more of, or different", blank=True)
    question = models.TextField("what they ask", blank=True)
    wants_to_talk = models.BooleanField("they would like to talk with someone today", default=False)
    helped = models.TextField("what helped", blank=True)
    not_helped = models.TextField("what did not help", blank=True)
    come_back = models.CharField("would they come back", max_length=10, choices=ComeBack.choices, blank=True)
    may_ask = models.BooleanField("we may ask how they are", null=True, blank=True)
    # Of staff: whether somebody asked them about a low number, and what they said. The form itself nobody changes.
    low_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey("staff.StaffMember", models.PROTECT, null=True, blank=True, related_name="+")
    asked_words = models.TextField("what they said", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("more_of", "question", "helped", "not_helped")
    objects = FeedbackQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            known("tongue", Tongue),
            known_or_blank("come_back", ComeBack),
            real_days("recorded_at", "low_due_at", "asked_at"),
            paired("asked_at", "asked_by"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(**{item: None}) | Q(**{f"{item}__lte": HIGHEST}) for item in (*ITEMS, *MORE_ITEMS)),
                ),
                name="%(app_label)s_%(class)s_from_0_to_10",
                violation_error_message="Choose a number from 0 to 10.",
            ),
        ]
        indexes = [models.Index(fields=["patient", "recorded_at", "ref"], name="feedback_of_patient")]

    def get_absolute_url(self):
        return reverse("interactions:feedback", args=[self.ref])

    def scores(self, items=ITEMS):
        """(what they answered to, the number) of each of `items` that they answered."""
        answered = ((self._meta.get_field(item).verbose_name, getattr(self, item)) for item in items)
        return [(label, number) for label, number in answered if number is not None]

    @property
    def lowest(self):
        """The lowest number of the four items, or None."""
        return min((number for _, number in self.scores()), default=None)

    @property
    def more_scores(self):
        return self.scores(MORE_ITEMS)
