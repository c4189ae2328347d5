"""Queries about the outbox, and about the passes that fill and empty it."""

from django.db.models import Case, QuerySet, Value, When

from interactions.choices import MailKind, MailState


class MailQuerySet(QuerySet):
    def ready(self, now):
        """Those whose time has come, the urgent ones first."""
        later = Case(When(kind=MailKind.URGENT, then=Value(0)), default=Value(1))
        return self.filter(state=MailState.WAITING, next_at__lte=now).order_by(later, "next_at", "pk")

    def about_reminders_of(self, recipient):
        return self.filter(recipient=recipient, kind__in=[MailKind.URGENT, MailKind.DIGEST])

    def claimed_by(self, me):
        return self.filter(leased_by=me)

    def stale(self, now):
        return self.filter(state=MailState.CLAIMED, leased_until_at__lt=now)

    def failed(self):
        return self.filter(state=MailState.FAILED)

    def one(self, mail):
        return self.filter(pk=mail.pk)

    def with_recipients(self):
        return self.select_related("recipient")

    def newest_first(self):
        return self.select_related("recipient").order_by("-planned_at", "-pk")

    def on_its_way(self):
        return self.filter(state__in=[MailState.WAITING, MailState.CLAIMED])

    def untried(self):
        """When the mails that wait for their first try were to go out, earliest first."""
        return self.filter(state=MailState.WAITING, failing_since_at=None).order_by("next_at").values("next_at")

    def failing(self):
        """Those tried in vain that are tried again, longest first."""
        waiting = self.on_its_way().exclude(failing_since_at=None)
        return waiting.select_related("recipient").order_by("failing_since_at")

    def newest_sent(self):
        return self.filter(state=MailState.SENT).order_by("-sent_at").values("sent_at")

    def tests_of(self, person):
        return self.filter(recipient=person, kind=MailKind.TEST).order_by("-planned_at")

    def last_digest_of(self, person):
        sent = self.filter(recipient=person, kind=MailKind.DIGEST, state=MailState.SENT)
        return sent.order_by("-sent_at").first()


class PassQuerySet(QuerySet):
    def finished(self, now):
        """Those that came to their end, newest first. One that was run by hand for a moment to come tells nothing of
        whether somebody looks now.
        """
        return self.filter(began_at__lte=now).exclude(ended_at=None).order_by("-began_at")
