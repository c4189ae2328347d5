"""The shape of what can be done with a record: its form, its service, and when it is offered."""

from collections.abc import Callable
from dataclasses import dataclass, field

from interactions.forms import records as forms


@dataclass(frozen=True)
class RecordAction:
    """An action `/<kind>/<id>/<name>/`. `offered` says whether the record is in a state for it; `again`, where more can
    be done than is offered, whether it can.
    """

    name: str
    label: str
    run: Callable
    offered: Callable
    form: type = forms.ActionForm
    lede: str = ""
    needs_people: bool = False
    initial: Callable = field(default=lambda record, now: {})
    again: Callable = None

    @property
    def possible(self):
        """Whether it can be done with a record."""
        return self.again or self.offered

    @property
    def asks(self):
        """Whether its form has more than a button."""
        return self.form is not forms.ActionForm


@dataclass(frozen=True)
class Kind:
    """A kind of record with pages of its own."""

    name: str
    model: type
    argument: str
    title: str
    actions: tuple

    def offered(self, record):
        return [action for action in self.actions if action.offered(record)]

    def action(self, name):
        return next((action for action in self.actions if action.name == name), None)


def in_state(*states, but=None):
    return lambda record: record.state in states and not (but and but(record))
