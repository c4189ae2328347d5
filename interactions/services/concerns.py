"""The told loop: raised, owned, acknowledged, answered, told, and "did that answer it?". Never closed by "done"."""

from datetime import timedelta

from django.db import transaction

from interactions import deadlines
from interactions.choices import OWED, UNANSWERED, Action, Answer, ConcernKind, ConcernState, Ending, Settled, Urgency
from interactions.models import CheckIn, Concern
from interactions.ownership import owner_for
from interactions.services import safety as safety_services
from interactions.services.records import add, change, hold
from patients.access import supervises, supervisors_of
from patients.choices import Audience
from patients.models import CareTeamMember
from patients.services import refuse_if_died
from staff.saving import refuse_unless

TRIES_BEFORE_KEPT = 3
NOT_HANDED = dict.fromkeys(("handed_at", "handed_by", "hand_back_at"))
FOR_THE_SUPERVISOR = "The supervisor looks after a concern about a colleague."


@transaction.atomic
def raise_concern(
    *,
    patient,
    words,
    by,
    now,
    urgency=Urgency.ROUTINE,
    kind="",
    about_staff=False,
    not_for=None,
    owner=None,
    check_in=None,
    meeting=None,
    feedback=None,
    on_the_spot=False,
    answer_words="",
    safety=None,
):
    """Writes down what the patient raised, with its owner and its clock, and returns the `Concern`.

    `on_the_spot` gives it all its states at once. `safety` holds what is known of a safety concern. A concern about a
    colleague goes to the supervisor (to the deputy when it is about the supervisor) and `not_for` never sees it. What
    comes from `feedback` was heard by nobody yet, and is for the same eyes.
    """
    refuse_if_died(patient)
    refuse_unless(words.strip(), {"words": "Write it in their own words."})
    urgent = urgency == Urgency.SAFETY
    refuse_unless(not (urgent and on_the_spot), {"on_the_spot": "Somebody has to look at this first."})
    if about_staff or not_for:
        about_staff = True
        lead, *deputies = supervisors_of(patient, now)
        owner = next(iter(deputies), owner) if not_for == lead else lead
        if owner is None and urgent:
            owner = by  # nobody's safety waits for a name; the ladder asks everybody else
        refuse_unless(
            owner is not None and owner != not_for,
            {"not_for": "Nobody is named yet to look after concerns about the supervisor. Tell an admin today."},
        )
    elif feedback is not None:
        owner, not_for = owner_for(patient, None, now), feedback.not_for
        if feedback.audience == Audience.SUPERVISED:
            owner = supervisors_of(patient, now)[0]
    else:
        owner = owner_for(patient, owner or _heard_by_team(patient, by, now), now)
    concern = Concern(
        patient=patient,
        words=words,
        kind=ConcernKind.SAFETY if urgent else kind,
        urgency=urgency,
        about_staff=about_staff,
        not_for=not_for,
        audience=Audience.SUPERVISED if about_staff else feedback.audience if feedback else Audience.TEAM,
        owner=owner,
        check_in=check_in,
        meeting=meeting,
        feedback=feedback,
        raised_at=check_in.happened_at if check_in else meeting.starts_at if meeting else now,
        **deadlines.clock(patient, urgency, now),
    )
    # Whoever hears and owns a concern has it by saving. Safety waits for somebody who says that they take it over.
    if (owner == by and not urgent and feedback is None) or on_the_spot:
        concern.state = ConcernState.HELD
        concern.acknowledged_at, concern.acknowledged_by = now, by
    if on_the_spot:
        concern.state, concern.answer, concern.answer_words = ConcernState.TOLD, Answer.YES, answer_words
        concern.answered_at = concern.told_at = now
        concern.answered_by = concern.told_by = by
    add(concern, by=by, now=now, in_own_hand=feedback is not None)
    if urgent:
        safety_services.begin(concern, now=now, **(safety or {}))
    return concern


def _heard_by_team(patient, by, now):
    """`by` while on the patient's care team, else None: then the primary has it."""
    return by if CareTeamMember.objects.of(patient).current(now).filter(staff=by).exists() else None


