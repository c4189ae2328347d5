"""What is new to somebody since they last opened a patient's page: what others told, reopened or wrote."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef

from interactions.choices import ConcernState
from interactions.models import Concern, HistoryEntry, LastOpened, Update
from patients.models import CareTeamMember

BACK_AFTER = timedelta(minutes=30)  # somebody who looks again sooner is still on the same visit
LOOK_BACK = timedelta(days=14)
SHOWN = 7


@dataclass(frozen=True)
class News:
    """One thing that is new: what it is, in words, and where it stands."""

    label: str
    words: str
    url: str
    at: object
    patient: object


def note_visit(patient, viewer, now):
    """Notes that `viewer` opens the page, and returns since when things are new to them; None the first time."""
    known = LastOpened.objects.filter(staff=viewer, patient=patient).first()
    since = known and (known.opened_at if now - known.opened_at >= BACK_AFTER else known.before_at)
    row = LastOpened(staff=viewer, patient=patient, opened_at=now, before_at=since)
    LastOpened.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["staff", "patient"], update_fields=["opened_at", "before_at"]
    )
    return since


def news_of(patient, viewer, now, since):
    """What came since then from others, newest first."""
    if since is None:
        return []
    here = patient, viewer, now
    updates, concerns = Update.objects.on_pages_of(*here), Concern.objects.on_pages_of(*here)
    return told(updates, viewer, since) + reopened(concerns, viewer, since)


def news_for(user, now):
    """What is new to `user` about those on whose care team they stand, since they last opened each; newest first."""
    mine = CareTeamMember.objects.standing_in(user, now).values("patient")
    seen = dict(LastOpened.objects.filter(staff=user, patient__in=mine).values_list("patient", "opened_at"))
    since = now - LOOK_BACK
    found = told(Update.objects.visible_to(user, now).filter(patient__in=mine), user, since)
    found += reopened(Concern.objects.visible_to(user, now).filter(patient__in=mine), user, since)
    unseen = [one for one in found if one.patient.pk not in seen or one.at > seen[one.patient.pk]]
    return sorted(unseen, key=lambda one: one.at, reverse=True)[:SHOWN]


def told(updates, viewer, since):
    """What they were told, or are to be told, that somebody else wrote down."""
    newer = updates.filter(recorded_at__gt=since).exclude(recorded_by=viewer).select_related("patient")
    return [
        News(one.get_kind_display(), one.what, one.get_absolute_url(), one.recorded_at, one.patient)
        for one in newer.order_by("-recorded_at", "-pk")[:SHOWN]
    ]


def reopened(concerns, viewer, since):
    """Concerns whose answer did not settle them, as somebody else found out."""
    mine = HistoryEntry.objects.filter(record_ref=OuterRef("ref"), happened_at=OuterRef("clock_started_at"), by=viewer)
    newer = concerns.filter(~Exists(mine), state=ConcernState.REOPENED, clock_started_at__gt=since)
    return [
        News(one.get_state_display(), one.words, one.get_absolute_url(), one.clock_started_at, one.patient)
        for one in newer.select_related("patient").order_by("-clock_started_at", "-pk")[:SHOWN]
    ]
