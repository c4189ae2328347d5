"""The supervisor's lists: what waits for whom, how long, and by which standard; worst first."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Window
from django.http import Http404
from django.urls import reverse

from insights.team_list import Line, Reason, TeamList, shortened
from insights.transitions import Transitions
from interactions.choices import ConcernState, Urgency
from interactions.models import CheckIn, Concern, FollowUp, Meeting
from interactions.signals import Relationship, to_ask_about
from interactions.wins import number_of
from patients.models import Patient
from staff.models import Program
from staff.phases import every
from staff.spans import within
from staff.wording import clock, due, lasting, many

PAGE = 50
TALKED_ABOUT = 7
LOOKED_AT = 40  # rows of each list from which the patients to talk about are found
WEEK = timedelta(days=7)


class Concerns(TeamList):
    slug, title = "concerns", "Open concerns"
    lede = "What patients raised and nobody has answered, or answered and not yet told them. Safety stands first."
    empty, shows_all = "Nobody is waiting for an answer.", True

    def rows(self, user, now):
        return Concern.objects.visible_to(user, now).owed().on_team_lists(user).worst_first().with_people()

    def reason(self, row, now, zone):
        waits = lasting(now - row.raised_at)
        if row.is_safety:
            words, weight = f"Someone may not be safe; open for {waits}", 100
        elif row.state == ConcernState.ANSWERED:
            words, weight = f"We have an answer and they do not know it yet; they have waited {waits}", 2
        else:
            words, weight = f"A concern has waited {waits} for an answer", 3
        return Reason(
            patient=row.patient,
            words=words,
            url=row.get_absolute_url(),
            owner=row.owner.name,
            weight=weight if row.is_safety or row.due_at < now else 0,
            since=row.raised_at,
            what=shortened(row.words),
            label=row.get_state_display(),
            safety=row.is_safety,
        )

    def place(self, row):
        return f"{row.rank}_{super().place(row)}"

    def line(self, row, now, zone):
        return Line(
            patient=row.patient,
            what=shortened(row.words),
            url=row.get_absolute_url(),
            owner=row.owner.name,
            waiting=lasting(now - row.raised_at),
            standard=self.standard(row),
            due=due(row.due_at, now, zone),
            due_iso=row.due_at.isoformat(),
            tone="danger" if row.is_safety else "warn" if row.due_at < now else "calm",
            label=f"{row.get_urgency_display()} · {row.get_state_display()}",
        )

    def standard(self, row):
        if row.is_safety:
            return "taken over within 15 minutes"
        standard = row.patient.latest_episode.standard(row.raised_at)
        if row.state == ConcernState.ANSWERED:
            return f"told {within(standard.tell_within)}"
        return f"answered {within(getattr(standard, f'answer_{Urgency(row.urgency).value}'))}"


class FollowUps(TeamList):
    slug, title = "follow-ups", "Promises past their time"
    lede = "What somebody promised a patient and has not done by the time they gave."
    empty = "Every promise is within its time."

    def rows(self, user, now):
        return FollowUp.objects.visible_to(user, now).overdue(now).soonest_first().with_people()

    def reason(self, row, now, zone):
        words = f"A promise is late by {lasting(now - row.due_at)}"
        return Reason(row.patient, words, row.get_absolute_url(), row.owner.name, weight=2, since=row.due_at)

    def line(self, row, now, zone):
        return Line(
            patient=row.patient,
            what=shortened(row.what),
            url=row.get_absolute_url(),
            owner=row.owner.name,
            waiting=lasting(now - row.promised_at),
            standard=f"promised for {clock(row.due_at, now, zone)}",
            due=due(row.due_at, now, zone),
            due_iso=row.due_at.isoformat(),
            tone="warn",
        )


class OfPatients(TeamList):
    """A list of patients by their clocks. Each says what it counts, since when, and the longest it should take."""

    weight = 1

    def said(self, row, now, zone):
        """(words, the moment its clock started)"""

    def standard(self, row, now):
        """The standard in words."""

    def reason(self, row, now, zone):
        words, _ = self.said(row, now, zone)
        url = row.get_absolute_url()
        return Reason(row, words, url, row.primary_name or "nobody", weight=self.weight, since=row.due_at)

    def line(self, row, now, zone):
        words, since = self.said(row, now, zone)
        return Line(
            patient=row,
            what=words,
            url=row.get_absolute_url(),
            owner=row.primary_name or "nobody",
            waiting=lasting(now - since),
            standard=self.standard(row, now),
            due=due(row.due_at, now, zone),
            due_iso=row.due_at.isoformat(),
            tone="warn",
        )


class Meetings(OfPatients):
    slug, title = "meetings", "Overdue meetings"
    lede = "Patients in care whose meeting about the treatment is past its standard, and none is planned."
    empty = "Everybody has met about their treatment in time."

    def rows(self, user, now):
        planned = Meeting.objects.planned().after(now)
        return Patient.objects.visible_to(user, now).not_met(now).without(planned).with_care().with_primary(now)

    def said(self, row, now, zone):
        cadence = row.latest_episode.cadence
        since = cadence.meeting_clock_at
        if cadence.meetings_held:
            return f"No meeting about the treatment since {clock(since, now, zone)}", since
        return "No meeting about the treatment yet", since

    def standard(self, row, now):
        cadence = row.latest_episode.cadence
        standard = row.latest_episode.standard(cadence.meeting_clock_at)
        if cadence.meetings_held:
            return every(standard.meeting_every_days)
        return f"the first within {many(standard.meeting_first_days, 'day')}"


class Contact(OfPatients):
    slug, title = "contact", "Patients we have not talked with"
    lede = "Patients in care with whom the team, or their primary, has not talked within the longest gap."
    empty, weight = "Somebody has talked with everybody in time.", 3

    def rows(self, user, now):
        return Patient.objects.visible_to(user, now).silent(now).with_care().with_primary(now)

    def said(self, row, now, zone):
        cadence = row.latest_episode.cadence
        team = cadence.team_overdue_at < now
        since = cadence.team_clock_at if team else cadence.primary_clock_at
        if cadence.last_conversation_at is None:
            who = "Nobody has talked with them"
        else:
            who = "We haven’t talked" if team else "Their primary hasn’t talked with them"
        return f"{who} since {clock(since, now, zone)}", since

    def standard(self, row, now):
        episode, cadence = row.latest_episode, row.latest_episode.cadence
        if cadence.team_overdue_at < now:
            days = episode.standard(cadence.team_clock_at).team_max_days
        else:
            days = episode.standard(cadence.primary_clock_at).primary_max_days
        return f"at least {every(days)}"


LISTS = [Concerns(), FollowUps(), Meetings(), Contact(), Transitions()]


@dataclass
class Person:
    """A patient to talk about today, and why."""

    patient: Patient
    reasons: list = field(default_factory=list)
    relationship: Relationship | None = None

    @property
    def weight(self):
        return sum(reason.weight for reason in self.reasons)


@dataclass(frozen=True)
class Tile:
    list: TeamList
    n: int
    late: bool

    @property
    def url(self):
        return reverse(f"insights:team_{self.list.slug}")

    @property
    def tone(self):
        return "warn" if self.late else "good"

    @property
    def note(self):
        if not self.late:
            return "All within their time"
        return "Some are past their time" if self.list.shows_all else ""


@dataclass(frozen=True)
class Overview:
    people: list
    tiles: list
    safety: list


def overview(user, now):
    """The supervisor's page: patients to talk about today, the figures of the lists, open safety concerns."""
    people, tiles, safety = {}, [], []
    for one in LISTS:
        rows = list(one.rows(user, now).annotate(total=Window(Count("*")))[:LOOKED_AT])
        reasons = [one.reason(row, now, user.site.zone) for row in rows]
        tiles.append(Tile(one, rows[0].total if rows else 0, late=any(reason.weight for reason in reasons)))
        safety += [reason for reason in reasons if reason.safety]
        for reason in reasons:
            if reason.weight:
                people.setdefault(reason.patient.pk, Person(reason.patient)).reasons.append(reason)
    worst = sorted(people.values(), key=lambda person: (-person.weight, min(why.since for why in person.reasons)))
    return Overview(people=worst[:TALKED_ABOUT], tiles=tiles, safety=safety)


