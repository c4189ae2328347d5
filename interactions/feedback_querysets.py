"""Named queries about feedback, and about having asked for it."""

from django.db.models import QuerySet

from patients.choices import Audience
from patients.querysets import RecordQuerySet


class FeedbackInvitationQuerySet(QuerySet):
    def of(self, patient):
        return self.filter(patient=patient)

    def open(self, now):
        """Those whose form can still be sent."""
        return self.standing().filter(expires_at__gt=now)

    def unused_since(self, moment):
        """Those made since then whose form nobody has sent, whatever became of them."""
        return self.filter(used_at=None, made_at__gte=moment)

    def declined_since(self, moment):
        """Those that were answered since then without a form."""
        return self.filter(used_at__gte=moment, feedback=None)

    def standing(self):
        """Those that were neither sent nor ended, whatever the hour."""
        return self.filter(used_at=None, ended_at=None)

    def with_hash(self, token_hash):
        return self.filter(token_hash=token_hash)

    def with_patient(self):
        """With all that a form which was sent needs, and no lock on more than the invitation itself."""
        return self.select_related("patient__latest_episode__program__site", "made_by")

    def since(self, moment):
        return self.filter(made_at__gte=moment)

    def newest_first(self):
        return self.select_related("made_by").order_by("-made_at", "-pk")


class FeedbackQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "invitation", "asked_by")

    def for_everybody_since(self, moment):
        """Those since then that everybody in their care may read, oldest first."""
        return self.filter(audience=Audience.TEAM, not_for=None, recorded_at__gte=moment).order_by("recorded_at", "pk")

    def sent_by(self, token_hash, moment):
        """The one that was sent by the form with this secret since then, if any."""
        return self.filter(invitation__token_hash=token_hash, recorded_at__gte=moment)

    def very_low(self):
        """Those with a number so low that the supervisor hears of it, about which nobody has asked yet."""
        return self.filter(low_due_at__isnull=False, asked_at=None)

    def newest_first(self):
        return self.select_related("recorded_by").order_by("-recorded_at", "-ref")
