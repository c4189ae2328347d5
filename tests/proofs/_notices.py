"""How much reaches the staff of a simulated world, and whether that is light enough: the budget of notices and signs.

A notice is an entry on somebody's page of reminders that holds something new on one of their working days: all that is
due with one patient, each thing by itself that is mailed at once, and milestones, and what is to be asked again, of all
patients together. On a full day what can wait is folded on the page, and counts for the next working day. Reckoned here
from the reminders, not by the code of the page; what stood there each morning is asked of the page.
"""

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from statistics import mean, median, quantiles

from django.db.models import OuterRef, Subquery

from interactions.choices import Urgency
from interactions.models import Concern, Reminder, Signal
from interactions.reminder_pages import my_reminders, notices_of
from patients.models import CareTeamMember
from staff.models import StaffMember
from staff.roles import Role
from tests.simulated import DAY

SAFETY, GATHERED = "safety_not_taken_over", {"milestone", "reviews_due"}
CAN_WAIT = GATHERED | {"try_again", "not_introduced", "meeting_overdue", "meeting_without_outcome",
                       "signal_not_addressed"}  # fmt: skip
MIDDLE_AT_MOST, WORST_AT_MOST = 5, 10
SIGNALS_AT_MOST = 2  # of a clinician and week, in the mean over all weeks


@dataclass(frozen=True)
class Notices:
    """How many notices (safety apart) fell to each clinician, and each lead, for each of their working days. Of the
    clinicians `unfolded` is the same if nothing were folded, and `things` counts the reminders behind. `signals`: how
    many signs of change (silence among them) appeared with the people of each clinician, for each week. `waiting`: how
    many entries, old and new, stood on the page of a clinician when a working day began. `rules` counts the reminders
    of each role, and the signs.
    """

    clinicians: list
    unfolded: list
    things: list
    leads: list
    signals: list
    waiting: list
    rules: Counter
    worst: str = ""

    def __str__(self):
        return (
            f"of a clinician and working day: {spread(self.clinicians)} (with nothing folded: {spread(self.unfolded)}; "
            f"reminders: {spread(self.things)}); standing in the morning: {spread(self.waiting)}; of a supervisor: "
            f"{spread(self.leads)}; signals of a clinician and week: mean {mean(self.signals):.2f}, worst "
            f"{max(self.signals)}"
        )

    def tell_rules(self):
        print("  reminders by rule:", ", ".join(f"{role} {rule} {n}" for (role, rule), n in self.rules.most_common()))
        over = sum(n > WORST_AT_MOST for n in self.unfolded)
        print(f"  with nothing folded, {over} of {len(self.unfolded)} days of clinicians over {WORST_AT_MOST}; the "
              f"fullest: {self.worst}")  # fmt: skip

    def must_hold(self, name):
        """Ends the proof `name` with an error where the budget does not hold."""
        if median(self.clinicians) > MIDDLE_AT_MOST or max(self.clinicians) > WORST_AT_MOST:
            sys.exit(f"{name}: more notices than {MIDDLE_AT_MOST} in the middle or {WORST_AT_MOST} at worst")
        if mean(self.signals) > SIGNALS_AT_MOST:
            sys.exit(f"{name}: more signals than {SIGNALS_AT_MOST} a week of a clinician")


def spread(counts):
    nineteen = quantiles(counts, n=20)[-1] if len(counts) > 1 else max(counts, default=0)
    return f"median {median(counts or [0]):.0f}, 95 of 100 at most {nineteen:.0f}, worst {max(counts, default=0)}"


def together(parts):
    """The `Notices` of several worlds as one."""
    lists = ("clinicians", "unfolded", "things", "leads", "signals", "waiting")
    found = {each: [n for one in parts for n in getattr(one, each)] for each in lists}
    return Notices(**found, rules=sum((one.rules for one in parts), Counter()), worst="; ".join(p.worst for p in parts))


