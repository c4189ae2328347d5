"""What pages show of a record or a patient beyond its fields: sentences made of facts."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from interactions.models import HistoryEntry
from staff.models import OnCallDuty
from staff.wording import clock, due, lasting

MILESTONES = (1, 3, 7, 14, 30, 60, 90, 180, 365)


def history(record):
    """What was done with a record, newest first."""
    return HistoryEntry.objects.of(record)


@dataclass(frozen=True)
class RightNow:
    """What stands beside "Right now": whom to call, and what the program does first."""

    on_call: str
    phone: str
    steps: list
    site_line: str
    next_look: str


def right_now(patient, now):
    program = patient.latest_episode.program
    duty = OnCallDuty.objects.current(now).at_site(program.site).select_related("staff").first()
    return RightNow(
        on_call=duty.staff.name if duty else "",
        phone=duty.phone if duty else "",
        steps=[line for line in program.safety_steps.splitlines() if line.strip()],
        site_line=program.site.crisis_line,
        next_look=next_look(program, now),
    )


def next_look(program, now):
    """When somebody next looks at what is written down now, where nobody does at this hour; else empty."""
    calendar = program.site.calendar
    if program.round_the_clock or calendar.is_open(now):
        return ""
    return after_a_word(calendar.next_opening(now), now)


def late_by(due_at, now):
    """ "Late by 2 days" or "Due today 16:00": a label that blames nobody, and its tone."""
    label = due(due_at, now, timezone.get_current_timezone())
    return label, "warn" if due_at < now else "info" if " today " in label else "calm"


def when_words(moment, now):
    """ "Today 16:00", "Tomorrow 09:00" or "Tue, Jun 16, 09:00", as clocks show it at the site."""
    words = after_a_word(moment, now)
    return words[0].upper() + words[1:]


def after_a_word(moment, now):
    """The same where a word stands before it: "today 16:00"."""
    return clock(moment, now, timezone.get_current_timezone())


def here(moment):
    """The moment as the clocks of the signed-in person's site show it."""
    return moment.astimezone(timezone.get_current_timezone())


def ago(moment, now, never="not yet"):
    """ "3 hours ago", "today", or `never`."""
    return f"{lasting(now - moment)} ago" if moment and moment <= now else never


def next_milestone(episode, now):
    """The next milestone of an open episode as (days, date), or None."""
    day = episode.day_of_care(now)
    ahead = next((days for days in MILESTONES if days > day), None)
    if ahead is None:
        return None
    return ahead, episode.program.site.local_date(episode.admitted_at) + timedelta(days=ahead - 1)


def chart_text(check_in):
    """A check-in in plain text, for the chart."""
    when = here(check_in.happened_at)
    head = f"{when:%Y-%m-%d %H:%M}, {check_in.get_happened_display()}, {check_in.get_channel_display().lower()}"
    lines = [head, f"Staff: {check_in.talked_by.name}"]
    if check_in.minutes:
        lines.append(f"Length: {check_in.minutes} minutes")
    if check_in.seemed:
        lines.append(f"Seemed: {', '.join(check_in.seemed_labels).lower()}")
    return "\n".join([*lines, "", check_in.text])
