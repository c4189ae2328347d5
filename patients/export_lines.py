"""Who took out what, as an admin and an auditor see it: kinds of lists and numbers of rows, no row and no patient."""

from dataclasses import dataclass

from django.urls import reverse

from patients.exports import LISTS
from patients.listing import as_uuid
from patients.models import Export

PAGE = 50


@dataclass(frozen=True)
class ExportLine:
    export: Export
    what: str
    why: str
    words: str
    state: str
    tone: str


class ExportLines:
    """The exports that were asked for, newest first. The words beside a purpose are for an auditor's eyes."""

    def __init__(self, query, *, may_read_words, now):
        self.before = as_uuid(query.get("before"))
        self.may_read_words, self.now = may_read_words, now

    def exports(self):
        found = Export.objects.newest_first()
        return found.asked_before(self.before) if self.before else found

    def lines(self, most):
        return [self.line(export) for export in self.exports()[:most]]

    def page(self):
        """The lines of the page, and the address of the next one (or None)."""
        found = self.lines(PAGE + 1)
        shown = found[:PAGE]
        more = len(found) > PAGE
        older = reverse("patients:exports", query={"before": str(shown[-1].export.ref)}) if more else None
        return shown, older

    def line(self, export):
        one = LISTS.get(export.what)
        state, tone = ("Taken", "info") if export.taken_at else ("Not taken", "calm")
        if export.is_ready(self.now):
            state = "Can be taken"
        return ExportLine(
            export=export,
            what=one.title if one else export.what,
            why=export.get_purpose_display(),
            words=export.words if self.may_read_words else "",
            state=state,
            tone=tone,
        )
