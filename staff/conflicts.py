"""Nobody's words are overwritten unseen: a form that changes something knows what its page showed.

The page carries a fingerprint of what stood there. When the form is saved, the row is held, read again and compared. If
a colleague changed it meanwhile nothing is saved: the page comes back with 409, shows what stands there now beside what
was typed, and counts against that when it is sent once more. Where what they did leaves no room for this step, the page
says so at once, and shows where to go on instead.
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
OVER = (
    "Somebody was quicker, and after what they wrote this step is no longer possible: yours cannot be saved here. "
    "Nothing is lost: what they wrote and what you wrote stand below, and so do ways to go on."
)


class Conflict(ValidationError):
    """A refusal because something was changed meanwhile."""

    def __init__(self, sentence=CHANGED):
        super().__init__(sentence)


class Overtaken(Conflict):
    """A conflict that saving again does not settle."""

    def __init__(self, sentence=OVER):
        super().__init__(sentence)


def conflict_unless(condition, sentence=CHANGED):
    """Raises a `Conflict` unless `condition` holds."""
    if not condition:
        raise Conflict(sentence)


def overtaken_unless(condition, sentence):
    """Raises an `Overtaken` unless `condition` holds."""
    if not condition:
        raise Overtaken(sentence)


@dataclass(frozen=True)
class Watch:
    """What a form changes: `reads(row)` gives the values that count, by name; `still(row)` says whether it can be done
    as the row stands then.
    """

    row: Model
    reads: object
    still: object

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
