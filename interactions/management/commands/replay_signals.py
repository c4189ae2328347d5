"""Replays the signal rules over the visits of a study: `docs/SIGNALS.md` says what came of it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from interactions.replay import read, replay


class Command(BaseCommand):
    help = "Replays real visits day by day through the signal rules, and prints precision and recall of each."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", help="with visit.csv, randomization.csv and retention_derived.csv")

    def handle(self, *, folder, **options):
        try:
            people = read(Path(folder))
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{folder} cannot be read: {error!r}") from None
        for line in replay(people).lines():
            self.stdout.write(line)
