import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from staff.hint_querysets import HintQuerySet
from staff.hints import Unreadable, company_of, phrases_of


def readable_phrases(words):
    try:
        if not list(phrases_of(words)):
            raise Unreadable("Write at least one word.")
    except Unreadable as error:
        raise ValidationError(str(error)) from None


def readable_company(lines):
    try:
        company_of(lines)
    except Unreadable as error:
        raise ValidationError(str(error)) from None


class Hint(models.Model):
    """Words that have a kinder way to say them, and the company in which they are meant: see `staff.hints`."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    words = models.TextField(validators=[readable_phrases])
    say = models.CharField("another way to say it", max_length=200)
    only = models.TextField("only beside", blank=True, validators=[readable_company])
    unless = models.TextField("not beside", blank=True, validators=[readable_company])
    in_use = models.BooleanField(default=True)

    objects = HintQuerySet.as_manager()

    class Meta:
        ordering = ["words", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(say=""),
                name="%(app_label)s_%(class)s_says_something",
                violation_error_message="Give the words, and another way to say them.",
            )
        ]

    def __str__(self):
        return self.phrases

    def get_absolute_url(self):
        return reverse("staff:hint", args=[self.ref])

    @property
    def phrases(self):
        """The first form of each line, for people: “junkie · druggie”."""
        return " · ".join(line.split(",")[0].strip() for line in self.words.splitlines())
