"""Staying close, as its page shows it: the days, what was tried, and which contacts count for the clocks.

The clocks go by the wording of FUI (follow-up after high-intensity care, HEDIS): a contact within 7 and 30 days, on
another date than the one they left. Health plans reckon theirs from claims, and definitions change by year: [check].
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from interactions.choices import ATTEMPTS, CONVERSATIONS, Channel, Happened
from interactions.models import CheckIn
from interactions.shown import after_a_word
from interactions.watch_querysets import contacts_since
from patients.choices import Naloxone
from patients.models import OutreachDay, TransitionWatch
from patients.watch_choices import Arrived, Covered, DayOutcome, WatchBegan
from staff.wording import many

DAY = timedelta(days=1)
CLOCKS = (7, 30)
SPOKEN = (Channel.IN_PERSON, Channel.CALL, Channel.VIDEO)
ASKED_ABOUT = 30 * DAY  # how long after they left a contact is looked at for the clocks


@dataclass(frozen=True)
class Day:
    """A day of the plan, in words. `tone` is good (kept), warn (late or nobody there), info (today) or calm."""

    record: OutreachDay
    state: str
    tone: str
    tries: list
    kept_by: CheckIn | None
    is_open: bool


@dataclass(frozen=True)
class Contact:
    """A contact since they left, and whether it counts for the clocks, with the reason."""

    check_in: CheckIn
    counts: bool
    why: str


@dataclass(frozen=True)
class Clock:
    days: int
    until_on: date
    met: Contact | None
    words: str
    tone: str


@dataclass(frozen=True)
class Page:
    watch: TransitionWatch
    label: str
    window: str
    window_tone: str
    days: list
    asks: list
    contacts: list
    clocks: list


def page_of(watch, viewer, now):
    """The `Page` of a watch (with its episode and site), as far as `viewer` may know of the contacts."""
    site = watch.episode.program.site
    today = site.local_date(now)
    check_ins = CheckIn.objects.on_pages_of(watch.patient, viewer, now)
    until, left_at = watch.ended_at or now + DAY, left_care(watch)
    found = list(contacts_since(check_ins, watch.began_at, until).more_than_hello())
    days = list(OutreachDay.objects.of_watch(watch).in_order())
    contacts = []
    if left_at:
        left_on = site.local_date(left_at)
        after = contacts_since(check_ins, left_at, site.moment(left_on + ASKED_ABOUT + DAY, time()))
        contacts = [Contact(one, *why(one, left_on, site)) for one in after]
    words, tone = watch.window(today)
    return Page(
        watch=watch,
        label=watch.label(today),
        window=words,
        window_tone=tone,
        days=[day_of(day, watch, found, now) for day in days],
        asks=to_ask(watch, today) if watch.ended_at is None else [],
        contacts=contacts,
        clocks=[clock(left_on + n * DAY, n, contacts, today, site) for n in CLOCKS] if left_at else [],
    )


def day_of(day, watch, check_ins, now):
    since = [one for one in check_ins if one.happened_at >= day.counts_from_at]
    kept_by = next((one for one in since if keeps(one, watch)), None)
    tries = [one for one in since if one.happened in ATTEMPTS and one.happened_at >= day.from_at]
    is_open = watch.ended_at is None and day.settled_at is None and kept_by is None
    state, tone = state_of(day, watch, kept_by, is_open, now)
    return Day(day, state, tone, tries if is_open else [], kept_by, is_open)


def keeps(check_in, watch):
    """Whether a check-in keeps a day of the watch: they talked; where only letters are welcome, one was sent."""
    if check_in.happened in CONVERSATIONS:
        return True
    return watch.by_letter and check_in.happened == Happened.LEFT_MESSAGE and check_in.channel == Channel.LETTER


def state_of(day, watch, kept_by, is_open, now):
    if kept_by is not None:
        return f"In touch {after_a_word(kept_by.happened_at, now)}", "good"
    if day.settled_at:
        return DayOutcome(day.outcome).label, "calm"
    if not is_open:
        return "Not needed any more", "calm"
    if day.from_at > now:
        return ("Nobody is at work that day", "warn") if day.covered == Covered.NOBODY else ("To come", "calm")
    if day.due_on == watch.episode.program.site.local_date(now):
        return "Today", "info"
    return "Waits for us", "warn"


def to_ask(watch, today):
    """What is asked when somebody talks with them, the most pressing first; none of it holds anything up."""
    asks = []
    if watch.naloxone in ("", Naloxone.NOT_ASKED):
        asks.append("Naloxone: nobody could ask. Do they have it, and does somebody near them know how to use it?")
    if watch.opioid_involved and not watch.medication:
        asks.append("Medication: do they take any now, and who prescribes it from here on?")
    if not watch.place_wanted and not watch.place and watch.because == WatchBegan.LEFT:
        asks.append("Where do they want to go from here?")
    if watch.place and watch.arrived in ("", Arrived.UNKNOWN):
        asks.append(f"Did they get to the next place? ({watch.place})")
    return asks


def left_care(watch):
    """When they left round-the-clock care, a stay in detox or residential treatment, after which the clocks run. None:
    they did not, or it was other care.
    """
    return watch.episode.discharged_at if watch.episode.program.round_the_clock else None


def why(check_in, left_on, site):
    """(whether it counts, why) for one contact."""
    if site.local_date(check_in.happened_at) == left_on:
        return False, "It was on the day they left; another day is asked for"
    if check_in.happened in ATTEMPTS:
        return False, "We did not reach them"
    if check_in.happened == Happened.HELLO:
        return False, "A quick hello is not a conversation"
    if check_in.channel not in SPOKEN:
        return False, f"{check_in.get_channel_display()}: in person, a call or video is asked for"
    day = (site.local_date(check_in.happened_at) - left_on).days
    return True, f"A conversation on day {day}, {check_in.get_channel_display().lower()}"


def clock(until, days, contacts, today, site):
    met = next((one for one in contacts if one.counts and site.local_date(one.check_in.happened_at) <= until), None)
    if met:
        return Clock(days, until, met, met.why, "good")
    if today > until:
        return Clock(days, until, None, "Nobody talked with them in that time", "calm")
    left = f"Open for {many((until - today).days, 'more day')}" if today < until else "Open until tonight"
    return Clock(days, until, None, left, "info")
