"""Which backups were tried, and whether the last one that succeeded is too long ago."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from staff.models import BackupRun
from staff.saving import save_checked
from staff.wording import HOUR, clock, lasting

LATE = timedelta(hours=26)  # a nightly one, and two hours for it to be slow
SHOWN = 5


@dataclass(frozen=True)
class Backups:
    """Whether there are backups, in words."""

    tone: str
    words: str
    tries: list


def note_run(*, began_at, seconds, made=None, error=None):
    """Writes down how a backup ended: `made`, or the `error` that kept it from being made, by its kind only."""
    run = BackupRun(began_at=began_at, ok=made is not None, seconds=seconds)
    if made:
        run.size, run.sha256 = made.size, made.sha256
    else:
        run.error = (getattr(error, "kind", "") or type(error.__cause__ or error).__name__)[:80]
    return save_checked(run)


def overdue(now):
    """In a sentence: how long there has been no backup; "" while that is in order or none are expected."""
    last = BackupRun.objects.newest_good()
    return words_for(last and last.began_at, None if last else made_at(), now)


def words_for(last, made, now):
    """The same of a database that was `made` then, whose `last` good backup is of that moment.

    What the database itself says of its age stands in for the first account: people come right after it.
    """
    since = last or made
    if since is None or now - since <= LATE or not settings.BACKUPS_EXPECTED:
        return ""
    stretch = now - since
    long = f"{stretch // HOUR} hours" if stretch < 72 * HOUR else lasting(stretch)
    said = f"No backup has succeeded for {long}." if last else f"No backup has ever succeeded here, in {long}."
    return f"{said} What was written since would be lost with the database."


def made_at():
    return first_applied().first()


def first_applied():
    """When the database was made, as a queryset of one value."""
    return MigrationRecorder(connection).migration_qs.order_by("applied").values_list("applied", flat=True)[:1]


def backups(now):
    """What the health page shows."""
    tries = list(BackupRun.objects.newest_first()[:SHOWN])
    last = next((run for run in tries if run.ok), None) or (tries and BackupRun.objects.newest_good()) or None
    late = words_for(last and last.began_at, made_at() if not last else None, now)
    zone = timezone.get_current_timezone()
    if late:
        tone, words = "danger", f"{late} Ask whoever runs the server to run manage.py backup."
    elif last:
        tone, words = "good", f"The last backup that succeeded shows {clock(last.began_at, now, zone)}."
    elif settings.BACKUPS_EXPECTED:
        tone, words = "info", "No backup has been made yet. The first one is expected within 26 hours."
    else:
        tone, words = "info", "No backup has been made here, and none is expected (BACKUPS_EXPECTED)."
    return Backups(tone, words, [{"when": clock(run.began_at, now, zone), "said": said(run)} for run in tries])


def said(run):
    took = "less than a second" if run.seconds < 1 else f"{run.seconds:.0f} s"
    return f"Succeeded: {filesizeformat(run.size)} in {took}" if run.ok else f"Failed after {took} ({run.error})"
