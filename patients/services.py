"""Changes to who somebody is, where they stand in care and who cares for them."""

from django.db import transaction

from patients import search
from patients.cadence import Facts, recompute
from patients.choices import CameBy, CareRole, ContactAfter, ExportPurpose
from patients.exports import LIFE
from patients.models import (
    CareTeamMember,
    Episode,
    Export,
    Patient,
    Pause,
    Placement,
    RecordNumbers,
    SafeContact,
    TransitionWatch,
)
from patients.watch_choices import WatchEnd
from staff.access_log import log_change
from staff.conflicts import conflict_unless
from staff.roles import Permission
from staff.saving import refuse_unless, save_checked


def refuse_if_died(patient):
    """The record of somebody who died can be read and amended; nothing new is added to it."""
    refuse_unless(
        patient.died_on is None,
        f"{patient.called} has died. This record can be read and amended; nothing new is added to it.",
    )


@transaction.atomic
def register(*, by, now, **person):
    """Registers a person, with the next record number, and returns the `Patient`."""
    patient = Patient(record_number=next_record_number(), recorded_at=now, recorded_by=by, **person)
    save_checked(patient)
    search.index(patient)
    log_change(action="patient.register", by=by, patients=[patient], record=patient, fields=person)
    return patient


def next_record_number():
    """The next number, such as "R00042". Numbers are given once; one that was rolled back is given again."""
    numbers, _ = RecordNumbers.objects.select_for_update().get_or_create(pk=1)
    numbers.last += 1
    numbers.save(update_fields=["last"])
    return f"R{numbers.last:05d}"


@transaction.atomic
def admit(
    *, program, primary, by, now, person=None, patient=None, admitted_at=None, came_by=CameBy.OWN_WISH, **details
):
    """Admits a new person (`person` holds their fields) or a known `patient` without a stay; returns the episode."""
    refuse_unless(by.may(Permission.PATIENT_ADMIT), "Clinicians and supervisors admit.")
    refuse_unless(by.site_id == program.site_id, {"program": "Admit into a program of your own site."})
    refuse_unless((admitted_at or now) <= now, {"admitted_at": "This is still to come. Admit them when they are here."})
    patient = patient or register(by=by, now=now, **person)
    return open_episode(
        patient=patient,
        program=program,
        primary=primary,
        by=by,
        now=now,
        admitted_at=admitted_at,
        came_by=came_by,
        **details,
    )


@transaction.atomic
def open_episode(*, patient, program, primary, by, now, admitted_at=None, came_by=CameBy.OWN_WISH, **details):
    """Opens an episode in `program` with its primary, sets its clocks and returns it.

    Who may admit into which program is for the caller; that an episode is open already is refused here.
    """
    refuse_if_died(patient)
    refuse_unless(program.archived_at is None, "This program is closed.")
    admitted_at = admitted_at or now
    episode = save_checked(
        Episode(
            patient=patient,
            program=program,
            admitted_at=admitted_at,
            admitted_by=by,
            came_by=came_by,
            **details,
        )
    )
    Placement.objects.create(episode=episode, program=program, began_at=admitted_at, recorded_by=by)
    patient.latest_episode = episode
    patient.save(update_fields=["latest_episode"])
    assign(patient=patient, staff=primary, role=CareRole.PRIMARY, by=by, now=now, began_at=admitted_at)
    recompute(episode, Facts())
    log_change(
        action="episode.open",
        by=by,
        patients=[patient],
        record=episode,
        fields=["program", "primary", *details],
    )
    return episode


@transaction.atomic
def assign(*, patient, staff, role, by, now, began_at=None, introduced_at=None):
    """Puts a staff member on the care team and returns the membership, with the day they should be introduced by.

    `introduced_at` carries over that they have met before.
    """
    refuse_if_died(patient)
    refuse_unless(staff.is_active and staff.role != "auditor", f"{staff.name} cannot be on a care team.")
    refuse_unless(patient.account_id != staff.pk, "Nobody cares for themselves here.")
    began_at = began_at or now
    standard = patient.latest_episode.standard(began_at)
    target = "introduce_primary" if role == CareRole.PRIMARY else "introduce_other"
    member = save_checked(
        CareTeamMember(
            patient=patient,
            staff=staff,
            role=role,
            began_at=began_at,
            assigned_by=by,
            introduce_by_at=standard.due(target, began_at),
            introduced_at=introduced_at,
        )
    )
    log_change(action="care_team.assign", by=by, patients=[patient], record=member, fields=["staff", "role"])
    return member


