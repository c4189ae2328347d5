"""Whether reminders are at work, asked of the database alone: so it is told when the worker and Redis are gone."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import Subquery
from django.urls import reverse
from django.utils import timezone

from interactions.choices import MailState
from interactions.mail_words import failure_words
from interactions.models import Mail, Pass
from interactions.reminder_querysets import without_net
from interactions.shown import after_a_word, when_words
from staff.backups.runs import first_applied, words_for
from staff.models import BackupRun, StaffMember
from staff.roles import Permission
from staff.wording import clock, lasting, many

LATE_BEAT = timedelta(minutes=2)
LATE_MAIL = timedelta(minutes=5)
FIRST_BEAT = timedelta(minutes=15)  # a new site has as long to start its worker
# Rules that speak for somebody of whom nobody thinks: they need no entry, only the passing of time.
BY_THEMSELVES = ("silence", "meeting_overdue")
SHOWN = 50


@dataclass(frozen=True)
class Signs:
    """What the database shows of the worker, the outbox and the backups: the moments that matter."""

    looked_at: datetime | None
    part_failed: int
    untried_at: datetime | None
    failing_at: datetime | None
    failing_newest_at: datetime | None
    sent_at: datetime | None
    backup_at: datetime | None
    made_at: datetime | None

    @classmethod
    def of(cls, row):
        return cls(**{one.name: row[one.name] for one in fields(cls)})

    @classmethod
    def for_user(cls, user, now):
        return cls.of(StaffMember.objects.counting(user, signs(now)))

    def waiting_since(self, now):
        """Since when mails do not go out, or None. One address that is refused while others get theirs is none: what
        began to fail after the last one went out is.
        """
        stuck = self.failing_newest_at is not None and (self.sent_at is None or self.sent_at < self.failing_newest_at)
        failing = max(self.failing_at, self.sent_at or self.failing_at) if stuck else None
        since = [at for at in (self.untried_at, failing) if at and at < now - LATE_MAIL]
        return min(since, default=None)

    def silent_since(self, now):
        """Since when nobody looks for what is due, or None."""
        if self.looked_at:
            return self.looked_at if self.looked_at < now - LATE_BEAT else None
        return self.made_at if self.made_at and self.made_at < now - FIRST_BEAT else None


def signs(now):
    """All of them as figures, which one statement asks for."""
    last = Pass.objects.finished(now)
    figures = {
        "looked_at": last.values("began_at")[:1],
        "part_failed": last.values("failed")[:1],
        "untried_at": Mail.objects.untried()[:1],
        "failing_at": Mail.objects.failing().values("failing_since_at")[:1],
        "failing_newest_at": Mail.objects.failing().order_by("-failing_since_at").values("failing_since_at")[:1],
        "sent_at": Mail.objects.newest_sent()[:1],
        "backup_at": BackupRun.objects.good().values("began_at")[:1],
        "made_at": first_applied(),
    }
    return {name: Subquery(rows) for name, rows in figures.items()}


@dataclass(frozen=True)
class Trouble:
    """Something that has stopped working, for the top of every page."""

    words: str
    advice: str
    icon: str
    url: str


def troubles_of(user, signs, now):
    """What `user` is told on every page."""
    here = reverse("interactions:reminder_health") if user.may(Permission.MANAGE) else ""
    silent, waiting = signs.silent_since(now), signs.waiting_since(now)
    backup = words_for(signs.backup_at, signs.made_at, now)
    found = []
    if silent:
        words = f"Nobody is reminded of anything: the last look was {lasting(now - silent)} ago."
        if not signs.looked_at:
            words = "Nobody is reminded of anything: reminders have never run here."
        advice = "What is due still stands on each page: look there. Tell whoever runs the server now."
        found.append(Trouble(words, advice, "bell-slash", here))
    if waiting:
        words = f"Mails do not go out: one has been waiting for {lasting(now - waiting)}."
        found.append(Trouble(words, "In the app nothing is missing. Tell whoever runs the server.", "envelope", here))
    if backup:
        url = f"{here}#backups" if here else ""
        found.append(Trouble(backup, "Tell whoever runs the server now.", "circle-stack", url))
    return found


@dataclass(frozen=True)
class Health:
    """Whether reminders work, in words: what is wrong, or that nothing is; and the figures behind it."""

    last: str
    troubles: list
    facts: list

    @property
    def well(self):
        return not self.troubles


def health(signs, now, *, failed, aside):
    """`failed` mails and reminders set `aside` are counted by whoever lists them."""
    troubles = []
    looked, waiting = signs.looked_at, signs.waiting_since(now)
    oldest = min((at for at in (signs.untried_at, signs.failing_at) if at and at < now), default=None)
    facts = [
        ("Last look", when_words(looked, now) if looked else "Never"),
        ("Last mail that went out", when_words(signs.sent_at, now) if signs.sent_at else "None yet"),
        ("Oldest mail that waits", f"For {lasting(now - oldest)}" if oldest else "None is late"),
        ("Mails that failed", str(failed) if failed else "None"),
        ("Set aside", str(aside) if aside else "Nothing"),
    ]
    if looked is None:
        return Health(
            "Reminders have never run here.", ["Start the worker and beat, or run_reminders --loop."], facts[1:]
        )
    last = f"The last look was {lasting(now - looked)} ago." if now > looked else "It looked just now."
    if signs.silent_since(now):
        troubles.append("They should look every 30 seconds. The worker or beat may have stopped.")
    if signs.part_failed:
        troubles.append("Part of the last look failed; the rest went through. The log of the worker says what.")
    if waiting:
        troubles.append(f"A mail has been waiting for {lasting(now - waiting)}. In the app nothing is missing.")
    if failed:
        troubles.append(f"{many(failed, 'mail')} could not be sent for a day: see “Mails that failed”.")
    if aside:
        troubles.append(f"{many(aside, 'reminder')} could not be worked out: see “Set aside”.")
    return Health(last, troubles, facts)


def failed_mails(now):
    return [
        {
            "who": mail.recipient.name,
            "kind": mail.get_kind_display(),
            "when": when_words(mail.planned_at, now),
            "words": failure_words(mail.error),
            "error": mail.error,
            "again_url": reverse("interactions:reminder_mail_again", args=[mail.ref]),
            "give_up_url": reverse("interactions:reminder_mail_give_up", args=[mail.ref]),
        }
        for mail in Mail.objects.failed().newest_first()[:SHOWN]
    ]


def failing_mails(now):
    """Those tried in vain that are tried again by themselves."""
    return [
        {
            "who": mail.recipient.name,
            "kind": mail.get_kind_display(),
            "since": after_a_word(mail.failing_since_at, now),
            "words": failure_words(mail.error),
            "next": after_a_word(mail.next_at, now),
        }
        for mail in Mail.objects.failing()[:SHOWN]
    ]


def own_test_mail(user, now):
    """How the newest test mail of `user` fared, in a sentence; "" where they sent none."""
    mail = Mail.objects.tests_of(user).first()
    if mail is None:
        return ""
    asked = f"Your test mail of {spoken(mail.planned_at, now)}"
    if mail.state == MailState.SENT:
        return f"{asked} went out {spoken(mail.sent_at, now)}. Is it in your mailbox? Look among the spam too."
    if mail.state in (MailState.FAILED, MailState.GIVEN_UP):
        return f"{asked} failed. {failure_words(mail.error)}"
    if mail.error:
        return f"{asked} has not gone out yet. {failure_words(mail.error)} It is tried again by itself."
    return f"{asked} is waiting for the next look, which comes within a minute. Open this page again then."


def spoken(at, now):
    """A moment within a sentence, on the clocks of the signed-in person's site."""
    return clock(at, now, timezone.get_current_timezone())


def unguarded(user, now):
    """People in care for whom no reminder would speak by itself, by record number, and why."""
    return [
        {
            "number": episode.patient.record_number,
            "where": f"{episode.program.name}, {episode.program.site.name}",
            "why": why_unguarded(episode),
            "patient_ref": episode.patient.ref,
        }
        for episode in without_net(user, now, BY_THEMSELVES)[:SHOWN]
    ]


def why_unguarded(episode):
    alone = episode.here is None and episode.cover is None
    words = []
    if alone:
        words.append("No primary is here, and nobody covers.")
    if not episode.speaks:
        words.append("In their program no rule is on that would notice silence or a missed meeting.")
    return " ".join(words)
