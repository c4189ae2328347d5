"""The house rules that can be read off the code."""

import ast

from tests.house.code import (
    BASE,
    EDGE,
    FLOORS,
    NO_QUERIES,
    ROOMS,
    calls,
    dotted,
    imported,
    parts,
    places,
    sources,
    tree,
)

CLOCKS = {
    "timezone.now", "timezone.localtime", "timezone.localdate",
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today", "time.time",
}  # fmt: skip


def test_imports_run_down_only():
    found = []
    for room in FLOORS:
        for path in sources(room):
            for line, module in imported(path):
                top = module.partition(".")[0]
                if top == "rehabcrm" or FLOORS.get(top, -1) > FLOORS[room]:
                    found.append((path, line, module))

    assert not found, places(found)


def test_imports_are_absolute():
    found = [
        (path, line, module)
        for path in sources(*ROOMS, "tests")
        for line, module in imported(path)
        if module.startswith(".")
    ]

    assert not found, places(found)


def test_nothing_that_runs_imports_the_tests():
    found = [
        (path, line, module)
        for path in sources(*ROOMS)
        for line, module in imported(path)
        if module.partition(".")[0] in ("tests", "pytest")
    ]

    assert not found, places(found)


def test_the_clock_is_read_at_the_edge_only():
    found = []
    for path in sources(*ROOMS):
        if parts(path) & EDGE:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and dotted(node) in CLOCKS:
                found.append((path, node.lineno, dotted(node)))

    assert not found, places(found)


def test_the_clock_is_never_read_at_import():
    found = []
    for path in sources(*ROOMS):
        for line, name in at_import(tree(path)):
            if name in CLOCKS:
                found.append((path, line, name))

    assert not found, places(found)


def at_import(module):
    """(line, name) of the calls that run when a module is imported, default arguments included."""
    waiting = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            waiting += getattr(node, "decorator_list", [])
            continue
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)
        waiting += ast.iter_child_nodes(node)


def test_the_clock_has_one_name():
    found = [
        (path, line, module)
        for path in sources(*ROOMS)
        for line, module in imported(path)
        if module in ("django.utils.timezone.now", "django.utils.timezone.localdate")
    ]

    assert not found, places(found)


def test_the_edge_asks_named_queries():
    found = []
    for path in sources(*ROOMS):
        if parts(path) & NO_QUERIES:
            for line, name in calls(tree(path)):
                if name.rpartition(".")[2] in ("filter", "exclude", "annotate", "aggregate") and "." in name:
                    found.append((path, line, name))

    assert not found, places(found)


def test_sql_is_written_where_the_orm_has_no_words():
    found = []
    for path in sources(*ROOMS):
        if path.name in ("planning.py", "compiled.py", "joined.py", "append_only.py", "content.py", "copying.py"):
            continue
        for line, name in calls(tree(path)):
            if name.rpartition(".")[2] in ("cursor", "raw", "extra", "RawSQL"):
                found.append((path, line, name))

    assert not found, places(found)


def test_no_signals_no_admin_no_overridden_save():
    found = []
    for path in sources(*FLOORS):
        for line, module in imported(path):
            # One receiver: SQLite forgets the triggers of `append_only` when a migration rebuilds a table.
            allowed = str(path) == "staff/apps.py" and module == "django.db.models.signals.post_migrate"
            banned = module.startswith(("django.contrib.admin", "django.dispatch", "django.db.models.signals"))
            if banned and not allowed:
                found.append((path, line, module))
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and method.name in ("save", "delete"):
                        found.append((path, method.lineno, f"{node.name}.{method.name}"))

    assert not found, places(found)


def test_services_take_keywords_and_are_atomic_when_they_say_by_whom():
    found = []
    for path in sources(*FLOORS):
        if "services" not in parts(path):
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                keywords = {argument.arg for argument in node.args.kwonlyargs}
                marks = {dotted(getattr(mark, "func", mark)) for mark in node.decorator_list}
                if "by" in keywords and not marks & {"transaction.atomic", "atomic"}:
                    found.append((path, node.lineno, f"{node.name} is not @transaction.atomic"))
                if {"by", "now"} & {argument.arg for argument in node.args.args}:
                    found.append((path, node.lineno, f"{node.name} takes by or now by position"))

    assert not found, places(found)


def test_there_is_no_drawer():
    drawers = {"core", "common", "utils", "helpers", "misc"}

    assert not [path for path in sources(*ROOMS) if parts(path) & drawers]


def test_files_are_short():
    long = []
    for top in [*ROOMS, "tests", "templates", "static"]:
        for suffix in (".py", ".html", ".css", ".js"):
            for path in sources(top, suffix=suffix):
                lines = len((BASE / path).read_text().splitlines())
                if lines > (300 if "views" in parts(path) else 400):
                    long.append((path, lines, "lines"))

    assert not long, places(long)
