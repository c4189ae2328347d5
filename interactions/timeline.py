"""A patient's relationship on one page: entries of all kinds, newest first, read from the records themselves.

A kind is a `Source`, a line in `SOURCES` and a template `interactions/timeline/<kind>.html`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import F, IntegerField, Q, Value, prefetch_related_objects
from django.urls import reverse

from interactions.joined import as_moment, as_ref, union_all
from interactions.models import (
    BoundaryAgreement,
    BoundaryEvent,
    CheckIn,
    Concern,
    CounselingNote,
    FamilyMessage,
    Feedback,
    FollowUp,
    Handover,
    Meeting,
    SafetyReport,
    Signal,
    Step,
    TalkRequest,
    Update,
    Welcome,
)
from patients.models import (
    Adjustment,
    Episode,
    Fact,
    Goal,
    Need,
    OutreachDay,
    Pause,
    Placement,
    SafetyPlan,
    SafetyPlanMark,
    SupportPerson,
    TransitionWatch,
)
from patients.search import words

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A place between two entries; `str` of it stands in `?before=`."""

    at: datetime
    kind: str
    ref: UUID

    def __str__(self):
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.kind}-{self.ref.hex}"

    @classmethod
    def parse(cls, text):
        """The place that `text` names, or None when it names none."""
        try:
            at, kind, ref = (text or "").split("-")
            if kind not in KIND_RANKS:
                return None
            return cls(EPOCH + timedelta(microseconds=int(at[:18])), kind, UUID(ref))
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Entry:
    kind: str
    at: datetime
    record: object
    who: str
    url: str
    late: bool
    template: str


class Source:
    """A kind of entry: which records, and the moment at which each stands."""

    kind = label = moment = None
    person = "recorded_by"
    searched = True

    def load(self, records):
        """`records` with all that the template shows, in one query."""
        return records.select_related(self.person)

    def complete(self, records):
        """Loads what only some of them have."""

    def entry(self, at, record, patient):
        return Entry(
            kind=self.kind,
            at=at,
            record=record,
            who=getattr(record, self.person).name,
            url=self.url(record, patient),
            late=getattr(record, "is_late_entry", False),
            template=f"interactions/timeline/{self.kind}.html",
        )

    def url(self, record, patient):
        return record.get_absolute_url()

    def keys(self, patient, viewer, now, *, since, typed, before):
        """(moment, rank, ref) of the newest entries that fit, one more than a page holds."""
        records = self.records(patient, viewer, now).filter(**{f"{self.moment}__isnull": False})
        if since:
            records = records.filter(**{f"{self.moment}__gte": since})
        for word in typed:
            records = records.filter(folded__contains=word)
        if before:
            records = records.filter(self.follows(before))
        rank = Value(self.rank, output_field=IntegerField())
        ordered = records.order_by(F(self.moment).desc(), F("ref").desc())
        return ordered.values_list(self.moment, rank, "ref")[: PAGE + 1]

    @property
    def rank(self):
        """Its place in `SOURCES`: a number sorts alike on every database, a word does not."""
        return SOURCES.index(self)

    def follows(self, place):
        earlier = Q(**{f"{self.moment}__lt": place.at})
        rank = KIND_RANKS[place.kind]
        if self.rank < rank:
            return earlier | Q(**{self.moment: place.at})
        if self.rank == rank:
            return earlier | Q(**{self.moment: place.at, "ref__lt": place.ref})
        return earlier


class RecordSource(Source):
    model = None

    def records(self, patient, viewer, now):
        return self.model.objects.on_pages_of(patient, viewer, now)


class CheckIns(RecordSource):
    kind, label, model, moment = "check_in", "Conversations", CheckIn, "happened_at"
    person = "talked_by"

    def load(self, records):
        return records.with_words()

    def complete(self, records):
        prefetch_related_objects([record for record in records if record.turn_count], "turns")


