"""Staying close after a loss of tolerance: what begins it, who is in touch on which day, and what ends it.

Source: the product's clinical page on the transition watch. No welfare check is ever started from here.
"""

from datetime import time, timedelta

from django.db import transaction

from interactions import deadlines
from interactions.choices import Action
from interactions.ownership import owner_for, pass_on
from interactions.services import promises
from interactions.services.records import add, change, hand_to, hold
from interactions.services.stays import change_episode
from interactions.working_time import WorkingTime
from patients import services as patients
from patients.access import kept_out, may_move, restriction_of, supervises
from patients.choices import ContactAfter
from patients.models import CareTeamMember, OutreachDay, TransitionWatch
from patients.outreach import EARLIEST, plan
from patients.watch_choices import SAID, Covered, DayOutcome, WatchBegan, WatchEnd
from staff.conflicts import conflict_unless
from staff.day_lists import numbers
from staff.models import OnCallDuty, StaffMember
from staff.saving import refuse_unless, save_checked

DAY = timedelta(days=1)
METHADONE_DAYS = 14
LOOK_BACK = 14 * DAY
ASK_WITHIN = 3 * DAY  # whether they got to the next place
DOOR_LETTER = "Write them one letter: our door stays open"
MAY_END = "Whoever stays in touch, the primary and supervisors decide this. Ask one of them."
DECIDES = "After three tries the supervisor decides. Ask them."


def may_be_in_touch(episode):
    """Whether they said that we may: while they are in care always, afterwards as they said when they left."""
    return episode.is_open or episode.contact_after in (ContactAfter.YES, ContactAfter.LETTER)


@transaction.atomic
def begin(*, patient, because, by, now, began_at=None, owner=None, **asked):
    """Begins to stay close to somebody, anew where we do already, and returns the `TransitionWatch`.

    The days are those of the program's standard on that day; each has an owner, who is `owner` where they may see the
    patient, else the primary, else the supervisor. `asked` are answers of the watch, such as `naloxone`.
    """
    patients.refuse_if_died(patient)
    episode, began_at = patient.latest_episode, began_at or now
    refuse_unless(may_be_in_touch(episode), "They said that we may not be in touch.")
    refuse_unless(began_at <= now, {"began_on": "This is still to come."})
    refuse_unless(because not in SAID or began_at >= now - LOOK_BACK, {"began_on": "This is more than two weeks ago."})
    before = TransitionWatch.objects.running().of(patient).first()
    if before is not None:
        _end(before, WatchEnd.REPLACED, by=by, now=now)
        for name in ("naloxone", "medication", "place_wanted", "place", "place_booked_on", "arrived"):
            asked.setdefault(name, getattr(before, name))
    began_on = episode.program.site.local_date(began_at)
    days = _planned(episode, because, began_at)
    watch = TransitionWatch(
        patient=patient,
        episode=episode,
        because=because,
        began_at=began_at,
        began_on=began_on,
        last_on=began_on + days[-1].number * DAY,
        ends_at=days[-1].escalates_at + DAY,
        opioid_involved=episode.opioid_involved,
        by_letter=not episode.is_open and episode.contact_after == ContactAfter.LETTER,
        recorded_at=now,
        recorded_by=by,
        **asked,
    )
    watch.ask_arrival_at = ask_arrival_at(watch)
    save_checked(watch)
    change(watch, Action.RECORDED, by=by, now=now)
    owner = owner_for(patient, owner, now)
    today = episode.program.site.local_date(now)
    past = [day for day in days if day.due_on < today]
    for day in (*past[-1:], *days[len(past) :]):  # of days that were over before it was written down, the last one
        add(_day(watch, day, owner, now), by=by, now=now)
    return watch


def _planned(episode, because, began_at):
    """The days of the plan by the standard that held then."""
    site, standard = episode.program.site, episode.standard(began_at)
    text = standard.outreach_days
    if not episode.is_open and episode.contact_after == ContactAfter.LETTER:
        text = standard.outreach_letter_days
    elif episode.opioid_involved or because in (WatchBegan.MEDICATION, WatchBegan.METHADONE):
        text = standard.outreach_opioid_days
    days = numbers(text)
    if because == WatchBegan.METHADONE:
        days = [day for day in days if day <= METHADONE_DAYS] or days[:1]
    return plan(site.local_date(began_at), days, site.calendar)


