"""Consents that run out."""

from django.db.models import DateTimeField, ExpressionWrapper, F

from interactions.recipients import Recipients
from interactions.reminder_rules.base import OWNER, Due, Rule
from patients.accounts import SOON
from patients.models import Consent


class ConsentExpiring(Rule):
    code = "consent_expiring"
    title = "A consent runs out"
    says = "A consent of {name} runs out soon: ask whether it should go on"
    whom = "the primary"
    page = "patients:consents"

    def due(self, now):
        """While they are in care, and until it ran out, was taken back, or a newer one took its place."""
        rows = Consent.objects.expiring(now, SOON).filter(patient__latest_episode__discharged_at=None)
        due_at = ExpressionWrapper(F("expires_at") - SOON, output_field=DateTimeField())
        return [Due(rows, clock="recorded_at", due_at=due_at, to=Recipients(now).primary(), stage=OWNER)]

    def threshold(self, program):
        return f"{SOON.days} days before its last day"
