"""Queries about what somebody owns until it is settled."""

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, Value

from patients.choices import Audience
from patients.querysets import RecordQuerySet, covered_by
from staff.roles import Role

CARING = (Role.CLINICIAN, Role.SUPERVISOR)


class OwnedRecordQuerySet(RecordQuerySet):
    """Records that somebody owns until they are settled."""

    def owned_by(self, user):
        return self.filter(owner=user)

    def to_settle(self, user, now):
        """Those that `user` is to settle: their own, and those of colleagues they cover."""
        return self.filter(Q(owner=user) | Q(owner__in=covered_by(user, now)))

    def on_team_lists(self, user):
        return self

    def with_people(self):
        """With everything a list line shows, in one query."""
        return self.select_related("patient__latest_episode__program__site", "owner")

    def with_standards(self):
        return self.prefetch_related("patient__latest_episode__program__standards")

    def count_by_patient(self, kind):
        """(`kind`, patient's key, how many) for each patient with any."""
        return self.order_by().values("patient").annotate(n=Count("pk")).values_list(Value(kind), "patient", "n")

    def in_program(self, program):
        return self.filter(patient__latest_episode__program=program)

    def in_doubtful_hands(self, now):
        """Those whose owner may be unable to see them now: all but the ordinary ones, whose owner stands on the care
        team or leads the program. A quick first look; `visible_to` says who really sees what.
        """
        Exclusion = apps.get_model("patients.Exclusion")
        Restriction = apps.get_model("patients.Restriction")
        CareTeamMember = apps.get_model("patients.CareTeamMember")
        here, theirs = {"patient": OuterRef("patient")}, {"staff": OuterRef("owner")}
        on_team = Exists(CareTeamMember.objects.current(now).filter(**here, **theirs))
        leads = Q(owner__role=Role.SUPERVISOR, patient__latest_episode__program__lead=F("owner"))
        unrestricted = ~Q(Exists(Restriction.objects.current(now).filter(**here)))
        let_in = ~Q(Exists(Exclusion.objects.current(now).filter(**here, **theirs)))
        ordinary = (
            Q(owner__is_active=True, owner__role__in=CARING, audience__in=[Audience.TEAM, Audience.CARE_TEAM])
            & (Q(on_team) | leads & unrestricted)
            & let_in
            & (Q(not_for=None) | ~Q(not_for=F("owner")))
            & (Q(patient__account=None) | ~Q(patient__account=F("owner")))
        )
        return self.exclude(pk__in=self.filter(ordinary).order_by().values("pk"))
