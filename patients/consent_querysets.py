"""Which consents hold, and what was given to others. Kept apart from the rule of visible patients for its length."""

from django.db.models import F, Q

from patients.consent_choices import TPO_PURPOSES, TPO_RECIPIENTS, Purpose, RecipientKind
from patients.querysets import RecordQuerySet


class ConsentQuerySet(RecordQuerySet):
    def holding_at(self, moment):
        """Signed by that moment, not run out, and not ended."""
        return (
            self.filter(began_at__lte=moment)
            .filter(Q(expires_at=None) | Q(expires_at__gt=moment))
            .filter(Q(ending=None) | Q(ending__ended_at__gt=moment))
        )

    def matching(self, patient, *, recipient_kind, purpose, at):
        """Consents of `patient` that held `at` and are for such a recipient and purpose. Which names and which
        information each covers is in its words: `disclosing.objections` asks that too.
        """
        kinds = Q(recipient_kind=recipient_kind)
        kinds |= Q(recipient_kind=RecipientKind.TPO) if recipient_kind in TPO_RECIPIENTS else Q()
        purposes = Q(purpose=purpose) | (Q(purpose=Purpose.TPO) if purpose in TPO_PURPOSES else Q())
        return self.of(patient).holding_at(at).filter(kinds, purposes)

    def expiring(self, now, within):
        """Those that hold and run out `within` that span, unless they were meant for no longer than it."""
        soon = self.holding_at(now).filter(expires_at__lte=now + within)
        return soon.filter(expires_at__gt=F("began_at") + within)

    def newest_first(self):
        """With how each ended."""
        return self.select_related("ending__by", "recorded_by").order_by("-began_at", "-pk")


class DisclosureQuerySet(RecordQuerySet):
    def newest_first(self):
        return self.select_related("given_by", "recorded_by", "consent").order_by("-given_at", "-pk")

    def under(self, consent):
        return self.filter(consent=consent)

    def between(self, first, last):
        """Given from the moment `first` until before `last`."""
        return self.filter(given_at__gte=first, given_at__lt=last)
