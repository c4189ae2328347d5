"""Queries about the outbox, and about the passes that fill and empty it."""

from django.apps import apps
from django.db.models import QuerySet, Subquery

from interactions.choices import MailKind, MailState


class MailQuerySet(QuerySet):
    def ready(self, now):
        return self.filter(state=MailState.WAITING, next_at__lte=now).order_by("next_at", "pk")

    def stale(self, now):
        return self.filter(state=MailState.CLAIMED, leased_until_at__lt=now)

    def failed(self):
        return self.filter(state=MailState.FAILED)

    def one(self, mail):
        return self.filter(pk=mail.pk)

    def newest_first(self):
        return self.select_related("recipient").order_by("-planned_at", "-pk")

    def on_its_way(self):
        return self.filter(state__in=[MailState.WAITING, MailState.CLAIMED])

    def tests_of(self, person):
        return self.filter(recipient=person, kind=MailKind.TEST).order_by("-planned_at")

    def last_digest_of(self, person):
        sent = self.filter(recipient=person, kind=MailKind.DIGEST, state=MailState.SENT)
        return sent.order_by("-sent_at").first()


class PassQuerySet(QuerySet):
    def newest_finished(self):
        """The last pass that came to its end, with `waiting_since`: from when the oldest mail has been ready."""
        Mail = apps.get_model("interactions.Mail")
        waiting = Mail.objects.filter(state=MailState.WAITING).order_by("next_at").values("next_at")[:1]
        return self.exclude(ended_at=None).annotate(waiting_since=Subquery(waiting)).order_by("-began_at").first()
