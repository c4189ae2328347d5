"""The end of a stay: a discharge, one that was a mistake, a death. What is still owed to the patient stays owed."""

from datetime import time

from django.db import transaction
from django.db.models import F, Q

from interactions.choices import (
    Action,
    ConcernState,
    Ending,
    MeetingState,
    PromiseState,
    TalkState,
    UpdateState,
)
from interactions.contact import move_clocks
from interactions.models import (
    Concern,
    FollowUp,
    HistoryEntry,
    Meeting,
    Reminder,
    TalkRequest,
    Update,
)
from interactions.ownership import gather, give_back, pass_on_unseen
from interactions.services import feedback, handovers, promises, safety, watch
from interactions.services.stays import MAY_MOVE, change_episode, hold_episode
from patients import services as patients
from patients.access import may_move, supervisors_of
from patients.choices import Audience, CareRole, ContactAfter, DischargeReason
from patients.models import CareTeamMember, Episode
from patients.watch_choices import WatchBegan, WatchEnd
from staff.access_log import log_change
from staff.roles import Role
from staff.saving import refuse_unless, save_checked


def moment_on(day, site, *, now):
    """The moment to write down for something that happened on `day`: now when it is today, else noon there."""
    return now if day == site.local_date(now) else site.moment(day, time(12))


@transaction.atomic
def discharge(
    *,
    episode,
    reason,
    contact_after,
    by,
    now,
    discharged_at=None,
    words="",
    note="",
    next_place="",
    naloxone="",
    medication="",
    outreach_owner=None,
    door_letter=False,
):
    """Ends a stay. Memberships end; what is owed stays owed by the outreach owner, or else the supervisor, who stay
    close to them for as long as the program says, unless they said no; then `door_letter` is all that is written.

    Planned meetings end with the stay; talk requests are promises and stay.
    """
    episode = hold_episode(episode, by=by, now=now)
    patient = episode.patient
    refuse_unless(reason != DischargeReason.DIED, {"reason": "A death is written down on its own page."})
    refuse_unless(contact_after in ContactAfter.values, {"contact_after": "Ask them: may we be in touch afterwards?"})
    refuse_unless(
        reason != DischargeReason.ENDED_BY_US or note.strip(),
        {"note": "We ended this stay: say why, where to, and which supervisor agreed."},
    )
    _end_stay(
        episode,
        discharged_at or now,
        by=by,
        now=now,
        discharge_reason=reason,
        discharge_words=words,
        discharge_note=note,
        contact_after=contact_after,
        next_place=next_place,
        naloxone=naloxone,
        medication=medication,
        outreach_owner=outreach_owner,
    )
    if contact_after == ContactAfter.NO:
        outreach_owner = None  # nobody stays in touch, so nobody stays on the team for it
    team = {member.staff_id: member for member in CareTeamMember.objects.of(patient).current(now)}
    for member in team.values():
        patients.end_membership(member=member, by=by, now=now)
    if outreach_owner is not None:
        known = team.get(outreach_owner.pk)
        patients.assign(
            patient=patient,
            staff=outreach_owner,
            role=CareRole.OUTREACH,
            by=by,
            now=now,
            introduced_at=known.introduced_at if known else None,
        )
    heir = outreach_owner or supervisors_of(patient, now)[0]
    gather(patient=patient, heir=heir, by=by, now=now)
    _stay_close(episode, heir, by=by, now=now, door_letter=door_letter)
    return episode


def _stay_close(episode, owner, *, by, now, door_letter):
    if watch.may_be_in_touch(episode):
        watch.begin(
            patient=episode.patient,
            because=WatchBegan.LEFT,
            began_at=episode.discharged_at,
            owner=owner,
            naloxone=episode.naloxone,
            medication=episode.medication,
            place=episode.next_place,
            by=by,
            now=now,
        )
        return
    watch.stop(patient=episode.patient, because=WatchEnd.THEIR_WISH, by=by, now=now)
    if door_letter:
        watch.write_letter(patient=episode.patient, owner=owner, by=by, now=now)


def _end_stay(episode, at, *, by, now, **fields):
    """Closes the episode, its placement and its pause at the moment `at`, and ends the meetings that were planned."""
    placement = episode.placements.filter(ended_at=None).get()
    refuse_unless(at <= now, {"discharged_on": "This day is still to come."})
    refuse_unless(
        at >= max(episode.admitted_at, placement.began_at),
        {"discharged_on": "They came after that day. Choose a later one."},
    )
    placement.ended_at = at
    placement.save(update_fields=["ended_at"])
    for pause in episode.pauses.filter(ended_at=None):
        pause.ended_at = max(at, pause.began_at)
        pause.save(update_fields=["ended_at"])
    change_episode(episode, Action.CLOSED, by=by, now=now, discharged_at=at, discharged_by=by, **fields)
    handovers.let_go(patient=episode.patient, by=by, now=now)
    planned = Meeting.objects.of(episode.patient).planned()
    _settle(planned, MeetingState.ENDED, Action.MISSED, by=by, now=now)


def _settle(records, state, action, *, by, now, words="", **fields):
    """Settles all of `records` (a queryset of one kind) at once, each with its history."""
    settled = {"settled_at": now, "settled_by": by} if hasattr(records.model, "settled_at") else {}
    refs = list(records.values_list("ref", flat=True))
    kind = records.model.objects.filter(ref__in=refs)
    kind.update(state=state, version=F("version") + 1, **(settled | fields))
    HistoryEntry.objects.bulk_create(
        HistoryEntry(record_ref=ref, action=action, words=words, happened_at=now, by=by) for ref in refs
    )


