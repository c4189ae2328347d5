"""Queries about boundary policies: which hold, whom they are for, who has read them."""

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from staff.querysets import holding
from staff.roles import Role


class BoundaryPolicyQuerySet(QuerySet):
    def in_force(self):
        """The newest version of each open program's."""
        newer = self.model.objects.filter(program=OuterRef("program"), version__gt=OuterRef("version"))
        found = self.filter(~Exists(newer), program__archived_at=None)
        return found.select_related("program__site", "published_by").order_by("program__site__name", "program__name")

    def for_staff(self, user, now):
        """Those in force in the programs in which `user` works now."""
        return self.in_force().filter(program__in=programs_of(user, now).values("pk"))

    def unread_by(self, user):
        PolicyAcknowledgement = apps.get_model("staff.PolicyAcknowledgement")
        return self.exclude(Exists(PolicyAcknowledgement.objects.filter(policy=OuterRef("pk"), staff=user)))

    def led_by(self, user, now):
        return self.filter(program__in=apps.get_model("staff.Program").objects.led_by(user, now).values("pk"))

    def with_ref(self, ref):
        """The one whose ref it is, or None."""
        return self.filter(ref=ref).first()

    def with_readers(self):
        return self.prefetch_related("acknowledgements")


def programs_of(user, now):
    """The programs in which `user` works now: they lead it, or stand on its floor team or on a care team in it."""
    Program = apps.get_model("staff.Program")
    if not user.is_active or user.role not in (Role.CLINICIAN, Role.SUPERVISOR):
        return Program.objects.none()
    floors = apps.get_model("staff.FloorTeamMember").objects.current(now).filter(staff=user)
    teams = apps.get_model("patients.CareTeamMember").objects.current(now).filter(staff=user)
    teams = teams.exclude(patient__account=user)  # nobody cares for themselves
    in_care = teams.filter(patient__latest_episode__discharged_at=None)
    return Program.objects.filter(
        Q(lead=user)
        | Q(deputy=user)
        | Q(pk__in=floors.values("program"))
        | Q(pk__in=in_care.values("patient__latest_episode__program"))
    )


def working_in(programs, now):
    """Who works in each of `programs` now: {the program's key: the keys of the people}."""
    here = {program.pk: {program.lead_id, program.deputy_id} - {None} for program in programs}
    floors = apps.get_model("staff.FloorTeamMember").objects.current(now).filter(program__in=here)
    teams = (
        apps.get_model("patients.CareTeamMember")
        .objects.filter(
            holding(now), patient__latest_episode__program__in=here, patient__latest_episode__discharged_at=None
        )
        .exclude(patient__account=F("staff"))
    )
    pairs = [
        *floors.values_list("program", "staff"),
        *teams.order_by().values_list("patient__latest_episode__program", "staff").distinct(),
    ]
    for program, person in pairs:
        here[program].add(person)
    return here
