"""Where somebody stands in care and who cares for them; what is owed to them moves along in the same transaction."""

from django.db import transaction

from interactions import deadlines
from interactions.choices import Action, HandoverState
from interactions.contact import move_clocks
from interactions.models import Concern, FollowUp
from interactions.ownership import gather, pass_on, pass_on_unseen, primary_of
from interactions.services import concerns, handovers, promises, updates, watch
from interactions.services.leaving import discharge, record_death, reopen_discharge
from interactions.services.plan import move_reviews
from interactions.services.records import change, hold
from interactions.services.stays import change_episode, hold_episode
from patients import services as patients
from patients.access import may_assign
from patients.choices import CameBy, CareRole, PauseKind
from patients.models import CareTeamMember, Placement
from patients.services import admit
from patients.watch_choices import WatchBegan, WatchEnd
from staff.access_log import log_change
from staff.choices import ProgramKind
from staff.reviews import JOINED
from staff.roles import Permission
from staff.saving import refuse_unless

SECOND_PERSON = "This needs a second person: nobody lets themselves in. Ask for one under Approvals."
MAY_ASSIGN = "The supervisor of the program, or an admin, changes the care team."

__all__ = [
    "accept_handover",
    "admit",
    "assign",
    "change_primary",
    "discharge",
    "end_membership",
    "make_primary",
    "pause",
    "readmit",
    "record_death",
    "reopen_discharge",
    "resume",
    "transfer",
]


@transaction.atomic
def readmit(*, patient, program, primary, by, now, admitted_at=None, came_by=CameBy.OWN_WISH, **details):
    """Welcomes somebody back: a new episode, and everything that was kept or still owed comes to the new primary."""
    patients.refuse_if_died(patient)
    last = patient.latest_episode
    if last is not None:
        refuse_unless(not last.is_open, "They are in care already.")
        refuse_unless(
            (admitted_at or now) >= last.discharged_at, {"admitted_at": "Their last stay had not ended by then."}
        )
        details.setdefault("opioid_involved", last.opioid_involved)
    watch.stop(patient=patient, because=WatchEnd.BACK_IN_CARE, by=by, now=now)
    for member in CareTeamMember.objects.of(patient).current(now).select_related("staff"):
        if member.role in (CareRole.OUTREACH, CareRole.PRIMARY) or member.staff == primary:
            patients.end_membership(member=member, by=by, now=now)
    episode = admit(
        patient=patient,
        program=program,
        primary=primary,
        by=by,
        now=now,
        admitted_at=admitted_at,
        came_by=came_by,
        **details,
    )
    move_reviews(episode)
    gather(patient=patient, heir=primary, by=by, now=now)
    for concern in Concern.objects.of(patient).kept():
        concern.patient = patient
        concerns.begin_again(hold(concern), by=by, now=now, words="They are back.", owner=primary)
    updates.begin_again(patient=patient, by=by, now=now)
    for follow_up in FollowUp.objects.of(patient).overdue(now):
        follow_up.patient = patient
        due_at = deadlines.end_of_next_day_of_care(program, now)
        promises.reschedule(follow_up=follow_up, due_at=due_at, because="They are back.", by=by, now=now)
    return episode


@transaction.atomic
def transfer(*, episode, program, by, now, primary=None, room="", note=""):
    """Moves an open episode into another program; whoever can no longer see the patient passes on what they owe."""
    episode = hold_episode(episode, by=by, now=now)
    patient, detox = episode.patient, episode.program.kind == ProgramKind.DETOX
    refuse_unless(program.pk != episode.program_id, {"program": f"They are in {program} already."})
    refuse_unless(program.archived_at is None, {"program": "This program is closed."})
    Placement.objects.current(now).filter(episode=episode).update(ended_at=now)
    Placement.objects.create(episode=episode, program=program, began_at=now, recorded_by=by, note=note)
    change_episode(episode, Action.RESCHEDULED, by=by, now=now, words=note, program=program, room=room)
    if primary is not None and primary != primary_of(patient, now):
        make_primary(patient=patient, staff=primary, by=by, now=now)
    pass_on_unseen(patient=patient, by=by, now=now)
    if detox and program.kind != ProgramKind.DETOX:
        watch.begin(patient=patient, because=WatchBegan.DETOX_ENDED, by=by, now=now)
    move_clocks(episode)
    return episode


@transaction.atomic
def pause(*, episode, kind, back_on, by, now):
    """Lets the cadence rest while they are elsewhere; while away already, this asks again: a new expected return."""
    patients.refuse_if_died(episode.patient)
    away = episode.pauses.current(now).update(ended_at=now)
    found = patients.pause(episode=episode, kind=kind, back_on=back_on, by=by, now=now)
    if away:
        move_clocks(episode)
    return found


def _away(episode, now):
    """The pauses for which they are away: the one that holds now, and those it followed at once."""
    found = list(episode.pauses.current(now))
    for before in episode.pauses.order_by("-began_at"):
        if found and before.ended_at == found[-1].began_at:
            found.append(before)
    return found


