"""The outbox: which mails there are to be, and sending them.

A mail says that something waits and where to look. It carries nothing about a patient, a colleague or the program: what
it says, counts and a link, is worked out when it is sent.
"""

import logging
import time
import uuid
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from interactions.choices import MailKind, MailState
from interactions.mail_words import compose, kind_of
from interactions.models import Mail, Reminder
from interactions.reminder_rules import RULES
from interactions.working_time import WorkingTime
from patients.outreach import EARLIEST, LATEST
from staff import resetting
from staff.access_log import log_change
from staff.models import ResetRequest, StaffMember
from staff.saving import refuse_unless

log = logging.getLogger(__name__)
AT_ONCE = [rule.code for rule in RULES if rule.at_once]
PRESSING = [rule.code for rule in RULES if rule.at_any_hour]
STANDING_IN = "outreach_due"  # urgent only for whoever stands in
OF_CONCERNS = [rule.code for rule in RULES if rule.about == "concern" and not rule.at_once]
LEASE = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
AT_ANY_HOUR = (MailKind.ACCOUNT, MailKind.RESET, MailKind.TEST)
TRIED_FOR = timedelta(hours=25)  # a mail server that is away for a day costs nobody a mail
A_PASS = 500  # mails that one pass sends at most, and for how many seconds; the next one goes on
A_PASS_LASTS = 60
FAILURES_IN_A_ROW = 3  # after that the mail server is left alone until the next pass


def plan_mails(now):
    """Writes the mails that are to be: one for each urgent reminder, and one digest for each person with news."""
    plan_urgent(now)
    plan_digests(now)


def plan_urgent(now):
    waiting = list(Reminder.objects.live(now).urgent(AT_ONCE, OF_CONCERNS).not_mailed())
    people = staff_with_mail({reminder.recipient_id for reminder in waiting})
    Mail.objects.bulk_create(
        (
            Mail(
                recipient=people[reminder.recipient_id],
                kind=MailKind.URGENT,
                slot=str(reminder.pk),
                planned_at=now,
                next_at=leaves_at(reminder, people[reminder.recipient_id], now),
            )
            for reminder in waiting
            if reminder.recipient_id in people
        ),
        ignore_conflicts=True,
    )


def plan_digests(now):
    """A digest goes out when the working day begins; what falls due later in the day is for the next one.

    After an outage the digest of a day that has begun is made up for at once.
    """
    urgent = Reminder.objects.urgent(AT_ONCE, OF_CONCERNS).values("pk")
    news = Reminder.objects.live(now).exclude(pk__in=urgent).not_in_a_digest(now)
    first_due = {}
    for recipient, due_at in news.order_by("-due_at").values_list("recipient", "due_at"):
        first_due[recipient] = due_at
    people = staff_with_mail(first_due)
    made = set(
        Mail.objects.filter(kind=MailKind.DIGEST, recipient__in=people, planned_at__gte=now - timedelta(days=40))
        .values_list("recipient", "slot")
    )  # fmt: skip
    mails = []
    for pk, member in people.items():
        when = digest_of(WorkingTime(member), first_due[pk], now, {slot for who, slot in made if who == pk})
        if when:
            mails.append(Mail(recipient=member, kind=MailKind.DIGEST, slot=when[0], planned_at=now, next_at=when[1]))
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


@transaction.atomic
def plan_resets(now):
    """Writes a mail to everybody whose address asked for a new password, and forgets what was typed."""
    asked = list(ResetRequest.objects.order_by("pk")[:A_PASS])
    Mail.objects.bulk_create(
        (
            Mail(recipient=member, kind=MailKind.RESET, slot=str(one.ref), planned_at=one.asked_at, next_at=now)
            for one in asked
            for member in StaffMember.objects.reached_at(one.email)
        ),
        ignore_conflicts=True,
    )
    ResetRequest.objects.filter(pk__in=[one.pk for one in asked]).delete()


def digest_of(work, due_at, now, made):
    """The digest that tells of what has been due since `due_at`, as (slot, when)."""
    begun = work.digest_day(now)
    if begun and begun[1] <= now and due_at <= begun[1] and str(begun[0]) not in made:
        return str(begun[0]), work.next_at_work(now) or now
    following = work.next_digest_day(now)
    if following is None:
        return None
    return str(following[0]), following[1]


