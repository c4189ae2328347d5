"""The project's own files, read as syntax trees."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
FLOORS = {room: floor for floor, room in enumerate(["staff", "patients", "interactions", "insights", "exchange"])}
ROOMS = [*FLOORS, "rehabcrm"]
EDGE = {
    "views",
    "tasks",
    "commands",
    "middleware",
    "sign_in",
    "sessions",
}  # where the clock is read; Django calls sign_in and sessions
NO_QUERIES = {"views", "forms", "tasks"}


def sources(*tops, suffix=".py"):
    """Paths below the project, without migrations."""
    for top in tops:
        for path in sorted((BASE / top).rglob(f"*{suffix}")):
            if not {"migrations", "__pycache__"} & set(path.parts):
                yield path.relative_to(BASE)


def parts(path):
    """What a path is made of: {'staff', 'views', 'people'} for staff/views/people.py."""
    return set(path.with_suffix("").parts)


@cache
def tree(path):
    return ast.parse((BASE / path).read_text(), str(path))


def imported(path):
    """(line, module) of each import; `from a import b` counts as a.b."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield node.lineno, "." * node.level + f"{node.module or ''}.{name.name}"


def calls(node):
    """(line, dotted name) of each call below a node; `x().filter()` is `?.filter`."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield call.lineno, dotted(call.func)


def dotted(node):
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def places(found):
    """One line a finding, for a message that a person can act on."""
    return "\n" + "\n".join(f"{path}:{line} {what}" for path, line, what in found)
