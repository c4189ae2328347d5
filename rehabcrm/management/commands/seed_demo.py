"""`manage.py seed_demo`: a year in two houses, through the services that the forms use."""

import json
import random
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from interactions.planning import plan_all
from patients.models import CareTeamMember, Patient, Restriction
from rehabcrm.demo import boundaries, people, restricted, world
from rehabcrm.demo.player import Player
from rehabcrm.demo.script import Clock, schedule
from staff.models import FloorTeamMember, StaffMember
from staff.roles import Role
from staff.second_factor import code_at, default_key, letters, switch_on


class Command(BaseCommand):
    help = "Fill an empty database with demo people and a year of their stories, the same for the same seed."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=1, help="which of the possible demos (default 1)")
        parser.add_argument("--patients", type=int, help="how many people (default: the written stories, about 40)")
        parser.add_argument("--json", help="write users and patients to this file")
        parser.add_argument(
            "--second-factor", action="store_true", help="admins and auditors also sign in with a code (--json says it)"
        )
        parser.add_argument("--force", action="store_true", help="also in production")

    def handle(self, *, seed, patients, json, force, second_factor=False, **options):
        if settings.PRODUCTION and not force:
            raise CommandError("This is production; demo people do not belong here. (--force does it anyway.)")
        if StaffMember.objects.exists():
            raise CommandError("There are staff here already. Demo data goes into an empty database; nothing changed.")
        if patients is not None and patients < 1:
            raise CommandError("--patients is at least 1.")
        now = timezone.now()
        with transaction.atomic():
            built = world.build(now=now)
            self.tell(built, seed, patients, now)
            boundaries.play(built)
            restricted.play(built)
            plan_all(now)
            secrets = give_second_factors(built, now) if second_factor else {}
        cast = roll(built, now, secrets)
        if json:
            write(json, cast)
        self.stdout.write(
            f"{len(cast['users'])} users and {len(cast['patients'])} patients; everybody’s password is {world.PASSWORD}"
        )

    def tell(self, built, seed, count, now):
        """Plays every story; people come in the order in which they were admitted."""
        plays = []
        for person in people.cast(random.Random(f"{seed} people"), count):
            chance = random.Random(f"{seed} {person['key']}")
            clock = Clock(built.programs[person["program"]], now)
            player = Player(person, built, clock, chance)
            plays.append((player, schedule(person, chance, clock)))
        plays.sort(key=lambda play: play[1][0][0])
        for n, (player, events) in enumerate(plays, start=1):
            with transaction.atomic():
                for moment, event in events:
                    play(player, moment, event)
            self.stderr.write(f"\r{n} of {len(plays)} people", ending="")
            self.stderr.flush()
        self.stderr.write("")


def play(player, moment, event):
    try:
        player.play(moment, event)
    except ValidationError as refusal:
        story = f"{player.person['key']}, {event['do']} on {moment:%Y-%m-%d %H:%M}"
        raise CommandError(f"The story of {story} was refused: {' '.join(refusal.messages)}") from refusal


def give_second_factors(built, now):
    """Sets up an authenticator for each admin and auditor; returns their secrets, in the letters that apps take."""
    secrets = {}
    before = now - timedelta(hours=1)  # so that the code of this moment is still unused
    for username, member in built.staff.items():
        if member.role in (Role.ADMIN, Role.AUDITOR):
            key = default_key()
            switch_on(user=member, key=key, typed=code_at(key, before), now=before)
            secrets[username] = letters(key).replace(" ", "")
    return secrets


def roll(built, now, secrets):
    """Users and patients as `--json` writes them."""
    programs = {username: set() for username in built.staff}
    for program in built.programs.values():
        programs[program.lead.username].add(program.name)
        if program.deputy:
            programs[program.deputy.username].add(program.name)
    for floor in FloorTeamMember.objects.current(now).select_related("program", "staff"):
        programs[floor.staff.username].add(floor.program.name)
    teams = {}
    for member in CareTeamMember.objects.current(now).select_related("staff").in_order():
        teams.setdefault(member.patient_id, []).append(member)
    leads = dict(Restriction.objects.current(now).values_list("patient", "lead__username"))
    patients = []
    for patient in Patient.objects.with_care().order_by("record_number"):
        team, program = teams.get(patient.pk, []), patient.latest_episode.program
        for member in team:
            programs[member.staff.username].add(program.name)
        patients.append(
            {
                "id": str(patient.ref),
                "record_number": patient.record_number,
                "name": patient.legal_name,
                "site": program.site.name,
                "program": program.name,
                "team": [member.staff.username for member in team],
                "primary": next((member.staff.username for member in team if member.role == "primary"), None),
                "restricted": patient.pk in leads,
                "lead": leads.get(patient.pk),
            }
        )
    users = [
        {
            "username": username,
            "password": world.PASSWORD,
            "role": member.role,
            "site": member.site.name,
            "programs": sorted(programs[username]),
            "totp_secret": secrets.get(username),
        }
        for username, member in built.staff.items()
    ]
    return {"users": users, "patients": patients}


def write(path, cast):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(cast, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
