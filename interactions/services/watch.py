"""Staying close after a loss of tolerance: what begins it, who is in touch on which day, and what ends it.

Source: the product's clinical page on the transition watch. No welfare check is ever started from here.
"""

from datetime import timedelta

from django.db import transaction

from interactions import deadlines
from interactions.choices import Action
from interactions.models import FollowUp
from interactions.ownership import owner_for
from interactions.services import promises
from interactions.services.records import add, change, hand_to, hold
from interactions.services.stays import change_episode
from interactions.watch_days import ask_arrival_at, by_letter, day_of, moved, planned
from patients import services as patients
from patients.access import may_move, supervises
from patients.choices import ContactAfter
from patients.models import CareTeamMember, OutreachDay, TransitionWatch
from patients.watch_choices import SAID, Covered, DayOutcome, WatchBegan, WatchEnd
from staff.conflicts import overtaken_unless
from staff.saving import refuse_unless, save_checked

DAY = timedelta(days=1)
LOOK_BACK = 14 * DAY
OPIOID = (WatchBegan.MEDICATION, WatchBegan.METHADONE)
ASKED = ("naloxone", "medication", "place_wanted", "place", "place_booked_on", "arrived")
DOOR_LETTER = "Write them one letter: our door stays open"
MAY_END = "Whoever stays in touch, the primary and supervisors decide this. Ask one of them."
TRY_AGAIN = "Try to reach them again"
LAST_DAY = "This was the last day of the plan. Choose what else becomes of it."
DECIDES = "After three tries the supervisor decides. Ask them."


def may_be_in_touch(episode):
    """Whether they said that we may: while they are in care always, afterwards as they said when they left."""
    return episode.is_open or episode.contact_after in (ContactAfter.YES, ContactAfter.LETTER)


@transaction.atomic
def begin(*, patient, because, by, now, began_at=None, owner=None, **asked):
    """Begins to stay close to somebody, anew where we do already, and returns the `TransitionWatch` that runs then.

    The days are those of the program's standard on that day; each has an owner, who is `owner` where they may see the
    patient, else whoever stays in touch already, the primary, or the supervisor. What was planned beyond them stays.
    `asked` are answers of the watch, such as `naloxone`.
    """
    patients.refuse_if_died(patient)
    began_at, site = began_at or now, patient.latest_episode.program.site
    refuse_unless(began_at <= now, {"began_on": "This is still to come."})
    lately = site.local_date(began_at) >= site.local_date(now) - LOOK_BACK
    refuse_unless(because not in SAID or lately, {"began_on": "This is more than two weeks ago."})
    return _begin(patient=patient, because=because, by=by, now=now, began_at=began_at, owner=owner, **asked)


@transaction.atomic
def plan_again(*, watch, by, now):
    """Plans the days that are left anew, as by letter instead of calls. Returns the watch that runs then."""
    about = {"because": watch.because, "began_at": watch.began_at}
    return _begin(patient=watch.patient, by=by, now=now, owner=None, **about)


def _begin(*, patient, because, by, now, began_at, owner, **asked):
    episode = patient.latest_episode
    site = episode.program.site
    today, began_on = site.local_date(now), site.local_date(began_at)
    refuse_unless(may_be_in_touch(episode), "They said that we may not be in touch.")
    before = running(patient)
    owner = owner_for(patient, owner or _in_touch(patient, before, now), now)
    opioid = episode.opioid_involved or because in OPIOID or bool(before and before.opioid_involved)
    days = planned(episode, because, began_at, opioid=opioid)
    if before is not None and began_at < before.began_at:
        return _lengthen(before, because, days, owner, by=by, now=now)
    rest = []
    watch = TransitionWatch(
        patient=patient,
        episode=episode,
        because=because,
        began_at=began_at,
        began_on=began_on,
        opioid_involved=opioid,
        by_letter=by_letter(episode),
        recorded_at=now,
        recorded_by=by,
    )
    if before is not None:
        if before.by_letter == watch.by_letter:
            rest = list(OutreachDay.objects.of_watch(before).open().after(days[-1].due_on).in_order())
        _end(before, WatchEnd.REPLACED, by=by, now=now)
        asked = {name: getattr(before, name) for name in ASKED} | {name: said for name, said in asked.items() if said}
    for name, said in asked.items():
        setattr(watch, name, said)
    watch.last_on = rest[-1].due_on if rest else began_on + days[-1].number * DAY
    watch.ends_at = (rest or days)[-1].escalates_at + DAY
    watch.ask_arrival_at = ask_arrival_at(watch)
    save_checked(watch)
    change(watch, Action.RECORDED, by=by, now=now)
    past = [day for day in days if day.due_on < today]
    for day in (*past[-1:], *days[len(past) :]):  # of days that were over before it was written down, the last one
        add(day_of(watch, day, owner, now), by=by, now=now)
    for day in rest:
        add(day_of(watch, moved(day, began_on), owner_for(patient, day.owner, now), now), by=by, now=now)
    return watch


def running(patient):
    """The watch that runs, locked, or None; also where somebody ended it just now."""
    watch = TransitionWatch.objects.running().of(patient).first()
    if watch is None:
        return None
    watch.patient = patient
    watch = hold(watch)
    return watch if watch.ended_at is None else None


