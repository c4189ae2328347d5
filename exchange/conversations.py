"""Conversations as a CSV file: one row a turn. `docs/IMPORT.md` describes the columns.

    transcript_id     which conversation the row belongs to (required)
    utterance_text    what was said, word for word (required)
    utterance_id      the turn's position, a whole number; without the column, turns stand in the order of the rows
    interlocutor      who said it
    timestamp         when in the conversation, as written
    when              day or moment of the conversation: 2026-03-05 or 2026-03-05 14:30 (site time) or with an offset

Every further column is kept as it is, so that `write` gives back the rows that `read` took.
"""

import csv
import datetime
import io
from dataclasses import dataclass, field

from staff.constraints import FIRST_DAY, LAST_DAY

CONVERSATION, POSITION, SPEAKER, SAID_AT, TEXT, WHEN = (
    "transcript_id",
    "utterance_id",
    "interlocutor",
    "timestamp",
    "utterance_text",
    "when",
)
LONGEST = {CONVERSATION: 200, SPEAKER: 60, SAID_AT: 20}
LAST_POSITION = 2_000_000_000
LONGEST_CELL = 16 * 1024 * 1024


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Refusal:
    """A row that was left out."""

    line: int
    why: str


@dataclass
class Conversation:
    id: str
    line: int
    when: datetime.datetime | datetime.date | None = None
    patient: str = ""
    turns: list = field(default_factory=list)


def read(content, patient_column=None):
    """The conversations in the bytes `content`, in the order of their first rows, and the rows left out."""
    header, rows, newline = _table(content)
    missing = [name for name in (CONVERSATION, TEXT, patient_column) if name and name not in header]
    if missing:
        raise UnreadableFile(f"There is no column {' and no column '.join(missing)}; the first row names the columns.")
    found, refusals = {}, []
    for line, cells in rows:
        try:
            _take(found, header, newline, line, cells, patient_column)
        except ValueError as why:
            refusals.append(Refusal(line, str(why)))
    for conversation in found.values():
        conversation.turns.sort(key=lambda turn: turn["position"])
        conversation.turns[0]["extra"]["file"] = {"columns": header, "newline": newline}
    return list(found.values()), refusals


def _table(content):
    """The header, an iterator of (line, cells), and the line end that the file uses."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableFile(f"Line {line} is not UTF-8. Save the file as “CSV UTF-8” and try again.") from None
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    newline = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    rows = _numbered(reader)
    _, header = next(rows, (1, []))
    if not header:
        raise UnreadableFile("The file is empty.")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnreadableFile(f"The column {twice[0]} stands in the header twice.")
    return header, rows, newline


def _numbered(reader):
    """(line, cells) of each row that is not blank; a row may span several lines."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(f"From line {line} on this is not CSV: {error}.") from None
        if cells:
            yield line, cells


def _take(found, header, newline, line, cells, patient_column):
    """Adds a row to its conversation in `found`, or says in a `ValueError` why it cannot."""
    if len(cells) != len(header):
        raise ValueError(f"{len(cells)} cells, but the header names {len(header)} columns")
    row = dict(zip(header, cells, strict=True))
    key = row.pop(CONVERSATION)
    if not key.strip():
        raise ValueError(f"{CONVERSATION} is empty")
    if "\0" in "".join(cells):
        raise ValueError("it holds a NUL sign")
    for name, longest in LONGEST.items():
        if len(key if name == CONVERSATION else row.get(name, "")) > longest:
            raise ValueError(f"{name} is longer than {longest} signs")
    conversation = found.get(key) or Conversation(key, line)
    turn = _turn(row, line, conversation)
    if row.get(WHEN):
        when = _when(row[WHEN])
        if conversation.when not in (None, when):
            raise ValueError(f"another {WHEN} than the rows before it")
        conversation.when = when
    patient = row.get(patient_column, "").strip()
    if patient and conversation.patient not in ("", patient):
        raise ValueError(f"another {patient_column} than the rows before it")
    conversation.patient = patient or conversation.patient
    conversation.turns.append(turn)
    found[key] = conversation


def _turn(row, line, conversation):
    """The row as a turn: what rehabcrm knows by name, and in `extra` its line and every other cell."""
    text = row.pop(TEXT)
    if not text.strip():
        raise ValueError(f"{TEXT} is empty")
    position = len(conversation.turns)
    if POSITION in row:
        try:
            position = int(row[POSITION])
        except ValueError:
            raise ValueError(f"{POSITION} is not a whole number") from None
        if not 0 <= position <= LAST_POSITION:
            raise ValueError(f"{POSITION} is not between 0 and {LAST_POSITION}")
        if row[POSITION] == str(position):
            del row[POSITION]
    if any(turn["position"] == position for turn in conversation.turns):
        raise ValueError(f"{POSITION} {position} stands there already")
    return {
        "position": position,
        "speaker": row.pop(SPEAKER, ""),
        "time_said": row.pop(SAID_AT, ""),
        "text": text,
        "extra": {"line": line, "cells": row},
    }


def _when(text):
    """A day or a moment."""
    for kind in (datetime.date, datetime.datetime):
        try:
            when = kind.fromisoformat(text.strip())
        except ValueError:
            continue
        if FIRST_DAY.year <= when.year < LAST_DAY.year:
            return when
    raise ValueError(f"{WHEN} is not a day such as 2026-03-05 or 2026-03-05 14:30")


def write(turns):
    """The bytes of a file with `turns`, pairs of a conversation's id and a turn, as they once came in."""
    turns = sorted(turns, key=lambda pair: pair[1].extra["line"])
    columns, newline = [], "\n"
    for _, turn in turns:
        if "file" in turn.extra:
            columns += [name for name in turn.extra["file"]["columns"] if name not in columns]
            newline = turn.extra["file"]["newline"]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=newline)
    writer.writerow(columns)
    for key, turn in turns:
        known = {
            CONVERSATION: key,
            POSITION: turn.position,
            SPEAKER: turn.speaker,
            SAID_AT: turn.time_said,
            TEXT: turn.text,
        }
        cells = known | turn.extra["cells"]
        writer.writerow([cells.get(name, "") for name in columns])
    return file.getvalue().encode()
