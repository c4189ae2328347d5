"""A year of hourly passes over sites in five time zones: no reminder missed, doubled or out of hours, and how many.

`./run prove year` walks through 2027, its two halves side by side, each by a world of its own that begins some days
before. Staff work, put off and forget; what stands after each hour is compared with what the records say should stand,
reckoned in Python without the rules. Some passes run ten minutes back or ahead. Where nothing more or less is due by
that reckoning, nobody came back or left and no mail waits, the pass is left out to save time; one in ten of these is
run all the same, and where nobody did anything since the last pass either it must change nothing.
"""

import logging
import multiprocessing
import time
from collections import Counter, defaultdict
from datetime import timedelta

from django.core import mail
from django.db import connection

from interactions.choices import ATTEMPTS, MailKind, MailState
from interactions.models import (
    BoundaryEvent,
    CheckIn,
    Concern,
    FollowUp,
    Mail,
    Meeting,
    Reminder,
    Signal,
    TalkRequest,
    Update,
)
from interactions.reminders import run_pass
from interactions.shown import MILESTONES
from patients.models import CareTeamMember, Episode, OutreachDay
from staff.choices import Presence
from staff.models import StaffMember
from staff.roles import Role
from tests import rig
from tests.proofs._notices import SAFETY, Mornings, per_working_day, together
from tests.proofs.access import start
from tests.simulated import DAY, HOUR, World, utc

TEN_MINUTES, A_WEEK = timedelta(minutes=10), timedelta(days=7)
HALVES = ((utc(2026, 12, 28), utc(2027, 7, 1)), (utc(2027, 6, 24), utc(2028, 1, 1)))


def main():
    began = time.monotonic()
    both = side_by_side(walk_half, len(HALVES))
    print(f"year: 0 missed, 0 twice, 0 out of hours; notices {both}; {time.monotonic() - began:.0f} s")
    both.must_hold("year")


def side_by_side(one, count):
    """The `Notices` of `count` worlds at once, each walked by `one` of its number; prints what was seen of each."""
    with multiprocessing.get_context("spawn").Pool(count, initializer=start) as pool:
        walked = pool.map(one, range(count), chunksize=1)
    print(*(told for told, _ in walked), sep="\n")
    found = together([notices for _, notices in walked])
    found.tell_rules()
    return found


def walk_half(number):
    """(what was seen, `Notices`) of one half of the year."""
    return in_own_database("year", number, lambda said: walk(*HALVES[number], per_place=3, said=said))


def in_own_database(name, number, walk):
    logging.disable(logging.INFO)  # each pass says how it sealed the access log
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"test_{name}_{number}"
    with rig.own_database():
        return walk(lambda words: rig.tell(f"[{number}] {words}"))


def walk(first, last, *, per_place, said=lambda words: None):
    """A pass each hour from `first` to `last`; (the figures, the `Notices` of what came after the first days)."""
    world = World(began_at=first, per_place=per_place)
    return walk_through(world, min(first + A_WEEK, first + (last - first) / 2), last, said=said)


