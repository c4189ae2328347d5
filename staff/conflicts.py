"""Nobody's words are overwritten unseen: a form that changes something knows what its page showed.

The page carries a fingerprint of what stood there. When the form is saved, the row is held, read again and compared. If
a colleague changed it meanwhile nothing is saved: the page comes back with 409, shows what stands there now beside what
was typed, and counts against that when it is sent once more.
"""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model

CHANGED = (
    "Somebody changed this while you were writing. Nothing of yours is lost and nothing of theirs is overwritten: "
    "look at what stands there now, and save again if yours should stand instead."
)


class Conflict(ValidationError):
    """A refusal because something was changed meanwhile; `theirs` is what stands there now, as (label, words)."""

    def __init__(self, sentence=CHANGED, theirs=()):
        super().__init__(sentence)
        self.theirs = theirs


def conflict_unless(condition, sentence=CHANGED):
    """Raises a `Conflict` unless `condition` holds."""
    if not condition:
        raise Conflict(sentence)


@dataclass(frozen=True)
class Watch:
    """What a form changes: `reads(row)` gives the values that count, by name."""

    row: Model
    reads: object

    def mark(self, row=None):
        """Letters that are the same as long as the values are; nobody reads the values from them."""
        values = sorted((name, shown(value)) for name, value in self.reads(row or self.row).items())
        return hmac.new(settings.SECRET_KEY.encode(), repr(values).encode(errors="replace"), hashlib.sha256).hexdigest()

    def held(self):
        """The row as it stands now, locked until the transaction ends."""
        return self.row._meta.model._base_manager.select_for_update(no_key=True).get(pk=self.row.pk)


def named(*names):
    """Reads these attributes of a row."""
    return lambda row: {name: getattr(row, name) for name in names}


def shown(value):
    """A value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value) or "nothing"
    return "nothing" if value in (None, "") else str(value)
