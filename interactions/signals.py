"""Which signs that a relationship is changing stand now, with their evidence; and what their rules are told.

A sign that comes of something logged (a mood, a missed meeting) is written down in that moment and stands until
somebody has answered it. One that comes of time passing (silence, a late answer) is asked of the facts at each look,
and written down when it is answered.
"""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import datetime

from django.urls import reverse

from interactions.choices import (
    SIGN_ANSWERS,
    Happened,
    MeetingState,
    Sign,
    SignState,
    Standing,
    StartedBy,
    StepAnswer,
    TalkState,
)
from interactions.models import CheckIn, Concern, Feedback, Meeting, Signal, StepAsked, TalkRequest
from interactions.models.signals import evidence_lines
from interactions.signal_querysets import conversations, settled, spoken_of, steps_asked, waiting_for_us
from interactions.signal_rules import SIGNAL_RULES, Evidence, Facts, Thresholds, signal_rule_of, standing_by
from interactions.signal_rules.base import Contact, Conversation, Given, Planned, Waiting
from interactions.signal_rules.base import StepAsked as Asked
from patients.models import Pause, TransitionWatch
from staff.urgency import Urgency

MOST = 100  # of the newest conversations, far more than any rule looks at
HELD = (MeetingState.HELD, MeetingState.THEY_COULD_NOT, MeetingState.THEY_CHOSE_NOT)
TALKED = (TalkState.KEPT, TalkState.NOT_THERE)
MISSED = {MeetingState.THEY_COULD_NOT, MeetingState.THEY_CHOSE_NOT, TalkState.NOT_THERE}
TONES = {Standing.STEADY: "good", Standing.ASK: "info", Standing.REACH_OUT: "warn"}


@dataclass(frozen=True)
class Shown:
    """A sign that waits to be asked about. `row` is its record, where it has one."""

    rule: object
    evidence: Evidence
    since_at: datetime
    patient: object
    row: object = None

    @property
    def code(self):
        return self.rule.code

    @property
    def said(self):
        return self.evidence.said

    @property
    def label(self):
        """What heads it; of silence the sentence itself says it all."""
        return "" if self.code == Sign.SILENT else self.code.label

    @property
    def url(self):
        return reverse("interactions:signal_answer", args=[self.patient.ref, self.code.value])

    @property
    def answers(self):
        """What can be said to it. Who talked with somebody silent logs the conversation; putting off is for once."""
        asked = [one for one in SIGN_ANSWERS if one != SignState.ASKED or self.code != Sign.SILENT]
        return [one for one in asked if one != SignState.WILL_ASK or not (self.row and self.row.ask_on)]

    @property
    def lines(self):
        return evidence_lines(self.evidence.items)


@dataclass(frozen=True)
class Relationship:
    """How things stand with a patient, and why."""

    standing: Standing
    signs: tuple

    @property
    def label(self):
        return self.standing.label

    @property
    def tone(self):
        return TONES[self.standing]


@dataclass(frozen=True)
class Told:
    patient: object
    relationship: Relationship


def of_patient(patient, viewer, now, *, paused):
    """The `Relationship` with a patient as `viewer` may know of it; None where no stay goes on, or they are away."""
    if paused or not patient.latest_episode.is_open or patient.died_on:
        return None
    return relationships([patient], Signal.objects.on_pages_of(patient, viewer, now), now)[patient.pk]


def sign_of(patient, code, viewer, now):
    """The sign by the rule `code` as `viewer` sees it now, or None."""
    found = of_patient(patient, viewer, now, paused=Pause.objects.of(patient).current(now).exists())
    return next((sign for sign in found.signs if sign.code == code), None) if found else None


def to_ask_about(patients, viewer, now, also=()):
    """Those of `patients` of whom a sign stands that was written down, most pressing first: (patient, relationship).

    Silence and late answers alone stand on lists of their own. `also` are keys of patients of whom the relationship is
    wanted in any case.
    """
    noted = Signal.objects.admitting(viewer, now).standing(now).of_those_here(now)
    people = list(spoken_of(patients.here_now(now), noted, also).with_care().with_standards().by_name())
    found = relationships(people, Signal.objects.admitting(viewer, now), now) if people else {}
    told = [Told(patient, found[patient.pk]) for patient in people]
    return sorted(told, key=lambda one: one.relationship.standing != Standing.REACH_OUT)


