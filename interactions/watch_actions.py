"""What can be done with a day of staying close: talking with them keeps it, the rest stands here."""

from interactions.forms import records as forms
from interactions.forms.watch import SettleDayForm
from interactions.record_action import RecordAction
from interactions.services import watch


def is_open(day):
    return day.settled_at is None and day.watch.ended_at is None


OUTREACH_ACTIONS = (
    RecordAction("settle", "Nobody could reach them", watch.settle_day, is_open, SettleDayForm),
    RecordAction(
        "hand-over", "Somebody else, that day", watch.hand_over_day, is_open, forms.HandOverForm, needs_people=True
    ),
)
