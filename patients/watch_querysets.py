"""Queries about staying close after a loss of tolerance."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from patients.owned_querysets import OwnedRecordQuerySet
from patients.querysets import covered_by
from patients.watch_choices import Covered, WatchBegan, WatchEnd
from staff.querysets import holding

DAY = timedelta(days=1)


class TransitionWatchQuerySet(QuerySet):
    def of(self, patient):
        return self.filter(patient=patient)

    def among(self, keys):
        return self.filter(patient__in=keys)

    def running(self):
        return self.filter(ended_at=None)

    def over(self, now):
        """Those whose days are over and that nobody has ended."""
        return self.running().filter(ends_at__lte=now)

    def of_discharge(self, moment):
        """Those that began because they left, as it was written down at that moment."""
        return self.filter(because=WatchBegan.LEFT, recorded_at=moment)

    def replaced_at(self, moment):
        return self.filter(ended_because=WatchEnd.REPLACED, ended_at=moment)

    def with_all(self):
        return self.select_related("patient", "episode__program__site", "recorded_by", "ended_by")


class OutreachDayQuerySet(OwnedRecordQuerySet):
    def for_page(self):
        return self.select_related("watch__episode__program__site", "owner", "cover", "recorded_by", "settled_by")

    def of_watch(self, watch):
        return self.filter(watch=watch).select_related("owner", "cover", "settled_by")

    def open(self):
        """Those of what runs that nobody has settled, whether or not somebody talked with them."""
        return self.filter(settled_at=None, watch__ended_at=None)

    def begun(self, now):
        return self.filter(from_at__lte=now)

    def until(self, moment):
        return self.filter(from_at__lt=moment)

    def of_those_here(self, now):
        """Without those of somebody who is elsewhere for a while: the days rest as the cadence does."""
        away = holding(now, "patient__latest_episode__pauses__")
        return self.exclude(pk__in=self.model.objects.filter(away).order_by().values("pk"))

    def next_of_each(self):
        """Of each watch the first that is open."""
        earlier = self.model.objects.open().filter(watch=OuterRef("watch"), due_on__lt=OuterRef("due_on"))
        return self.exclude(Exists(earlier))

    def asking_arrival(self):
        """Those in whose watch somebody is to ask whether they got to the next place."""
        return self.filter(watch__ask_arrival_at__isnull=False)

    def today(self, now):
        """Those of today, for whoever is on duty today only."""
        return self.open().filter(from_at__lte=now, from_at__gt=now - DAY)

    def to_settle(self, user, now):
        """Also those on which `user` stands in."""
        return self.filter(Q(owner=user) | Q(cover=user) | Q(owner__in=covered_by(user, now)))

    def waiting_or_uncovered(self, now, until):
        """Those that have begun, and those before `until` on which nobody is at work."""
        return self.filter(Q(from_at__lte=now) | Q(covered=Covered.NOBODY, from_at__lt=until))

    def with_watch(self):
        return self.select_related("patient__latest_episode__program__site", "owner", "cover", "watch__patient")

    def soonest_first(self):
        return self.order_by("due_at", "ref")

    def after_place(self, due_at, ref):
        """Those that follow this place in `soonest_first` order."""
        return self.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, ref__gt=ref))

    def in_order(self):
        return self.order_by("due_on")