def relationships(patients, records, now):
    """The `Relationship` with each of `patients`, who are in care and here, by key. `records` are the signals that may
    be shown.
    """
    rows, waiting = defaultdict(list), defaultdict(list)
    keys = [patient.pk for patient in patients]
    for row in records.by_patient(keys):
        rows[row.patient_id].append(row)
    for key, ref, due_at, urgency in waiting_for_us(Concern.objects.all(), keys, now):
        waiting[key].append(Waiting(ref, due_at, urgency == Urgency.SAFETY))
    close_to = set(TransitionWatch.objects.running().among(keys).values_list("patient", flat=True))
    return {
        patient.pk: relationship(patient, rows[patient.pk], waiting[patient.pk], now, patient.pk in close_to)
        for patient in patients
    }


def relationship(patient, rows, waiting, now, staying_close):
    signs = [shown(row, patient) for row in rows if row.stands(now) and not signal_rule_of(row.rule).passing]
    facts = Facts(
        now=now,
        thresholds=thresholds_of(patient.latest_episode, now) if waiting else Thresholds(),
        waiting=tuple(waiting),
        contact=contact_of(patient.latest_episode.cadence),
        used=used([row for row in rows if not row.stands(now)]),
        zone=patient.latest_episode.program.site.zone,
    )
    put_off = {row.rule: row for row in rows if row.state == SignState.WILL_ASK}
    for rule in SIGNAL_RULES:
        evidence = rule.find(facts) if rule.passing else None
        if evidence:
            signs.append(Shown(rule, evidence, evidence.items[0].at, patient, put_off.get(rule.code)))
    signs.sort(key=lambda one: SIGNAL_RULES.index(one.rule))
    return Relationship(standing_by((one.code for one in signs), staying_close=staying_close), tuple(signs))


def shown(row, patient):
    return Shown(signal_rule_of(row.rule), Evidence(row.said, row.items), row.appeared_at, patient, row)


def used(rows):
    """For each rule, the newest moment of evidence that was answered, or waits for it; what was struck never spoke."""
    found = {}
    for row in rows:
        if row.state not in (SignState.STRUCK, SignState.PASSED):
            found[row.rule] = max(row.clock_at, found.get(row.rule, row.clock_at))
    return found


def contact_of(cadence):
    return tuple(
        Contact(who, *(getattr(cadence, f"{who}_{what}_at") for what in ("clock", "overdue", "escalates")))
        for who in ("team", "primary")
    )


def thresholds_of(episode, now):
    standard = episode.standard(now)
    return Thresholds(**{field.name: getattr(standard, field.name) for field in fields(Thresholds)})


def facts_of(patient, rows, heard, now):
    """What the rules are told that listen to what is `heard`; `rows` are the signals of the stay."""
    episode = patient.latest_episode
    told = {"thresholds": thresholds_of(episode, now), "used": used(rows), "zone": episode.program.site.zone}
    if "conversations" in heard:
        told["conversations"] = tuple(
            Conversation(
                ref, at, episode.day_of_care(at), tuple(filter(None, seemed.split(","))),
                happened == Happened.CAME_TO_ME or started_by == StartedBy.THEM, who, in_detox,
            )
            for ref, at, seemed, happened, started_by, who, in_detox in conversations(
                CheckIn.objects.of(patient), episode, MOST
            )
        )  # fmt: skip
    if "steps" in heard:
        asked = steps_asked(StepAsked.objects.filter(step__patient=patient), episode, MOST)
        told["steps_asked"] = tuple(Asked(step, ref, at, said == StepAnswer.NOT_YET) for step, ref, at, said in asked)
    if "planned" in heard:
        told["planned"] = planned_with(patient, episode)
    if "given" in heard:
        told["given"] = tuple(
            Given(one.ref, one.recorded_at, dict(one.scores()))
            for one in Feedback.objects.of(patient).for_everybody_since(episode.admitted_at)
        )
    return Facts(now=now, **told)


def planned_with(patient, episode):
    """Meetings and planned talks that took place or that they missed, oldest first."""
    kinds = (("meeting", Meeting, "starts_at", HELD), ("talk_request", TalkRequest, "settled_at", TALKED))
    found = [
        Planned(kind, ref, at, state in MISSED, barrier)
        for kind, model, moment, states in kinds
        for ref, at, state, barrier in settled(model.objects.of(patient), moment, states, episode, 20)
    ]
    return tuple(sorted(found, key=lambda one: one.at))
