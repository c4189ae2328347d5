"""Queries about what of a relationship somebody owns until it is settled."""

from django.apps import apps
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from patients.owned_querysets import OwnedRecordQuerySet


class OwnedQuerySet(OwnedRecordQuerySet):
    """Records of `interactions` that somebody owns until they are settled."""

    def for_page(self):
        return self.select_related("owner", "recorded_by", "check_in")

    def acted_on(self, check_in):
        """Those that came of a check-in and were changed since."""
        return self.filter(check_in=check_in, version__gt=1)

    def following(self, field, moment, ref):
        """Those that follow this place in the order of (`field`, ref)."""
        return self.filter(Q(**{f"{field}__gt": moment}) | Q(**{field: moment, "ref__gt": ref}))

    def for_calendar(self):
        """With `changed_at`, when something was last done with it, and the patient's ref, in one query."""
        HistoryEntry = apps.get_model("interactions.HistoryEntry")
        last = HistoryEntry.objects.filter(record_ref=OuterRef("ref")).order_by("-happened_at").values("happened_at")
        changed_at = Coalesce(Subquery(last[:1]), F("recorded_at"))
        return self.select_related("patient").annotate(changed_at=changed_at)
