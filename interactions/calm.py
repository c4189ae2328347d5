"""What to do in a hard hour: what helped this person last time, else what the program advises."""

from dataclasses import dataclass

from interactions.choices import Seemed
from interactions.models import CheckIn
from staff.calendar import DAY

HARD = {Seemed.RESTLESS, Seemed.ANGRY, Seemed.GUARDED}
LATELY = 2 * DAY
READ, SHOWN = 12, 2
# Where a program has written no card of its own. The product's own words, from the field's advice to stay calm.
CARD = (
    "Slow down, and let your voice be low. Sit beside, not opposite. Say what you see without judging it; ask one "
    "thing. Offer water, air, a walk. You need not solve it now."
)


@dataclass(frozen=True)
class Calm:
    """`helped` are conversations in which something did; without any the program's `card` stands in their place."""

    seemed: str
    helped: list
    card: str


def calm_for(patient, viewer, now):
    """The `Calm` while the last conversation, lately, was a hard one; else None."""
    talks = list(CheckIn.objects.on_pages_of(patient, viewer, now).last_words(patient.latest_episode)[:READ])
    last = next(iter(talks), None)
    if last is None or last.happened_at < now - LATELY or not HARD & set(last.seemed.split(",")):
        return None
    helped = [talk for talk in talks if talk.what_helped][:SHOWN]
    card = "" if helped else patient.latest_episode.program.calm_card.strip() or CARD
    seemed = " and ".join(Seemed(value).label.lower() for value in last.seemed.split(",") if value in HARD)
    return Calm(seemed=seemed, helped=helped, card=card)