def _in_touch(patient, before, now):
    """Whoever stays in touch with them already: on the care team for that, or on the next day of the plan."""
    member = CareTeamMember.objects.of(patient).current(now).staying_in_touch().select_related("staff").first()
    if member is not None:
        return member.staff
    following = OutreachDay.objects.of_watch(before).open().in_order().first() if before else None
    return following.owner if following else None


def _lengthen(watch, because, days, owner, *, by, now):
    """What is written down only now began before what runs: that stays as it is, and goes on for as long as the earlier
    one would have.
    """
    later = [] if watch.by_letter else [moved(day, watch.began_on) for day in days if day.due_on > watch.last_on]
    for day in later:
        add(day_of(watch, day, owner, now), by=by, now=now)
    until = {"last_on": later[-1].due_on, "ends_at": later[-1].escalates_at + DAY} if later else {}
    return change(watch, Action.RECORDED, by=by, now=now, words=WatchBegan(because).label, **until)


@transaction.atomic
def begin_if_none(*, patient, because, by, now, began_at=None):
    """Begins to stay close where nobody does yet and they have not said no; returns the `TransitionWatch` or None."""
    if TransitionWatch.objects.running().of(patient).exists():
        return None
    return begin_where_we_may(patient=patient, because=because, by=by, now=now, began_at=began_at)


@transaction.atomic
def begin_where_we_may(*, patient, because, by, now, began_at=None):
    """Begins to stay close, anew where we do already, unless they said no; returns the `TransitionWatch` or None."""
    if not may_be_in_touch(patient.latest_episode):
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
    overtaken_unless(watch.ended_at is None, "This has ended meanwhile. Look at what was written down first.")
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
    following = OutreachDay.objects.of_watch(day.watch).open().after(day.due_on)
    refuse_unless(outcome != DayOutcome.NEXT_DAY or following.exists(), {"outcome": LAST_DAY})
    if outcome == DayOutcome.PROMISED:
        refuse_unless(try_at is not None, {"try_at": "When?"})
        refuse_unless(try_at > now, {"try_at": "Choose a time that is still to come."})
        promises.promise(
            patient=patient, what=TRY_AGAIN, owner=day.owner, due_at=try_at, by=by, now=now,
            tell_when_done=False,
        )  # fmt: skip
    return change(
        day, Action.SETTLED, by=by, now=now, words=words, outcome=outcome, outcome_words=words, settled_at=now,
        settled_by=by,
    )  # fmt: skip


def _held_day(day):
    day = hold(day)
    is_open = day.settled_at is None and day.watch.ended_at is None
    overtaken_unless(is_open, "Somebody was quicker: this day is settled.")
    return day


@transaction.atomic
def hand_over_day(*, day, to, by, now):
    """Gives one day to a colleague who may see the patient, and who is then there on that day."""
    day = _held_day(day)
    if day.cover_id and to == day.owner:
        return change(day, Action.HANDED_OVER, by=by, now=now, words=to.name, cover=None, covered=Covered.OWNER)
    return hand_to(day, to, by=by, now=now, states=None, cover=None, covered=Covered.OWNER)


@transaction.atomic
def end(*, watch, because, by, now, words="", letter=False):
    """Stops staying close, as they asked or because it was a mistake. `letter`: as they asked, and one letter is still
    written to them. A pass of reminders lets those go who stayed in touch.
    """
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
    if letter and because == WatchEnd.THEIR_WISH:
        write_letter(patient=patient, owner=heir.owner if heir else by, by=by, now=now)
    return _end(watch, because, by=by, now=now, words=words)


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
def undo_discharge(*, patient, left_at, ended, by, now):
    """The discharge at `left_at`, written down at `ended`, was a mistake: what began with it ends, and the letter that
    was to be the last one is not written. What ended with it goes on, unless something began since.
    """
    for watch in TransitionWatch.objects.running().of(patient).of_discharge(left_at):
        watch.patient = patient
        _end(hold(watch), WatchEnd.MISTAKE, by=by, now=now)
    for letter in FollowUp.objects.of(patient).promised(DOOR_LETTER, ended):
        letter.patient = patient
        promises.not_needed(follow_up=letter, words="They are still in our care.", by=by, now=now)
    if running(patient) is not None:
        return
    for watch in TransitionWatch.objects.of(patient).ended_with_a_stay(ended):
        watch.patient = patient
        change(
            hold(watch), Action.UNDONE, by=by, now=now, ended_at=None, ended_because="", ended_by=None, ended_words=""
        )


@transaction.atomic
def undo_hard_moment(*, check_in, by, now):
    """The hard moment was not one, or not theirs: what began with it ends."""
    for watch in TransitionWatch.objects.running().of(check_in.patient).of_hard_moment(check_in.happened_at):
        watch.patient = check_in.patient
        _end(hold(watch), WatchEnd.MISTAKE, by=by, now=now)


@transaction.atomic
def end_by_days(*, watch, now):
    """Ends one whose days are over; nobody does it."""
    return _end(_held(watch), WatchEnd.OVER, by=None, now=now)
