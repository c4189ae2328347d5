"""The signal rules over the real visits of a study, day by day: who had left when a rule first spoke, and how often it
would speak in the week of a clinician.

The folder holds three files of the public CTN-0094 data, by the trial's own names: `visit.csv` (each visit and missed
visit with its day), `randomization.csv` (the first day of treatment) and `retention_derived.csv` (`left` = 1 where the
last dose came before day 158 of 168). A visit that did not take place has no day of its own: it stands on the day for
which its week planned it. Where the trial did not know whether there was a visit, nothing is counted.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from interactions.choices import Barrier
from interactions.signal_rules import Facts
from interactions.signal_rules.base import Contact, Conversation, Planned
from interactions.signal_rules.contact import Missing, Silent
from patients.cadence import ESCALATION
from staff.choices import ProgramKind
from staff.defaults import standards_of

DAY, NOON = timedelta(days=1), timedelta(hours=12)
BEGAN_AT = datetime(2026, 1, 1, tzinfo=UTC)  # any day: the study gives days, not dates
EVENING = timedelta(hours=18)
# 22 of the 24 weeks. In the last two the planned end is near, and whoever had the last dose from day 158 on has stayed.
LAST_DAY = 153
GONE_AFTER = 28  # days without a visit after which nobody carries them on a caseload any more
CASELOAD = 25
KEPT_FROM_COMING = {
    "is_in_hospital": Barrier.ILLNESS,
    "is_illness": Barrier.ILLNESS,
    "is_in_jail": Barrier.COURT,
}


@dataclass
class Person:
    """Somebody of the study. Days count from the first day of treatment; `came` are the days of attended visits."""

    left: bool
    last_dose: int
    came: list = field(default_factory=list)
    missed: list = field(default_factory=list)  # (day, barrier, whether it was noted as a no-show)


def read(folder):
    """The people of the study in `folder`, in the order of its list."""
    folder = Path(folder)
    first_day = {row["who"]: float(row["when"]) for row in rows_of(folder / "randomization.csv") if row["which"] == "1"}
    people = {
        row["who"]: Person(row["left"] == "1", int(float(row["days"])))
        for row in rows_of(folder / "retention_derived.csv")
    }
    for row in rows_of(folder / "visit.csv"):
        person = people.get(row["who"])
        if person is None:
            continue
        if row["what"] == "visit" and row["when"]:
            day = int(float(row["when"]) - first_day[row["who"]])
            person.came += [day] if day >= 0 else []
        elif row["what"] == "no visit" and row["visit"].startswith("WK"):
            barrier = next((barrier for name, barrier in KEPT_FROM_COMING.items() if row[name] == "1"), "")
            person.missed.append((7 * int(row["visit"].removeprefix("WK")), barrier, row["is_no_show"] == "1"))
    for person in people.values():
        person.came.sort()
        person.missed.sort()
    return list(people.values())


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@dataclass
class Heard:
    """What one rule, fed in one way, said over the whole study."""

    name: str
    right: int = 0  # people who had left, and of whom it spoke
    wrong: int = 0  # people who stayed, and of whom it spoke all the same
    unheard: int = 0  # people who left without a word of it
    alarms: int = 0
    late_by: list = field(default_factory=list)  # days from the last dose to the first alarm

    def note(self, person, days):
        """The days on which it spoke of `person`."""
        self.alarms += len(days)
        if days and person.left:
            self.right += 1
            self.late_by.append(days[0] - person.last_dose)
        elif days:
            self.wrong += 1
        elif person.left:
            self.unheard += 1

    @property
    def precision(self):
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self):
        return self.right / (self.right + self.unheard) if self.right + self.unheard else 0.0


@dataclass(frozen=True)
class Replayed:
    people: int
    left: int
    weeks: float  # of all people together, on a caseload
    heard: dict

    def lines(self):
        yield (
            f"{self.people} people, {self.left} left before the end; days 0 to {LAST_DAY}, "
            f"{self.weeks:.0f} weeks of care"
        )
        for one in self.heard.values():
            late = f"{median(one.late_by):+.0f} days from the last dose" if one.late_by else "never right"
            yield (
                f"{one.name}: precision {one.precision:.3f} recall {one.recall:.3f} "
                f"({one.right} right, {one.wrong} wrong, {one.unheard} unheard); first alarm {late}; "
                f"{CASELOAD * one.alarms / self.weeks if self.weeks else 0:.2f} a week for {CASELOAD} people"
            )


def longest_gap():
    """The longest gap without a conversation where the standard is weekly contact, and when the supervisor hears."""
    standard = standards_of(ProgramKind.OUTPATIENT)[0]
    return standard["team_max_days"], int(standard["team_max_days"] * ESCALATION)


def replay(people):
    """What the rules said, each alone and together, beside plain counting of days without a visit."""
    gap, longer = longest_gap()
    names = {
        "plain": f"no attended visit for {gap} days",
        "plain_longer": f"no attended visit for {longer} days",
        "silent": f"silent, past the longest gap ({gap} days)",
        "silent_longer": f"silent, past {ESCALATION} times it ({longer} days)",
        "missing": "missed 2 of 3 visits",
        "no_show": "missed 2 of 3, no-shows alone",
        "either": f"silent at {gap} days or missed 2 of 3",
        "both": f"silent at {gap} days and missed 2 of 3",
    }
    heard = {key: Heard(name) for key, name in names.items()}
    weeks = 0.0
    for person in people:
        spoke, days = walk(person, gap, longer)
        weeks += days / 7
        for key, one in heard.items():
            one.note(person, spoke[key])
    return Replayed(len(people), sum(person.left for person in people), weeks, heard)


def walk(person, gap, longer):
    """(the days on which each way of listening spoke, how many days they were on a caseload).

    Every evening the rules are asked; whoever they speak of is asked about at once, so that the same evidence is silent
    from then on. A conversation is an attended visit.
    """
    spoke, used = defaultdict(list), {"any": {}, "no_show": {}}
    silent, missing = Silent(), Missing()
    for day in range(LAST_DAY + 1):
        now = BEGAN_AT + day * DAY + EVENING
        came = [one for one in person.came if one <= day]
        last = max(came, default=0)
        if day - last >= GONE_AFTER:
            return finished(spoke), day
        for key, days in (("plain", gap), ("plain_longer", longer)):
            if day - last == days:
                spoke[key].append(day)
        facts = Facts(now=now, used=used["any"], contact=(contact(last, gap, longer),), **visits(person, day))
        if evidence := silent.find(facts):
            spoke["silent_longer" if evidence.clock_at >= noon(last + longer) else "silent"].append(day)
            used["any"][silent.code] = evidence.clock_at
        if evidence := missing.find(facts):
            spoke["missing"].append(day)
            used["any"][missing.code] = evidence.clock_at
        if evidence := missing.find(Facts(now=now, used=used["no_show"], **visits(person, day, no_shows=True))):
            spoke["no_show"].append(day)
            used["no_show"][missing.code] = evidence.clock_at
    return finished(spoke), LAST_DAY + 1


def finished(spoke):
    """With the alarms of the two rules together: `either` whenever one speaks, `both` once both have spoken."""
    spoke["either"] = sorted({*spoke["silent"], *spoke["missing"]})
    both = spoke["silent"] and spoke["missing"]
    spoke["both"] = [max(spoke["silent"][0], spoke["missing"][0])] if both else []
    return spoke


def visits(person, day, *, no_shows=False):
    """The visits up to that day, as the rules are told of them."""
    came = [Planned("", one, noon(one), missed=False) for one in person.came if one <= day]
    missed = [
        Planned("", one, noon(one), missed=True, barrier=barrier)
        for one, barrier, no_show in person.missed
        if one <= day and (no_show or not no_shows)
    ]
    talks = tuple(Conversation(one.ref, one.at) for one in came)
    return {"conversations": talks, "planned": tuple(sorted(came + missed, key=lambda one: one.at))}


def contact(last, gap, longer):
    return Contact("team", noon(last), noon(last + gap), noon(last + longer))


def noon(day):
    return BEGAN_AT + day * DAY + NOON
