"""Queries about what patients are to hear and were told to expect, and about handing them over."""

from django.db.models import Q

from interactions.choices import HANDED_OPEN, HandoverState, UpdateKind, UpdateState
from interactions.owned_querysets import OwnedQuerySet

# What was told in a conversation that was struck was not told.
STANDING = Q(check_in__struck_at=None)
PROMISED = Q(state=UpdateState.TOLD, turned_out="", expect_due_at__isnull=False) & STANDING


class UpdateQuerySet(OwnedQuerySet):
    def for_page(self):
        return super().for_page().select_related("told_by")

    def to_tell(self):
        """Those that the patient has not heard yet."""
        return self.filter(state=UpdateState.TO_TELL)

    def owed(self):
        """Those that are to be told, and those of which it is open whether what they were told came true."""
        return self.filter(Q(state=UpdateState.TO_TELL) | PROMISED, patient__died_on=None)

    def to_tell_late(self, now):
        return self.to_tell().filter(tell_by_at__lt=now)

    def promised(self):
        """Those that told them to expect something by a day, of which nobody wrote down what happened."""
        return self.filter(PROMISED)

    def past_their_day(self, now):
        return self.promised().filter(expect_due_at__lt=now, patient__died_on=None)

    def ledger(self):
        """What they were told to expect by a day, and what happened; what is open first."""
        said = self.filter(STANDING, state=UpdateState.TOLD, expect_by_on__isnull=False).select_related("told_by")
        return said.order_by("turned_out", "-expect_by_on", "-pk")

    def kept(self):
        """Those kept for their return."""
        return self.filter(state=UpdateState.KEPT)

    def where_we_are(self, episode):
        """What they were told in this stay about where they are and what comes next, newest first."""
        told = self.filter(STANDING, kind=UpdateKind.WHERE, state=UpdateState.TOLD, told_at__gte=episode.admitted_at)
        return told.select_related("told_by").order_by("-told_at", "-pk")


class HandoverQuerySet(OwnedQuerySet):
    def for_page(self):
        return self.select_related("owner", "handed_by", "recorded_by", "settled_by")

    def open(self):
        return self.filter(state__in=HANDED_OPEN)

    def asked(self):
        return self.filter(state=HandoverState.ASKED)
