"""`manage.py import_conversations FILE`: the conversations of a CSV file, each logged as the form would log it."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from exchange import conversations, services
from staff.models import Program, StaffMember
from staff.roles import Permission
from staff.sign_in import canonical

BAR = 30


class Command(BaseCommand):
    help = (
        "Take in conversations from a CSV file, one row a turn (columns: docs/IMPORT.md). A conversation that came in "
        "from the same source before is left as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--patient-column", help="the column with the record number of the patient")
        parser.add_argument("--program", help="the program that new people are admitted into (default: the first)")
        parser.add_argument("--by", help="the account that logs them (default: importer, made when missing)")
        parser.add_argument("--source", help="the name of the source (default: the file's name)")

    def handle(self, *, file, patient_column, program, by, source, **options):
        now = timezone.now()
        path = Path(file)
        source = source or path.name
        try:
            found, refusals = conversations.read(path.read_bytes(), patient_column)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        except conversations.UnreadableFile as why:
            raise CommandError(f"{file}: {why}") from None
        program = the_program(program)
        by = the_account(by, program)
        for refusal in refusals:
            self.report(refusal.line, refusal.why)
        known = services.imported(source)
        fresh = [conversation for conversation in found if conversation.id not in known]
        logged = turns = 0
        refused = len(refusals)
        for n, conversation in enumerate(fresh, start=1):
            try:
                services.import_conversation(conversation=conversation, source=source, program=program, by=by, now=now)
            except ValidationError as refusal:
                refused += len(conversation.turns)
                self.stderr.write("")  # ends the line of the bar
                self.report(conversation.line, f"conversation {conversation.id}: {services.sentence(refusal)}")
            else:
                logged += 1
                turns += len(conversation.turns)
            self.show(n, len(fresh))
        if fresh:
            self.stderr.write("")
        if len(fresh) < len(found):
            self.stdout.write(f"{len(found) - len(fresh)} conversations came in before and were left as they are.")
        self.stdout.write(f"{logged} conversations, {turns} turns, {refused} rows refused")

    def report(self, line, why):
        self.stderr.write(f"Line {line}: {why}.")

    def show(self, n, of):
        done = BAR * n // of
        self.stderr.write(f"\r[{'#' * done}{'.' * (BAR - done)}] {n} of {of}", ending="")
        self.stderr.flush()


def the_program(name):
    """The open program of that name; without a name the one that was opened first."""
    programs = list(Program.objects.open().with_standards().order_by("pk"))
    if name is None:
        if not programs:
            raise CommandError("There is no program yet to admit people into.")
        return programs[0]
    named = [program for program in programs if name in (program.name, f"{program.site.name}: {program.name}")]
    if len(named) != 1:
        what = "Several programs are called" if named else "No program is called"
        known = "; ".join(f"{program.site.name}: {program.name}" for program in programs)
        raise CommandError(f"{what} {name}. Choose one of these: {known}")
    return named[0]


def the_account(username, program):
    """The account that logs the conversations."""
    name = canonical(username or services.IMPORTER)
    found = StaffMember.objects.active().with_site().filter(username=name).first()
    if found is None and username is None:
        return services.importer_at(site=program.site)
    if found is None:
        raise CommandError(f"There is no active account {username}.")
    if not found.may(Permission.CARE_LOG) or not found.may(Permission.PATIENT_ADMIT):
        raise CommandError(f"{name} may not admit and log conversations; choose a clinician or a supervisor.")
    if found.site_id != program.site_id:
        raise CommandError(f"{name} works at {found.site}, the program is at {program.site}. Choose --by or --program.")
    return found