def walk_through(world, counted, last, *, every=HOUR, before=HOUR, said=lambda words: None):
    """A pass `every` so often to `last`, and `before` `counted` each so often; the `Notices` are of what came from then
    on.
    """
    began, first, mornings, mail.outbox = time.monotonic(), world.began_at, Mornings(world), []
    now, passes, left_out, jumps, in_passes, last_seen, acted = first, 0, 0, 0, 0.0, None, 0
    while now < last:
        acted += world.run_until(now)  # since the last pass
        here = present(now)
        wanted = set(should_stand(now, here))
        situation = wanted, here
        quiet = situation == last_seen and not safety_waits() and not Mail.objects.ready(now).exists()
        if quiet and left_out % 10:
            left_out += 1
        else:
            started = time.monotonic()
            report = run_pass(now=now)
            in_passes += time.monotonic() - started
            passes += 1
            if quiet:
                left_out += 1
            if quiet and not acted:
                assert str(report) == "0 planned, 0 ended, 0 sent, 0 failed", f"{now}: {report}"
            acted = 0
            world.read_reminders(now)
        as_it_should(now, wanted)
        if now >= counted:
            mornings.look(now)
        if passes % 17 == 0:  # a server whose clock is ten minutes behind, and one that is ahead
            run_pass(now=now + (TEN_MINUTES if passes % 2 else -TEN_MINUTES))
            jumps, situation = jumps + 1, None
        last_seen = situation
        if (now - first) % (10 * DAY) == timedelta():
            spent = time.monotonic() - began
            said(f"{now:%Y-%m-%d}: {Reminder.objects.count()} reminders, {world.acts} acts of staff, {spent:.0f} s, "
                 f"{1000 * in_passes / passes:.0f} ms a pass")  # fmt: skip
        now += every if now >= counted else before
    mails = mails_in_hours(world)
    notices = per_working_day(world, mornings, counted, last)
    walked = f"{passes} passes and {jumps} ten minutes off ({left_out} quiet hours, one in ten of them run)"
    stood = f"{Reminder.objects.count()} reminders, 0 missed, 0 twice; {mails} mails, 0 out of hours"
    return (
        f"year: {connection.vendor}, {walked}, {len(world.stays)} patients at a time in {len(world.places)} zones, "
        f"{CheckIn.objects.count()} check-ins: {stood}, at most one digest a working day; notices {notices}; "
        f"{1000 * in_passes / passes:.0f} ms a pass, {time.monotonic() - began:.0f} s"
    ), notices


def safety_waits():
    return Concern.objects.not_taken_over().exists()


LATER = {"follow_up_due": "follow_up_overdue"}  # whose supervisor's stage is a rule of its own


def as_it_should(now, wanted):
    """What stands is what the records say, of the rules that have a due moment; each once."""
    stand = Counter(
        Reminder.objects.standing().filter(rule__in=CHECKED).values_list("rule", "cause", "stage", "recipient")
    )
    assert not stand or max(stand.values()) == 1
    found = {(rule, cause, stage) for rule, cause, stage, _ in stand}
    # A supervisor who heard in the owner's place hears no second time of the same thing.
    leads = set(StaffMember.objects.filter(role=Role.SUPERVISOR).values_list("pk", flat=True))
    heard = {(LATER.get(rule, rule), cause, stage.replace("owner", "supervisor"))
             for rule, cause, stage, who in stand if who in leads}  # fmt: skip
    missed, too_many = wanted - found - heard, found - wanted
    assert not missed and not too_many, f"{now}: missed {missed}, too many {too_many}"
    assert len(stand) == len(found), f"{now}: told to two people at once"


CHECKED = {
    "follow_up_due", "follow_up_overdue", "talk_request_not_kept", "concern_not_acknowledged", "concern_not_answered",
    "concern_not_told", "silence", "meeting_overdue", "meeting_without_outcome", "not_introduced", "milestone",
    "try_again", "setback_not_told", "reviews_due", "signal_not_addressed", "boundary_event_not_reviewed",
    "outreach_due",
}  # fmt: skip


