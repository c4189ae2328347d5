"""The demo's places and people: two sites five or six hours apart, nine programs, everybody who works there."""

import datetime
from dataclasses import dataclass

from interactions.reminder_rules import RULES
from staff import services
from staff.choices import ProgramKind
from staff.models import AwayPeriod, FloorTeamMember, Holiday, OnCallDuty, Program, WorkingHours
from staff.roles import Role
from staff.saving import save_checked

PASSWORD = "warm-harbor-lantern"
DAYS, EVENINGS, NIGHTS = ("08:00", "18:00"), ("08:00", "20:30"), ("20:00", "08:00")

SITES = {
    "millrace": {
        "name": "Millrace House",
        "time_zone": "America/New_York",
        "phone": "555 0100",
        "crisis_line": "Millrace nurse line, any hour: 555 0101",
        "hours": [(day, "08:00", "19:30") for day in range(5)] + [(5, "09:00", "13:00")],
    },
    "windward": {
        "name": "Windward House",
        "time_zone": "Pacific/Honolulu",
        "phone": "555 0300",
        "crisis_line": "Windward nurse line, any hour: 555 0302",
        "hours": [(day, "08:00", "18:00") for day in range(5)],
    },
}
HOLIDAYS = ((1, 1, "New Year’s Day"), (6, 19, "Juneteenth"), (7, 4, "Independence Day"), (12, 25, "Christmas Day"))

# username: name, role, job, pronouns, site, supervisor
STAFF = {
    "imani": ("Imani Okafor", Role.SUPERVISOR, "Clinical director, residential", "she/her", "millrace", None),
    "ruth": ("Ruth Feldman", Role.SUPERVISOR, "Clinical director, day and outpatient", "she/her", "millrace", None),
    "tomas": ("Tomás Herrera", Role.CLINICIAN, "Counselor", "he/him", "millrace", "imani"),
    "june": ("June Park", Role.CLINICIAN, "Counselor", "she/her", "millrace", "imani"),
    "nadia": ("Nadia Haddad", Role.CLINICIAN, "Nurse", "she/her", "millrace", "imani"),
    "felix": ("Felix Brandt", Role.CLINICIAN, "Night nurse", "he/him", "millrace", "imani"),
    "priya": ("Priya Raman", Role.CLINICIAN, "Physician", "she/her", "millrace", "imani"),
    "walt": ("Walt Sorensen", Role.CLINICIAN, "Peer", "he/him", "millrace", "imani"),
    "desmond": ("Desmond Clarke", Role.CLINICIAN, "Case manager", "he/him", "millrace", "ruth"),
    "carmen": ("Carmen Reyes", Role.CLINICIAN, "Counselor", "she/her", "millrace", "ruth"),
    "ellis": ("Ellis Moreau", Role.CLINICIAN, "Counselor", "they/them", "millrace", "ruth"),
    "greta": ("Greta Lindqvist", Role.ADMIN, "Office manager", "she/her", "millrace", None),
    "amos": ("Amos Whitaker", Role.AUDITOR, "Privacy officer", "he/him", "millrace", None),
    "importer": ("Imported conversations", Role.CLINICIAN, "Import", "", "millrace", None),
    "leilani": ("Leilani Kahale", Role.SUPERVISOR, "Clinical director", "she/her", "windward", None),
    "keoni": ("Keoni Akana", Role.CLINICIAN, "Counselor", "he/him", "windward", "leilani"),
    "hana": ("Hana Sato", Role.CLINICIAN, "Nurse", "she/her", "windward", "leilani"),
    "dev": ("Dev Malhotra", Role.CLINICIAN, "Case manager", "he/him", "windward", "leilani"),
    "rafael": ("Rafael Souza", Role.CLINICIAN, "Counselor", "he/him", "windward", "leilani"),
    "noelani": ("Noelani Kealoha", Role.CLINICIAN, "Peer", "she/her", "windward", "leilani"),
    "marcus": ("Marcus Bell", Role.CLINICIAN, "Physician", "he/him", "windward", "leilani"),
    "pua": ("Pua Kim", Role.ADMIN, "Office manager", "she/her", "windward", None),
}
NIGHT_SHIFT = {"felix"}
EVENING_STAFF = {"june", "carmen", "ellis", "desmond", "walt"}

