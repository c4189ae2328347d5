"""Logging a conversation: one form, one transaction, and everything it brought with it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from interactions.choices import CONVERSATIONS, SEEN, Action, Channel, Happened, Urgency
from interactions.contact import move_clocks
from interactions.models import CheckIn, CheckInText, Concern, FollowUp, TalkRequest, Turn, Update
from interactions.out_of_hours import is_out_of_hours
from interactions.services import concerns as concern_services
from interactions.services import facts, promises, ready_replies, signals, steps, talks, updates, watch
from interactions.services.records import add, change, hold
from interactions.services.supervision import bring
from patients.choices import Audience
from patients.models import CareTeamMember
from patients.search import fold
from patients.services import refuse_if_died
from patients.watch_choices import WatchBegan
from staff.access_log import log_change
from staff.saving import refuse_unless

CORRECTION_TIME = timedelta(minutes=15)
CLOCK_SLACK = timedelta(minutes=5)
ACTED_ON = (Concern, FollowUp, TalkRequest, Update)


@transaction.atomic
def log_conversation(
    *,
    patient,
    by,
    now,
    happened,
    text="",
    happened_at=None,
    channel=Channel.IN_PERSON,
    talked_by=None,
    seemed=(),
    concerns=(),
    follow_ups=(),
    talk_request=None,
    kept_talks=(),
    steps_chosen=(),
    steps_asked=(),
    facts_learned=(),
    update=None,
    turns=(),
    supervision=False,
    **details,
):
    """Logs a conversation or an attempt with all that came of it, and returns the `CheckIn`.

    `concerns`, `follow_ups`, `steps_chosen` and `facts_learned` are keyword arguments for their own services;
    `talk_request` and `update` likewise, or None. `kept_talks` are talk requests that this conversation kept,
    `steps_asked` pairs of a step and its answer. `supervision` puts it on the supervision list of `by`.
    """
    refuse_if_died(patient)
    happened_at = happened_at or now
    talked_by = talked_by or by
    _check_what_was_typed(happened, text, happened_at, talk_request, update, now)
    turns = [Turn(**turn) for turn in turns]
    check_in = add(
        CheckIn(
            patient=patient,
            happened=happened,
            happened_at=happened_at,
            channel=channel,
            talked_by=talked_by,
            seemed=",".join(seemed),
            as_primary=is_primary(patient, talked_by, happened_at),
            turn_count=len(turns),
            out_of_hours=not details.get("source")
            and is_out_of_hours(
                patient=patient,
                staff=talked_by,
                at=happened_at,
                happened=happened,
                channel=channel,
                in_need=is_in_need(patient, details.get("hard_moment"), concerns),
            ),
            **details,
        ),
        by=by,
        now=now,
    )
    for turn in turns:
        turn.check_in = check_in
    Turn.objects.bulk_create(turns)
    _write_text(check_in, text, version=1, by=by, now=now, turns=turns)
    for concern in concerns:
        concern_services.raise_concern(patient=patient, check_in=check_in, by=by, now=now, **concern)
    for follow_up in follow_ups:
        promises.promise(patient=patient, check_in=check_in, by=by, now=now, **follow_up)
    for step in steps_chosen:
        steps.choose(patient=patient, check_in=check_in, by=by, now=now, **step)
    for step, answer in steps_asked:
        steps.ask(step=step, check_in=check_in, answer=answer, by=by, now=now)
    for fact in facts_learned:
        facts.learn(patient=patient, learned_at=happened_at, learned_by=talked_by, by=by, now=now, **fact)
    if update:
        updates.note_update(patient=patient, check_in=check_in, by=by, now=now, **update)
    for talk in kept_talks:
        talks.keep(talk=talk, by=by, now=now)
    if supervision:
        bring(check_in=check_in, by=by, now=now)
    if talk_request:
        talks.request_talk(patient=patient, check_in=check_in, by=by, now=now, **talk_request)
    if check_in.out_of_hours:
        ready_replies.offer(patient=patient, staff=talked_by, now=now)
    if check_in.hard_moment and not check_in.source and check_in.audience == Audience.TEAM:
        watch.begin_if_none(
            patient=patient, because=WatchBegan.HARD_MOMENT, by=by, now=now, began_at=min(happened_at, now)
        )
    if happened in SEEN:
        CareTeamMember.objects.introduce(patient, talked_by, happened_at)
        move_clocks(patient.latest_episode)
    if happened in CONVERSATIONS:
        heard = ("conversations", "steps") if steps_asked else ("conversations",)
        signals.look(patient=patient, heard=heard, by=by, now=now)
    return check_in


def is_in_need(patient, hard_moment, concerns):
    """Whether they called in a hard moment, or somebody may not be safe: then nobody’s hours count."""
    unsafe = any(concern.get("urgency") == Urgency.SAFETY for concern in concerns)
    return bool(hard_moment or unsafe or patient.safety_open_at or patient.read_only)


@transaction.atomic
def log_round(*, lines, happened, by, now):
    """Logs one conversation with several people as one `CheckIn` for each of `lines`: (patient, their words)."""
    return [log_conversation(patient=patient, happened=happened, text=text, by=by, now=now) for patient, text in lines]


def _check_what_was_typed(happened, text, happened_at, talk_request, update, now):
    wrong = {}
    if happened in CONVERSATIONS and not text.strip():
        wrong["text"] = "Write one line: what they said, or what was agreed."
    if happened == Happened.ANOTHER_TIME and not talk_request:
        wrong["talk_when"] = "They asked for another time: promise one."
    if update and happened not in SEEN:
        wrong["happened"] = "They were not reached, so they were not told. Take that out below, or change this."
    if happened_at > now + CLOCK_SLACK:
        wrong["happened_at"] = "This is still to come. Give the moment when it happened."
    if wrong:
        raise ValidationError(wrong)


def is_primary(patient, staff, at):
    """Whether `staff` was the patient's primary at that moment, or covered for them."""
    return CareTeamMember.objects.primaries().of(patient).standing_in(staff, at).exists()


