"""What pages show of a record or a patient beyond its fields: sentences made of facts."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from interactions.models import HistoryEntry
from staff.calendar import DAY
from staff.models import OnCallDuty

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


def right_now(patient, now):
    program = patient.latest_episode.program
    duty = OnCallDuty.objects.current(now).at_site(program.site).select_related("staff").first()
    return RightNow(
        on_call=duty.staff.name if duty else "",
        phone=duty.phone if duty else "",
        steps=[line for line in program.safety_steps.splitlines() if line.strip()],
        site_line=program.site.crisis_line,
    )


def late_by(due_at, now):
    """ "Late by 2 days" or "Due today 16:00": a label that blames nobody, and its tone."""
    if due_at is None:
        return "", "calm"
    if due_at < now:
        return f"Late by {span(now - due_at)}", "warn"
    words = when_words(due_at, now)
    return f"Due {words[0].lower() + words[1:] if words.startswith('To') else words}", (
        "info" if words.startswith("Today") else "calm"
    )


def when_words(moment, now):
    """ "Today 16:00", "Tomorrow 09:00" or "Tue, Jun 16 09:00", as clocks show it at the site."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    if local.date() == today:
        return f"Today {local:%H:%M}"
    if local.date() == today + DAY:
        return f"Tomorrow {local:%H:%M}"
    return f"{local:%a, %b} {local.day} {local:%H:%M}"


def span(length):
    """A length of time in its largest fitting unit."""
    if length < timedelta(hours=1):
        n, unit = max(int(length.total_seconds() // 60), 1), "minute"
    elif length < timedelta(days=1):
        n, unit = int(length.total_seconds() // 3600), "hour"
    else:
        n, unit = length.days, "day"
    return f"{n} {unit}{'' if n == 1 else 's'}"


def ago(moment, now, never="not yet"):
    """ "3 hours ago", "today", or `never`."""
    return f"{span(now - moment)} ago" if moment and moment <= now else never


def next_milestone(episode, now):
    """The next milestone of an open episode as (days, date), or None."""
    day = episode.day_of_care(now)
    ahead = next((days for days in MILESTONES if days > day), None)
    if ahead is None:
        return None
    return ahead, episode.program.site.local_date(episode.admitted_at) + timedelta(days=ahead - 1)


def chart_text(check_in):
    """A check-in in plain text, for the chart."""
    when = timezone.localtime(check_in.happened_at)
    head = f"{when:%Y-%m-%d %H:%M}, {check_in.get_happened_display()}, {check_in.get_channel_display().lower()}"
    lines = [head, f"Staff: {check_in.talked_by.name}"]
    if check_in.minutes:
        lines.append(f"Length: {check_in.minutes} minutes")
    if check_in.seemed:
        lines.append(f"Seemed: {', '.join(check_in.seemed_labels).lower()}")
    return "\n".join([*lines, "", check_in.text])
