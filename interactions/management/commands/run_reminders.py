"""Runs the reminders by hand, or all the time without Celery."""

import signal
import threading
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections
from django.utils import timezone

from interactions import planning, reminders
from patients.models import Patient
from staff.models import StaffMember

EVERY = 30  # seconds


class Command(BaseCommand):
    help = "Runs one pass of the reminders: plans what is due, ends what is settled, sends the mails that wait."

    def add_arguments(self, parser):
        parser.add_argument(
            "--at", metavar="ISO-8601", help="as if it were this moment, such as 2026-03-14T15:30+00:00"
        )
        parser.add_argument("--dry-run", action="store_true", help="only list the reminders that a pass would write")
        parser.add_argument("--loop", action="store_true", help=f"a pass every {EVERY} seconds until ended")

    def handle(self, *, at, dry_run, loop, **options):
        if loop and (at or dry_run):
            raise CommandError("--loop runs at the present time: leave out --at and --dry-run.")
        if loop:
            self.go_on()
        elif dry_run:
            self.list(moment(at))
        else:
            self.stdout.write(str(reminders.run_pass(now=moment(at))))

    def list(self, now):
        found = planning.would_write(now)
        refs = Patient.objects.in_bulk({line.patient_id for line in found})
        people = StaffMember.objects.in_bulk({line.recipient_id for line in found})
        for line in sorted(found, key=lambda line: (line.due_at, line.rule, line.stage)):
            patient, recipient = refs[line.patient_id].ref, people[line.recipient_id].username
            self.stdout.write(f"{line.due_at:%Y-%m-%d %H:%M}Z  {line.rule} {line.stage}  {patient}  to {recipient}")
        self.stdout.write(f"{len(found)} would be written")

    def go_on(self):
        ended = threading.Event()
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: ended.set())
        while not ended.is_set():
            close_old_connections()
            try:
                self.stdout.write(str(reminders.run_pass(now=timezone.now())))
            except Error as error:
                self.stderr.write(f"This pass was cut short ({type(error).__name__}); the next one begins anew.")
            ended.wait(EVERY)


def moment(text):
    if not text:
        return timezone.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError("--at takes a moment such as 2026-03-14T15:30+00:00.") from None
    return at if at.tzinfo else timezone.make_aware(at)