@transaction.atomic
def end_membership(*, member, by, now):
    """Ends a membership. What the member owes is passed on by the caller in the same transaction."""
    refuse_unless(member.ended_at is None, "This membership has ended already.")
    member.ended_at, member.ended_by = now, by
    member.save(update_fields=["ended_at", "ended_by"])
    log_change(action="care_team.end", by=by, patients=[member.patient], record=member)


@transaction.atomic
def update_person(*, patient, version, by, now, **fields):
    """Changes who somebody is, unless they were changed since `version` was read."""
    refuse_if_died(patient)
    changed = [name for name, value in fields.items() if getattr(patient, name) != value]
    for name in changed:
        setattr(patient, name, fields[name])
    updated = Patient.objects.filter(pk=patient.pk, version=version).update(version=version + 1)
    conflict_unless(
        updated,
        "Somebody else changed this while you were writing. Your words are still here; look at theirs first.",
    )
    patient.version = version + 1
    save_checked(patient, update_fields=[*changed, "version"])
    search.index(patient)
    log_change(action="patient.update", by=by, patients=[patient], record=patient, fields=changed)


@transaction.atomic
def record_safe_contact(*, patient, by, now, **answers):
    """Writes down how to reach somebody safely, as they say now; what they said before stays on the record.

    Who has left and says no is not contacted any more; who says otherwise than before, as they say now.
    """
    refuse_if_died(patient)
    before = SafeContact.objects.of(patient).first()
    contact = save_checked(SafeContact(patient=patient, recorded_at=now, recorded_by=by, **answers))
    log_change(action="safe_contact.record", by=by, patients=[patient], record=contact, fields=answers)
    episode = patient.latest_episode
    wish = contact.after_leaving
    if episode and not episode.is_open and (wish == ContactAfter.NO or (before and wish != before.after_leaving)):
        _contact_as_they_wish(patient, episode, wish, by=by, now=now)
    return contact


def _contact_as_they_wish(patient, episode, wish, *, by, now):
    """Ends staying close to those who say no. A pass of reminders lets those go who stayed in touch, and plans anew for
    those who want letters only, or calls again.
    """
    if not wish:
        return
    episode.contact_after = wish
    episode.version += 1
    save_checked(episode, update_fields=["contact_after", "version"])
    if wish != ContactAfter.NO:
        return
    for watch in TransitionWatch.objects.running().of(patient).select_for_update():
        watch.ended_at, watch.ended_by, watch.ended_because = now, by, WatchEnd.THEIR_WISH
        watch.version += 1
        save_checked(watch, update_fields=["ended_at", "ended_by", "ended_because", "version"])
        log_change(action="transitionwatch.closed", by=by, patients=[patient], record=watch, fields=["ended_at"])


@transaction.atomic
def pause(*, episode, kind, back_on, by, now):
    """Pauses an open episode: cadence, meetings and milestones rest until they are back. At most 14 days at a time."""
    refuse_unless(episode.is_open, "This stay has ended.")
    today = episode.program.site.local_date(now)
    refuse_unless(0 <= (back_on - today).days <= 14, "Expect them back within 14 days; then it is asked again.")
    found = save_checked(Pause(episode=episode, kind=kind, back_on=back_on, began_at=now, recorded_by=by))
    log_change(action="episode.pause", by=by, patients=[episode.patient], record=found, fields=["kind", "back_on"])
    return found


@transaction.atomic
def ask_export(*, what, filters, kind, purpose, words, session_hash, by, now):
    """Keeps what somebody wants to take out, and for what, and returns the `Export`: taken once, in this session, soon.

    The log says that they asked; what leaves, and of whom, it says when it is taken.
    """
    refuse_unless(purpose != ExportPurpose.OTHER or words.strip(), {"words": "Say in a few words what it is for."})
    export = Export(
        by=by,
        session_hash=session_hash,
        what=what,
        filters=filters,
        kind=kind,
        purpose=purpose,
        words=words,
        asked_at=now,
        expires_at=now + LIFE,
    )
    save_checked(export)
    log_change(action="export.ask", by=by, patients=[], record=export, fields=[what, purpose])
    return export