class Concerns(RecordSource):
    kind, label, model, moment = "concern", "Concerns", Concern, "raised_at"

    def load(self, records):
        return records.select_related("owner", "answered_by", "told_by", "recorded_by", "safety__taken_over_by")


class FollowUps(RecordSource):
    kind, label, model, moment = "follow_up", "Promises", FollowUp, "promised_at"

    def load(self, records):
        return records.select_related("owner", "settled_by", "recorded_by")


class Meetings(RecordSource):
    kind, label, model, moment = "meeting", "Meetings", Meeting, "starts_at"

    def load(self, records):
        return records.select_related("owner", "recorded_by")


class TalkRequests(RecordSource):
    kind, label, model, moment = "talk_request", "Talks promised", TalkRequest, "asked_at"

    def load(self, records):
        return records.select_related("owner", "recorded_by")


class Steps(RecordSource):
    kind, label, model, moment = "step", "Their steps", Step, "agreed_at"


class Updates(RecordSource):
    kind, label, model, moment = "update", "What they were told", Update, "noted_at"

    def load(self, records):
        return records.select_related("owner", "told_by", "recorded_by")


class Facts(RecordSource):
    kind, label, model, moment = "fact", "About them", Fact, "learned_at"
    person = "learned_by"


class Needs(RecordSource):
    kind, label, model, moment = "need", "Needs", Need, "set_at"


class Goals(RecordSource):
    kind, label, model, moment = "goal", "Goals", Goal, "set_at"


class Adjustments(RecordSource):
    kind, label, model, moment = "adjustment", "What we do differently", Adjustment, "set_at"


class OutreachDays(RecordSource):
    """Those on which nobody could talk with them; the others are kept by a conversation, which stands for itself."""

    kind, label, model, moment = "outreach_day", "Days to be in touch", OutreachDay, "settled_at"
    person = "settled_by"

    def load(self, records):
        return records.select_related("settled_by", "owner", "watch")


class Handovers(RecordSource):
    kind, label, model, moment = "handover", "Handovers", Handover, "asked_at"

    def load(self, records):
        return records.select_related("owner", "handed_by", "recorded_by")


class Feedbacks(RecordSource):
    kind, label, model, moment = "feedback", "What they say of their care", Feedback, "recorded_at"

    def entry(self, at, record, patient):
        return replace(super().entry(at, record, patient), who="In their own hand")


class SupportPeople(RecordSource):
    kind, label, model, moment = "support_person", "Who stands by them", SupportPerson, "named_at"


class SafetyPlans(RecordSource):
    kind, label, model, moment = "safety_plan", "Safety plan", SafetyPlan, "made_at"
    person = "made_by"


class SafetyPlanMarks(RecordSource):
    """That one was looked at again, or given along: asked for together with the plans."""

    kind, model, moment, searched = "safety_plan_mark", SafetyPlanMark, "marked_at", False
    person = "marked_by"

    def load(self, records):
        return records.select_related("plan", "marked_by")

    def url(self, record, patient):
        return record.plan.get_absolute_url()


class FamilyMessages(RecordSource):
    kind, label, model, moment = "family_message", "What family said", FamilyMessage, "received_at"


class Welcomes(RecordSource):
    kind, label, model, moment = "welcome", "Welcome", Welcome, "explained_at"


class Signals(RecordSource):
    """Those that somebody answered; what still waits stands above."""

    kind, label, model, moment = "signal", "Signs asked about", Signal, "answered_at"
    person = "answered_by"


class Agreements(RecordSource):
    kind, label, model, moment = "agreement", "Agreed about contact", BoundaryAgreement, "agreed_at"


class BoundaryEvents(RecordSource):
    """For their author and the supervisor, by their audience; never on paper."""

    kind, label, model, moment = "boundary_event", "Boundary events", BoundaryEvent, "happened_at"


class SafetyReports(RecordSource):
    """For their author and the supervisor, by their audience; never on paper."""

    kind, label, model, moment = "safety_report", "Safety reports", SafetyReport, "known_at"


