"""Duties beyond the relationship: a child or dependent adult at risk, a threat to a named person (clinical.md §1).

A person decides, and says to whom it was reported and when, or why not. The supervisor hears of it within the hour, the
decision stands within 24; both in clock hours. Which way is open in law the product never says.
"""

from datetime import timedelta

from django.db import transaction

from interactions.boundary_choices import AtRisk, PatientTold, ReportState
from interactions.choices import Action
from interactions.models import SafetyReport
from interactions.services.records import add, change, hold
from patients.access import sees, supervises, supervisors_of
from patients.services import refuse_if_died
from staff.models import StaffMember
from staff.saving import refuse_unless

TOLD_WITHIN, DECIDED_WITHIN = timedelta(hours=1), timedelta(hours=24)
NOT_YOURS = "This is between its author and the supervisor."


@transaction.atomic
def report(*, patient, at_risk, seen_words, by, now, known_at=None, told_at=None):
    """Writes it down for `by` and the supervisor, and returns the `SafetyReport`. `told_at`: the supervisor knows it by
    voice already.
    """
    refuse_if_died(patient)
    refuse_unless(at_risk in AtRisk.values, {"at_risk": "Choose who is at risk."})
    refuse_unless(seen_words.strip(), {"seen_words": "Write what was seen or said."})
    known_at = known_at or now
    refuse_unless(known_at <= now + timedelta(minutes=5), {"known_at": "This is still to come."})
    refuse_unless(told_at is None or told_at <= now + timedelta(minutes=5), {"told_at": "This is still to come."})
    supervisor = whom_to_tell(patient=patient, author=by, now=now)
    made = SafetyReport(
        patient=patient,
        at_risk=at_risk,
        seen_words=seen_words,
        known_at=known_at,
        supervisor=supervisor,
        supervisor_told_at=told_at or (now if supervisor == by else None),
        told_due_at=known_at + TOLD_WITHIN,
        decision_due_at=known_at + DECIDED_WITHIN,
    )
    return add(made, by=by, now=now)


def whom_to_tell(*, patient, author, now):
    """The supervisor who is at work; the lead where none is. Another than the author where there is one."""
    people = [one for one in supervisors_of(patient, now) if sees(one, patient, now)] or supervisors_of(patient, now)
    here = set(StaffMember.objects.present(now).by_refs([one.ref for one in people]))
    people.sort(key=lambda one: (one.ref not in here, one == author))
    return people[0]


@transaction.atomic
def know(*, report, by, now):
    """The supervisor knows of it: they say so, or its author told them by voice."""
    report = hold(report)
    refuse_unless(may_act(report=report, user=by, now=now), NOT_YOURS)
    refuse_unless(report.supervisor_told_at is None, "That stands there already.")
    words = "" if supervises(by, report.patient, now) else "Told by voice"
    return change(report, Action.ACKNOWLEDGED, by=by, now=now, words=words, supervisor_told_at=now)


def may_act(*, report, user, now):
    """Whether it is theirs: its author's, or that of whoever supervises the patient now."""
    return user == report.recorded_by or supervises(user, report.patient, now)


@transaction.atomic
def decide(
    *,
    report,
    state,
    by,
    now,
    reported_to="",
    reported_at=None,
    words="",
    patient_told=PatientTold.NOT_ASKED,
    patient_told_words="",
):
    """Writes down what was decided: reported to whom and when, or not, and why. Asked again, it is amended."""
    report = hold(report)
    refuse_unless(may_act(report=report, user=by, now=now), NOT_YOURS)
    wanted = {}
    if state == ReportState.REPORTED:
        wanted = {
            "reported_to": (reported_to.strip(), "Say to whom."),
            "reported_at": (reported_at and reported_at <= now + timedelta(minutes=5), "Say when it was reported."),
        }
    elif state == ReportState.NOT_REPORTED:
        wanted = {"words": (words.strip(), "Say why not.")}
    else:
        wanted = {"state": (False, "Choose what was decided.")}
    if patient_told == PatientTold.NO:
        wanted["patient_told_words"] = (patient_told_words.strip(), "Say why they are not told.")
    refuse_unless(all(given for given, _ in wanted.values()), {f: s for f, (given, s) in wanted.items() if not given})
    by_them = not report.supervisor_told_at and supervises(by, report.patient, now)
    known = {"supervisor_told_at": now} if by_them else {}
    reported = state == ReportState.REPORTED
    return change(
        report,
        Action.DECIDED,
        by=by,
        now=now,
        words=words,
        state=state,
        decided_at=now,
        decided_by=by,
        reported_to=reported_to if reported else "",
        reported_at=reported_at if reported else None,
        decision_words=words,
        patient_told=patient_told,
        patient_told_words=patient_told_words,
        **known,
    )