@transaction.atomic
def resume(*, episode, by, now):
    """They are back: the cadence runs again from this moment, and after hospital or custody we stay close to them."""
    patients.refuse_if_died(episode.patient)
    away = _away(episode, now)
    refuse_unless(episode.pauses.current(now).update(ended_at=now), "They are back already.")
    log_change(action="episode.resume", by=by, patients=[episode.patient], record=episode)
    if any(pause.kind in (PauseKind.HOSPITAL, PauseKind.CUSTODY) for pause in away):
        watch.begin(patient=episode.patient, because=WatchBegan.BACK, by=by, now=now)
    return move_clocks(episode)


@transaction.atomic
def assign(*, patient, staff, role, by, now):
    """Puts a colleague on the care team; as primary, the one before passes everything on. Returns the membership."""
    refuse_unless(may_assign(by, patient, now), MAY_ASSIGN)
    refuse_unless(not (by.may(Permission.MANAGE) and staff == by), {"staff": SECOND_PERSON})
    _note_joining(patient, staff, by)
    if role == CareRole.PRIMARY:
        return make_primary(patient=patient, staff=staff, by=by, now=now)
    return patients.assign(patient=patient, staff=staff, role=role, by=by, now=now)


@transaction.atomic
def join_team(*, patient, staff, role, by, now, instead_of=None):
    """Puts `staff` on the care team, in the place of `instead_of` if they still hold it. `by` is the second person."""
    if role == CareRole.PRIMARY:
        return make_primary(patient=patient, staff=staff, by=by, now=now)
    joined = patients.assign(patient=patient, staff=staff, role=role, by=by, now=now)
    left = CareTeamMember.objects.of(patient).current(now).naming(instead_of).first() if instead_of else None
    if left is not None:
        patients.end_membership(member=left, by=by, now=now)
        pass_on(patient=patient, leaving=instead_of, successor=staff, by=by, now=now)
    return joined


def _note_joining(patient, staff, by):
    """Whoever puts themselves on a care team stands on the reviews page."""
    if staff == by:
        log_change(action=JOINED, by=by, patients=[patient])


@transaction.atomic
def accept_handover(*, handover, by, now):
    """Whoever was asked takes over as the primary; the four points are to be finished soon."""
    handover = handovers.held_for_answer(handover, by=by)
    program = handover.patient.latest_episode.program
    due_at = deadlines.end_of_next_day_of_care(program, now)
    change(handover, Action.ACCEPTED, by=by, now=now, state=HandoverState.ACCEPTED, due_at=due_at)
    make_primary(patient=handover.patient, staff=by, by=by, now=now, stays_as=handover.stays_as, accepted=handover)
    return handover


@transaction.atomic
def change_primary(*, patient, staff, by, now, stays_as=""):
    """Makes `staff` the primary, to whom all passes that the one before owes; `stays_as` keeps that one on the team."""
    refuse_unless(may_assign(by, patient, now), MAY_ASSIGN)
    refuse_unless(not (by.may(Permission.MANAGE) and staff == by), {"staff": SECOND_PERSON})
    _note_joining(patient, staff, by)
    return make_primary(patient=patient, staff=staff, by=by, now=now, stays_as=stays_as)


@transaction.atomic
def make_primary(*, patient, staff, by, now, stays_as="", accepted=None):
    """As `change_primary`, once it is seen to that it may be. Any handover but the `accepted` one is over."""
    patients.refuse_if_died(patient)
    refuse_unless(patient.latest_episode.is_open, "They are between stays. A primary comes with the next one.")
    team = {member.staff_id: member for member in CareTeamMember.objects.of(patient).current(now)}
    before = next((member for member in team.values() if member.role == CareRole.PRIMARY), None)
    refuse_unless(before is None or before.staff_id != staff.pk, {"staff": f"{staff} is their primary already."})
    if accepted is None:
        handovers.let_go(patient=patient, by=by, now=now)
    met = team[staff.pk].introduced_at if staff.pk in team else None
    for member in filter(None, (before, team.get(staff.pk))):
        patients.end_membership(member=member, by=by, now=now)
    member = patients.assign(patient=patient, staff=staff, role=CareRole.PRIMARY, by=by, now=now, introduced_at=met)
    if before is not None:
        if stays_as:
            patients.assign(
                patient=patient,
                staff=before.staff,
                role=stays_as,
                by=by,
                now=now,
                introduced_at=before.introduced_at,
            )
        pass_on(patient=patient, leaving=before.staff, successor=staff, by=by, now=now)
    move_clocks(patient.latest_episode)
    return member


@transaction.atomic
def end_membership(*, member, by, now, successor=None):
    """Takes a colleague off the care team; what they still owe passes to `successor` or else the primary."""
    patient = member.patient
    refuse_unless(may_assign(by, patient, now), MAY_ASSIGN)
    refuse_unless(
        member.role != CareRole.PRIMARY or not patient.latest_episode.is_open or patient.died_on,
        "Somebody is always their primary. Name the new one first.",
    )
    patients.end_membership(member=member, by=by, now=now)
    handovers.let_go(patient=patient, by=by, now=now, of=member.staff)
    pass_on(patient=patient, leaving=member.staff, successor=successor, by=by, now=now)