def should_stand(now, here):
    """(rule, cause, stage) of each thing that is due while those of the staff are `here`, read off the records one by
    one.
    """
    for promise in FollowUp.objects.filter(state="promised"):
        yield from late(now, "follow_up_due", promise.pk, owner=promise.due_at, strictly=True)
        yield from late(now, "follow_up_overdue", promise.pk, supervisor=promise.escalates_at)
    for talk in TalkRequest.objects.filter(state="promised"):
        yield from late(now, "talk_request_not_kept", talk.pk, owner=talk.due_at, strictly=True)
        yield from late(now, "talk_request_not_kept", talk.pk, supervisor=talk.due_at + DAY)
    for concern in Concern.objects.filter(state__in=["waiting", "held", "reopened", "answered"]).exclude(
        urgency="safety"
    ):
        longer = 2 * HOUR if concern.urgency == "today" else DAY
        owed = {"waiting": ("acknowledged", "answered"), "answered": ("told",)}.get(concern.state, ("answered",))
        for what in owed:
            column = {"acknowledged": "ack", "answered": "answer", "told": "tell"}[what]
            due_at = getattr(concern, f"{column}_due_at")
            yield from late(now, f"concern_not_{what}", concern.pk, owner=due_at, strictly=True)
            yield from late(now, f"concern_not_{what}", concern.pk, supervisor=due_at + longer)
    primaries = set(CareTeamMember.objects.filter(role="primary", ended_at=None).values_list("patient", flat=True))
    for update in Update.objects.filter(state="to_tell").select_related("owner"):
        stages = {"owner": update.tell_by_at}
        if update.patient_id not in primaries and update.owner.role != Role.SUPERVISOR:
            stages["primary"] = update.tell_by_at  # they have left: the supervisor hears in the primary's place
        yield from late(now, "setback_not_told", update.pk, strictly=True, **stages)
    for signal in Signal.objects.filter(state__in=["open", "will_ask"], episode__discharged_at=None):
        if signal.ask_at is None or signal.ask_at <= now:
            yield from late(
                now, "signal_not_addressed", signal.pk, owner=signal.remind_at, supervisor=signal.escalates_at
            )
    for event in BoundaryEvent.objects.filter(state="waiting"):
        stages = {"supervisor": event.recorded_at, "admin": event.review_due_at + DAY}
        yield from late(now, "boundary_event_not_reviewed", event.pk, **stages)
    yield from about_outreach(now)
    yield from about_stays(now, here)


def about_outreach(now):
    """Days of staying close on which nobody talked with them, and those with three tries in three hours of two days."""
    for day in OutreachDay.objects.filter(settled_at=None, watch__ended_at=None, from_at__lte=now):
        since = CheckIn.objects.filter(patient=day.patient_id, struck_at=None, happened_at__gte=day.counts_from_at)
        if since.filter(happened__in=["talked", "came"]).exists():
            continue
        yield from late(now, "outreach_due", day.pk, owner=day.from_at, supervisor=day.escalates_at)
        until = day.from_at + 2 * DAY
        tries = since.filter(happened__in=ATTEMPTS, happened_at__gte=day.from_at, happened_at__lt=until)
        tries = tries.values_list("happened_at", flat=True)
        if len({at.replace(minute=0, second=0, microsecond=0) for at in tries}) >= 3:
            yield "outreach_due", day.pk, "tried"


def late(now, rule, cause, *, strictly=False, **stages):
    for stage, due_at in stages.items():
        if due_at < now or (due_at == now and not strictly):
            yield rule, cause, stage


