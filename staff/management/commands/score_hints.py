"""How well the hints know the meaning of a word, on texts that others wrote and a person labelled."""

import csv
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from staff.hint_defaults import DEFAULTS
from staff.hints import compiled
from staff.models import Hint

COUNTED = {"target": True, "other": False}  # anything else is left out of the score


def score(labels, texts, hints):
    """(precision, recall) of `hints` on the labelled places; None where there is nothing to divide by."""
    said = {(row["transcript_id"], row["utterance_id"]): row["utterance_text"] for row in texts}
    seen = Counter()
    for row in labels:
        if row["sense"] in COUNTED:
            text, place = said[row["transcript_id"], row["utterance_id"]], int(row["char_start"])
            marked = any(mark.start <= place < mark.end for mark in hints.marks(text))
            seen[COUNTED[row["sense"]], marked] += 1
    right = seen[True, True]
    marked, meant = right + seen[False, True], right + seen[True, False]
    return (right / marked if marked else None), (right / meant if meant else None)


class Command(BaseCommand):
    help = "Prints precision and recall of the hints: LABELS says which places are meant (target) or not (other)."

    def add_arguments(self, parser):
        parser.add_argument("labels", help="CSV: transcript_id, utterance_id, char_start, sense")
        parser.add_argument("texts", help="CSV: transcript_id, utterance_id, utterance_text")

    def handle(self, labels, texts, **options):
        hints = self.hints()
        try:
            with (
                open(labels, newline="", encoding="utf-8-sig") as first,
                open(texts, newline="", encoding="utf-8-sig") as second,
            ):
                precision, recall = score(csv.DictReader(first), csv.DictReader(second), hints)
        except OSError as error:
            raise CommandError(f"Cannot be read: {error.strerror}: {error.filename}") from None
        except (KeyError, ValueError) as error:
            raise CommandError(f"A row or a column is missing or wrong: {error}") from None
        self.stdout.write(f"precision {figure(precision)} recall {figure(recall)}")

    def hints(self):
        """The list of this centre; where there is no database yet, the one that a new centre begins with."""
        try:
            if Hint.objects.in_use().exists():
                return Hint.objects.ready()
        except DatabaseError:
            pass
        self.stderr.write("There is no list here yet: the one that a new centre begins with is scored.")
        return compiled(DEFAULTS)


def figure(share):
    return "none" if share is None else f"{share:.3f}"