def _write_text(check_in, text, *, version, by, now, turns=()):
    """Adds a version of the words, and makes the check-in found by what it says now."""
    CheckInText.objects.create(check_in=check_in, version=version, text=text, recorded_at=now, by=by)
    said = " ".join((text, check_in.searched_words(), *(turn.text for turn in turns)))
    check_in.folded = fold(said)
    check_in.save(update_fields=["folded"])


@transaction.atomic
def amend(*, check_in, text, by, now):
    """Adds a version of the words: a correction by the author within 15 minutes while nobody has acted on what came
    of it, an amendment after that. Every version stays.
    """
    refuse_unless(text.strip(), {"text": "Write what it should say."})
    check_in = hold(check_in)
    refuse_unless(check_in.struck_at is None, "This was struck; it can no longer be amended.")
    latest = check_in.texts.order_by("-version").first()
    _write_text(check_in, text, version=latest.version + 1, by=by, now=now, turns=check_in.turns.all())
    early = by == check_in.recorded_by and now - check_in.recorded_at <= CORRECTION_TIME
    early = early and not any(kind.objects.acted_on(check_in).exists() for kind in ACTED_ON)
    return change(check_in, Action.CORRECTED if early else Action.AMENDED, by=by, now=now)


@transaction.atomic
def strike(*, check_in, because, by, now):
    """Strikes a check-in that should not be there: it stays readable, crossed out, and moves no clock any more."""
    refuse_unless(because.strip(), {"because": "Say why."})
    check_in = hold(check_in)
    refuse_unless(check_in.struck_at is None, "This was struck already.")
    refuse_unless(
        by == check_in.recorded_by or by.role == "supervisor", "Only its author or a supervisor can strike this."
    )
    change(check_in, Action.STRUCK, by=by, now=now, words=because, struck_at=now, struck_by=by)
    met = CheckIn.objects.of(check_in.patient).encounters().by_staff(check_in.talked_by)
    first = met.order_by("happened_at").values_list("happened_at", flat=True).first()
    CareTeamMember.objects.move_introduction(check_in.patient, check_in.talked_by, check_in.happened_at, first)
    move_clocks(check_in.patient.latest_episode)
    signals.strike_what_rests_on(record=check_in, by=by, now=now)
    if check_in.hard_moment:
        watch.undo_hard_moment(check_in=check_in, by=by, now=now)
    return check_in


@transaction.atomic
def note_chart_copy(*, check_in, by):
    """Logs that the words of a check-in were taken out for the chart."""
    log_change(action="checkin.export", by=by, patients=[check_in.patient], record=check_in)
