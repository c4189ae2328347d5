"""What an auditor looks at on one page: each record that was opened in an emergency, then looks that were unusual."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from patients.break_glass import REVIEWED_WITHIN
from patients.models import BreakGlass, BreakGlassReview, CareTeamMember, Patient
from staff import reviews
from staff.access import routes
from staff.calendar import MIDNIGHT, as_day, moment, start_of_day
from staff.choices import Unusual
from staff.models import AccessEntry, StaffMember
from staff.roles import Role
from staff.wording import many

ASSIGNED = "care_team.assign"  # as the access log calls it
FRESH = timedelta(days=7)  # for so long an account counts as newly made or changed


@dataclass(frozen=True)
class Opened:
    """A break-glass as it stands on the page."""

    row: BreakGlass
    due_at: datetime
    overdue: bool
    review: BreakGlassReview | None

    @property
    def tone(self):
        return reviews.TONES[self.review.verdict] if self.review else None


def week_of(text, site, now):
    """The week that ends on the day `text` names, or today: its first and last moment, its first and last day."""
    last = as_day(text) or site.local_date(now)
    first = last - timedelta(days=6)
    return start_of_day(first, site.zone), start_of_day(last + timedelta(days=1), site.zone), first, last


def opened(first, last, user, now):
    """Each record that was opened between two moments, and each that waits for a review; these first, oldest first.
    What `user` is never to see, somebody else reviews.
    """
    found = []
    for row in BreakGlass.objects.not_about(user, now).to_show(first, last):
        review = next(reversed(row.reviews.all()), None)
        due_at = row.began_at + REVIEWED_WITHIN
        found.append(Opened(row, due_at, overdue=review is None and due_at <= now, review=review))
    waiting = [one for one in found if one.review is None]
    return [*reversed(waiting), *(one for one in found if one.review)]


def overdue(now):
    """Those that nobody has reviewed in time."""
    return BreakGlass.objects.unreviewed().opened_before(now - REVIEWED_WITHIN)


def findings(first, last, user=None):
    """What was unusual between two moments; what waits for a review first, then the newest. Who looked at the record of
    `user` is for somebody else.
    """
    opening = one_person_routes()
    more = [*looks_at_colleagues(first, last, opening, user), *accounts_of_their_making(first, last)]
    return reviews.findings(first, last, opening=opening, more=more)


def one_person_routes():
    """The names of the pages of one person or one record, as opposed to lists."""
    return [name for name, pattern, _ in routes() if "<uuid:" in pattern and not pattern.startswith("manage/")]


def looks_at_colleagues(first, last, opening, user):
    """(who, kind, day, sentence) for each day on which somebody opened the record of a colleague who is a patient
    here, without being on their care team. What was opened in an emergency stands by itself.
    """
    records = dict(Patient.objects.of_colleagues(user).values_list("ref", "pk"))
    if not records:
        return []
    looks = AccessEntry.objects.reads().shown_as_work().since(first).until(last).naming(records, opening)
    rows = list(looks.values_list("actor", "patients__patient_ref", "recorded_at"))
    people = StaffMember.objects.with_site().in_bulk({actor for actor, _, _ in rows})
    teams = list(CareTeamMember.objects.of_patients(records.values()))
    days = {}
    for actor, ref, at in rows:
        if not any(is_theirs(member, actor, records[ref], at) for member in teams):
            zone = people[actor].site.zone
            day = moment(zone, at.astimezone(zone).date(), MIDNIGHT)
            days.setdefault((people[actor], day), set()).add(ref)
    return [
        (person, Unusual.COLLEAGUE, day, f"{many(len(refs), 'record')} of people who work here, not in their care team")
        for (person, day), refs in days.items()
    ]


def accounts_of_their_making(first, last):
    """(admin, kind, day, sentence) for each day on which an admin put an account on care teams that they had made, or
    could have made their own, in the days before.
    """
    put_on = AccessEntry.objects.doing(ASSIGNED).in_role(Role.ADMIN).since(first).until(last)
    rows = list(put_on.values_list("actor", "record_ref", "recorded_at"))
    if not rows:
        return []
    members = {one.ref: one.staff for one in CareTeamMember.objects.with_refs(ref for _, ref, _ in rows)}
    made = AccessEntry.objects.about_accounts({one.ref for one in members.values()}).since(first - FRESH).until(last)
    makings = list(made.values_list("actor", "record_ref", "recorded_at"))
    people = StaffMember.objects.with_site().in_bulk({actor for actor, _, _ in rows})
    days = {}
    for actor, ref, at in rows:
        whose = members.get(ref)
        if whose and any(by == actor and of == whose.ref and at - FRESH < then <= at for by, of, then in makings):
            zone = people[actor].site.zone
            day = moment(zone, at.astimezone(zone).date(), MIDNIGHT)
            days.setdefault((people[actor], day), []).append(whose.name)
    return [
        (admin, Unusual.NEW_ACCOUNT, day, f"{many(len(names), 'record')}, to {', '.join(sorted(set(names)))}")
        for (admin, day), names in days.items()
    ]


def is_theirs(member, staff, patient, at):
    held = member.began_at <= at and (member.ended_at is None or at < member.ended_at + timedelta(minutes=1))
    return held and (member.staff_id, member.patient_id) == (staff, patient)
