"""Words that heal: which words of a text have a kinder way to say them, by a list of `Hint`s.

Each hint gives phrases, one line for each, and the company in which they are meant: `only` and `unless`, one a line.
`… test` stands for the phrase with that word right after it, `test` alone for that word in the same sentence;
`a/an` are alternatives, `test*` is any ending, and `{drug}` a group of `staff.hint_groups`. What stands in quotation
marks, what somebody calls themselves, and names are left alone. The time it takes grows with the text, never faster.
"""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from staff.hint_groups import GROUPS

NEAR = 15  # words to each side in which company is looked for
LOOKS = 50  # places of one word that are looked at in one text: nobody reads more hints than that
PLACE = "…"
TOKEN = re.compile(r"[^\W_]+|(?<=[^\W_])['’](?:s|re|ve|d|ll|m|t)(?![^\W_])|[.!?]+(?=\s|$)|[;\n]+")
SHORTENED = re.compile(r"(?<=\w)['’](?=(?:s|re|ve|d|ll|m|t)\b)")
QUOTE = re.compile(r"[\"“”„«»'‘’]|\n+")
TITLES = frozenset(("mr", "mrs", "ms", "mx", "miss", "dr", "prof", "saint", "st"))
LINKS = frozenset(["of", "and", "for", "the", "on", "in", "against", "de", "la"])
NOT_NAMES = GROUPS["{date}"] | {"i"}  # written large, and no name
# Company that spares every phrase: what somebody calls themselves is theirs to choose.
OWN_WORDS = """
call*/describ*/consider*/label*/introduc* himself/herself/themself/themselves …
call*/describ*/consider*/label*/introduc* himself/herself/themself/themselves a/an/the/as …
call*/describ*/consider*/label*/introduc* himself/herself/themself/themselves as a/an/the …
identif* as a/an/the …
identif* as …
"""


class Unreadable(ValueError):
    """A line of the list that says nothing; the message says why."""


@dataclass(frozen=True)
class One:
    """One word of a pattern."""

    words: frozenset
    beginnings: tuple = ()

    def fits(self, word):
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))


@dataclass(frozen=True)
class Phrase:
    """A phrase of the list, and which of its words it is found by."""

    ones: tuple
    found_by: int
    capitals: bool
    line: str


@dataclass(frozen=True)
class Company:
    """What may stand beside a phrase: right before and after it, or anywhere in its sentence."""

    beside: tuple = ()
    near: One = One(frozenset())
    near_phrases: tuple = ()

    def __bool__(self):
        return bool(self.beside or self.near.words or self.near.beginnings or self.near_phrases)

    def keeps(self, text, first, end):
        """Whether the words from `first` to before `end` are in this company."""
        for before, after in self.beside:
            if text.stand(before, first - len(before), first) and text.stand(after, end, first):
                return True
        around = text.around(first, end)
        if any(self.near.fits(text.words[at]) for at in around):
            return True
        return any(text.stand(phrase, at, first) for phrase in self.near_phrases for at in around)


@dataclass(frozen=True)
class Mark:
    """Where a text has another way to say it. `line` tells the phrase from the others of its hint."""

    start: int
    end: int
    said: str
    say: str
    line: str


