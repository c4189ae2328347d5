"""Says whether the access log is still what was written."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from staff.seals import verify


class Command(BaseCommand):
    help = "Checks every entry and seal of the access log; ends with an error when something was changed."

    def add_arguments(self, parser):
        parser.add_argument(
            "--seals", metavar="FILE", help="lines of the server's log, kept elsewhere: finds a tail that was cut off"
        )

    def handle(self, *, seals, **options):
        found = verify(read(seals) if seals else [])
        self.stdout.write(
            f"{found.entries} entries checked: {found.entries - found.unsealed} under {found.seals} seals, "
            f"{found.unsealed} signed and not sealed yet"
        )
        if seals:
            self.stdout.write(f"{found.told} seals of {seals} looked for")
        else:
            self.stdout.write("A tail that was cut off together with its seals is found with --seals only.")
        if found.faults:
            raise CommandError("\n".join(["The access log was changed:", *found.faults]))
        self.stdout.write("Nothing was changed.")


def read(path):
    try:
        return Path(path).read_text(errors="replace").splitlines()
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}).") from None
