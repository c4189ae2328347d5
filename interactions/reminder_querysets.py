"""Queries over all reminders there ever were, and over those for whom none would ever speak."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from interactions.querysets import ReminderQuerySet
from interactions.recipients import Recipients
from patients.models import Episode, Patient
from staff.models import RuleSwitch


class AllRemindersQuerySet(ReminderQuerySet):
    def by_number_for(self, user, now, rules):
        """Those that stand on the admin's pages for `user`: none of `rules` (by kind of record) about a record of which
        they never learn.
        """
        known = Patient.objects.by_number_for(user, now)
        found = self.filter(patient__in=known.values("pk"))
        for kind, codes in rules.items():
            about_them = self.model.objects.filter(rule__in=codes, cause__in=records_about(user, kind))
            found = found.exclude(pk__in=about_them.values("pk"))
        return found

    def fired_since(self, moment):
        return self.filter(planned_at__gte=moment)

    def fired_until(self, moment):
        return self.filter(planned_at__lt=moment)

    def of_rule(self, code):
        return self.filter(rule=code)

    def in_program(self, program):
        return self.filter(patient__latest_episode__program=program)

    def newest_fired_first(self):
        return self.select_related("patient__latest_episode__program", "recipient").order_by("-planned_at", "-pk")

    def fired_before(self, ref):
        """Those that follow the reminder `ref` in the order of `newest_fired_first`."""
        last = self.model.objects.with_ref(ref)
        if last is None:
            return self.none()
        return self.filter(Q(planned_at__lt=last.planned_at) | Q(planned_at=last.planned_at, pk__lt=last.pk))


def records_about(user, kind):
    """The records of that kind that are about `user` and that they never learn of, by key."""
    model = apps.get_model("interactions", kind.replace("_", ""))
    return model.objects.filter(not_for=user).values_list("pk", flat=True)


def without_net(user, now, rules):
    """Episodes of people in care for whom no reminder would speak by itself: nobody is there (`alone`), or none of
    `rules` is on in their program. A restricted record is its lead's alone.
    """
    to = Recipients(now)
    on = RuleSwitch.objects.filter(program=OuterRef("program"), rule__in=rules)
    open_now = Episode.objects.open().filter(patient__in=Patient.objects.by_number_for(user, now).values("pk"))
    with_people = open_now.annotate(here=to.present_primary(), cover=to.primary_cover(), speaks=Exists(on))
    found = with_people.filter(Q(here=None, cover=None) | Q(speaks=False))
    return found.select_related("patient", "program__site").order_by("program__name", "patient__record_number")
