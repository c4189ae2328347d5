"""Finding people by name: any order of words, accents and case folded, a beginning of two letters, one slip a word.

Each name word is kept folded, and with each of its letters masked ("m?ria"). A typed word with one wrong letter equals
a mask of it at the same place; with a letter missing, the mask with a gap put in; with one too many or two swapped, a
plain word. So all of it is equality and beginnings on one indexed column, the same on every database.
"""

import re
import unicodedata

from django.db.models import Exists, OuterRef, Q

from patients.models import NameKey

LETTERS_THAT_STAY = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "’": "",
        "'": "",
        "ʼ": "",
    }
)
APOSTROPHES = "[’'ʼ]"
SLIP_FROM = 4  # words shorter than this must be typed right
MASK = "?"
LONGEST_WORD = 120


def fold(text):
    """`text` without case, accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return unicodedata.normalize("NFKC", plain.translate(LETTERS_THAT_STAY)).casefold()


def words(text):
    """The folded words of a name or query."""
    return [word[:LONGEST_WORD] for word in re.findall(r"\w+", fold(text))]


def masks(word):
    return {word[:n] + MASK + word[n + 1 :] for n in range(len(word))}


def keys(*names):
    """Every key under which a person with these names is found."""
    found = set()
    for name in names:
        # "O'Connor" is found as "oconnor" and as "connor".
        parts = [*words(name), *words(re.sub(APOSTROPHES, " ", name))]
        # "Smith-Jones" is also found as "smithjones".
        for word in {*parts, *("".join(words(joined)) for joined in name.split() if len(words(joined)) > 1)}:
            found.add(word)
            if len(word) >= SLIP_FROM:
                found |= masks(word)
    return found


def near(word):
    """The keys that a typed word matches: itself, and all that one slip could have meant."""
    found = {word} | {word[:n] + MASK + word[n:] for n in range(len(word) + 1)}
    if len(word) >= SLIP_FROM:
        found |= masks(word)
        found |= {word[:n] + word[n + 1 :] for n in range(len(word))}
        found |= {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)}
    return found


def index(patient):
    """Makes the keys of `patient` those of their present names."""
    wanted = keys(patient.given_name, patient.family_name, patient.preferred_name)
    NameKey.objects.filter(patient=patient).exclude(key__in=wanted).delete()
    NameKey.objects.bulk_create((NameKey(patient=patient, key=key) for key in wanted), ignore_conflicts=True)


def matching(patients, typed):
    """Those of `patients` whose names hold every typed word, or who have the typed record number."""
    parts = words(typed)
    if not parts:
        return patients.none()
    by_name = Q()
    for part in parts:
        rule = Q(key__in=near(part))
        if len(part) >= 2:
            rule |= Q(key__startswith=part)
        by_name &= Q(Exists(NameKey.objects.filter(rule, patient=OuterRef("pk"))))
    return patients.filter(by_name | Q(record_number__iexact=typed.strip()))


def likely_same(patients, given_name, family_name, born_on):
    """Those of `patients` who may be the same person: all names match, or one does and the date of birth is equal."""
    typed = words(f"{given_name} {family_name}")
    rule = Q(pk__in=matching(patients, f"{given_name} {family_name}").values("pk"))
    if born_on and typed:
        alike = NameKey.objects.filter(key__in=set().union(*map(near, typed)), patient=OuterRef("pk"))
        rule |= Q(Exists(alike)) & Q(born_on=born_on)
    return patients.filter(rule)


def exactly_same(patients, given_name, family_name, born_on):
    """Those of `patients` whose folded full name and date of birth are equal to these, newest first."""
    if born_on is None:
        return []
    wanted = words(f"{given_name} {family_name}")
    return [
        patient
        for patient in patients.filter(born_on=born_on).order_by("-recorded_at")
        if words(patient.legal_name) == wanted
    ]
