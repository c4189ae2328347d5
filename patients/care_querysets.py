"""Queries about stays: episodes, the programs they went through, and pauses."""

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from staff.querysets import MomentsQuerySet, holding


class PlacementQuerySet(MomentsQuerySet):
    def of(self, patient):
        return self.filter(episode__patient=patient)

    def transfers_of(self, patient):
        """The stretches that began by a transfer, not by the admission."""
        return self.filter(episode__patient=patient, began_at__gt=F("episode__admitted_at"))


class PauseQuerySet(MomentsQuerySet):
    def of(self, patient):
        return self.filter(episode__patient=patient)


class EpisodeQuerySet(QuerySet):
    def open(self):
        return self.filter(discharged_at=None)

    def in_program(self, program):
        return self.filter(program=program)

    def at_site(self, site):
        return self.filter(program__site=site)

    def of(self, patient):
        return self.filter(patient=patient)

    def newest_first(self):
        return self.order_by("-admitted_at", "-pk")

    def with_stretches(self):
        """With the placements and pauses, and everybody named."""
        Placement = apps.get_model("patients.Placement")
        return self.select_related("program__site", "admitted_by", "discharged_by", "outreach_owner").prefetch_related(
            Prefetch("placements", Placement.objects.select_related("program__site")), "pauses"
        )

    def in_cadence(self, now):
        """Open episodes whose clocks run: not paused now."""
        Pause = apps.get_model("patients.Pause")
        return self.open().exclude(Exists(Pause.objects.filter(holding(now), episode=OuterRef("pk"))))
