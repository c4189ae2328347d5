"""Words that heal, about somebody: how they speak of themselves wins over the list."""

from patients.choices import FactKind
from patients.models import Fact
from staff.forms import LONGEST_NOTE
from staff.models import Hint

MOST = 5  # beside one box: more is a lecture


def hints_for(text, patient, viewer, now):
    """The `Mark`s of `text`, each phrase once; about `patient` (or nobody, None) without what they call themselves."""
    hints = Hint.objects.ready()
    found = {mark.line: mark for mark in reversed(hints.marks(text[:LONGEST_NOTE]))}
    if found and patient is not None:
        theirs = own_lines(hints, patient, viewer, now)
        found = {line: mark for line, mark in found.items() if not hints.lines_in(mark.said) & theirs}
    return sorted(found.values(), key=lambda mark: mark.start)[:MOST]


def own_lines(hints, patient, viewer, now):
    """The lines of the list that stand in what `patient` calls themselves."""
    facts = Fact.objects.on_pages_of(patient, viewer, now).holding().of_kinds(FactKind.CALLS)
    return set().union(*(hints.lines_in(words) for words in facts.values_list("words", flat=True)))