@transaction.atomic
def acknowledge(*, concern, by, now):
    """Takes a waiting concern on."""
    concern = hold(concern, states=[ConcernState.WAITING, ConcernState.REOPENED])
    refuse_unless(not concern.is_safety, "Take it over: that says who looks after them now.")
    refuse_unless(_may_look_after(concern, by, now), FOR_THE_SUPERVISOR)
    return change(concern, Action.ACKNOWLEDGED, by=by, now=now, owner=by, state=ConcernState.HELD, **_taken(by, now))


def _taken(by, now):
    """Field values of a concern that `by` has taken on."""
    return {"acknowledged_at": now, "acknowledged_by": by, **NOT_HANDED}


def _may_look_after(concern, staff, now):
    """A concern about a colleague is looked after by the supervisor, everything else by whoever may see it."""
    return not concern.about_staff or staff == concern.owner or supervises(staff, concern.patient, now)


@transaction.atomic
def answer(*, concern, answer, words, by, now, say_by_at=None):
    """Writes down the answer; the patient is still to be told. "We will say by …" is told by saying so: a new clock."""
    concern = hold(concern, states=UNANSWERED)
    refuse_unless(not concern.is_safety, "A safety concern ends with who saw them and what was done.")
    refuse_unless(answer == Answer.YES or words.strip(), {"words": "Write what the answer is, so that it can be told."})
    fields = _taken(by, now) if concern.acknowledged_at is None else {}
    if answer == Answer.LATER:
        refuse_unless(say_by_at and say_by_at > now, {"say_by_at": "Say by when they will hear from us."})
        say_by_at = deadlines.before_they_leave(concern.patient, say_by_at, now)
        return change(
            concern,
            Action.ANSWERED,
            by=by,
            now=now,
            words=words,
            state=ConcernState.HELD,
            answer=answer,
            answer_words=words,
            clock_started_at=now,
            answer_due_at=say_by_at,
            **fields,
        )
    return change(
        concern,
        Action.ANSWERED,
        by=by,
        now=now,
        words=words,
        state=ConcernState.ANSWERED,
        answer=answer,
        answer_words=words,
        answered_at=now,
        answered_by=by,
        tell_due_at=deadlines.tell_due(concern.patient, now),
        **fields,
    )


@transaction.atomic
def tell(*, concern, by, now, words=""):
    """The patient was told; `words` is what they said to it."""
    concern = hold(concern, states=[ConcernState.ANSWERED])
    return change(
        concern,
        Action.TOLD,
        by=by,
        now=now,
        words=words,
        state=ConcernState.TOLD,
        told_at=now,
        told_by=by,
        told_words=words,
        settled="",
        **NOT_HANDED,
    )


@transaction.atomic
def undo_tell(*, concern, by, now):
    """Takes a mistaken "told" back: one state back, with the old clock."""
    concern = hold(concern, states=[ConcernState.TOLD])
    refuse_unless(concern.tell_due_at, "This was answered on the spot; open it again instead.")
    return change(
        concern,
        Action.UNDONE,
        by=by,
        now=now,
        state=ConcernState.ANSWERED,
        told_at=None,
        told_by=None,
        told_words="",
        settled="",
    )


@transaction.atomic
def confirm(*, concern, settled, by, now, words=""):
    """Did that answer it? "No" opens it again; a second "no" takes it to the supervisor."""
    concern = hold(concern, states=[ConcernState.TOLD])
    change(concern, Action.CONFIRMED, by=by, now=now, words=words or Settled(settled).label, settled=settled)
    if settled != Settled.NO:
        return concern
    times = concern.times_unsettled + 1
    owner = concern.owner
    if times > 1:
        lead = supervisors_of(concern.patient, now)[0]
        owner = lead if lead.pk != concern.not_for_id else concern.owner
    return begin_again(
        concern,
        by=by,
        now=now,
        words=words,
        times_unsettled=times,
        owner=owner,
        unsettled_at=now if times > 1 else None,
    )


@transaction.atomic
def reopen(*, concern, words, by, now):
    """Opens a concern again that was not settled after all, with a new clock."""
    concern = hold(concern, states=[ConcernState.TOLD, ConcernState.CLOSED, ConcernState.KEPT])
    refuse_unless(words.strip(), {"words": "Write what they said."})
    return begin_again(concern, by=by, now=now, words=words)


