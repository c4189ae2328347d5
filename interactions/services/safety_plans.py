"""The safety plan: a version each time it changes, and that it was looked at again, or given along, on a day."""

from django.db import transaction

from interactions.choices import Action
from interactions.contact import move_clocks
from interactions.services.leaving import moment_on
from interactions.services.records import add, change, hold
from patients.choices import PlanMark
from patients.models import Cadence, SafetyPlan, SafetyPlanMark
from patients.services import refuse_if_died
from staff.conflicts import overtaken_unless
from staff.saving import refuse_unless, save_checked

TO_COME = "This day is still to come."
LATER = "The version before was made later than this day."
NEWER = "There is a newer version of this plan. Look at that one first."


@transaction.atomic
def write_plan(*, patient, signs, by, now, together=False, made_by=None, made_on=None, **sections):
    """Writes a version of their safety plan, which replaces the one before, and returns it.

    Made `together` it counts as looked at on that day; else it still waits to be gone through with them.
    """
    refuse_if_died(patient)
    refuse_unless(signs.strip(), {"signs": "Write at least this one, in their words."})
    # Two versions written at once wait for each other here, so that the second one replaces the first.
    list(Cadence.objects.select_for_update(no_key=True).filter(episode=patient.latest_episode))
    before = SafetyPlan.objects.of(patient).holding().first()
    made_at = _moment(patient, made_on, now=now, field="made_on")
    if before is not None:
        if made_on is not None:
            site = patient.latest_episode.program.site
            made_at = _not_before(before.made_at, made_at, site, {"made_on": LATER})
        before.patient = patient
        change(before, Action.REPLACED, by=by, now=now, replaced_at=now)
    plan = SafetyPlan(
        patient=patient,
        number=before.number + 1 if before else 1,
        signs=signs,
        together=together,
        made_at=made_at,
        made_by=made_by or by,
        looked_at=made_at if together else None,
        **sections,
    )
    add(plan, by=by, now=now)
    _move(patient)
    return plan


@transaction.atomic
def still_fits(*, plan, by, now, marked_on=None):
    """They looked at it again together, and nothing has to change. Returns the plan."""
    plan, at = _hold(plan, marked_on, now=now)
    _mark(plan, PlanMark.FITS, at, by=by, now=now)
    change(plan, Action.REVIEWED, by=by, now=now, words="It still fits.", looked_at=max(at, plan.looked_at or at))
    _move(plan.patient)
    return plan


@transaction.atomic
def give_copy(*, plan, by, now, marked_on=None):
    """They have it in their own hands. Returns the plan."""
    plan, at = _hold(plan, marked_on, now=now)
    _mark(plan, PlanMark.COPY, at, by=by, now=now)
    words = "They have a copy."
    return change(plan, Action.DONE, by=by, now=now, words=words, copied_at=max(at, plan.copied_at or at))


def _hold(plan, day, *, now):
    refuse_if_died(plan.patient)
    plan = hold(plan)
    overtaken_unless(plan.holds, NEWER)
    at = _moment(plan.patient, day, now=now, field="marked_on")
    site = plan.patient.latest_episode.program.site
    return plan, _not_before(plan.made_at, at, site, {"marked_on": "This version was made after that day."})


def _not_before(first, at, site, refusal):
    """The moment `at`, which stands for its day: on the day of `first` never before it. An earlier day is refused."""
    refuse_unless(site.local_date(at) >= site.local_date(first), refusal)
    return max(at, first)


def _mark(plan, kind, at, *, by, now):
    save_checked(SafetyPlanMark(plan=plan, kind=kind, marked_at=at, marked_by=by, recorded_at=now))


def _moment(patient, day, *, now, field):
    """The moment to write down for something that happened on `day`, never before they came that day."""
    episode = patient.latest_episode
    site = episode.program.site
    if day is None:
        return now
    refuse_unless(day <= site.local_date(now), {field: TO_COME})
    at = moment_on(day, site, now=now)
    came = episode.admitted_at
    return max(at, came) if site.local_date(came) == day else at


def _move(patient):
    if patient.latest_episode.is_open:
        move_clocks(patient.latest_episode)
