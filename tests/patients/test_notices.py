"""The notices that go along are those of 2024, word for word, and those of 2018 are nowhere."""

import hashlib

from patients.consent_choices import NoticeVersion
from patients.notices import NOTICES, TO_COMPARE
from tests.house.code import BASE

OLD = " ".join(("restrict", "any use of the information to"))  # in two parts, so that this file does not hold it
WRITTEN = {".py", ".html", ".txt", ".md", ".toml", ".js", ".css", ".csv", ".json"}
LEFT_OUT = {".venv", ".git", "var", "node_modules"}
KEPT = {
    NoticeVersion.FULL_2024: "d82205a18044f9f4",
    NoticeVersion.SHORT_2024: "79fee3d6dff7e052",
}


def test_every_notice_has_its_words():
    assert set(NOTICES) == set(NoticeVersion)
    assert TO_COMPARE == "[counsel to compare with eCFR]"


def test_the_words_of_a_notice_never_change():
    words = {version: notice.text.encode() for version, notice in NOTICES.items()}

    assert {version: hashlib.sha256(text).hexdigest()[:16] for version, text in words.items()} == KEPT
    assert {version.label for version in NOTICES} == {notice.version for notice in NOTICES.values()}


def test_the_wording_of_2018_stands_nowhere():
    paths = [
        path
        for path in BASE.rglob("*")
        if path.suffix in WRITTEN and not LEFT_OUT & set(path.relative_to(BASE).parts) and path.is_file()
    ]
    found = [path for path in paths if OLD in " ".join(path.read_text(errors="ignore").split())]

    assert BASE / "patients" / "notices.py" in paths
    assert not found
