"""Named queries about messages from family, and about the welcome."""

from patients.querysets import RecordQuerySet


class FamilyMessageQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "person", "settled_by")

    def newest_first(self):
        return self.select_related("recorded_by", "person").order_by("-received_at", "-ref")


class WelcomeQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by")

    def in_stay(self, episode):
        return self.filter(episode=episode).order_by("explained_at", "pk")
