"""Makes a backup of the database."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from staff.backups.copying import BackupFailed, make_backup
from staff.backups.runs import note_run


class Command(BaseCommand):
    help = "Writes a copy of the database as it is now, while everybody goes on working, and what it holds beside it."
    requires_system_checks = []  # whatever else is wrong, a backup is wanted

    def add_arguments(self, parser):
        parser.add_argument("--to", metavar="FOLDER", default=settings.BACKUP_FOLDER, help="default: %(default)s")

    def handle(self, *, to, **options):
        now, began = timezone.now(), time.monotonic()
        try:
            made = make_backup(connection, to, now=now)
        except (BackupFailed, DatabaseError) as error:
            self.note(began_at=now, seconds=time.monotonic() - began, error=error)
            raise CommandError(str(error)) from error
        self.note(began_at=now, seconds=made.seconds, made=made)
        self.stdout.write(
            f"{made.path}: {len(made.tables) - 1} tables, {made.rows} rows, {made.size} bytes, {made.seconds:.1f} s"
        )

    def note(self, **how):
        """What the pages say; a database that takes no row has not lost the backup by it."""
        try:
            note_run(**how)
        except DatabaseError as error:
            self.stderr.write(f"How it ended could not be written down ({type(error).__name__}).")