@dataclass
class Text:
    """A text in words, each in lower case, with where it stands and in which sentence."""

    text: str
    words: list = field(default_factory=list)
    spans: list = field(default_factory=list)
    sentences: list = field(default_factory=list)

    def __post_init__(self):
        sentence = 0
        for match in TOKEN.finditer(self.text):
            piece = match.group()
            if piece[0] in ".!?;\n":
                if piece[0] != "." or not (self.words and self.words[-1] in TITLES):
                    sentence += 1
                continue
            self.words.append(piece.lower().replace("’", "'"))
            self.spans.append(match.span())
            self.sentences.append(sentence)

    def stand(self, ones, at, beside):
        """Whether `ones` stand in this order from the word `at` on, in the sentence of the word `beside`."""
        if at < 0 or at + len(ones) > len(self.words):
            return False
        return all(
            one.fits(self.words[at + n]) and self.sentences[at + n] == self.sentences[beside]
            for n, one in enumerate(ones)
        )

    def around(self, first, end):
        """The places of the words near those from `first` to before `end`, in their sentence."""
        here = self.sentences[first]
        places = (*range(max(first - NEAR, 0), first), *range(end, min(end + NEAR, len(self.words))))
        return [at for at in places if self.sentences[at] == here]

    def written(self, at):
        start, end = self.spans[at]
        return self.text[start:end]

    def is_capital(self, at, sentence):
        """Whether the word `at` of this sentence begins like a name."""
        if not 0 <= at < len(self.words) or self.sentences[at] != sentence or self.words[at] in NOT_NAMES:
            return False
        word = self.written(at)
        return word[:1].isupper() and not word.isupper()

    def is_name(self, at):
        """Whether the word `at` is part of a name: “Alcoholics Anonymous”, “Ms. Clean”, “Institute on Drug Abuse”."""
        here = self.sentences[at]
        if not self.is_capital(at, here):
            return False
        if at and self.sentences[at - 1] == here:
            before = at - 1
            while before > 0 and self.words[before] in LINKS and at - before < 3:
                before -= 1
            return self.words[before] in TITLES or self.is_capital(before, here) or self.is_capital(at + 1, here)
        # The first word of a sentence is large anyway, and the second may be the name of a medicine.
        return self.is_capital(at + 1, here) and self.is_capital(at + 2, here)


class List:
    """The hints, ready to be looked for. `rows` are (words, say, only, unless) each."""

    def __init__(self, rows):
        self.found_by, self.company = {}, []
        for n, (words, say, only, unless) in enumerate(rows):
            self.company.append((say, company_of(only), company_of(unless)))
            for phrase in phrases_of(words):
                for word in phrase.ones[phrase.found_by].words:
                    self.found_by.setdefault(word, []).append((n, phrase))

    def marks(self, text):
        """Each `Mark` of `text`, in order."""
        text = Text(text)
        found, looked = [], Counter()
        for at, word in enumerate(text.words):
            if word not in self.found_by or looked[word] >= LOOKS:
                continue
            looked[word] += 1
            for n, phrase in self.found_by[word]:
                first = at - phrase.found_by
                if text.stand(phrase.ones, first, at):
                    found.append(self.mark(text, n, phrase, first))
        return without_overlaps(outside_quotes(filter(None, found), text.text))

    def mark(self, text, n, phrase, first):
        """The `Mark` of a phrase that stands at the word `first`; None where it means something else."""
        end = first + len(phrase.ones)
        say, only, unless = self.company[n]
        if phrase.capitals and not all(text.written(at).isupper() for at in range(first, end)):
            return None
        if text.is_name(first) or (only and not only.keeps(text, first, end)):
            return None
        if unless.keeps(text, first, end) or own_words().keeps(text, first, end):
            return None
        start, stop = text.spans[first][0], text.spans[end - 1][1]
        return Mark(start, stop, " ".join(text.text[start:stop].split()), say, phrase.line)

    def lines_in(self, words):
        """The lines of which a phrase stands in `words`, in whatever sense."""
        text, found = Text(words), set()
        for at, word in enumerate(text.words):
            for _, phrase in self.found_by.get(word, ()):
                if text.stand(phrase.ones, at - phrase.found_by, at):
                    found.add(phrase.line)
        return found


def outside_quotes(marks, text):
    marks = list(marks)
    quoted = quoted_parts(text) if marks else []
    begins = [start for start, _ in quoted]
    return [mark for mark in marks if not is_in(quoted, bisect_right(begins, mark.start) - 1, mark.start)]


def is_in(parts, n, place):
    return n >= 0 and place < parts[n][1]


