"""Queries about stays: episodes, the programs they went through, and pauses."""

from django.apps import apps
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from patients.choices import CareRole
from patients.watch_choices import WatchEnd
from staff.querysets import MomentsQuerySet, holding

# What is asked about again or looked at again with somebody, as one thing: by the name of its columns.
ASKED_AGAIN = ("review", "feedback", "safety_plan")


def first_review(cadence, what="due"):
    """When what they want, what they think of their care, or their safety plan is to be gone through again: whichever
    comes first.

    `cadence` is the way to the `Cadence`; `what` gives its due moment ("due") or the start of its clock ("clock").
    """
    return first_to_ask(cadence, {name: F(f"{cadence}__{name}_{what}_at") for name in ASKED_AGAIN})


def first_to_ask(cadence, answers):
    """The one of `answers`, by name, for what comes first; None where nothing is due at any time."""

    def due(name):
        return f"{cadence}__{name}_due_at"

    def comes_first(name):
        rule = Q(**{f"{due(name)}__isnull": False})
        for other in ASKED_AGAIN:
            if other != name:
                rule &= Q(**{due(other): None}) | Q(**{f"{due(name)}__lte": F(due(other))})
        return rule

    return Case(*(When(comes_first(name), then=answer) for name, answer in answers.items()))


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

    def before(self, episode):
        """Earlier stays of the same patient, newest first."""
        return self.filter(admitted_at__lt=episode.admitted_at).newest_first()

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

    def to_ask_again(self, now):
        """Those in which something is to be asked again: since `review_at`, by the clock `review_clock`.

        The first feedback and the safety plan both count from the admission: `review_stage` tells them apart.
        """
        stages = {name: Value("plan" if name == "safety_plan" else "owner") for name in ASKED_AGAIN}
        found = self.in_cadence(now).annotate(
            review_at=first_review("cadence"),
            review_clock=first_review("cadence", "clock"),
            review_stage=first_to_ask("cadence", stages),
        )
        return found.filter(review_at__lte=now)


class PrimariesQuerySet(MomentsQuerySet):
    """Memberships, and which primaries owe somebody something by the clocks of their stay."""

    def primaries(self):
        return self.filter(role=CareRole.PRIMARY)

    def staying_in_touch(self):
        return self.filter(role=CareRole.OUTREACH)

    def in_touch_for_nothing(self, now):
        """Those who stayed in touch with somebody until that ended. After a death they still read the record."""
        watches = apps.get_model("patients.TransitionWatch").objects.filter(patient=OuterRef("patient"))
        over = watches.filter(ended_at__gte=OuterRef("began_at")).exclude(ended_because=WatchEnd.DIED)
        members = self.current(now).staying_in_touch()
        return members.filter(Exists(over)).exclude(Exists(watches.running()))

    def with_patient(self):
        return self.select_related("staff", "patient__latest_episode__program__site")

    def primaries_to_meet(self, now):
        """Primaries of patients in care, not away, whose next treatment meeting is due."""
        return self._primaries_here(now).filter(patient__latest_episode__cadence__meeting_due_at__lt=now)

    def primaries_to_review(self, now):
        """Primaries of those in care, not away, with whom something is to be asked again since `review_at`."""
        cadence = "patient__latest_episode__cadence"
        return self._primaries_here(now).annotate(review_at=first_review(cadence)).filter(review_at__lt=now)

    def primaries_to_welcome(self, now):
        """Primaries of those in care, not away, to whom something of the welcome is still to be explained."""
        return self._primaries_here(now).filter(
            patient__latest_episode__cadence__welcome_due_at__isnull=False,
            patient__latest_episode__cadence__welcomed_at=None,
        )

    def _primaries_here(self, now):
        Pause = apps.get_model("patients.Pause")
        away = Pause.objects.filter(holding(now)).values("episode")
        here = self.primaries().current(now).filter(patient__latest_episode__discharged_at=None)
        return here.exclude(patient__latest_episode__in=away)
