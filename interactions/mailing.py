"""The outbox: which mails there are to be, and sending them.

A mail says that something waits and where to look. It carries nothing about a patient, a colleague or the program: what
it says, counts and a link, is worked out when it is sent.
"""

import uuid
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.text import slugify

from interactions.choices import MailKind, MailState
from interactions.models import Mail, Reminder
from interactions.reminder_rules import RULES
from interactions.working_time import WorkingTime
from staff import resetting
from staff.access_log import log_change
from staff.models import ResetRequest, StaffMember
from staff.roles import Role
from staff.saving import refuse_unless
from staff.wording import lasting, many

AT_ONCE = [rule.code for rule in RULES if rule.at_once]
OF_CONCERNS = [rule.code for rule in RULES if rule.about == "concern" and not rule.at_once]
LEASE = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
OF_ACCOUNTS = (MailKind.ACCOUNT, MailKind.RESET)
MOST_ATTEMPTS = 31  # with pauses that double up to an hour, that is a day and an hour
A_PASS = 200  # mails that one pass sends at most; the next one goes on
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
                next_at=now if reminder.rule in AT_ONCE else at_work(people[reminder.recipient_id], now),
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


def at_work(member, now):
    """When an urgent mail goes out: `now`, or when they are next at work."""
    return WorkingTime(member).next_at_work(now) or now


def staff_with_mail(ids):
    """Active staff members with an address, by id, with what their working time is reckoned from."""
    found = StaffMember.objects.active().with_hours().filter(pk__in=ids).exclude(email="")
    return {member.pk: member for member in found}


def send_waiting(now):
    """Claims, sends and settles the mails whose time has come; returns how many were sent, and how many failed."""
    Mail.objects.stale(now).update(state=MailState.WAITING, leased_until_at=None, leased_by=None, next_at=now)
    me, sent, failures, in_a_row = uuid.uuid4(), 0, 0, 0
    connection = get_connection()
    for pk in list(Mail.objects.ready(now).values_list("pk", flat=True)[:A_PASS]):
        if in_a_row == FAILURES_IN_A_ROW:
            break
        if not claim(pk, me, now):
            continue
        mail = Mail.objects.select_related("recipient").get(pk=pk)
        told = standing(mail, now)
        at_once = mail.kind in OF_ACCOUNTS or any(reminder.rule in AT_ONCE for reminder in told)
        begins = now if at_once else at_work(with_hours(mail), now)
        if not told:
            settle(mail, me, MailState.EMPTY)
        elif begins > now:  # after an outage, say: their day has ended meanwhile
            settle(mail, me, MailState.WAITING, next_at=begins, attempts=F("attempts") - 1)
        else:
            others = together(mail, me, now)
            told = told_together(mail, others, told, now)
            try:
                compose(mail, len(told), connection, now).send()
            except (SMTPException, OSError) as error:
                for one in (mail, *others):
                    put_back(one, me, error, now)
                failures, in_a_row = failures + 1, in_a_row + 1
            else:
                settle(mail, me, MailState.SENT, sent_at=now)
                settle_all(others, me, MailState.EMPTY)
                sent, in_a_row = sent + 1, 0
    return sent, failures


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


def settle(mail, me, state, **fields):
    return settle_all([mail], me, state, **fields)


def settle_all(mails, me, state, **fields):
    return Mail.objects.claimed_by(me).filter(pk__in=[mail.pk for mail in mails]).update(
        state=state, leased_until_at=None, leased_by=None, **fields
    )  # fmt: skip


def put_back(mail, me, error, now):
    """Tries again after a pause that grows, for a day; then the mail has failed. No word of the error is kept."""
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 10), LONGEST_PAUSE)
    state = MailState.FAILED if mail.attempts >= MOST_ATTEMPTS else MailState.WAITING
    settle(
        mail, me, state, next_at=now + pause, error=f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
    )


def compose(mail, things, connection, now):
    """The message: how many things wait, and where; or where to choose a new password."""
    words = {
        "name": settings.PUBLIC_NAME,
        "things": many(things, "thing is", "things are"),
        "link": f"{settings.SITE_URL}{page_of(mail.recipient)}",
    }
    if mail.kind == MailKind.RESET:
        words |= {"link": resetting.link_of(mail.recipient, now=now), "good_for": lasting(resetting.GOOD_FOR)}
    message = EmailMultiAlternatives(
        subject=f"{settings.PUBLIC_NAME}: {SUBJECTS[mail.kind]}",
        body=render_to_string(f"interactions/mail/{mail.kind}.txt", words),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.recipient.email],
        headers={
            "Message-ID": f"<{mail.ref}@{slugify(settings.PUBLIC_NAME) or 'mail'}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    if mail.kind == MailKind.RESET:
        message.attach_alternative(render_to_string("interactions/mail/reset.html", words), "text/html")
    return message


def page_of(person):
    """Where somebody reads what waits for them: an admin and an auditor by record number, everybody else with names."""
    return {Role.ADMIN: "/manage/reminders/", Role.AUDITOR: "/manage/reviews/"}.get(person.role, "/reminders/")


SUBJECTS = {
    MailKind.URGENT: "please look now",
    MailKind.DIGEST: "something is waiting for you",
    MailKind.ACCOUNT: "your account was changed",
    MailKind.RESET: "a new password",
}


def standing(mail, now):
    """The reminders that a mail is about and that stand, as the pass that sends it found: an urgent one's own, a
    digest's all. A mail about their account stands by itself; a link to a new password only while the asking is fresh.

    An admin and an auditor are told of patients whom they may not see: by number, on their own pages. Whoever may not
    open a restricted record is told to call its lead.
    """
    who = mail.recipient
    if not who.is_active or not who.email:
        return []
    if mail.kind == MailKind.ACCOUNT:
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
    put = Mail.objects.failed().filter(pk=mail.pk).update(state=MailState.WAITING, attempts=0, next_at=now, error="")
    refuse_unless(put, "This mail is on its way already.")
    log_change(action="mail.try_again", by=by, patients=[], record=mail)
    return mail
