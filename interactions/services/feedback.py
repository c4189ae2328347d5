"""Feedback in the patient's own hand: they are asked, send one form, and what it asks of us gets an owner."""

import secrets
from datetime import timedelta

from django.db import transaction

from interactions.choices import Action, ConcernKind, FeedbackWay, Urgency
from interactions.contact import move_clocks
from interactions.models import Feedback, FeedbackInvitation
from interactions.models.feedback import VERY_LOW
from interactions.services.concerns import raise_concern
from interactions.services.records import add, change, hold
from interactions.services.signals import look
from patients.access import supervises
from patients.choices import Audience, ContactAfter
from patients.services import refuse_if_died
from staff.access_log import log_change
from staff.choices import ProgramKind
from staff.conflicts import overtaken_unless
from staff.feeds import SECRET, digest
from staff.saving import refuse_unless, save_checked

GOOD_FOR = {FeedbackWay.TABLET: timedelta(hours=2), FeedbackWay.LINK: timedelta(days=7)}
STILL_TAKEN = timedelta(days=8)  # from when they were asked
MOMENT = timedelta(minutes=10)
FIRST_DAYS_OF_DETOX = timedelta(hours=48)  # the product's clinical rule: too unwell to be asked
TALK = "I’d like to talk with someone today."


@transaction.atomic
def invite(*, patient, way, by, now, at_leaving=False):
    """Asks them what they think of their care. Returns the invitation and the secret of its form, told this once.

    One that still waits ends: the new one stands in its place.
    """
    refuse_if_died(patient)
    episode = patient.latest_episode
    refuse_unless(not _too_early(episode, now), {"way": "Not in the first 48 hours of detox. Ask them later."})
    if not episode.is_open and way == FeedbackWay.LINK:
        refuse_unless(
            episode.contact_after == ContactAfter.YES, {"way": "They did not want to hear from us after leaving."}
        )
    withdraw(patient=patient, now=now)
    token = secrets.token_urlsafe(SECRET)
    declined = way == FeedbackWay.DECLINED
    invitation = FeedbackInvitation(
        patient=patient,
        way=way,
        at_leaving=at_leaving,
        token_hash=digest(token),
        made_at=now,
        made_by=by,
        expires_at=now if declined else now + GOOD_FOR[way],
        used_at=now if declined else None,
    )
    save_checked(invitation)
    log_change(action="feedback.asked", by=by, patients=[patient], record=patient, fields=["feedback"])
    if episode.is_open:
        move_clocks(episode)
    return invitation, token


def _too_early(episode, now):
    in_detox = episode.is_open and episode.program.kind == ProgramKind.DETOX
    return in_detox and now < episode.admitted_at + FIRST_DAYS_OF_DETOX


def withdraw(*, patient, now):
    """No form of theirs can be sent any more."""
    FeedbackInvitation.objects.of(patient).standing().update(ended_at=now)


def invitation_at(*, token, now, sending=False):
    """The invitation whose form has this secret, if the form can still be opened; else None.

    `sending`: a form that was open when its time ran out, or when a colleague asked in another way, is still taken.
    """
    found = FeedbackInvitation.objects.with_hash(digest(token)).with_patient()
    found = (found.unused_since(now - STILL_TAKEN) if sending else found.open(now)).first()
    return None if found is None or found.patient.died_on else found


def declined_just_now(*, token, now):
    """Whether they said a moment ago that they would rather not."""
    return FeedbackInvitation.objects.with_hash(digest(token)).declined_since(now - MOMENT).exists()


def sent_just_now(*, token, now, answers):
    """Whether this same form was sent a moment ago: a second tap adds nothing, and nothing is lost by it."""
    given = Feedback.objects.sent_by(digest(token), now - MOMENT).first()
    if given is None:
        return False
    same = {name: value for name, value in answers.items() if name != "supervisor_only"}
    private = given.audience == Audience.SUPERVISED
    return all(getattr(given, name) == value for name, value in same.items()) and private == answers["supervisor_only"]


@transaction.atomic
def decline(*, invitation, now):
    """They would rather not. Said twice, it is said once."""
    if FeedbackInvitation.objects.unused_since(now - STILL_TAKEN).filter(pk=invitation.pk).update(used_at=now):
        log_change(action="feedback.declined", by=None, patients=[invitation.patient], record=invitation.patient)


@transaction.atomic
def give(*, invitation, now, supervisor_only=False, **answers):
    """Keeps what they sent, and returns the `Feedback`.

    What they ask, what they would like more of and that they want to talk today become concerns, which wait for
    somebody: nobody has read them yet.
    """
    _use(invitation, now)
    patient, by = invitation.patient, invitation.made_by
    private = supervisor_only and not supervises(by, patient, now)
    feedback = Feedback(
        patient=patient,
        invitation=invitation,
        audience=Audience.SUPERVISED if supervisor_only else Audience.TEAM,
        not_for=by if private else None,
        **answers,
    )
    if supervisor_only or (feedback.lowest is not None and feedback.lowest <= VERY_LOW):
        site = patient.latest_episode.program.site
        feedback.low_due_at = site.calendar.next_opening(site.day_bounds(site.local_date(now))[1])
    add(feedback, by=by, now=now, in_own_hand=True)
    look(patient=patient, heard=("given",), by=by, now=now)
    asked = (
        (TALK if feedback.wants_to_talk else "", ConcernKind.REQUEST, Urgency.TODAY),
        (feedback.question, ConcernKind.QUESTION, Urgency.ROUTINE),
        (feedback.more_of, ConcernKind.REQUEST, Urgency.ROUTINE),
    )
    for words, kind, urgency in asked:
        if words.strip():
            raise_concern(patient=patient, words=words, kind=kind, urgency=urgency, feedback=feedback, by=by, now=now)
    return feedback


@transaction.atomic
def ask_about(*, feedback, words, by, now):
    """Somebody asked them about it; what they said stands beside their form. Returns the `Feedback`."""
    refuse_unless(words.strip(), {"words": "Write what they said."})
    feedback = hold(feedback)
    overtaken_unless(feedback.asked_at is None, "Somebody was quicker: look at what they wrote first.")
    return change(feedback, Action.ASKED, by=by, now=now, words=words, asked_at=now, asked_by=by, asked_words=words)


def _use(invitation, now):
    """Of two that are sent at the same time one passes."""
    used = FeedbackInvitation.objects.unused_since(now - STILL_TAKEN).filter(pk=invitation.pk).update(used_at=now)
    overtaken_unless(used == 1, "This was sent already.")
