"""What happened at the edge of a professional relationship: written down in one line, and looked at by its weight.

A note is looked at by nobody; what is to be talked over by the supervisor within 3 working days; what is serious by the
supervisor and a named second person within the hour (clinical.md §2). Nobody reviews what concerns themself.
"""

from datetime import timedelta

from django.db import transaction

from interactions.boundary_choices import UP_TO, EventKind, EventState, Weight
from interactions.choices import Action
from interactions.models import BoundaryEvent
from interactions.services.records import add, change, hold
from patients.access import sees, supervises, supervisors_of
from patients.models import RecordReader
from patients.services import refuse_if_died
from staff.saving import refuse_unless

TALK_WITHIN = 3  # working days
SERIOUS_WITHIN = timedelta(hours=1)
TOO_LIGHT = "This is heavier than that: choose the weight of its heading, or more."
NOT_YOURS = "This is for the supervisor, and not for whom it concerns."


@transaction.atomic
def note_event(
    *,
    patient,
    weight,
    kind,
    words,
    by,
    now,
    happened_at=None,
    concerns=None,
    second_staff=None,
    instead_staff=None,
    check_in=None,
    **details,
):
    """Writes it down and returns the `BoundaryEvent`. `concerns` is the colleague whom it is about, else it is about
    `by`. `second_staff` looks at what is serious as well; without one the program's deputy, where there is one.
    """
    refuse_if_died(patient)
    refuse_unless(weight in Weight.values, {"weight": "Choose how heavy it is."})
    refuse_unless(kind in UP_TO[weight], {"kind": TOO_LIGHT})
    refuse_unless(words.strip(), {"words": "Write one line: what happened."})
    happened_at = happened_at or now
    refuse_unless(happened_at <= now + timedelta(minutes=5), {"happened_at": "This is still to come."})
    event = BoundaryEvent(
        patient=patient,
        weight=weight,
        kind=kind,
        words=words,
        happened_at=happened_at,
        not_for=concerns if concerns != by else None,
        check_in=check_in,
        state=EventState.NOTED if weight == Weight.NOTE else EventState.WAITING,
        review_due_at=review_due(patient=patient, weight=weight, now=now),
        **details,
    )
    if weight == Weight.SERIOUS:
        event.instead_staff = instead_staff
        event.second_staff = second_staff or _second(event, by, now)
        _check_second(event, by, now)
    add(event, by=by, now=now)
    if event.second_staff:
        RecordReader.objects.create(record_ref=event.ref, staff=event.second_staff)
    return event


@transaction.atomic
def ask_support(*, check_in, words, by, now):
    """`by` wants support with a contact outside their hours: for them and the supervisor."""
    return note_event(
        patient=check_in.patient,
        weight=Weight.TALK,
        kind=EventKind.SUPPORT,
        words=words,
        happened_at=check_in.happened_at,
        check_in=check_in,
        by=by,
        now=now,
    )


def review_due(*, patient, weight, now):
    """Until when it is to be reviewed: None for a note, 3 working days, or an hour."""
    if weight == Weight.NOTE:
        return None
    if weight == Weight.SERIOUS:
        return now + SERIOUS_WITHIN
    return patient.latest_episode.program.site.calendar.add_open_days(now, TALK_WITHIN)


def _second(event, by, now):
    """The supervisor's deputy, where neither the author nor the person concerned is one of the two."""
    people = [one for one in supervisors_of(event.patient, now) if one not in (by, event.not_for)]
    return people[1] if len(people) > 1 else None


def _check_second(event, by, now):
    second, instead = event.second_staff, event.instead_staff
    refuse_unless(
        second is None or second not in (by, event.not_for),
        {"second_staff": "The second person is neither you nor whom it concerns."},
    )
    refuse_unless(
        second is None or sees(second, event.patient, now),
        {"second_staff": f"{second} does not care for {event.patient.called} at the moment."},
    )
    refuse_unless(
        instead is None or instead != (event.not_for or by),
        {"instead_staff": "Somebody else than whom it concerns."},
    )


def may_review(*, event, user, now):
    """Whether `user` is to look at it now: as the second person, or as the supervisor whom it does not concern."""
    if event.state != EventState.WAITING or user == event.concerned:
        return False
    if is_second(event, user):
        return True
    return event.second_staff_id != user.pk and _waits(event) and supervises(user, event.patient, now)


def was_quicker(*, event, user, now):
    """Whether somebody looked at it meanwhile in whose place `user` might have."""
    done = event.reviewed_at or event.second_reviewed_at
    return bool(done) and user != event.concerned and supervises(user, event.patient, now)


def _waits(event):
    """Whether the supervisor has something to do: to look at it, or to name another second person who can."""
    return event.reviewed_at is None or (event.is_serious and event.second_reviewed_at is None)


def is_second(event, user):
    return event.second_staff_id == user.pk and event.second_reviewed_at is None


@transaction.atomic
def review(*, event, words, by, now, instead_staff=None, second_staff=None):
    """`by` has looked at it and says what came of it. What is serious is reviewed when the supervisor and the second
    person have; where that person cannot look, the supervisor names another (`second_staff`).
    """
    refuse_unless(words.strip(), {"words": "Write what came of it."})
    event = hold(event, states=[EventState.WAITING])
    refuse_unless(may_review(event=event, user=by, now=now), NOT_YOURS)
    if is_second(event, by):
        done = {"second_reviewed_at": now, "second_words": words}
    elif event.reviewed_at is None:
        done = {"reviewed_at": now, "reviewed_by": by, "outcome_words": words}
        refuse_unless(
            not event.is_serious or instead_staff or event.instead_staff or not event.patient.latest_episode.is_open,
            {"instead_staff": "Somebody else is there for them today: say who."},
        )
    else:
        done = {}
        refuse_unless(second_staff, {"second_staff": "Name somebody who can look at it now."})
    if second_staff and not is_second(event, by):
        event.second_staff = second_staff
        _check_second(event, event.recorded_by, now)
        done["second_staff"] = second_staff
        RecordReader.objects.get_or_create(record_ref=event.ref, staff=second_staff)
    if instead_staff:
        refuse_unless(instead_staff != event.concerned, {"instead_staff": "Somebody else than whom it concerns."})
        done["instead_staff"] = instead_staff
    both = done.get("reviewed_at", event.reviewed_at) and (
        not event.is_serious or done.get("second_reviewed_at", event.second_reviewed_at)
    )
    state = EventState.REVIEWED if both else EventState.WAITING
    return change(event, Action.REVIEWED, by=by, now=now, words=words, state=state, **done)