def leaves_at(reminder, member, now):
    """When an urgent mail goes out: to whoever stands in on a day of staying close from the hour calls begin."""
    if reminder.rule in PRESSING:
        return now
    if reminder.rule == STANDING_IN:
        day = member.site.local_date(reminder.due_at)
        if now < member.site.moment(day, LATEST):
            return max(now, member.site.moment(day, EARLIEST))
    return at_work(member, now)


def at_work(member, now):
    """When an urgent mail goes out: `now`, or when they are next at work."""
    return WorkingTime(member).next_at_work(now) or now


def staff_with_mail(ids):
    """Active staff members with an address, by id, with what their working time is reckoned from."""
    found = StaffMember.objects.active().with_hours().filter(pk__in=ids).exclude(email="")
    return {member.pk: member for member in found}


def send_waiting(now):
    """Claims, sends and settles the mails whose time has come; returns how many were sent, and how many failed.

    No transaction is open while the mail server is talked to. One that hangs, refuses or is away is left alone after a
    few failures in a row, and a pass stops sending after a minute: the next one goes on.
    """
    Mail.objects.stale(now).update(state=MailState.WAITING, leased_until_at=None, leased_by=None, next_at=now)
    me, sent, failures, in_a_row = uuid.uuid4(), 0, 0, 0
    connection, ends = get_connection(), time.monotonic() + A_PASS_LASTS
    try:
        for pk in list(Mail.objects.ready(now).values_list("pk", flat=True)[:A_PASS]):
            if in_a_row == FAILURES_IN_A_ROW or time.monotonic() > ends:
                break
            if not claim(pk, me, now):
                continue
            mail = Mail.objects.select_related("recipient__site").get(pk=pk)
            try:
                sent += send(mail, me, connection, now)
            except (OperationalError, InterfaceError):
                raise  # the database itself is in trouble: the claim runs out, and the next pass begins anew
            except Exception as error:
                if not isinstance(error, (SMTPException, OSError)):
                    log.error("a mail could not be written: %s %s", mail.ref, type(error).__name__)
                put_back(mail, me, error, now)
                hang_up(connection)
                failures += 1
                in_a_row += not isinstance(error, SMTPRecipientsRefused)  # that is about one address
            else:
                in_a_row = 0
    finally:
        hang_up(connection)
    return sent, failures


def send(mail, me, connection, now):
    """Sends a mail that is claimed, unless nothing is left to say or its recipient is not at work; returns 1 or 0."""
    told = standing(mail, now)
    if not told:
        settle(mail, me, MailState.EMPTY)
        return 0
    pressing = mail.kind in AT_ANY_HOUR or any(reminder.rule in PRESSING for reminder in told)
    begins = now if pressing else begins_at(mail, told, now)
    if begins > now:  # after an outage, say: their day has ended meanwhile
        rest = mail.failing_since_at and mail.failing_since_at + (begins - now)
        settle(mail, me, MailState.WAITING, next_at=begins, attempts=F("attempts") - 1, failing_since_at=rest)
        return 0
    others = together(mail, me, now)
    message = compose(mail, told_together(mail, others, told, now), connection, now)
    try:
        connection.open()
        message.send()
    except (SMTPException, OSError) as error:
        for other in others:
            put_back(other, me, error, now)
        raise
    settle(mail, me, MailState.SENT, sent_at=now, error="")
    settle_all(others, me, MailState.EMPTY)
    return 1


def begins_at(mail, told, now):
    """When a mail that can wait may go out, `now` or later."""
    member = with_hours(mail)
    if mail.kind == MailKind.URGENT:
        return min(leaves_at(reminder, member, now) for reminder in told)
    return at_work(member, now)


def together(mail, me, now):
    """Claims what else is ready for the same person where `mail` is urgent: it tells of that too."""
    if mail.kind != MailKind.URGENT:
        return []
    Mail.objects.ready(now).about_reminders_of(mail.recipient).order_by().update(**claimed(me, now))
    return list(Mail.objects.claimed_by(me).about_reminders_of(mail.recipient).exclude(pk=mail.pk))


