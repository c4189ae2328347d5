"""What the program itself says obeys the list that it shows to others: pages, mails, messages and the demo's notes."""

import ast
import re
import tomllib

import pytest

from staff.hint_defaults import DEFAULTS
from staff.hints import compiled
from tests.house.code import BASE, ROOMS, sources, tree

MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.S)
OF_THE_LIST = {"hint_groups.py", "hint_defaults.py"}


def texts_of_pages():
    for suffix in (".html", ".txt"):
        for path in sources("templates", suffix=suffix):
            yield path, MARKUP.sub(" ", (BASE / path).read_text(encoding="utf-8"))


def texts_of_code():
    """Every sentence in the code that can reach a screen or a mail: its strings."""
    for path in sources(*ROOMS):
        if path.name in OF_THE_LIST or "migrations" in path.parts:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{path}:{node.lineno}", node.value


def texts_of_the_demo():
    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from strings(part)

    for path in sources("rehabcrm", suffix=".toml"):
        for text in strings(tomllib.loads((BASE / path).read_text(encoding="utf-8"))):
            yield path, text


def texts_of_the_script():
    for path in sources("static", suffix=".js"):
        for text in re.findall(r'"([^"\n]*)"|`([^`]*)`', (BASE / path).read_text(encoding="utf-8")):
            yield path, " ".join(text)


@pytest.mark.parametrize("texts", [texts_of_pages, texts_of_code, texts_of_the_demo, texts_of_the_script])
def test_our_own_words_obey_the_list(texts):
    hints, seen, found = compiled(DEFAULTS), 0, []
    for where, text in texts():
        seen += 1
        found += [f"{where}: {mark.said} → {mark.say}" for mark in hints.marks(text)]

    assert seen and not found, "\n".join(found)


def test_a_word_of_the_list_in_a_page_would_be_found():
    hints = compiled(DEFAULTS)

    assert hints.marks(MARKUP.sub(" ", '<p class="x">{{ name }} is an <b>addict</b>.</p>'))
