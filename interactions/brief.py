"""What to know before knocking on the door: one screen, one printed page, every line with its source."""

from dataclasses import dataclass, replace

from interactions import debts
from interactions.models import BoundaryAgreement, CheckIn, Meeting, Step, Update
from interactions.my_day import debt_line
from interactions.safety_plans import freshness, holding
from interactions.shown import ago
from interactions.strip import strip_of
from patients.choices import FactKind
from patients.models import Fact, Goal, SafeContact

OWED, TALKS, HELPED, KNOWN = 5, 3, 2, 8
READ = 12  # conversations that are looked through for what helped
ORDER = (FactKind.ADDRESS, FactKind.CALLS, FactKind.DONT_RAISE, FactKind.CALMS, FactKind.HELPS,
         FactKind.INTERESTS, FactKind.ENGAGE, FactKind.HOPES, FactKind.FAMILY)  # fmt: skip


@dataclass(frozen=True)
class Brief:
    known: list
    contact: object
    where: object
    where_age: str
    owed: list
    owed_more: int
    sentence: str
    talks: list
    helped: list
    good_news: object
    steps: list
    goals: list
    meeting: object
    agreements: list
    safety_plan: object
    safety_plan_age: str
    strip: list


def brief_of(patient, viewer, now):
    """The `Brief` of a patient opened `with_care`, as far as `viewer` may see what it is made of."""
    here = patient, viewer, now
    owed = debts.of_patient(*here)
    today = patient.latest_episode.program.site.local_date(now)
    where = Update.objects.on_pages_of(*here).where_we_are(patient.latest_episode).first()
    talks = list(CheckIn.objects.on_pages_of(*here).last_words(patient.latest_episode)[:READ])
    facts = Fact.objects.on_pages_of(*here).holding().of_kinds(*ORDER).shared_with(viewer).in_order()
    safety_plan = holding(*here)
    return Brief(
        known=sorted(facts, key=lambda fact: ORDER.index(fact.kind))[:KNOWN],
        contact=SafeContact.objects.of(patient).first(),
        where=where,
        where_age=where and ago(where.told_at, now),
        owed=[replace(debt_line(debt, now), who=debt.owner, who_url="") for debt in owed[:OWED]],
        owed_more=max(len(owed) - OWED, 0),
        sentence=debts.sentence(owed, patient.called),
        talks=talks[:TALKS],
        helped=[talk for talk in talks if talk.what_helped][:HELPED],
        good_news=next((talk for talk in talks if talk.good_news), None),
        steps=list(Step.objects.on_pages_of(*here).open()[:3]),
        goals=list(Goal.objects.on_pages_of(*here).open().newest_first()[:3]),
        meeting=Meeting.objects.on_pages_of(*here).planned().after(now).soonest_first().first(),
        agreements=list(BoundaryAgreement.objects.on_pages_of(*here).holding(today)),
        safety_plan=safety_plan,
        safety_plan_age=freshness(safety_plan, now),
        strip=strip_of(*here),
    )
