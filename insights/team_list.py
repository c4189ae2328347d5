"""The shape of a supervisor’s list: its rows, the words for each, and a place in it to page on from."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from patients.models import Patient


@dataclass(frozen=True)
class Reason:
    """Why a patient is talked about, in words; without weight it is no reason yet."""

    patient: Patient
    words: str
    url: str
    owner: str
    weight: int
    since: datetime
    what: str = ""
    label: str = ""
    safety: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a list, in words."""

    patient: Patient
    what: str
    url: str
    owner: str
    waiting: str
    standard: str
    due: str
    due_iso: str
    tone: str
    label: str = ""


class TeamList:
    """A list of `/team/`: its rows, the words for a row, and a place in it to page on from."""

    slug = title = lede = empty = None
    shows_all = False  # or only what is past its time

    def rows(self, user, now):
        """Everything on the list that `user` may see, worst first, with `due_at` on each row."""

    def narrowed(self, user, now, program):
        """The rows of one program (None: of all), with what `line` asks for."""
        rows = self.rows(user, now)
        return (rows.in_program(program) if program else rows).with_standards()

    def reason(self, row, now, zone):
        """The row as a reason to talk about its patient."""

    def line(self, row, now, zone):
        """The row in words; asks for the standards of its program."""

    def place(self, row):
        return f"{row.due_at.isoformat()}_{row.ref}"

    def after(self, rows, place):
        """The rows behind `place`; all of them when it is none of ours."""
        try:
            return rows.after_place(*read_place(place))
        except ValueError:
            return rows


def read_place(place):
    """(due_at, ref), with the rank in front where the list has one, from the text of a place."""
    *rank, due_at, ref = place.split("_")
    moment = datetime.fromisoformat(due_at)
    if moment.tzinfo is None:
        raise ValueError("a place has a moment with its zone")
    return *map(int, rank), moment, uuid.UUID(ref)


def shortened(words, longest=140):
    """The first words, with the sign that there are more."""
    words = " ".join(words.split())
    return words if len(words) <= longest else words[: longest - 1].rsplit(" ", 1)[0] + " …"
