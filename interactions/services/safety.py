"""Safety concerns: a person acts first; the ladder makes sure that somebody does.

Source of the steps: the product's clinical page on safety. This is not an alarm system, and every page says so.
"""

from django.db import transaction

from interactions.choices import OWED, Action, ConcernState, Ending, SafetyAbout
from interactions.deadlines import RUNG_EVERY
from interactions.models import Concern, Rung, SafetyResponse
from interactions.services import promises, watch
from interactions.services.records import change, hold
from patients.access import supervisors_of
from patients.choices import Audience
from patients.models import Patient, RecordReader
from patients.watch_choices import WatchBegan
from staff.models import OnCallDuty, StaffMember
from staff.saving import refuse_unless, save_checked


def begin(concern, *, now, about="", voice_to="", voice_at=None):
    """Starts the response to a safety concern that was just written down: its ladder, and the sign on the patient."""
    save_checked(SafetyResponse(concern=concern, about=about, voice_to=voice_to, voice_at=voice_at))
    write_ladder(concern, now=now)
    mark_patient(concern.patient)
    if about == SafetyAbout.OVERDOSE and concern.audience == Audience.TEAM:  # what is for few eyes tells nobody else
        watch.begin_where_we_may(patient=concern.patient, because=WatchBegan.USED, by=concern.recorded_by, now=now)


def begin_again(concern, *, now):
    """Starts the response to a safety concern that was opened again: nobody has it, and the ladder begins below."""
    kept = SafetyResponse(pk=concern.safety.pk, concern=concern, about=concern.safety.about)
    save_checked(kept)
    concern.rungs.all().delete()
    write_ladder(concern, now=now)
    mark_patient(concern.patient)


def write_ladder(concern, *, now, after=0):
    """Adds a round of rungs after number `after`: everybody on call now by rank, the supervisor from the first, the
    admins. The next round is written when this one ends, with those who are on call then.

    Whoever is asked may read the concern, also one that is otherwise for few eyes. Of a restricted record only the lead
    and the care team may: everybody else is asked to call the lead (`interactions.calls`).
    """
    program = concern.patient.latest_episode.program
    on_call = [duty.staff for duty in OnCallDuty.objects.current(now).at_site(program.site).select_related("staff")]
    admins = list(StaffMember.objects.active().at(program.site).admins())
    subjects = (concern.not_for_id, concern.patient.account_id)
    people = [person for person in dict.fromkeys([*on_call, *admins]) if person.pk not in subjects]
    lead = next((person for person in supervisors_of(concern.patient, now) if person.pk not in subjects), None)
    people = people or [lead or concern.owner]
    rungs, n, due_at = [], after, now
    for person in people:
        due_at += RUNG_EVERY
        for asked in (person, lead) if n == 0 and lead and lead != person else (person,):
            n += 1
            rungs.append(Rung(concern=concern, n=n, staff=asked, due_at=due_at))
    Rung.objects.bulk_create(rungs)
    if concern.audience != Audience.TEAM:
        readers = {rung.staff_id for rung in rungs}
        RecordReader.objects.bulk_create(
            (RecordReader(record_ref=concern.ref, staff_id=reader) for reader in readers), ignore_conflicts=True
        )


@transaction.atomic
def extend_ladders(*, now):
    """Adds a round where a ladder that nobody has taken over comes to its end; returns how many ladders."""
    ending = list(Concern.objects.not_taken_over().ladder_ends_before(now + RUNG_EVERY))
    for concern in ending:
        concern = hold(concern)
        last = concern.rungs.order_by("-n").first()
        if last.due_at < now + RUNG_EVERY:  # else another pass was quicker
            write_ladder(concern, now=max(now, last.due_at), after=last.n)
    return len(ending)


def mark_patient(patient):
    """Sets since when the patient has an open safety concern, which is what the on-call rule of visibility asks."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    oldest = Concern.objects.of(patient).safety().owed().order_by("raised_at").first()
    patient.safety_open_at = oldest.raised_at if oldest else None
    patient.save(update_fields=["safety_open_at"])


@transaction.atomic
def told_by_voice(*, concern, to, at, by, now):
    """Writes down whom somebody told by voice, and when."""
    concern = _hold(concern)
    refuse_unless(to.strip(), {"voice_to": "Give the name of the person you told."})
    response = concern.safety
    response.voice_to, response.voice_at = to, at
    save_checked(response, update_fields=["voice_to", "voice_at"])
    return change(concern, Action.VOICE, by=by, now=now, words=to)


@transaction.atomic
def take_over(*, concern, by, now):
    """`by` has it in hand now: the ladder stops, the banner names them."""
    concern = _hold(concern)
    response = concern.safety
    refuse_unless(response.taken_over_at is None, f"{response.taken_over_by} has taken this over already.")
    return _in_hand(concern, by=by, now=now)


@transaction.atomic
def relieve(*, concern, by, now):
    """`by` has it in hand now instead of the colleague who had taken it over."""
    concern = _hold(concern)
    before = concern.safety.taken_over_by
    refuse_unless(before is not None, "Nobody has taken this over yet.")
    refuse_unless(before != by, "You have it already.")
    return _in_hand(concern, by=by, now=now)


def _hold(concern):
    concern = hold(concern, states=OWED)
    refuse_unless(concern.is_safety, "This is not a safety concern.")
    return concern


def _in_hand(concern, *, by, now):
    response = concern.safety
    response.taken_over_at, response.taken_over_by = now, by
    save_checked(response, update_fields=["taken_over_at", "taken_over_by"])
    return change(
        concern,
        Action.TAKEN_OVER,
        by=by,
        now=now,
        owner=by,
        state=ConcernState.HELD,
        acknowledged_at=now,
        acknowledged_by=by,
    )


@transaction.atomic
def make_safe(*, concern, seen_by, seen_at, done, documented_where, look_again_at, by, now):
    """Closes it with who saw them, when, what was done, where the assessment is, and when we look again."""
    concern = _hold(concern)
    wanted = {
        "seen_by": (seen_by.strip(), "Say who saw them."),
        "seen_at": (seen_at and seen_at <= now, "Say when they were seen."),
        "done": (done.strip(), "Say what was done."),
        "documented_where": (documented_where.strip(), "Say where the assessment is documented."),
        "look_again_at": (look_again_at and look_again_at > now, "Say when we look again."),
    }
    refuse_unless(all(given for given, _ in wanted.values()), {f: s for f, (given, s) in wanted.items() if not given})
    response = concern.safety
    for field, value in {
        "seen_by": seen_by,
        "seen_at": seen_at,
        "done": done,
        "documented_where": documented_where,
        "look_again_at": look_again_at,
    }.items():
        setattr(response, field, value)
    response.taken_over_at = response.taken_over_at or now
    response.taken_over_by = response.taken_over_by or by
    save_checked(response)
    change(
        concern,
        Action.CLOSED,
        by=by,
        now=now,
        words=f"{done}\nSeen by {seen_by}. Documented: {documented_where}",
        state=ConcernState.CLOSED,
        ending=Ending.THEY_KNOW,
        closed_at=now,
        closed_by=by,
    )
    mark_patient(concern.patient)
    promises.promise(
        patient=concern.patient,
        what="Look in again",
        due_at=look_again_at,
        owner=by,
        concern=concern,
        by=by,
        now=now,
        tell_when_done=False,
    )
    return concern