def _day(watch, day, owner, now):
    cover, covered = _who_is_there(watch.patient, day, owner, now)
    return OutreachDay(
        patient=watch.patient,
        watch=watch,
        owner=owner,
        cover=cover,
        covered=covered,
        **{name: getattr(day, name) for name in day.__dataclass_fields__},
    )


def _who_is_there(patient, day, owner, now):
    """Who is in touch on the first day where the site is closed: the owner if they work, whoever is on call, or
    somebody of the floor who works then. Every other day is an open one.
    """
    program = patient.latest_episode.program
    site = program.site
    if day.number != 1 or not site.calendar.hours or site.calendar.opening_hours(day.due_on):
        return None, Covered.OWNER
    at = site.moment(day.due_on, EARLIEST)
    on_call = [duty.staff for duty in OnCallDuty.objects.current(at).at_site(site).select_related("staff")]
    floor = [one.staff for one in program.floor_team.current(at).select_related("staff")]
    people = StaffMember.objects.with_hours().in_bulk([owner.pk, *(person.pk for person in floor)])
    working = {key for key, person in people.items() if _works(person, day)}
    if owner.pk in working:
        return None, Covered.OWNER
    if restriction_of(patient, now) is None:
        for person in (*on_call, *(one for one in floor if one.pk in working)):
            if person.role != "auditor" and person.pk != owner.pk and not kept_out(person, patient, now):
                return person, Covered.COVER
    return None, Covered.NOBODY


def _works(person, day):
    work = WorkingTime(person)
    spans = [work.span(day.due_on, *hours) for hours in work.hours_of(day.due_on)]
    return any(work.back(max(begins, day.from_at)) < ends for begins, ends in spans)


def ask_arrival_at(watch):
    """When somebody asks whether they got to the next place: within three days of when they were expected there."""
    if not watch.place or watch.arrived:
        return None
    expected = max(watch.place_booked_on or watch.began_on, watch.began_on)
    return watch.episode.program.site.moment(expected + ASK_WITHIN, time(17))


@transaction.atomic
def begin_if_none(*, patient, because, by, now, began_at=None):
    """Begins to stay close where nobody does yet and they have not said no; returns the `TransitionWatch` or None."""
    if not may_be_in_touch(patient.latest_episode) or TransitionWatch.objects.running().of(patient).exists():
        return None
    return begin(patient=patient, because=because, by=by, now=now, began_at=began_at)


@transaction.atomic
def note(*, watch, by, now, **answers):
    """Writes down what was asked: naloxone, medication, the next place, whether they got there. Returns the watch."""
    patients.refuse_if_died(watch.patient)
    watch = _held(watch)
    known = {name: value for name, value in answers.items() if getattr(watch, name) != value}
    for name, value in known.items():
        setattr(watch, name, value)
    refuse_unless(not watch.arrived or watch.place.strip(), {"place": "Which place? Then say whether they got there."})
    return change(watch, Action.ASKED, by=by, now=now, **known, ask_arrival_at=ask_arrival_at(watch))


def _held(watch):
    watch = hold(watch)
    conflict_unless(watch.ended_at is None, "This has ended meanwhile. Look at what was written down first.")
    return watch


@transaction.atomic
def settle_day(*, day, outcome, by, now, words="", try_at=None):
    """Says what became of a day on which nobody could talk with them; returns it.

    What they asked for themselves, and a promise to try again, anybody writes down; else the supervisor decides.
    """
    day = _held_day(day)
    patient = day.patient
    refuse_unless(outcome != DayOutcome.AGREED or words.strip(), {"words": "What did they say?"})
    refuse_unless(
        outcome in (DayOutcome.AGREED, DayOutcome.PROMISED) or supervises(by, patient, now), {"outcome": DECIDES}
    )
    if outcome == DayOutcome.PROMISED:
        refuse_unless(try_at is not None, {"try_at": "When?"})
        promises.promise(
            patient=patient, what="Try to reach them again", owner=day.owner, due_at=try_at, by=by, now=now,
            tell_when_done=False,
        )  # fmt: skip
    return change(
        day, Action.SETTLED, by=by, now=now, words=words, outcome=outcome, outcome_words=words, settled_at=now,
        settled_by=by,
    )  # fmt: skip


