"""Small random worlds, and by hand in plain Python who may know of whom in each.

`draw(chance)` makes up a `World` of plain rows from a `random.Random`; `build(world)` writes it into the database;
`may_know(world, who, whom)` is the rule as product §4 and security §1.2 say it. The last one reads the rows of the
world only: it shares no line with `visible_to`.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from patients.choices import CareRole, RestrictionKind
from patients.models import CareTeamMember, Exclusion, Patient, Restriction
from staff.choices import ProgramKind
from staff.models import AwayPeriod, FloorTeamMember, OnCallDuty, StaffMember
from tests.factories import NOW, make_episode, make_patient, make_program, make_site, make_staff

FAMILY_NAME = "Quill"  # everybody's, so that one search asks for all
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
# (from, until) as distances from now; whether they hold at this moment is for `holds` to say.
SPANS = {
    "for a while": (-DAY, DAY),
    "from this moment": (timedelta(0), DAY),
    "until this moment": (-DAY, timedelta(0)),
    "until in a second": (-DAY, SECOND),
    "from in a second": (SECOND, DAY),
    "over": (-2 * DAY, -DAY),
}
ROLES = ("clinician", "clinician", "clinician", "supervisor", "supervisor", "supervisor", "admin", "auditor")
PATIENTS, PROGRAMS, SITES = 5, 3, 2


@dataclass
class World:
    """Rows of numbers: staff, patients, programs and sites are named by their place in the lists."""

    staff: list  # {"role", "site", "active", "supervisor"}
    programs: list  # {"site", "lead", "deputy"}
    patients: list  # {"program", "in_care", "account", "safety"}
    team: list = field(default_factory=list)  # (patient, staff, span)
    floors: list = field(default_factory=list)  # (program, staff, span)
    covers: list = field(default_factory=list)  # (away, cover or None, span)
    duties: list = field(default_factory=list)  # (site, staff, span)
    restrictions: list = field(default_factory=list)  # (patient, lead, span)
    exclusions: list = field(default_factory=list)  # (patient, staff, span)


def holds(span):
    """Whether a row of this span holds now: from its first moment on, and at its last no more."""
    return span in ("for a while", "from this moment", "until in a second")


def draw(chance):
    """A world made up by `chance`, a `random.Random` (or hypothesis's, which shrinks)."""
    people, spans = range(len(ROLES)), sorted(SPANS)

    def somebody(share=1.0):
        return chance.choice(people) if chance.random() < share else None

    def others(than):
        return None if (found := somebody(0.85)) == than else found

    def rows(n, things):
        return [(chance.randrange(things), somebody(), chance.choice(spans)) for _ in range(chance.randint(0, n))]

    programs = []
    for n in range(PROGRAMS):
        lead = somebody()
        deputy = somebody(0.4)
        programs.append({"site": n % SITES, "lead": lead, "deputy": None if deputy == lead else deputy})
    return World(
        staff=[
            {
                "role": role,
                "site": n % SITES,
                "active": chance.random() < 0.93,
                "supervisor": None if (boss := somebody(0.5)) == n else boss,
            }
            for n, role in enumerate(ROLES)
        ],
        programs=programs,
        patients=[
            {
                "program": chance.randrange(PROGRAMS),
                "in_care": chance.random() < 0.75,
                "account": somebody(0.25),
                "safety": chance.random() < 0.4,
            }
            for _ in range(PATIENTS)
        ],
        team=once(rows(10, PATIENTS)),
        floors=once(rows(5, PROGRAMS)),
        covers=once([(away, others(away), span) for _, away, span in rows(5, 1)], key=1),
        duties=rows(4, SITES),
        restrictions=once(rows(4, PATIENTS), key=1),
        exclusions=once(rows(4, PATIENTS)),
    )


def once(rows, key=2):
    """The first of the rows that begin with the same `key` values."""
    return list({row[:key]: row for row in reversed(rows)}.values())


# the rule, by hand


def may_know(world, who, whom):
    """Whether the staff member `who` may know of the patient `whom`."""
    person, patient = world.staff[who], world.patients[whom]
    if not person["active"] or person["role"] == "auditor":
        return False
    if patient["account"] == who or any(row[:2] == (whom, who) and holds(row[2]) for row in world.exclusions):
        return False
    team = {staff for at, staff, span in world.team if at == whom and holds(span)}
    if who in team:
        return True
    leads = [lead for at, lead, span in world.restrictions if at == whom and holds(span)]
    if leads:
        return person["role"] == "supervisor" and who in leads
    if person["role"] == "admin":
        return False
    covered = {away for away, cover, span in world.covers if cover == who and holds(span)}
    program = world.programs[patient["program"]]
    ways = [
        bool(team & covered),
        patient["in_care"] and any(row[:2] == (patient["program"], who) and holds(row[2]) for row in world.floors),
        patient["safety"] and any(row[:2] == (program["site"], who) and holds(row[2]) for row in world.duties),
    ]
    if person["role"] == "supervisor":
        ways.append(any(world.staff[staff]["supervisor"] == who for staff in team))
        ways.append(who in (program["lead"], program["deputy"]) or program["lead"] in covered)
    return any(ways)


# in the database


@dataclass
class Built:
    staff: list
    patients: list


def build(world):
    """Writes the world into an empty database; returns its staff and patients in the order of the world."""
    sites = [make_site("North"), make_site("South", "Pacific/Auckland")][:SITES]
    keeper = make_staff("keeper", "clinician", sites[0])  # whoever wrote everything down; cares for nobody
    staff = [make_staff(f"person{n}", row["role"], sites[row["site"]]) for n, row in enumerate(world.staff)]
    for member, row in zip(staff, world.staff, strict=True):
        member.is_active = row["active"]
        member.supervisor = staff[row["supervisor"]] if row["supervisor"] is not None else None
    StaffMember.objects.bulk_update(staff, ["is_active", "supervisor"])
    programs = [
        make_program(
            f"Program {n}",
            ProgramKind.IOP,
            sites[row["site"]],
            staff[row["lead"]],
            deputy=staff[row["deputy"]] if row["deputy"] is not None else None,
        )
        for n, row in enumerate(world.programs)
    ]
    patients = [
        make_episode(
            patient=make_patient(given_name=f"P{n}", family_name=FAMILY_NAME, by=keeper),
            program=programs[row["program"]],
            primary=keeper,
            by=keeper,
        ).patient
        for n, row in enumerate(world.patients)
    ]
    for patient, row in zip(patients, world.patients, strict=True):
        patient.account = staff[row["account"]] if row["account"] is not None else None
        patient.safety_open_at = NOW - DAY if row["safety"] else None
        if not row["in_care"]:
            type(patient.latest_episode).objects.filter(pk=patient.latest_episode_id).update(
                discharged_at=NOW - DAY, discharged_by=keeper, discharge_reason="completed", contact_after="yes"
            )
    Patient.objects.bulk_update(patients, ["account", "safety_open_at"])
    CareTeamMember.objects.all().update(ended_at=NOW - DAY, ended_by=keeper)
    OnCallDuty.objects.all().delete()
    write(CareTeamMember, world.team, ("patient", patients), ("staff", staff),
          role=CareRole.NURSE, assigned_by=keeper, introduce_by_at=NOW)  # fmt: skip
    write(FloorTeamMember, world.floors, ("program", programs), ("staff", staff))
    write(AwayPeriod, world.covers, ("staff", staff), ("cover", [*staff, None]))
    write(OnCallDuty, world.duties, ("site", sites), ("staff", staff), phone="555 0100", rank=1)
    write(Restriction, world.restrictions, ("patient", patients), ("lead", staff),
          kind=RestrictionKind.FAMILY, asked_by=keeper, agreed_by=staff[0], ended_by=keeper)  # fmt: skip
    write(Exclusion, world.exclusions, ("patient", patients), ("staff", staff),
          reason="They are neighbors.", began_by=keeper, ended_by=keeper)  # fmt: skip
    return Built(staff, patients)


def write(model, rows, first, second, **fields):
    """Writes rows of (first, second, span); None stands for the last of the second's objects."""
    model.objects.bulk_create(
        model(
            **{first[0]: first[1][one], second[0]: second[1][-1 if other is None else other]},
            began_at=NOW + SPANS[span][0],
            ended_at=NOW + SPANS[span][1],
            **fields,
        )
        for one, other, span in rows
    )