@transaction.atomic
def begin_again(concern, *, by, now, words="", owner=None, **fields):
    """Starts the concern's clock anew; what was answered and told before stands in its history."""
    owner = owner or concern.owner
    if not concern.about_staff:
        owner = owner_for(concern.patient, owner, now)
    elif not (_may_look_after(concern, owner, now) and Concern.objects.visible_to(owner, now).filter(pk=concern.pk)):
        owner = concern.owner
    fields = {
        "state": ConcernState.REOPENED,
        "owner": owner,
        "settled": "",
        "answer": "",
        "answer_words": "",
        "tell_due_at": None,
        "told_words": "",
        "ending": "",
        **dict.fromkeys(("answered_at", "answered_by", "told_at", "told_by", "closed_at", "closed_by")),
        **NOT_HANDED,
        **deadlines.clock(concern.patient, concern.urgency, now),
        **fields,
    }
    change(concern, Action.REOPENED, by=by, now=now, words=words, **fields)
    if concern.is_safety:
        safety_services.begin_again(concern, now=now)
    return concern


@transaction.atomic
def hand_over(*, concern, to, by, now):
    """Hands a concern to a colleague. Not taken on within half its target, it goes back."""
    concern = hold(concern, states=OWED)
    refuse_unless(not concern.is_safety, "Tell them by voice: whoever looks after this takes it over themselves.")
    refuse_unless(to != concern.owner, {"to": f"{to} has it already."})
    may_have = Concern.objects.visible_to(to, now).filter(pk=concern.pk).exists()
    refuse_unless(may_have, {"to": f"{to} does not care for {concern.patient.called} at the moment."})
    refuse_unless(_may_look_after(concern, to, now), {"to": FOR_THE_SUPERVISOR})
    untold = concern.state == ConcernState.ANSWERED
    due = concern.answer_due_at if concern.acknowledged_at else concern.ack_due_at
    due = concern.tell_due_at if untold else due
    half = max((due - now) / 2, timedelta(minutes=15))
    return change(
        concern,
        Action.HANDED_OVER,
        by=by,
        now=now,
        words=to.name,
        owner=to,
        state=concern.state if untold else ConcernState.WAITING,
        acknowledged_at=None,
        acknowledged_by=None,
        handed_at=now,
        handed_by=by,
        hand_back_at=now + half,
    )


@transaction.atomic
def return_unclaimed(*, now):
    """Concerns handed to somebody who has not taken them on in time go back; returns how many."""
    unclaimed = list(Concern.objects.unclaimed(now).select_related("patient", "handed_by"))
    returned = 0
    for concern in unclaimed:
        concern = hold(concern)
        if concern.acknowledged_at or concern.state not in OWED or concern.hand_back_at is None:
            continue  # somebody took it on while this one was looking
        returned += 1
        change(
            concern,
            Action.WENT_BACK,
            by=None,
            now=now,
            owner=owner_for(concern.patient, concern.handed_by, now),
            **NOT_HANDED,
        )
    return returned


@transaction.atomic
def close(*, concern, ending, by, now, words=""):
    """Ends a concern without an answer: they no longer want one, or they left and it is kept for their return."""
    concern = hold(concern, states=OWED)
    refuse_unless(not concern.is_safety, "A safety concern ends with who saw them and what was done.")
    refuse_unless(ending in (Ending.NOT_WANTED, Ending.HAD_LEFT), "They know only when somebody has told them.")
    refuse_unless(words.strip(), {"words": "Write what they said, or how it was tried."})
    if ending == Ending.HAD_LEFT:
        tries = CheckIn.objects.of(concern.patient).attempts().since(concern.clock_started_at).count()
        refuse_unless(concern.patient.latest_episode.discharged_at, "They are still in care: tell them.")
        refuse_unless(
            tries >= TRIES_BEFORE_KEPT, f"Try {TRIES_BEFORE_KEPT} times first; {tries} tries are on the record."
        )
        return change(concern, Action.KEPT, by=by, now=now, words=words, state=ConcernState.KEPT, ending=ending)
    return change(
        concern,
        Action.CLOSED,
        by=by,
        now=now,
        words=words,
        state=ConcernState.CLOSED,
        ending=ending,
        closed_at=now,
        closed_by=by,
    )