# key: name, kind, site, lead, deputy. The first is the one that imports go to.
PROGRAMS = {
    "out": ("Outpatient Clinic", ProgramKind.OUTPATIENT, "millrace", "ruth", None),
    "detox": ("Detox", ProgramKind.DETOX, "millrace", "imani", "ruth"),
    "res": ("Residential", ProgramKind.RESIDENTIAL, "millrace", "imani", "ruth"),
    "day": ("Day Program", ProgramKind.PHP, "millrace", "ruth", "imani"),
    "eve": ("Evening Program", ProgramKind.IOP, "millrace", "ruth", None),
    "w_res": ("Windward Residential", ProgramKind.RESIDENTIAL, "windward", "leilani", None),
    "w_out": ("Windward Outpatient", ProgramKind.OUTPATIENT, "windward", "leilani", None),
    "w_close": ("Staying Close", ProgramKind.AFTERCARE, "windward", "leilani", None),
    "w_young": ("Young Adults Evening", ProgramKind.IOP, "windward", "leilani", None),
}
QUIET = {"w_young"}  # opened lately: it begins with the rules of a quiet start
FLOORS = {"detox": ("nadia", "felix"), "res": ("nadia", "felix", "walt"), "day": ("nadia",), "w_res": ("hana",)}
ON_CALL = {"millrace": (("priya", "nadia"), ("felix", "imani")), "windward": (("hana", "marcus"), ("leilani", "keoni"))}
WEEKS_BACK, WEEKS_AHEAD = 54, 3  # the on-call list ends soon, so that the coming gap can be seen
STEPS = (
    "Stay with them or send somebody. Ring the nurse line. Hard to wake: 911, and naloxone if opioids are possible. "
    "Write it down afterwards."
)

# username: cover, from and to as days from now
AWAY = (
    ("ruth", None, -2, 6),
    ("ellis", "june", -5, 4),
    ("rafael", None, -10, 4),
    ("tomas", "june", -51, -44),
    ("priya", None, 20, 27),
)


@dataclass
class World:
    sites: dict
    staff: dict
    programs: dict
    now: datetime.datetime

    def key_of(self, program):
        return next(key for key, known in self.programs.items() if known.pk == program.pk)


def build(*, now, password=PASSWORD):
    """Opens the sites and programs and adds everybody who works there; returns the `World`."""
    sites = {key: services.open_site(**facts) for key, facts in SITES.items()}
    staff = {}
    for username, (name, role, job, pronouns, site, supervisor) in STAFF.items():
        staff[username] = services.add_staff(
            username=username,
            name=name,
            role=role,
            job=job,
            pronouns=pronouns,
            site=sites[site],
            supervisor=staff.get(supervisor),
            email=f"{username}@{site}.example.org",
        )
    _give_password(staff.values(), password)
    for key, site in sites.items():
        _keep_calendar(site, ON_CALL[key], staff, now)
    for username, member in staff.items():
        if member.role in (Role.CLINICIAN, Role.SUPERVISOR) and username != "importer":
            hours = NIGHTS if username in NIGHT_SHIFT else EVENINGS if username in EVENING_STAFF else DAYS
            _give_hours(member, hours, username in NIGHT_SHIFT)
    for username, cover, first, last in AWAY:
        began_at, ended_at = now + datetime.timedelta(days=first), now + datetime.timedelta(days=last)
        save_checked(AwayPeriod(staff=staff[username], cover=staff.get(cover), began_at=began_at, ended_at=ended_at))
    for key, (name, kind, site, lead, deputy) in PROGRAMS.items():
        program = services.open_program(
            site=sites[site],
            name=name,
            kind=kind,
            lead=staff[lead],
            deputy=staff.get(deputy),
            safety_steps=STEPS,
        )
        if key not in QUIET:
            services.switch_rules(program=program, rules=[rule.code for rule in RULES])
        for username in FLOORS.get(key, ()):
            save_checked(
                FloorTeamMember(program=program, staff=staff[username], began_at=now - datetime.timedelta(days=370))
            )
    known = {(program.site_id, program.name): program for program in Program.objects.with_standards()}
    programs = {key: known[sites[site].pk, name] for key, (name, _, site, *_) in PROGRAMS.items()}
    return World(sites, staff, programs, now)


def _give_password(members, password):
    """The same password for all; it is hashed once, since that is slow on purpose."""
    members = list(members)
    members[0].set_password(password)
    for member in members:
        member.password = members[0].password
        member.save(update_fields=["password"])


def _keep_calendar(site, teams, staff, now):
    """Holidays of three years, and an on-call list in which two teams take turns by the week."""
    today = site.local_date(now)
    for year in (today.year - 1, today.year, today.year + 1):
        for month, day, name in HOLIDAYS:
            save_checked(Holiday(site=site, closed_on=datetime.date(year, month, day), name=name))
    monday = today - datetime.timedelta(days=today.weekday())
    noon = datetime.time(12)
    OnCallDuty.objects.bulk_create(
        OnCallDuty(
            site=site,
            staff=staff[username],
            phone=f"555 01{60 + rank}",
            rank=rank,
            began_at=site.moment(monday + datetime.timedelta(weeks=week), noon),
            ended_at=site.moment(monday + datetime.timedelta(weeks=week + 1), noon),
        )
        for week in range(-WEEKS_BACK, WEEKS_AHEAD)
        for rank, username in enumerate(teams[week % 2], start=1)
    )


def _give_hours(member, hours, by_night):
    starts, ends = (datetime.time.fromisoformat(text) for text in hours)
    for weekday in (0, 1, 2, 3, 5) if by_night else range(5):
        save_checked(WorkingHours(staff=member, weekday=weekday, starts=starts, ends=ends))
