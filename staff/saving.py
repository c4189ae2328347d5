from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction


def save_checked(obj, *, update_fields=None):
    """Saves `obj` and returns it; a refusal is a `ValidationError` in words a person can read.

    Fields are checked first, constraints by the database alone. Only when it refuses does `full_clean` look for
    the sentence of the broken constraint: always asking would cost one query for each key and constraint.
    """
    relations = {field.name for field in obj._meta.fields if field.is_relation}
    skipped = relations | {f.name for f in obj._meta.fields if update_fields and f.name not in update_fields}
    obj.clean_fields(exclude=skipped)
    try:
        with transaction.atomic():
            obj.save(update_fields=update_fields)
    except IntegrityError:
        obj.full_clean()
        raise
    return obj


def refuse_unless(condition, sentence):
    """Raises a `ValidationError` with `sentence` unless `condition` holds."""
    if not condition:
        raise ValidationError(sentence)
