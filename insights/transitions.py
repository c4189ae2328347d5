"""The supervisor’s list of those to whom we stay close: days that wait for a call, and days that nobody covers."""

from insights.team_list import Line, Reason, TeamList
from interactions.watch_querysets import to_keep
from patients.models import OutreachDay
from patients.outreach import CRITICAL
from patients.watch_choices import Covered
from staff.calendar import DAY
from staff.wording import due, lasting

AHEAD = 7 * DAY  # how far a day without anybody is seen coming


class Transitions(TeamList):
    slug, title = "transitions", "Staying close"
    lede = (
        "Days on which somebody is to be in touch and nobody has talked with them yet, "
        "and days of the coming week on which nobody is at work."
    )
    empty = "Everybody was reached on their day, and somebody is there on each day of the week."
    shows_all = True

    def rows(self, user, now):
        days = to_keep(OutreachDay.objects.visible_to(user, now), now)
        return days.waiting_or_uncovered(now, now + AHEAD).soonest_first().with_people().with_watch()

    def reason(self, row, now, zone):
        waits = row.from_at <= now
        words = "Nobody has talked with them" if waits else "Nobody is at work"
        words = f"{words} on a day to be in touch"
        weight = 0 if waits and row.due_at > now and row.escalates_at > now else 4 if row.number <= CRITICAL else 2
        return Reason(row.patient, words, row.watch.get_absolute_url(), row.doer.name, weight=weight, since=row.from_at)

    def line(self, row, now, zone):
        late = row.due_at < now
        nobody = row.covered == Covered.NOBODY
        return Line(
            patient=row.patient,
            what=f"Day {row.number}: {row.watch.get_because_display().lower()}",
            url=row.watch.get_absolute_url(),
            owner=row.doer.name,
            waiting=lasting(now - row.from_at) if row.from_at <= now else "",
            standard="the same day" if row.number <= CRITICAL else "by the plan",
            due=due(row.due_at, now, zone),
            due_iso=row.due_at.isoformat(),
            tone="danger" if nobody and row.from_at > now else "warn" if late or nobody else "calm",
            label="Nobody is at work that day" if nobody else "",
        )
