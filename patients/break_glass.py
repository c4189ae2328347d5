"""Opening one patient's pages in an emergency: found exactly, for a reason, for an hour, and looked at afterwards.

What it opens is decided in `patients.access` alone: the patient stands in no list, search, count or mail of that
person.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from patients.models import BreakGlass, BreakGlassReview, Patient
from patients.models.emergency import SHORTEST_REASON
from patients.search import exactly_same
from staff.access_log import log_change
from staff.choices import Basis, Outcome, Verdict
from staff.models import AccessEntry, StaffMember
from staff.roles import Permission
from staff.saving import refuse_unless, save_checked

LASTS = timedelta(minutes=60)
REVIEWED_WITHIN = timedelta(hours=72)
FOUND_FOR = timedelta(minutes=10)
HOUR = timedelta(hours=1)
LOOK_UPS_AN_HOUR = 10
MOST_UNREVIEWED = 3
LOOK_UP, STOPPED = "break_glass.look_up", "break_glass.stopped"
SESSION_KEY = "break_glass"

NOBODY = (
    "Nobody was found whom you can open this way. Check the record number; a name has to be the full legal one, and "
    "the date of birth right. If you cannot wait, call the person on call."
)
TOO_MANY = f"That was the {LOOK_UPS_AN_HOUR}th try within an hour, and there are no more. Call the person on call."
BLOCKED = (
    f"More than {MOST_UNREVIEWED} records that you opened in an emergency have not been reviewed yet. Until an auditor "
    "has looked at them you cannot open another. Call the person on call, and tell an auditor."
)


@dataclass(frozen=True)
class Found:
    """What a look-up came to: somebody whose pages they may read anyway, or somebody to open; or why not."""

    readable: Patient | None = None
    hidden: Patient | None = None
    refusal: str = ""


@transaction.atomic
def look_up(*, by, now, record_number="", name="", born_on=None):
    """The `Found` for an exact record number, or a full name with date of birth. Each try is logged, never what was
    typed; so many an hour.
    """
    StaffMember.objects.held(by)
    if AccessEntry.objects.by(by).doing(LOOK_UP).since(now - HOUR).count() >= LOOK_UPS_AN_HOUR:
        log_change(action=STOPPED, by=by, patients=[], outcome=Outcome.REFUSED, basis=Basis.NONE)
        return Found(refusal=TOO_MANY)
    patient = the_one(record_number, name, born_on)
    found = Found(refusal=NOBODY)
    readable = (Patient.objects.visible_to(by, now), Patient.objects.opened_by(by, now))
    if patient and any(patients.having(patient) for patients in readable):
        found = Found(readable=patient)
    elif patient and Patient.objects.open_in_emergency(by, now).having(patient):
        found = Found(hidden=patient)
    outcome = Outcome.NOT_FOUND if found.refusal else Outcome.OK
    log_change(action=LOOK_UP, by=by, patients=[patient] if patient else [], outcome=outcome, basis=Basis.NONE)
    return found


def the_one(record_number, name, born_on):
    """The one patient who is meant, or None: nobody is opened on a guess."""
    if record_number:
        found = Patient.objects.with_care().with_number(record_number.strip().upper())[:2]
    else:
        found = exactly_same(Patient.objects.with_care(), name, "", born_on)
    return found[0] if len(found) == 1 else None


@transaction.atomic
def break_glass(*, patient, reason, words, by, now):
    """Opens the pages of `patient` to `by` for an hour and returns the `BreakGlass`."""
    StaffMember.objects.held(by)
    refuse_unless(
        len(words.strip()) >= SHORTEST_REASON, {"words": f"Say why in at least {SHORTEST_REASON} characters."}
    )
    refuse_if_blocked(by)
    allowed = by.may(Permission.BREAK_GLASS) and Patient.objects.open_in_emergency(by, now).having(patient)
    refuse_unless(allowed, NOBODY)
    opened = save_checked(
        BreakGlass(patient=patient, staff=by, reason=reason, words=words, began_at=now, ended_at=now + LASTS)
    )
    log_change(
        action="break_glass.open",
        by=by,
        patients=[patient],
        record=opened,
        fields=["reason", "words"],
        basis=Basis.BREAK_GLASS,
    )
    return opened


def refuse_if_blocked(user):
    """Raises a `ValidationError` while too many of those that `user` opened wait for a review."""
    refuse_unless(BreakGlass.objects.by(user).unreviewed().count() <= MOST_UNREVIEWED, BLOCKED)


@transaction.atomic
def review(*, opened, verdict, words, by, now):
    """Writes down what `by` found about a break-glass. What was found before stays beside it."""
    theirs = opened.staff_id == by.pk or Patient.objects.denied_to(by, now).having(opened.patient)
    refuse_unless(by.may(Permission.AUDIT) and not theirs, "Somebody else reviews your own.")
    refuse_unless(words.strip() or verdict != Verdict.FLAGGED, {"words": "Say what needs a closer look."})
    found = BreakGlassReview(break_glass=opened, verdict=verdict, words=words, reviewed_at=now, reviewed_by=by)
    save_checked(found)
    log_change(action=f"break_glass.{verdict}", by=by, patients=[opened.patient], record=opened, fields=["verdict"])
    return found


def offer(request, patient):
    """Lets this session open `patient`, who was just found, within the next minutes."""
    request.session[SESSION_KEY] = {str(patient.ref): (request.now + FOUND_FOR).isoformat()}


def is_offered(request, ref):
    return request.session.get(SESSION_KEY, {}).get(str(ref), "") > request.now.isoformat()
