"""Days after a day, as the standards state them: "1,3,7" are the first, third and seventh day after it."""

import re

from django.core.exceptions import ValidationError
from django.db import models

LIST = re.compile(r"[1-9]\d{0,2}(\s*,\s*[1-9]\d{0,2})*")
LONGEST = 365
SENTENCE = f"Write days in order, such as 1, 3, 7: at least one, none after {LONGEST}."


def numbers(text):
    """The days of a list, such as (1, 3, 7)."""
    return tuple(int(part) for part in text.split(","))


def check_days(text):
    if not LIST.fullmatch(text):
        raise ValidationError(SENTENCE)
    days = numbers(text)
    if list(days) != sorted(set(days)) or days[-1] > LONGEST:
        raise ValidationError(SENTENCE)


class DayListField(models.CharField):
    """A list of days such as "1,3,7"."""

    def __init__(self, **options):
        options.setdefault("max_length", 80)
        options["validators"] = [check_days]
        super().__init__(**options)

    def formfield(self, **options):
        return super().formfield(**{"validators": [check_days], **options})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs


def spoken(text):
    """The list in words: "days 1, 3 and 7"."""
    *first, last = map(str, numbers(text))
    return f"days {', '.join(first)} and {last}" if first else f"day {last}"
