"""Pages stay quick with 5,000 patients, 100,000 conversations and one patient with 2,000 of them."""

import random
import statistics
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from interactions import reminders
from interactions.choices import Happened
from interactions.models import CheckIn, CheckInText, Concern, Reminder
from patients import search
from patients.cadence import Facts, clocks
from patients.choices import CameBy, CareRole
from patients.models import Cadence, CareTeamMember, Episode, NameKey, Patient, Placement
from staff.choices import ProgramKind
from staff.roles import Role
from tests.factories import make_program, make_site, make_staff
from tests.queries import counted

PATIENTS, EACH, HEAVY, STAFF = 5_000, 20, 2_000, 100
ROUNDS = 30
NAMES = ("Dana", "Luis", "Priya", "Owen", "Grace", "Tomas", "Ines", "Malik", "Ruth", "Kofi")
SURNAMES = ("Whitfield", "Ortega", "Natarajan", "Tall", "Kim", "Berg", "Okafor", "Lindqvist", "Freeman", "Moreau")


def main():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"]):
            measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure():
    began = time.monotonic()
    mara, vera, heavy = build()
    print(f"built on {connection.vendor} in {time.monotonic() - began:.0f} s")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    figures = [
        timed("password page (the floor)", mara, "/accounts/password/"),
        timed("patient, 2,000 conversations", mara, f"/patients/{heavy.ref}/?scope=all"),
        timed("patient, typical", mara, f"/patients/{Patient.objects.order_by('pk')[STAFF].ref}/"),
        timed("log form", mara, f"/patients/{heavy.ref}/check-ins/new/"),
        timed("my day", mara, "/today/"),
        timed("patients of a clinician", mara, "/patients/"),
        timed("patients of a supervisor (all)", vera, "/patients/"),
        timed("team", vera, "/team/"),
        timed("team, silent patients", vera, "/team/contact/"),
        timed("concerns of everyone", vera, "/concerns/?whose=all"),
    ]
    start = time.perf_counter()
    reminders.run_pass(now=timezone.now())
    first = time.perf_counter() - start
    start = time.perf_counter()
    reminders.run_pass(now=timezone.now())
    again = time.perf_counter() - start
    planned = Reminder.objects.count()
    slowest = max(figures)
    print(f"pass: {planned} reminders in {first:.2f} s, again in {again:.2f} s")
    print(
        f"pages: {len(figures)} pages, slowest p50 {slowest[0]:.0f} ms ({slowest[1]}), "
        f"{PATIENTS} patients, {CheckIn.objects.count()} conversations, pass {first:.2f} s then {again:.2f} s"
    )


def timed(label, user, path):
    """Median time of a page in process, and how many statements it took."""
    client = Client()
    client.force_login(user, backend="staff.sign_in.PasswordBackend")
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    with counted() as statements:
        client.get(path)
    p50 = statistics.median(took)
    print(
        f"{label:<34}{p50:>8.1f} ms  p95 {sorted(took)[int(ROUNDS * 0.95)]:>7.1f} ms  {len(statements):>3} statements"
    )
    return p50, label


def build():
    chance, now = random.Random(1), timezone.now()
    site = make_site("North", "America/New_York")
    vera = make_staff("vera", Role.SUPERVISOR, site)
    program = make_program("Residential North", ProgramKind.RESIDENTIAL, site, vera)
    staff = [make_staff(f"clinician{n}", Role.CLINICIAN, site, supervisor=vera) for n in range(STAFF)]
    people = Patient.objects.bulk_create(
        Patient(
            record_number=f"R{n:05d}",
            given_name=f"{chance.choice(NAMES)}",
            family_name=f"{chance.choice(SURNAMES)}{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}",
            recorded_at=now,
            recorded_by=staff[0],
        )
        for n in range(PATIENTS)
    )
    NameKey.objects.bulk_create(
        (NameKey(patient=p, key=key) for p in people for key in search.keys(p.given_name, p.family_name)),
        batch_size=5000,
    )
    came = now - timedelta(days=60)
    episodes = Episode.objects.bulk_create(
        Episode(patient=p, program=program, admitted_at=came, admitted_by=vera, came_by=CameBy.OWN_WISH) for p in people
    )
    Placement.objects.bulk_create(
        Placement(episode=e, program=program, began_at=came, recorded_by=vera) for e in episodes
    )
    for person, episode in zip(people, episodes, strict=True):
        person.latest_episode = episode
    Patient.objects.bulk_update(people, ["latest_episode"], batch_size=500)
    primaries = [staff[n % STAFF] for n in range(PATIENTS)]
    CareTeamMember.objects.bulk_create(
        CareTeamMember(
            patient=p,
            staff=s,
            role=CareRole.PRIMARY,
            began_at=came,
            assigned_by=vera,
            introduce_by_at=came,
            introduced_at=came,
        )
        for p, s in zip(people, primaries, strict=True)
    )
    talked(people, primaries, chance, now)
    cadences(episodes, primaries, chance, now)
    raised(people, primaries, chance, now)
    return staff[0], vera, people[0]


def talked(people, primaries, chance, now):
    made = []
    for n, (person, primary) in enumerate(zip(people, primaries, strict=True)):
        for _ in range(HEAVY if n == 0 else EACH):
            at = now - timedelta(minutes=chance.randrange(60 * 24 * 59))
            made.append(
                CheckIn(
                    patient=person, happened=Happened.TALKED, happened_at=at, talked_by=primary, recorded_at=at,
                    recorded_by=primary, seemed="open", folded="we talked about the week",
                )
            )  # fmt: skip
    saved = CheckIn.objects.bulk_create(made, batch_size=2000)
    CheckInText.objects.bulk_create(
        (
            CheckInText(
                check_in=c, version=1, text="We talked about the week.", recorded_at=c.recorded_at, by=c.talked_by
            )
            for c in saved
        ),
        batch_size=2000,
    )


def cadences(episodes, primaries, chance, now):
    """Each last talked with some time in the last four days: about every fourth is past the longest gap."""
    fields = {}
    for hours in range(96):
        at = now - timedelta(hours=hours)
        fields[hours] = clocks(episodes[0], Facts(at, primaries[0].pk, at, at, at, 1))
    made = []
    for episode, primary in zip(episodes, primaries, strict=True):
        values = dict(fields[chance.randrange(96)], last_conversation_by_id=primary.pk)
        made.append(Cadence(episode=episode, **values))
    Cadence.objects.bulk_create(made, batch_size=1000)


def raised(people, primaries, chance, now):
    """One open concern for each second patient, some of them late."""
    made = []
    for person, primary in list(zip(people, primaries, strict=True))[::2]:
        at = now - timedelta(hours=chance.randrange(120))
        made.append(
            Concern(
                patient=person, words="When may I call home?", owner=primary, raised_at=at, clock_started_at=at,
                recorded_at=at, recorded_by=primary, ack_due_at=at + timedelta(hours=24),
                answer_due_at=at + timedelta(hours=72),
            )
        )  # fmt: skip
    Concern.objects.bulk_create(made, batch_size=1000)
