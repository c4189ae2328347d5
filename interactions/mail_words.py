"""What a mail says: that something waits, how much, and where to look. It names no one, and not what is done here."""

from email.utils import format_datetime
from smtplib import SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.text import slugify

from interactions.choices import MailKind
from interactions.wins import since_last_digest
from staff import resetting
from staff.roles import Role
from staff.wording import lasting, many

SUBJECTS = {
    MailKind.URGENT: "please look now",
    MailKind.DIGEST: "something is waiting for you",
    MailKind.ACCOUNT: "your account was changed",
    MailKind.RESET: "a new password",
    MailKind.TEST: "a test mail",
}
SERVER_BUSY, SERVER_NO = "4", "5"


def compose(mail, told, connection, now):
    """The message, as text and as HTML: how much of what is `told` waits, and where; or where to choose a new
    password.
    """
    words = words_of(mail, told, now)
    text, page = (render_to_string(f"interactions/mail/{mail.kind}.{form}", words) for form in ("txt", "html"))
    message = EmailMultiAlternatives(
        subject=f"{settings.PUBLIC_NAME}: {SUBJECTS[mail.kind]}",
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.recipient.email],
        headers={
            "Message-ID": f"<{mail.ref}@{slugify(settings.PUBLIC_NAME) or 'mail'}>",
            "Date": format_datetime(now.astimezone(mail.recipient.site.zone)),
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    message.attach_alternative(page, "text/html")
    return message


def words_of(mail, told, now):
    """What the templates fill in."""
    recipient = mail.recipient
    words = {
        "name": settings.PUBLIC_NAME,
        "link": f"{settings.SITE_URL}{page_of(recipient)}",
        "at": spoken_moment(now, recipient.site.zone),
    }
    if mail.kind == MailKind.DIGEST:
        words |= {"waiting": how_much(told), "wins": since_last_digest(recipient, now)}
    if mail.kind == MailKind.RESET:
        words |= {
            "link": resetting.link_of(recipient, now=now),
            "good_for": lasting(resetting.GOOD_FOR),
            "until": f"{(now + resetting.GOOD_FOR).astimezone(recipient.site.zone):%H:%M %Z}",
        }
    return words


def how_much(told):
    """ "3 things about 2 people are": how much there is to do, and with how many it can be done."""
    people = len({reminder.patient_id for reminder in told})
    if people == len(told):
        return many(people, "thing is", "things are")
    return f"{len(told)} things about {many(people, 'person', 'people')} are"


def page_of(person):
    """Where somebody reads what waits for them: an admin and an auditor by record number, everybody else with names."""
    return {Role.ADMIN: "/manage/reminders/", Role.AUDITOR: "/manage/reviews/"}.get(person.role, "/reminders/")


def spoken_moment(at, zone):
    """ "Thursday, June 11, 08:00 EDT", on the recipient's clocks."""
    there = at.astimezone(zone)
    return f"{there:%A, %B} {there.day}, {there:%H:%M %Z}"


def kind_of(error):
    """What kind of failure it was, as it is stored: no word of the mail server, which may repeat an address."""
    if isinstance(error, SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        error = error.__context__  # so smtplib tells of a silence
    code = getattr(error, "smtp_code", None)
    refused = getattr(error, "recipients", None)
    if code is None and isinstance(refused, dict) and refused:
        code = next(iter(refused.values()))[0]
    return f"{type(error).__name__} {code or ''}".strip()[:200]


def failure_words(kind):
    """A stored kind of failure in plain words."""
    name, _, code = kind.partition(" ")
    if name == "SMTPAuthenticationError":
        return "The mail server did not let us sign in. Whoever runs the server looks at EMAIL_URL."
    if name == "SMTPRecipientsRefused" and code.startswith(SERVER_NO):
        return "The mail server does not take mail for this address. Is it spelled right?"
    if code.startswith(SERVER_BUSY):
        return "The mail server said: not now."
    if code.startswith(SERVER_NO):
        return "The mail server refused this mail."
    if name in ("TimeoutError", "timeout"):
        return "The mail server did not answer in time."
    if name == "SMTPServerDisconnected":
        return "The mail server hung up before it had said yes."
    if name.startswith(("Connection", "OSError", "gaierror", "SMTPConnect", "BrokenPipe")):
        return "The mail server could not be reached."
    if name.startswith("SSL"):
        return "The mail server and this program could not agree on a safe connection."
    return "It could not be sent. The log of the worker says what happened."
