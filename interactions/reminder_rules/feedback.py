"""What patients say of their care."""

from interactions.models import Feedback
from interactions.models.feedback import VERY_LOW
from interactions.recipients import Recipients
from interactions.reminder_rules.base import SUPERVISOR, Due, Rule


class FeedbackLow(Rule):
    code = "feedback_low"
    title = "What somebody says of their care asks for you"
    says = "What {name} says of the care is low, or for you only: read it, and ask them"
    whom = "the supervisor"
    about = "feedback"
    always_on = True

    def due(self, now):
        """From the next working day on, until somebody asked them about it."""
        rows = Feedback.objects.very_low().filter(low_due_at__lte=now)
        to = Recipients(now, not_for="not_for").supervisor()
        return [Due(rows, clock="recorded_at", due_at="low_due_at", to=to, stage=SUPERVISOR)]

    def threshold(self, program):
        return f"on the next working day, when an answer is {VERY_LOW} or lower, or it is for the supervisor only"