class CounselingNotes(RecordSource):
    kind, label, model, moment = "counseling_note", "Counseling notes", CounselingNote, "held_at"

    def load(self, records):
        return records.with_words()


class Admissions(Source):
    kind, label, moment, searched = "admission", "Stays", "admitted_at", False
    person = "admitted_by"

    def url(self, record, patient):
        return reverse("interactions:episodes", args=[patient.ref])

    def records(self, patient, viewer, now):
        return Episode.objects.of(patient)

    def load(self, records):
        return records.select_related("program", "admitted_by")


class Discharges(Admissions):
    kind, moment, person = "discharge", "discharged_at", "discharged_by"

    def load(self, records):
        return records.select_related("program", "discharged_by")


class Transfers(Admissions):
    kind, moment, person = "transfer", "began_at", "recorded_by"

    def records(self, patient, viewer, now):
        return Placement.objects.transfers_of(patient)

    def load(self, records):
        return records.select_related("program", "recorded_by")


class Pauses(Admissions):
    kind, moment, person = "pause", "began_at", "recorded_by"

    def records(self, patient, viewer, now):
        return Pause.objects.of(patient)

    def load(self, records):
        return records.select_related("recorded_by")


class Watches(Admissions):
    kind, moment, person = "watch", "began_at", "recorded_by"

    def url(self, record, patient):
        return record.get_absolute_url()

    def records(self, patient, viewer, now):
        return TransitionWatch.objects.of(patient)

    def load(self, records):
        return records.select_related("recorded_by", "patient")


SOURCES = [
    CheckIns(), Concerns(), FollowUps(), Meetings(), TalkRequests(), Steps(), Admissions(), Discharges(), Transfers(),
    Pauses(), CounselingNotes(), Updates(), Facts(), Goals(), Needs(), Adjustments(), Handovers(), Feedbacks(),
    SupportPeople(), FamilyMessages(), Welcomes(), Signals(), Agreements(), BoundaryEvents(), SafetyReports(),
    SafetyPlans(), SafetyPlanMarks(), OutreachDays(), Watches(),
]  # fmt: skip
KIND_RANKS = {source.kind: source.rank for source in SOURCES}
# Kinds that are asked for under one name: that of the first.
TOGETHER = (("admission", "discharge", "transfer", "pause", "watch"), ("safety_plan", "safety_plan_mark"))
KINDS = {source.kind: source.label for source in SOURCES if not any(source.kind in group[1:] for group in TOGETHER)}


def timeline(patient, viewer, now, *, kind=None, typed="", since=None, before=None):
    """A page of entries, newest first, and the `Place` after it (None at the end).

    `typed` are words that must all stand in an entry, `since` is the moment from which on, `before` the place to go on
    from.
    """
    wanted = next((group for group in TOGETHER if kind in group), (kind,))
    asked = [source for source in SOURCES if kind is None or source.kind in wanted]
    folded = words(typed)
    if folded:
        asked = [source for source in asked if source.searched]
    branches = [source.keys(patient, viewer, now, since=since, typed=folded, before=before) for source in asked]
    rows = [
        (as_moment(at), SOURCES[rank].kind, as_ref(ref))
        for at, rank, ref in union_all(branches, order_by="1 DESC, 2 DESC, 3 DESC", limit=PAGE + 1)
    ]
    shown, more = rows[:PAGE], len(rows) > PAGE
    found = {}
    for source in asked:
        refs = [ref for _, kind, ref in shown if kind == source.kind]
        if refs:
            records = list(source.load(source.records(patient, viewer, now).filter(ref__in=refs)))
            source.complete(records)
            found |= {(source.kind, record.ref): record for record in records}
    by_kind = {source.kind: source for source in asked}
    entries = [by_kind[kind].entry(at, found[kind, ref], patient) for at, kind, ref in shown if (kind, ref) in found]
    return entries, Place(*shown[-1]) if more else None