def _held_day(day):
    day = hold(day)
    conflict_unless(day.settled_at is None and day.watch.ended_at is None, "Somebody was quicker: this day is settled.")
    return day


@transaction.atomic
def hand_over_day(*, day, to, by, now):
    """Gives one day to a colleague who may see the patient, and who is then there on that day."""
    return hand_to(_held_day(day), to, by=by, now=now, states=None, cover=None, covered=Covered.OWNER)


@transaction.atomic
def end(*, watch, because, by, now, words="", letter=False):
    """Stops staying close, as they asked or because it was a mistake. `letter`: one letter is still written to them."""
    watch = _held(watch)
    patient = watch.patient
    refuse_unless(because in (WatchEnd.THEIR_WISH, WatchEnd.MISTAKE), {"because": "Choose why it ends."})
    refuse_unless(words.strip(), {"words": "Say it in a few words."})
    owners = OutreachDay.objects.of_watch(watch).open()
    refuse_unless(owners.owned_by(by).exists() or may_move(by, patient, now) or supervises(by, patient, now), MAY_END)
    heir = owners.in_order().first()
    if because == WatchEnd.THEIR_WISH and not watch.episode.is_open:
        episode = patient.latest_episode
        change_episode(episode, Action.DECIDED, by=by, now=now, words=words, contact_after=ContactAfter.NO)
    if letter:
        write_letter(patient=patient, owner=heir.owner if heir else by, by=by, now=now)
    _end(watch, because, by=by, now=now, words=words)
    release_team(patient=patient, by=by, now=now)
    return watch


@transaction.atomic
def write_letter(*, patient, owner, by, now):
    """One letter that says the door is open, and nothing after it; somebody promises to write it."""
    program = patient.latest_episode.program
    due_at = deadlines.end_of_next_day_of_care(program, now)
    return promises.promise(
        patient=patient, what=DOOR_LETTER, owner=owner, due_at=due_at, by=by, now=now, tell_when_done=False
    )


def _end(watch, because, *, by, now, words=""):
    fields = {"ended_at": now, "ended_because": because, "ended_by": by, "ended_words": words}
    return change(watch, Action.CLOSED, by=by, now=now, words=words, **fields)


@transaction.atomic
def stop(*, patient, because, by, now):
    """Ends what runs because of what happened to the patient: they are back, or they died."""
    for watch in TransitionWatch.objects.running().of(patient):
        watch.patient = patient
        _end(hold(watch), because, by=by, now=now)


@transaction.atomic
def undo_discharge(*, patient, ended, by, now):
    """The discharge of the moment `ended` was a mistake: what began with it ends, and what it had replaced goes on."""
    for watch in TransitionWatch.objects.running().of(patient).of_discharge(ended):
        watch.patient = patient
        _end(hold(watch), WatchEnd.MISTAKE, by=by, now=now)
    for watch in TransitionWatch.objects.of(patient).replaced_at(ended):
        watch.patient = patient
        change(
            hold(watch), Action.UNDONE, by=by, now=now, ended_at=None, ended_because="", ended_by=None, ended_words=""
        )


@transaction.atomic
def release_team(*, patient, by, now):
    """Whoever stayed in touch leaves the team once that has ended; what they owe passes on to the supervisor."""
    for member in CareTeamMember.objects.of(patient).in_touch_for_nothing(now).select_related("staff"):
        member.patient = patient
        patients.end_membership(member=member, by=by, now=now)
        pass_on(patient=patient, leaving=member.staff, successor=None, by=by, now=now)


@transaction.atomic
def end_over(*, now):
    """Ends what is over by its days, lets those go who stayed in touch until it ended, and returns how many ended. A
    pass of reminders calls it.
    """
    over = list(TransitionWatch.objects.over(now).with_all())
    for watch in over:
        _end(watch, WatchEnd.OVER, by=None, now=now)
    for member in CareTeamMember.objects.in_touch_for_nothing(now).select_related("patient__latest_episode__program"):
        release_team(patient=member.patient, by=None, now=now)
    return len(over)
