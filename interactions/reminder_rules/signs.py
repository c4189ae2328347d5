"""Signs that a relationship is changing, which nobody has asked about."""

from interactions.models import Signal
from interactions.recipients import Recipients
from interactions.reminder_rules.base import OWNER, SUPERVISOR, Due, Rule
from interactions.services.signals import REMINDED_AFTER, THEN


class SignalNotAddressed(Rule):
    """Of silence and of late answers the rules about those speak already: nobody hears twice of one thing."""

    code = "signal_not_addressed"
    title = "A sign that nobody has asked about"
    says = "Something may be changing with {name}: ask them"
    whom = f"the primary; the supervisor {THEN} days later"
    about = "signal"
    leaves = False
    can_wait = True

    def due(self, now):
        to, clock = Recipients(now, not_for="not_for"), "reminds_from_at"
        rows = Signal.objects.standing(now).of_those_here(now)
        late, later = rows.filter(remind_at__lte=now), rows.filter(escalates_at__lte=now)
        return [
            Due(late, clock=clock, due_at="remind_at", to=to.primary(), stage=OWNER),
            Due(later, clock=clock, due_at="escalates_at", to=to.supervisor_beside(to.primary()), stage=SUPERVISOR),
        ]

    def threshold(self, program):
        return f"{REMINDED_AFTER} days after it appeared, or at the end of the day on which somebody wanted to ask"
