"""Whether somebody about to be admitted is known already: first among those the user may know of, then, told as little
as possible, by full name and date of birth among all others.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from patients.models import Patient
from patients.search import exactly_same, likely_same, words
from staff.access_log import log_change
from staff.models import AccessEntry

SHOWN = 5
LOOK_UPS_AN_HOUR = 20
LOOK_UP = "patient.look_up"
WELCOME_FOR = timedelta(hours=1)
SESSION_KEY = "welcome"


@dataclass
class Duplicates:
    """`known`: patients of the user who are alike. `hidden`: one other at most, equal in full name and birth."""

    known: list = field(default_factory=list)
    hidden: Patient | None = None

    def __bool__(self):
        return bool(self.known or self.hidden)


def find(user, now, given_name, family_name, born_on):
    """The `Duplicates` of the person typed."""
    visible = Patient.objects.visible_to(user, now)
    known = list(likely_same(visible, given_name, family_name, born_on).with_care().by_name()[:SHOWN])
    return Duplicates(known, look_up(user, now, given_name, family_name, born_on))


def look_up(user, now, given_name, family_name, born_on):
    """The one patient out of the user's view with this full name and date of birth. Logged; so many an hour."""
    if born_on is None or not words(family_name):
        return None
    if AccessEntry.objects.by(user).doing(LOOK_UP).since(now - timedelta(hours=1)).count() >= LOOK_UPS_AN_HOUR:
        return None
    hidden = Patient.objects.hidden_from(user, now).with_care()
    found = exactly_same(hidden, given_name, family_name, born_on)[:1]
    log_change(action=LOOK_UP, by=user, patients=found)
    return found[0] if found else None


def signature(given_name, family_name, born_on):
    """What "none of these" was said about: it holds for the same person only."""
    return f"{' '.join(words(f'{given_name} {family_name}'))} {born_on or ''}"


def offer(request, patient):
    """Lets this session welcome `patient` back during the next hour, though they are out of the user's view."""
    offered = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {**offered, str(patient.ref): (request.now + WELCOME_FOR).isoformat()}


def is_offered(request, ref):
    return request.session.get(SESSION_KEY, {}).get(str(ref), "") > request.now.isoformat()
