"""The house rules that can be read off the templates, the stylesheet and the script."""

import re

from tests.house.code import BASE, sources

PAGES = list(sources("templates", suffix=".html"))
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.S)


def text(path):
    return COMMENT.sub("", (BASE / path).read_text())


def found(pattern, paths=PAGES):
    rule = re.compile(pattern, re.I)
    return [(str(path), match.group(0)) for path in paths for match in rule.finditer(text(path))]


def test_no_style_or_script_stands_in_a_page():
    assert not found(r"<style\b|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:")


def test_nothing_is_fetched_from_elsewhere():
    files = [*PAGES, *sources("static", suffix=".css"), *sources("static", suffix=".js")]

    assert not found(r"(src|href|url\()\s*=?\s*[\"']?(https?:)?//", files)


def test_nothing_that_people_wrote_is_marked_safe():
    assert not found(r"\|\s*safe\b|autoescape\s+off|mark_safe")


def test_extends_stands_first_and_blocks_say_what_they_end():
    late = [path for path in PAGES if "{% extends" in text(path) and not text(path).startswith("{% extends")]

    assert not late
    assert not found(r"\{%\s*endblock\s*%\}")


def test_a_component_begins_with_its_inputs():
    components = [path for path in PAGES if path.parts[1] == "components"]

    assert not [p for p in components if not re.search(r"\{#.*input", "".join(opening(p)), re.I)]


def opening(path):
    return (BASE / path).read_text().splitlines()[:2]