@transaction.atomic
def reopen_discharge(*, episode, because, by, now):
    """Takes a mistaken discharge back: the stay, the team that ended with it and the planned meetings stand again."""
    patient = episode.patient
    patients.refuse_if_died(patient)
    refuse_unless(because.strip(), {"because": "Say why this discharge was a mistake."})
    refuse_unless(
        by == episode.discharged_by or by.role == Role.SUPERVISOR,
        "Whoever wrote it down, or a supervisor, takes it back.",
    )
    episode = Episode.objects.select_for_update().get(pk=episode.pk)
    refuse_unless(not episode.is_open, "This stay is open.")
    refuse_unless(patient.latest_episode_id == episode.pk, "They have been welcomed back since then.")
    episode.patient, patient.latest_episode = patient, episode
    left_at = episode.discharged_at
    ended = HistoryEntry.objects.filter(record_ref=episode.ref, action=Action.CLOSED).latest("happened_at").happened_at
    for stretches in (episode.placements, episode.pauses):
        last = stretches.order_by("-began_at", "-pk").first()
        if last and last.ended_at == episode.discharged_at:
            last.ended_at = None
            last.save(update_fields=["ended_at"])
    change_episode(
        episode,
        Action.REOPENED,
        by=by,
        now=now,
        words=because,
        discharged_at=None,
        discharged_by=None,
        discharge_reason="",
        contact_after="",
        outreach_owner=None,
    )
    _restore_team(patient, ended, by=by, now=now)
    watch.undo_discharge(patient=patient, left_at=left_at, ended=ended, by=by, now=now)
    meetings = Meeting.objects.of(patient).filter(state=MeetingState.ENDED, settled_at=ended)
    _settle(meetings, MeetingState.PLANNED, Action.UNDONE, by=by, now=now, settled_at=None, settled_by=None)
    give_back(patient=patient, moved_at=ended, by=by, now=now)
    pass_on_unseen(patient=patient, by=by, now=now)
    move_clocks(episode)
    return episode


def _restore_team(patient, ended, *, by, now):
    """Those whose membership ended at the moment `ended` are on the team again, as they were."""
    team = CareTeamMember.objects.of(patient)
    back = team.filter(ended_at=ended, staff__is_active=True)
    returning = set(back.values_list("staff", flat=True))
    for member in team.current(now).select_related("staff"):
        if member.staff_id in returning or (member.role == CareRole.OUTREACH and member.began_at == ended):
            patients.end_membership(member=member, by=by, now=now)
    back.update(ended_at=None, ended_by=None)


@transaction.atomic
def record_death(*, patient, died_on, by, now, words="", owed_to_family=""):
    """Writes down that somebody died. Everything about them rests; what is owed to the family is the supervisor's.

    The care team still reads the record, so that nobody learns of it by a page that is gone. A death is taken back
    only with a second person.
    """
    patients.refuse_if_died(patient)
    refuse_unless(may_move(by, patient, now), MAY_MOVE)
    episode = patient.latest_episode
    site = episode.program.site
    refuse_unless(died_on <= site.local_date(now), {"died_on": "This day is still to come."})
    earliest = site.local_date(episode.admitted_at if episode.is_open else episode.discharged_at)
    refuse_unless(died_on >= earliest, {"died_on": "They were in our care after that day."})
    if episode.is_open:
        episode = hold_episode(episode, by=by, now=now)
        placement = episode.placements.filter(ended_at=None).get()
        at = min(max(moment_on(died_on, site, now=now), episode.admitted_at, placement.began_at), now)
        _end_stay(episode, at, by=by, now=now, discharge_reason=DischargeReason.DIED, discharge_note=words)
    _let_rest(patient, by=by, now=now)
    if owed_to_family.strip():
        promises.promise(patient=patient, what=owed_to_family, owner=supervisors_of(patient, now)[0], by=by, now=now)
    patient.died_on = died_on
    patient.version += 1
    save_checked(patient, update_fields=["died_on", "version"])
    log_change(action="patient.died", by=by, patients=[patient], record=patient, fields=["died_on"])


def _let_rest(patient, *, by, now):
    """Settles everything that was open. What they had raised about our staff, or to the supervisor
    only, is still looked into by its owner.
    """
    open_concerns = Concern.objects.of(patient).owed()
    kept_apart = Q(about_staff=True) | Q(audience=Audience.SUPERVISED)
    for concern in open_concerns.filter(kept_apart).select_related("owner", "not_for"):
        promises.promise(
            patient=patient,
            what="Look into what they raised about our staff",
            owner=concern.owner,
            concern=concern,
            tell_when_done=False,
            by=by,
            now=now,
        )
    feedback.withdraw(patient=patient, now=now)
    watch.stop(patient=patient, because=WatchEnd.DIED, by=by, now=now)
    died = {"words": "They died.", "by": by, "now": now}
    before = FollowUp.objects.of(patient).owed().filter(promised_at__lt=now)
    _settle(before, PromiseState.NOT_NEEDED, Action.NOT_NEEDED, outcome_words="They died.", **died)
    _settle(TalkRequest.objects.of(patient).open(), TalkState.ENDED, Action.NOT_NEEDED, **died)
    _settle(Meeting.objects.of(patient).planned(), MeetingState.ENDED, Action.MISSED, **died)
    _settle(Update.objects.of(patient).to_tell(), UpdateState.ENDED, Action.NOT_NEEDED, **died)
    _settle(open_concerns, ConcernState.CLOSED, Action.CLOSED, ending=Ending.DIED, closed_at=now, closed_by=by, **died)
    safety.mark_patient(patient)
    Reminder.objects.standing().filter(patient=patient).update(ended_at=now)