def signs(people, user, now):
    """Whoever of the supervisor's patients a sign is noted of, beside those who are talked about, whose relationship is
    set. For this page only: signals never leave in an export.
    """
    listed = {person.patient.pk: person for person in people}
    told = to_ask_about(Patient.objects.visible_to(user, now), user, now, also=listed)
    for one in told:
        if one.patient.pk in listed:
            listed[one.patient.pk].relationship = one.relationship
    return [one for one in told if any(sign.row for sign in one.relationship.signs)]


def well_done(user, now):
    """What went well in the last seven days, as figures to count."""
    since = now - WEEK
    counted = {
        "answered": Concern.objects.visible_to(user, now).on_team_lists(user).answered_in_time_since(since),
        "kept": FollowUp.objects.visible_to(user, now).kept_since(since),
        "news": CheckIn.objects.visible_to(user, now).good_news_since(since),
    }
    return {name: number_of(rows) for name, rows in counted.items()}


def wins(row):
    """The same, counted, in sentences."""
    said = (
        (row["answered"], "concern answered in time", "concerns answered in time"),
        (row["kept"], "promise kept", "promises kept"),
        (row["news"], "piece of good news from a patient", "pieces of good news from patients"),
    )
    return [many(n, one, more) for n, one, more in said if n]


def programs_of(user, now):
    """The programs that the supervisor leads now, as filters."""
    return Program.objects.led_by(user, now).open().with_site()


def chosen_program(programs, query):
    """The one of `programs` that a query string names, or None for all; 404 when it names another."""
    program = next((each for each in programs if str(each.ref) == query.get("program")), None)
    if "program" in query and program is None:
        raise Http404
    return program
