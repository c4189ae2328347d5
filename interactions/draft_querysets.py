"""Queries about what was typed and not saved yet."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from patients.models import Patient
from staff.models import SubmittedForm


class DraftQuerySet(QuerySet):
    def of(self, user):
        return self.filter(by=user)

    def unsaved(self):
        """Those whose form was not saved, and that nobody went on with in a later one: unless more was typed into it
        since, in another window.
        """
        later = self.model.objects.filter(continues=OuterRef("token"), saved_at__gte=OuterRef("saved_at"))
        return self.filter(~Exists(saved_forms()), ~Exists(later)).order_by("-saved_at", "-pk")

    def on(self, path):
        return self.filter(path=path)

    def with_ref(self, ref):
        return self.filter(ref=ref).first()

    def with_token(self, token):
        return self.filter(token=token)

    def followed_by(self, token):
        """The draft with this token and those that it went on from, but for one into which more was typed since."""
        found, last = [], None
        while token and (draft := self.filter(token=token).first()) and (last is None or draft.saved_at <= last):
            found.append(draft.pk)
            token, last = draft.continues, draft.saved_at
        return self.filter(pk__in=found)

    def outdated_by(self, counter):
        """Those that hold less than what was typed at `counter`."""
        return self.filter(counter__lt=counter)

    def over(self, moment):
        """Those that need not be kept: saved meanwhile, or not touched since `moment`."""
        return self.filter(saved_at__lt=moment) | self.filter(Exists(saved_forms()))

    def with_visible_patients(self, user, now):
        """With `shows`: whether their author may still know of the patient they are about."""
        shown = Patient.objects.visible_to(user, now).filter(pk=OuterRef("patient"))
        return self.select_related("patient").annotate(shows=Subquery(shown.values("ref")[:1]))


def saved_forms():
    return SubmittedForm.objects.filter(token=OuterRef("token"), by=OuterRef("by"))
