"""Queries about staying close after a loss of tolerance."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from patients.choices import ContactAfter
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

    def of_discharge(self, left_at):
        """Those that began because they left at that moment."""
        return self.filter(because=WatchBegan.LEFT, began_at=left_at)

    def of_hard_moment(self, moment):
        return self.filter(because=WatchBegan.HARD_MOMENT, began_at=moment)

    def ended_with_a_stay(self, moment):
        """Those that ended as a discharge was written down at that moment."""
        return self.filter(ended_because__in=[WatchEnd.REPLACED, WatchEnd.THEIR_WISH], ended_at=moment)

    def at_their_wish(self):
        """Those that ended because they asked us to stop, the latest first, with who wrote it down."""
        return self.filter(ended_because=WatchEnd.THEIR_WISH).select_related("ended_by").order_by("-ended_at")

    def by_other_means(self):
        """Those that run by calls where they want letters only by now, or by letter where calls are welcome again."""
        letters, calls = (Q(episode__contact_after=answer) for answer in (ContactAfter.LETTER, ContactAfter.YES))
        running = self.running().filter(episode__discharged_at__isnull=False)
        return running.filter((letters & Q(by_letter=False)) | (calls & Q(by_letter=True)))

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

    def after(self, day):
        return self.filter(due_on__gt=day)

    def first_ahead(self, now):
        """First days that are still to come: the only ones that may be days on which the site is closed."""
        return self.filter(number=1, from_at__gt=now)

    def covered_before(self, moment):
        """Those on which somebody stood in, and that are over."""
        return self.open().filter(cover__isnull=False, from_at__lte=moment)

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
