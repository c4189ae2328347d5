"""`manage.py export_conversations FILE`: imported conversations, in the columns in which they came."""

import sys
from pathlib import Path

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from exchange import services


class Command(BaseCommand):
    help = "Write imported conversations to FILE (- for standard output) in the columns in which they came."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--source", help="which source, where conversations of more than one came in")

    def handle(self, *, file, source, **options):
        source = the_source(source)
        content, count, turns = services.export_conversations(source=source, now=timezone.now())
        try:
            if file == "-":
                sys.stdout.buffer.write(content)
            else:
                Path(file).write_bytes(content)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        self.stderr.write(f"{count} conversations, {turns} turns")


def the_source(name):
    known = services.sources()
    if name is None and len(known) == 1:
        return known[0]
    if not known:
        raise CommandError("No conversations were imported.")
    if name not in known:
        raise CommandError(f"Say which --source: {'; '.join(known)}")
    return name