def told_together(mail, others, told, now):
    """What `mail` tells of when it speaks for `others` too: with a digest among them, of everything that stands."""
    if any(other.kind == MailKind.DIGEST for other in others):
        return list(Reminder.objects.live(now).telling(mail.recipient, now))
    slots = [int(other.slot) for other in others]
    return told + list(Reminder.objects.live(now).telling(mail.recipient, now).filter(pk__in=slots)) if slots else told


def hang_up(connection):
    """Ends the talk with the mail server, whatever state it is in; the next mail begins another."""
    with suppress(SMTPException, OSError):
        connection.close()


def claim(pk, me, now):
    """Whether this mail is ours to send: the one update that changed a row decides."""
    return Mail.objects.ready(now).filter(pk=pk).order_by().update(**claimed(me, now))


def claimed(me, now):
    return {
        "state": MailState.CLAIMED,
        "leased_until_at": now + LEASE,
        "leased_by": me,
        "attempts": F("attempts") + 1,
    }


def settle(mail, me, state, **fields):
    return settle_all([mail], me, state, **fields)


def settle_all(mails, me, state, **fields):
    return Mail.objects.claimed_by(me).filter(pk__in=[mail.pk for mail in mails]).update(
        state=state, leased_until_at=None, leased_by=None, **fields
    )  # fmt: skip


def put_back(mail, me, error, now):
    """Tries again after a pause that grows, for a day; then the mail has failed. Its kind is kept, no word of it."""
    since = mail.failing_since_at or now
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 10), LONGEST_PAUSE)
    failed = now - since >= TRIED_FOR
    settle(
        mail,
        me,
        MailState.FAILED if failed else MailState.WAITING,
        next_at=now if failed else now + pause,
        failing_since_at=since,
        error=kind_of(error),
    )


def standing(mail, now):
    """The reminders that a mail is about and that stand, as the pass that sends it found: an urgent one's own, a
    digest's all. A mail about their account stands by itself; a link to a new password only while the asking is fresh.

    An admin and an auditor are told of patients whom they may not see: by number, on their own pages. Whoever may not
    open a restricted record is told to call its lead.
    """
    who = mail.recipient
    if not who.is_active or not who.email:
        return []
    if mail.kind in (MailKind.ACCOUNT, MailKind.TEST):
        return [mail]
    if mail.kind == MailKind.RESET:
        return [mail] if now < mail.planned_at + resetting.GOOD_FOR else []
    reminders = Reminder.objects.live(now).telling(who, now)
    return list(reminders.filter(pk=int(mail.slot)) if mail.kind == MailKind.URGENT else reminders)


def with_hours(mail):
    return StaffMember.objects.with_hours().get(pk=mail.recipient_id)


@transaction.atomic
def try_again(*, mail, by, now):
    """Puts a failed mail back into the outbox."""
    put = Mail.objects.failed().one(mail).update(
        state=MailState.WAITING, attempts=0, next_at=now, failing_since_at=None, error=""
    )  # fmt: skip
    refuse_unless(put, "This mail is on its way already.")
    log_change(action="mail.try_again", by=by, patients=[], record=mail)
    return mail


@transaction.atomic
def give_up(*, mail, because, by, now):
    """Lets a failed mail be, for a reason. What it was about still stands in the app."""
    refuse_unless(because.strip(), {"because": "Say why it is given up."})
    gone = Mail.objects.failed().one(mail).update(state=MailState.GIVEN_UP, given_up_because=because.strip()[:200])
    refuse_unless(gone, "This mail is on its way already.")
    log_change(action="mail.give_up", by=by, patients=[], record=mail, fields=["given_up_because"])
    return mail


@transaction.atomic
def send_test(*, by, now):
    """Puts a test mail to oneself into the outbox, which goes the way of every other."""
    refuse_unless(by.email, "Your account has no mail address.")
    refuse_unless(not Mail.objects.tests_of(by).on_its_way().exists(), "A test mail is on its way to you already.")
    mail = Mail.objects.create(recipient=by, kind=MailKind.TEST, slot=str(uuid.uuid4()), planned_at=now, next_at=now)
    log_change(action="mail.test", by=by, patients=[], record=mail)
    return mail