def about_stays(now, here):
    planned = defaultdict(list)
    for meeting in Meeting.objects.filter(state="planned"):
        planned[meeting.patient_id].append(meeting)
    tries = CheckIn.objects.filter(happened__in=ATTEMPTS, happened_at__gte=now - 45 * DAY).order_by("happened_at")
    last_try = {check_in.patient_id: check_in for check_in in tries}
    care = "cadence", "program__site", "patient"
    stays = {stay.patient_id: stay for stay in Episode.objects.filter(discharged_at=None).select_related(*care)}
    for stay in stays.values():
        cadence = stay.cadence
        for stage, what in (("owner", "overdue"), ("supervisor", "escalates")):
            anybody, primary = (getattr(cadence, f"{who}_{what}_at") for who in ("team", "primary"))
            who, due_at = ("team", anybody) if anybody <= now else ("primary", primary)
            yield from late(now, "silence", stay.pk, **{f"{who}_{stage}": due_at})
        overdue_at = cadence.meeting_overdue_at
        if not any(now - DAY < meeting.starts_at <= overdue_at for meeting in planned[stay.patient_id]):
            longer = DAY if stay.program.presence == Presence.ROUND_THE_CLOCK else 3 * DAY
            yield from late(now, "meeting_overdue", stay.pk, owner=overdue_at, supervisor=overdue_at + longer)
        yield from milestones(now, stay, cadence)
        again = {"owner": [cadence.review_due_at, cadence.feedback_due_at], "plan": [cadence.safety_plan_due_at]}
        first = [(at, stage) for stage, moments in again.items() for at in moments if at]
        if first:
            due_at, stage = min(first)  # of two at the same moment, what is not the safety plan
            yield from late(now, "reviews_due", stay.pk, **{stage: due_at})
        tried = last_try.get(stay.patient_id)
        if tried and tried.happened_at > (cadence.last_conversation_at or stay.admitted_at):
            yield from late(now, "try_again", tried.pk, owner=tried.next_try_at or tried.happened_at + 4 * HOUR)
        for meeting in planned[stay.patient_id]:
            yield from late(now, "meeting_without_outcome", meeting.pk, owner=meeting.starts_at + DAY, strictly=True)
    for member in CareTeamMember.objects.filter(ended_at=None, introduced_at=None, patient__in=stays):
        if member.staff_id in here:
            yield from late(now, "not_introduced", member.pk, owner=member.introduce_by_at)


def present(now):
    return {
        member.pk
        for member in StaffMember.objects.active().prefetch_related("away_periods")
        if not any(period.began_at <= now < period.ended_at for period in member.away_periods.all())
    }


def milestones(now, stay, cadence):
    """A milestone stands on its day and two days more, never into the next one, until somebody talked with them."""
    site = stay.program.site
    day = (site.local_date(now) - site.local_date(stay.admitted_at)).days + 1
    reached = max((number for number in MILESTONES if number <= day), default=None)
    if reached is None or day > reached + 2 or not stay.patient.wants_milestones:
        return
    begins = site.day_bounds(site.local_date(now) - (day - reached) * DAY)[0]
    if cadence.last_conversation_at is None or cadence.last_conversation_at < begins:
        yield "milestone", stay.pk, f"day_{reached}"


def mails_in_hours(world):
    """Each mail was sent once, those that can wait within their reader's own hours; how many."""
    sent = list(Mail.objects.filter(state=MailState.SENT).select_related("recipient__site"))
    ids = Counter(message.message()["Message-ID"].strip("<>").partition("@")[0] for message in mail.outbox)
    assert set(ids.values()) <= {1} and set(ids) == {str(one.ref) for one in sent}
    assert not Mail.objects.exclude(state__in=[MailState.SENT, MailState.EMPTY, MailState.WAITING]).exists()
    safety = {str(pk) for pk in Reminder.objects.filter(rule=SAFETY).values_list("pk", flat=True)}
    standing_in = {str(pk) for pk in Reminder.objects.filter(rule="outreach_due").values_list("pk", flat=True)}
    digests = Counter()
    for one in sent:
        at = one.sent_at.astimezone(one.recipient.site.zone)
        digests[one.kind == MailKind.DIGEST and (one.recipient_id, at.date())] += 1
        if one.kind == MailKind.URGENT and one.slot in safety:
            continue
        if one.kind == MailKind.URGENT and one.slot in standing_in and 9 <= at.hour < 20:
            continue
        assert at_work(world, one.recipient_id, one.sent_at), f"{one.kind} to {one.recipient} at {at}"
    del digests[False]
    assert not digests or max(digests.values()) == 1, "two digests on one day"
    return len(sent)


def at_work(world, person, moment):
    """Whether `person` works at that moment, by the clock on the wall of their site."""
    work = world.work.get(person)
    if work is None:  # an admin, who has no hours of their own: office hours
        return True
    there = moment.astimezone(work.site.zone)
    away = any(began_at <= moment < ended_at for began_at, ended_at in work.away)
    shifts = (shift for shift in work.hours if shift.weekday == there.weekday())
    return not away and any(shift.starts <= there.time() < shift.ends for shift in shifts)
