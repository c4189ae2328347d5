"""Queries about who is let in by name only, who is kept out, and what waits for a second person."""

from django.apps import apps
from django.db.models import QuerySet

from patients.choices import ApprovalState
from staff.querysets import MomentsQuerySet


class RestrictionQuerySet(MomentsQuerySet):
    def of(self, patient):
        return self.filter(patient=patient)

    def about(self, patients):
        return self.filter(patient__in=patients.values("pk"))

    def open(self):
        return self.filter(ended_at=None)

    def with_people(self):
        return self.select_related("lead", "asked_by", "agreed_by")


class ExclusionQuerySet(MomentsQuerySet):
    def of(self, patient):
        return self.filter(patient=patient).select_related("staff", "began_by").order_by("began_at", "pk")

    def naming(self, user):
        return self.filter(staff=user)

    def with_ref(self, ref):
        """The exclusion `ref`, or None."""
        return self.filter(ref=ref).first()


class ApprovalQuerySet(QuerySet):
    def waiting(self, since):
        """Those asked after the moment `since` that nobody has decided."""
        return self.filter(state=ApprovalState.WAITING, asked_at__gt=since)

    def run_out(self, since):
        return self.filter(state=ApprovalState.WAITING, asked_at__lte=since)

    def settled(self, since):
        """Those that were decided, or asked before the moment `since` and never decided."""
        return self.exclude(state=ApprovalState.WAITING, asked_at__gt=since)

    def of(self, patient):
        return self.filter(patient=patient)

    def with_ref(self, ref):
        """The approval `ref`, or None."""
        return self.filter(ref=ref).first()

    def asked_since(self, moment):
        return self.filter(asked_at__gte=moment)

    def newest_first(self):
        return self.order_by("-asked_at", "-pk")

    def of_kinds(self, kinds):
        return self.filter(kind__in=kinds)

    def decidable_by(self, user, now):
        """Without what `user` asked for, what is for them, and patients whom they are never to see."""
        denied = apps.get_model("patients.Patient").objects.denied_to(user, now).values("pk")
        return self.exclude(asked_by=user).exclude(staff=user).exclude(patient__isnull=False, patient__in=denied)

    def asked_by_person(self, user):
        return self.filter(asked_by=user)

    def with_people(self):
        return self.select_related("staff", "patient__latest_episode__program__site", "asked_by", "decided_by")

    def oldest_first(self):
        return self.order_by("asked_at", "pk")


def restrictions(now):
    """The restrictions that hold now."""
    return apps.get_model("patients.Restriction").objects.current(now)


def exclusions(now):
    """The exclusions that hold now."""
    return apps.get_model("patients.Exclusion").objects.current(now)


def kept_from(user, now):
    """Ids of the patients whom `user` is kept out of."""
    return exclusions(now).filter(staff=user).values("patient")
