"""Every open thing has an owner who can see it now: who that is, and how it passes on when somebody leaves."""

from django.db import transaction
from django.db.models import F

from interactions.choices import Action, HandoverState
from interactions.compiled import which
from interactions.models import Concern, FollowUp, Handover, HistoryEntry, Meeting, TalkRequest, Update
from interactions.services.records import change, hold
from patients.access import sees, supervisors_of
from patients.models import CareTeamMember, OutreachDay, Patient
from staff.access_log import log_change
from staff.models import StaffMember
from staff.saving import refuse_unless

ONLY_THEIRS = "Something that {} looks after is for few eyes, and nobody else there may see it. Hand it over first."


def open_things():
    """A queryset for each kind of thing that somebody owns until it is settled, of all patients."""
    return [
        Concern.objects.owed(),
        FollowUp.objects.owed(),
        Meeting.objects.planned(),
        TalkRequest.objects.open(),
        Update.objects.owed(),
        OutreachDay.objects.open(),
    ]


def owner_for(patient, proposed, now):
    """`proposed` if they may see the patient now, else the primary, else the supervisor."""
    supervisors = supervisors_of(patient, now)
    for person in (proposed, primary_of(patient, now), *supervisors):
        if person is not None and sees(person, patient, now):
            return person
    return supervisors[0]


def primary_of(patient, now):
    """The patient's primary now, or None."""
    member = CareTeamMember.objects.primaries().of(patient).current(now).select_related("staff").first()
    return member.staff if member else None


def heirs(patient, successor, now):
    """Who is asked to take over, in order: the named successor, the primary, the supervisor, their deputy."""
    people = (successor, primary_of(patient, now), *supervisors_of(patient, now))
    return [person for person in dict.fromkeys(people) if person is not None]


@transaction.atomic
def pass_on(*, patient, leaving, successor, by, now):
    """Moves what `leaving` still owes the patient to `successor`, or else the primary, or else the supervisor.

    Each record goes to the first of them who may see it; it stays where it is only if `leaving` still may and nobody
    else does. To be called after the membership has ended.
    """
    people = [person for person in heirs(patient, successor, now) if person != leaving]
    for things in open_things():
        left = _give(things.of(patient).owned_by(leaving), people, by=by, now=now)
        lost = left and things.filter(ref__in=left).exclude(pk__in=things.visible_to(leaving, now).values("pk"))
        refuse_unless(not (lost and lost.exists()), ONLY_THEIRS.format(leaving))


@transaction.atomic
def pass_on_unseen(*, now, patient=None, by=None):
    """Moves every open thing (of `patient`, or of everybody) whose owner can no longer see it; returns how many.

    Where nobody else may see one, what `by` was about to do is refused.
    """
    moved, kinds = 0, may_pass_on()
    kinds = [kind.of(patient) for kind in kinds] if patient else [kinds[number] for number in which(in_doubt, now)]
    for kind in kinds:
        things = kind.in_doubtful_hands(now)
        if kind.model is Handover:
            end_unseen_handovers(asked=things, now=now, by=by)
            continue
        for owner in StaffMember.objects.owning(things):
            owned = things.owned_by(owner)
            lost = owned.exclude(pk__in=owned.visible_to(owner, now).values("pk"))
            for someone in Patient.objects.with_care().filter(pk__in=lost.values("patient")):
                theirs = lost.of(someone)
                before = theirs.count()
                left = _give(theirs, heirs(someone, None, now), by=by, now=now)
                refuse_unless(not (left and by), ONLY_THEIRS.format(owner))
                moved += before - len(left)
    return moved


def may_pass_on():
    """What depends on somebody who may cease to see it: handovers first, then each kind of open thing."""
    return [Handover.objects.asked(), *open_things()]


def in_doubt(now):
    return [kind.in_doubtful_hands(now) for kind in may_pass_on()]


@transaction.atomic
def end_unseen_handovers(*, asked, now, by=None):
    """Ends those of the handovers `asked` of somebody who cannot see the patient any more: nobody could answer them."""
    for handover in asked.select_related("owner", "patient"):
        if not sees(handover.owner, handover.patient, now):
            words, state = f"{handover.owner} no longer cares for them.", HandoverState.ENDED
            settled = {"state": state, "settled_at": now, "settled_by": by, "outcome_words": words}
            change(hold(handover), Action.NOT_NEEDED, by=by, now=now, words=words, **settled)


@transaction.atomic
def gather(*, patient, heir, by, now):
    """Moves every open thing of the patient to `heir`, but for what only others may see."""
    for things in open_things():
        _give(things.of(patient).exclude(owner=heir), [heir], by=by, now=now)
    pass_on_unseen(patient=patient, by=by, now=now)


@transaction.atomic
def give_back(*, patient, moved_at, by, now):
    """What passed on at the moment `moved_at` and is still open goes to the primary."""
    moved = HistoryEntry.objects.filter(action=Action.NEW_OWNER, happened_at=moved_at).values("record_ref")
    primary = primary_of(patient, now)
    for things in open_things() if primary else ():
        _give(things.of(patient).filter(ref__in=moved).exclude(owner=primary), [primary], by=by, now=now)


def _give(things, people, *, by, now):
    """Gives each of `things` to the first of `people` who may see it; returns the refs of those nobody took."""
    left = set(things.values_list("ref", flat=True))
    for person in people:
        if not left:
            break
        kind = things.model.objects.filter(ref__in=left)
        refs = set(kind.visible_to(person, now).values_list("ref", flat=True))
        set_owner(kind.filter(ref__in=refs), refs, person, by=by, now=now)
        left -= refs
    return left


def set_owner(records, refs, owner, *, by, now):
    """Sets the owner of `records` (a queryset of one kind, with these refs) and writes it into their histories."""
    patients = {record.patient for record in records.select_related("patient")}
    records.update(owner=owner, version=F("version") + 1)
    HistoryEntry.objects.bulk_create(
        HistoryEntry(record_ref=ref, action=Action.NEW_OWNER, words=owner.name, happened_at=now, by=by) for ref in refs
    )
    if patients:
        log_change(action=f"{records.model._meta.model_name}.new_owner", by=by, patients=patients, fields=["owner"])
