"""Queries about the outbox, and about the passes that fill and empty it."""

from django.apps import apps
from django.db.models import Case, QuerySet, Subquery, Value, When

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

    def failed_since(self, moment):
        return self.failed().filter(planned_at__gte=moment).select_related("recipient").order_by("-pk")


class PassQuerySet(QuerySet):
    def newest_finished(self):
        """The last pass that came to its end, with `waiting_since`: from when the oldest mail has been ready."""
        Mail = apps.get_model("interactions.Mail")
        waiting = Mail.objects.filter(state=MailState.WAITING).order_by("next_at").values("next_at")[:1]
        return self.exclude(ended_at=None).annotate(waiting_since=Subquery(waiting)).order_by("-began_at").first()
