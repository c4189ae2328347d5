"""Queries about what was agreed about contact, what happened at its edge, and duties beyond the relationship."""

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from interactions.boundary_choices import AgreementState, EventState, ReportState, Weight
from patients.querysets import RecordQuerySet


class AgreementQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "settled_by")

    def holding(self, today):
        """Those that hold on that day."""
        return self.filter(
            Q(until_on=None) | Q(until_on__gte=today), state=AgreementState.HOLDS, from_on__lte=today
        ).select_related("recorded_by")

    def newest_first(self):
        return self.select_related("recorded_by", "settled_by").order_by("-agreed_at", "-pk")

    def with_people(self):
        return self.select_related("recorded_by", "patient__latest_episode__program__site")


class BoundaryEventQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "reviewed_by", "second_staff", "instead_staff", "not_for")

    def with_people(self):
        return self.for_page().select_related("patient__latest_episode__program__site")

    def newest_first(self):
        return self.order_by("-happened_at", "-pk")

    def soonest_first(self):
        return self.order_by("review_due_at", "pk")

    def waiting(self):
        return self.filter(state=EventState.WAITING)

    def to_review_by(self, user):
        """Those at which `user`, as the supervisor, has not looked, and which do not concern them."""
        found = self.waiting().with_concerned().exclude(concerned=user.pk)
        theirs = Q(second_staff=user, second_reviewed_at=None)
        return found.filter(theirs | Q(reviewed_at=None) & ~Q(second_staff=user))

    def serious(self):
        return self.filter(weight=Weight.SERIOUS)

    def to_talk_over(self):
        return self.filter(weight=Weight.TALK)

    def late(self, moment):
        return self.filter(review_due_at__lte=moment)

    def without_supervisor(self):
        """Those at which the supervisor has not looked."""
        return self.filter(reviewed_at=None)

    def without_second(self):
        return self.filter(second_staff__isnull=False, second_reviewed_at=None)

    def with_concerned(self):
        """With `concerned`, the key of the staff member whom it is about."""
        return self.alias(concerned=Coalesce("not_for", "recorded_by"))

    def heavy_since(self, moment):
        """Those that are more than a note, with the staff member whom each is about, when, and its ref."""
        heavy = self.filter(happened_at__gte=moment).exclude(weight=Weight.NOTE)
        found = heavy.annotate(about=Coalesce("not_for", "recorded_by")).order_by("happened_at")
        return found.values_list("about", "happened_at", "ref")

    def for_the_auditor(self, user, denied, since):
        """That there is one: of none about `user`, nor about a patient of whom they never learn."""
        found = self.filter(recorded_at__gte=since).exclude(patient__in=denied.values("pk")).exclude(not_for=user)
        return found.order_by("-recorded_at", "-pk").only("weight", "kind", "state", "recorded_at", "review_due_at")


class SafetyReportQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "supervisor", "decided_by")

    def with_people(self):
        return self.for_page().select_related("patient__latest_episode__program__site")

    def newest_first(self):
        return self.order_by("-known_at", "-pk")

    def not_told(self):
        """Those of which the supervisor does not know yet."""
        return self.filter(supervisor_told_at=None)

    def undecided(self):
        return self.filter(state=ReportState.OPEN)

    def unsettled(self):
        return self.filter(Q(state=ReportState.OPEN) | Q(supervisor_told_at=None))

    def soonest_first(self):
        return self.order_by("decision_due_at", "pk")

    def for_the_auditor(self, user, denied, since):
        """That there is one: of none about a patient of whom `user` never learns."""
        found = self.filter(recorded_at__gte=since).exclude(patient__in=denied.values("pk")).exclude(not_for=user)
        return found.order_by("-recorded_at", "-pk").only(
            "at_risk", "state", "recorded_at", "supervisor_told_at", "decision_due_at"
        )


class ReadyReplyQuerySet(QuerySet):
    def of(self, patient, staff):
        return self.filter(patient=patient, staff=staff)

    def offered(self, moment):
        """The one that was offered at that moment, or None."""
        return self.filter(offered_at=moment).first()

    def of_absence(self, back_at):
        return self.filter(back_at=back_at)


def by_week(check_ins, weeks):
    """How many of `check_ins` fall into each of `weeks` (pairs of moments), in one query."""
    counts = {
        f"week_{n}": Count("pk", filter=Q(happened_at__gte=first, happened_at__lt=last))
        for n, (first, last) in enumerate(weeks)
    }
    found = check_ins.order_by().aggregate(**counts)
    return [found[f"week_{n}"] for n in range(len(weeks))]