class Mornings:
    """What stands on the pages of each clinician whenever a working day of theirs begins."""

    def __init__(self, world):
        self.world, self.seen, self.found = world, set(), []
        people = StaffMember.objects.filter(pk__in=world.work, role=Role.CLINICIAN).select_related("site")
        self.people = list(people)

    def look(self, now):
        for person in self.people:
            day = self.world.work[person.pk].digest_day(now)
            if day and day[1] <= now and (person.pk, day[0]) not in self.seen:
                self.seen.add((person.pk, day[0]))
                self.found.append((now, self.entries(person, now)))

    def entries(self, person, now):
        """How many stand on their page; one on which nothing can stand is not opened."""
        if not Reminder.objects.standing().for_recipient(person).exists():
            return 0
        notices, fold = notices_of(my_reminders(person, now)[0])
        return len(notices[:fold])

    def between(self, first, last):
        return [waiting for now, waiting in self.found if first <= now < last]


def per_working_day(world, mornings, first, last):
    """The `Notices` between two moments."""
    people = StaffMember.objects.select_related("site").in_bulk(list(world.work))
    waits, presses, rules, of_day = defaultdict(set), defaultdict(set), Counter(), defaultdict(Counter)
    planned = Reminder.objects.exclude(rule=SAFETY).filter(planned_at__gte=first, planned_at__lt=last)
    today = set(Concern.objects.filter(urgency=Urgency.TODAY).values_list("pk", flat=True))
    for rule, cause, patient, recipient, planned_at in planned.values_list(
        "rule", "cause", "patient", "recipient", "planned_at"
    ):
        if recipient in people:
            day = world.work[recipient].digest_day(planned_at)
            own = rule.startswith("concern_") and cause in today
            told = (rule, cause) if own else rule if rule in GATHERED else patient
            (waits if rule in CAN_WAIT else presses)[recipient, day and day[0]].add(told)
            of_day[recipient, day and day[0]][rule] += 1
            rules[people[recipient].role, rule] += 1
    days, unfolded, things, worst = defaultdict(list), [], [], (0, "")
    for pk, person in people.items():
        day, ends, left = person.site.local_date(first), person.site.local_date(last), 0
        while day < ends:
            if any(shift.weekday == day.weekday() for shift in world.work[pk].hours):
                pressing, waiting = len(presses[pk, day]), len(waits[pk, day] - presses[pk, day])
                shown = min(left + waiting, max(0, WORST_AT_MOST - pressing))
                left += waiting - shown
                days[person.role].append(pressing + shown)
                if person.role == Role.CLINICIAN:
                    unfolded.append(pressing + waiting)
                    things.append(sum(of_day[pk, day].values()))
                    worst = max(worst, (pressing + waiting, f"{person} on {day}: {dict(of_day[pk, day])}"))
            day += DAY
    signals = per_week(people, first, last)
    appeared = Signal.objects.filter(appeared_at__gte=first, appeared_at__lt=last)
    rules.update(("sign", rule) for rule in appeared.values_list("rule", flat=True))
    waiting = mornings.between(first, last)
    return Notices(days["clinician"], unfolded, things, days["supervisor"], signals, waiting, rules, worst[1])


def per_week(people, first, last):
    """How many signals appeared with the patients of each clinician in each whole week between two moments."""
    counted, week = Counter(), timedelta(days=7)
    own = Signal.objects.filter(appeared_at__gte=first, appeared_at__lt=last)
    primary = CareTeamMember.objects.primaries().filter(patient=OuterRef("patient")).order_by("-began_at")
    for who, at in own.annotate(primary=Subquery(primary.values("staff")[:1])).values_list("primary", "appeared_at"):
        counted[who, (at - first) // week] += 1
    silent = Reminder.objects.filter(
        rule="silence", stage__endswith="_owner", planned_at__gte=first, planned_at__lt=last
    )
    told = set()  # whoever hears of the same silence in the place of a colleague counts no second sign
    for who, at, *silence in silent.order_by("planned_at").values_list(
        "recipient", "planned_at", "cause", "clock_started_at", "stage"
    ):
        if tuple(silence) not in told:
            told.add(tuple(silence))
            counted[who, (at - first) // week] += 1
    clinicians = [pk for pk, person in people.items() if person.role == Role.CLINICIAN]
    weeks = max(1, (last - first) // week)
    return [counted[pk, number] for pk in clinicians for number in range(weeks)]
