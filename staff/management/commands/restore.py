"""Puts a backup into an empty database, and proves that it is all there."""

from django.core.management.base import BaseCommand, CommandError

from staff.backups.copying import BackupFailed
from staff.backups.restoring import restore


class Command(BaseCommand):
    help = "Puts a backup into an empty database and compares every table; ends with an error when anything differs."
    requires_system_checks = []  # the database of the settings may be the one that was lost

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="what manage.py backup wrote; FILE.json stands beside it")
        parser.add_argument(
            "--into", metavar="DATABASE_URL", required=True,
            help="an empty database; leave the password out and set PGPASSWORD, so that ps does not show it",
        )  # fmt: skip

    def handle(self, *, file, into, **options):
        try:
            done = restore(file, into)
        except BackupFailed as refusal:
            raise CommandError(str(refusal)) from refusal
        width = max(len(line.table) for line in done.lines)
        for line in done.lines:
            said = f"equal  {line.now.sha256[:12]}" if line.same else f"DIFFERS, it was {line.was.rows} rows"
            self.stdout.write(f"{line.table:<{width}}  {line.now.rows:>8}  {said}")
        self.stdout.write(f"Restored in {done.there_after:.1f} s; everything compared after {done.proven_after:.1f} s.")
        if done.faults:
            raise CommandError("\n".join(["This is not what was backed up; do not use it:", *done.faults]))
        self.stdout.write("Rows, rules, triggers, migrations and the access log are as they were.")