def without_overlaps(marks):
    """The longest of those that begin together, the first of those that overlap."""
    kept, end = [], -1
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start >= end:
            kept.append(mark)
            end = mark.end
    return kept


@lru_cache(maxsize=4)
def compiled(rows):
    """The `List` of these rows, made once for each content of the list in each process."""
    return List(rows)


@lru_cache(maxsize=1)
def own_words():
    return company_of(OWN_WORDS)


def phrases_of(words):
    """Every `Phrase` of the lines of `words`; commas part the forms of one line. `Unreadable` when one is none."""
    for line in filter(None, map(str.strip, words.splitlines())):
        for form in filter(None, map(str.strip, line.split(","))):
            ones = ones_of(form)
            if any(one.beginnings for one in ones):
                raise Unreadable(f"Write every form of “{form}” out, parted by commas.")
            rarest = min(range(len(ones)), key=lambda n: len(ones[n].words))
            yield Phrase(ones, rarest, form.isupper() and len(form) > 1, line)


def company_of(lines):
    beside, near, beginnings, phrases = [], set(), [], []
    for line in filter(None, map(str.strip, lines.splitlines())):
        line = line.replace("...", PLACE)
        if PLACE in line:
            before, _, after = line.partition(PLACE)
            if PLACE in after or not (before.strip() or after.strip()):
                raise Unreadable(f"“{line}” needs one {PLACE}, and a word beside it.")
            beside.append((ones_of(before), ones_of(after)))
            continue
        ones = ones_of(line)
        if len(ones) == 1:
            near |= ones[0].words
            beginnings += ones[0].beginnings
        else:
            phrases.append(ones)
    return Company(tuple(beside), One(frozenset(near), tuple(beginnings)), tuple(phrases))


def ones_of(pattern):
    """The words of `pattern`. `Unreadable` when one is none; empty only where nothing is written."""
    pieces = SHORTENED.sub(" '", pattern).replace("-", " ").split()
    if pattern.strip() and not pieces:
        raise Unreadable(f"“{pattern.strip()}” is not a word.")
    return tuple(one_of(piece) for piece in pieces)


def one_of(piece):
    words, beginnings = set(), []
    for word in filter(None, piece.lower().split("/")):
        if word.startswith("{"):
            if word not in GROUPS:
                raise Unreadable(f"There is no group {word}: use one of {', '.join(GROUPS)}.")
            words |= GROUPS[word]
        elif word.endswith("*") and word[:-1].isalnum():
            beginnings.append(word[:-1])
        elif word.isalnum() or (word[0] == "'" and word[1:].isalpha()):
            words.add(word)
        else:
            raise Unreadable(f"“{piece}” is not a word.")
    if not words and not beginnings:
        raise Unreadable(f"“{piece}” is not a word.")
    return One(frozenset(words), tuple(beginnings))


def quoted_parts(text):
    """(start, end) of what stands in quotation marks. An open double mark reaches to the end of its paragraph, since
    somebody may be typing it; an apostrophe opens nothing.
    """
    parts, double, single = [], None, None
    for match in QUOTE.finditer(text):
        at, mark = match.start(), match.group()
        after_word = at > 0 and (text[at - 1].isalnum() or text[at - 1] in ".,!?…)")
        before_word = at + 1 < len(text) and text[at + 1].isalnum()
        if mark[0] == "\n":
            if double is not None:
                parts.append((double, at))
            double = single = None
        elif mark in "'‘’":
            if single is not None and mark != "‘" and after_word and not before_word:
                parts.append((single, at))
                single = None
            elif single is None and double is None and mark != "’" and before_word and not after_word:
                single = at
        elif double is None:
            if mark in "“„«" or (mark == '"' and not after_word):
                double = at
        elif mark in '"”»' or (mark == "“" and text[double] == "„"):
            parts.append((double, at))
            double = None
    if double is not None:
        parts.append((double, len(text)))
    joined = []
    for start, end in sorted(parts):
        if joined and start <= joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined
