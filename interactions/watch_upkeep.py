"""What a pass of reminders sees to where we stay close to somebody."""

import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from interactions.choices import Action
from interactions.models import FollowUp
from interactions.ownership import pass_on
from interactions.services import promises
from interactions.services.records import change, hold
from interactions.services.watch import TRY_AGAIN, end_by_days, plan_again
from interactions.watch_days import who_is_there
from patients import services as patients
from patients.models import CareTeamMember, OutreachDay, SafeContact, TransitionWatch
from patients.watch_choices import Covered

LONGEST_DAY = timedelta(hours=25)

log = logging.getLogger("interactions.reminders")


class LeftForLater(Exception):
    """Some could not be seen to, and are tried again by the next pass."""


def end_over(*, now):
    """Ends what is over by its days, plans anew for those who want letters, or calls again, asks anew who is there on a
    first day that is a closed one, and lets those go who stayed in touch until it ended.

    Each is seen to by itself: where one is refused the others go through, and the pass says that something is wrong.
    """
    OutreachDay.objects.covered_before(now - LONGEST_DAY).update(cover=None, covered=Covered.OWNER)
    left = 0
    for things, see_to in (
        (TransitionWatch.objects.over(now).with_all(), _over),
        (TransitionWatch.objects.by_other_means().with_all(), _by_other_means),
        (FollowUp.objects.after_a_no(TRY_AGAIN), _no_more_tries),
        (OutreachDay.objects.open().first_ahead(now).with_watch(), _ask_who_is_there),
        (CareTeamMember.objects.in_touch_for_nothing(now).with_patient(), _let_go),
    ):
        for thing in list(things):
            left += not _sees_to(see_to, thing, now)
    if left:
        raise LeftForLater(left)


def _sees_to(see_to, thing, now):
    try:
        with transaction.atomic():
            see_to(thing, now)
    except ValidationError:
        log.warning("left for the next pass: %s %s", type(thing).__name__, thing.ref)
        return False
    return True


def _over(watch, now):
    end_by_days(watch=watch, now=now)


def _by_other_means(watch, now):
    said = SafeContact.objects.of(watch.patient).first()
    plan_again(watch=watch, by=said.recorded_by if said else watch.recorded_by, now=now)


def _no_more_tries(follow_up, now):
    ended = TransitionWatch.objects.of(follow_up.patient).at_their_wish().first()
    words = "They asked us not to be in touch."
    promises.not_needed(follow_up=follow_up, words=words, by=ended.ended_by, now=now)


def _ask_who_is_there(day, now):
    cover, covered = who_is_there(day.patient, day, day.owner, now)
    if (cover, covered) != (day.cover, day.covered):
        words = f"{cover.name} stands in" if cover else Covered(covered).label
        change(hold(day), Action.NEW_OWNER, by=None, now=now, words=words, cover=cover, covered=covered)


def _let_go(member, now):
    """What they owe passes on to the supervisor."""
    patients.end_membership(member=member, by=None, now=now)
    pass_on(patient=member.patient, leaving=member.staff, successor=None, by=None, now=now)
