"""Queries about what is written down of who somebody is and what they want."""

from django.apps import apps
from django.db.models import Case, Exists, Max, OuterRef, QuerySet, Value, When

from patients.choices import FactKind, FactState, Knows, SupportState
from patients.plan_choices import NeedState
from patients.querysets import RecordQuerySet


class FactQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("learned_by", "recorded_by", "settled_by")

    def shared_with(self, user):
        """With `mine`: whether `user` finds it good to talk about."""
        CommonGround = apps.get_model("patients.CommonGround")
        return self.annotate(mine=Exists(CommonGround.objects.filter(fact=OuterRef("pk"), staff=user)))

    def holding(self):
        """Those that hold now."""
        return self.filter(state=FactState.HOLDS)

    def no_longer(self):
        return self.filter(state=FactState.NO_LONGER)

    def about_these(self, keys):
        return self.filter(patient__in=keys)

    def of_kinds(self, *kinds):
        return self.filter(kind__in=kinds)

    def in_order(self):
        """By kind, as the page shows them, the newest first."""
        rank = Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(FactKind.values)))
        return self.select_related("learned_by").order_by(rank, "-learned_at", "-pk")


class NeedQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "settled_by")

    def open(self):
        return self.filter(state=NeedState.OPEN)

    def newest_first(self):
        return self.select_related("recorded_by").order_by("-set_at", "-pk")


class ReviewedQuerySet(RecordQuerySet):
    """Lines of a plan that are looked at again: `model.OPEN` is the state in which they are."""

    def for_page(self):
        return self.select_related("recorded_by", "settled_by")

    def open(self):
        return self.filter(state=self.model.OPEN)

    def newest_first(self):
        return self.select_related("recorded_by").order_by("-set_at", "-pk")

    def next_review(self):
        """(when it is due, when its clock was started) of the open line that is to be looked at first, or None."""
        first = self.open().order_by("review_due_at", "pk")
        return first.values_list("review_due_at", "reviewed_at").first()


class SafetyPlanQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("made_by", "recorded_by")

    def holding(self):
        """The version that holds now."""
        return self.filter(replaced_at=None)

    def newest_first(self):
        return self.for_page().order_by("-number")

    def last_look_since(self, moment):
        """When one of them was last gone through with the patient since then, or None."""
        return self.filter(looked_at__gte=moment).aggregate(last=Max("looked_at"))["last"]


class SafetyPlanMarkQuerySet(QuerySet):
    def on_pages_of(self, patient, user, now):
        """Those of the versions that stand on the patient's pages for `user`."""
        plans = apps.get_model("patients.SafetyPlan").objects.on_pages_of(patient, user, now)
        return self.filter(plan__in=plans.values("pk"))

    def newest_first(self):
        return self.select_related("plan", "marked_by").order_by("-marked_at", "-pk")


class SafeContactQuerySet(QuerySet):
    def of(self, patient):
        """What they said, newest first: the first one holds."""
        return self.filter(patient=patient).select_related("recorded_by").order_by("-recorded_at", "-pk")


class SupportQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "consent__ending", "settled_by")

    def holding(self):
        return self.filter(state=SupportState.HOLDS)

    def in_order(self):
        """Those who must not know first: it is what does harm when it is overlooked."""
        must_not = Case(When(knows=Knows.MUST_NOT, then=Value(0)), default=Value(1))
        return self.select_related("consent__ending", "recorded_by").order_by(must_not, "name", "pk")
