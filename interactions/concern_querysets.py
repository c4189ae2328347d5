"""Named queries about concerns."""

from django.db.models import (
    Case,
    F,
    Max,
    Q,
    Value,
    When,
)

from interactions.choices import (
    OWED,
    UNANSWERED,
    ConcernState,
    Urgency,
)
from interactions.owned_querysets import OwnedQuerySet


class ConcernQuerySet(OwnedQuerySet):
    def for_page(self):
        return super().for_page().select_related("answered_by", "told_by", "safety__taken_over_by", "not_for")

    def owed(self):
        """Those that somebody still owes the patient: an answer, or telling it."""
        return self.filter(state__in=OWED)

    def from_feedback(self):
        return self.exclude(feedback=None).select_related("owner").order_by("-raised_at", "-ref")

    def waiting(self):
        return self.owed().with_due()

    def kept(self):
        """Those kept for their return."""
        return self.filter(state=ConcernState.KEPT)

    def unanswered(self):
        return self.filter(state__in=UNANSWERED)

    def asked_in(self, meeting):
        """Those that are questions which a meeting left."""
        return self.filter(meeting=meeting)

    def not_acknowledged(self):
        return self.filter(state=ConcernState.WAITING)

    def untold(self):
        return self.filter(state=ConcernState.ANSWERED)

    def ack_late(self, now):
        return self.not_acknowledged().filter(ack_due_at__lt=now)

    def answer_late(self, now):
        return self.unanswered().filter(answer_due_at__lt=now)

    def tell_late(self, now):
        return self.untold().filter(tell_due_at__lt=now)

    def late(self, now):
        """Past any of their targets."""
        return self.filter(
            Q(state=ConcernState.WAITING, ack_due_at__lt=now)
            | Q(state__in=UNANSWERED, answer_due_at__lt=now)
            | Q(state=ConcernState.ANSWERED, tell_due_at__lt=now)
        )

    def safety(self):
        return self.filter(urgency=Urgency.SAFETY)

    def not_taken_over(self):
        return self.safety().filter(state__in=OWED, safety__taken_over_at=None)

    def unclaimed(self, now):
        """Those handed to somebody who has not taken them on in time."""
        return self.filter(hand_back_at__lte=now, acknowledged_at=None, state__in=OWED)

    def ladder_ends_before(self, moment):
        return self.annotate(last_rung_at=Max("rungs__due_at")).filter(last_rung_at__lt=moment)

    def with_due(self):
        """With `due_at`, the moment that counts in its present state."""
        return self.annotate(
            due_at=Case(When(state=ConcernState.ANSWERED, then=F("tell_due_at")), default=F("answer_due_at"))
        )

    def on_team_lists(self, user):
        """Without the concerns about a colleague, which only their owner finds on a list."""
        return self.filter(Q(about_staff=False) | Q(owner=user))

    def worst_first(self):
        """Safety first, then what has waited longest past its target; with `due_at` and `rank` to order by."""
        first = Case(When(urgency=Urgency.SAFETY, then=Value(0)), default=Value(1))
        return self.with_due().annotate(rank=first).order_by("rank", "due_at", "ref")

    def after_place(self, rank, due_at, ref):
        """Those that follow this place in `worst_first` order."""
        return self.filter(
            Q(rank__gt=rank) | Q(rank=rank, due_at__gt=due_at) | Q(rank=rank, due_at=due_at, ref__gt=ref)
        )

    def answered_in_time_since(self, moment):
        return self.filter(answered_at__gte=moment, answered_at__lte=F("answer_due_at"))

    def told_in_time_since(self, moment):
        in_time = Q(tell_due_at=None) | Q(told_at__lte=F("tell_due_at"))
        return self.filter(in_time, told_at__gte=moment, answered_at__lte=F("answer_due_at"))
