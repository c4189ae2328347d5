"""The list of hints that a new centre begins with, as rows of (words, say, only, unless): see `hint_defaults.toml`."""

import tomllib
from pathlib import Path


def trimmed(lines):
    return "\n".join(filter(None, map(str.strip, lines.splitlines())))


ENTRIES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["hint"]
DEFAULTS = tuple(
    tuple(trimmed(entry.get(part, "")) for part in ("words", "say", "only", "unless")) for entry in ENTRIES
)
