"""To whom a reminder goes, as expressions for the planner: each is one person who is at work and may see the patient.

`pass_on_unseen` runs before the rules, so an owner may see what they own. While somebody is away, their cover hears of
it in their place if the cover may see the patient; else it goes to the supervisor of the program. Of a restricted
record nobody hears by cover or floor, and its lead is the supervisor.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, NullIf

from patients.models import CareTeamMember, Exclusion, Restriction
from staff.models import AwayPeriod, FloorTeamMember, StaffMember
from staff.querysets import holding
from staff.roles import Role

CARING = (Role.CLINICIAN, Role.SUPERVISOR)
NOBODY = 0
PERSON = {"output_field": BigIntegerField()}


@dataclass(frozen=True)
class Recipients:
    """The people around a row. `patient` leads from the row to its patient, `not_for` to whom it must not reach."""

    now: datetime
    patient: str = "patient"
    not_for: str | None = None

    def owner(self, path="owner"):
        """The person at `path`; while away their cover; else the supervisor."""
        return Coalesce(
            Case(
                When(self._at_work(path), then=F(path)),
                When(self._on_team(path), then=self._cover_of(path)),
                **PERSON,
            ),
            self.supervisor(),
            **PERSON,
        )

    def member(self, path="staff"):
        """The person at `path` if they are at work, else nobody: no one else can do it for them."""
        return Case(When(self._at_work(path), then=F(path)), **PERSON)

    def helper(self, path):
        """The person at `path` while they stand on the care team or the floor; else the primary."""
        here = self._on_team(path) | (self._on_floor(path) & ~self.restricted())
        return Coalesce(Case(When(self._at_work(path) & here, then=F(path)), **PERSON), self.primary(), **PERSON)

    def primary(self):
        """The primary; while away their cover; else the supervisor."""
        return Coalesce(self.present_primary(), self.primary_cover(), self.supervisor(), **PERSON)

    def primary_beside(self, first):
        """The primary, unless that is who the expression `first` names."""
        return NullIf(self.primary(), first)

    def present_primary(self):
        members = CareTeamMember.objects.current(self.now).primaries().filter(patient=OuterRef(self.patient))
        return Subquery(members.filter(staff__in=self._present()).values("staff")[:1])

    def primary_cover(self):
        membership = holding(self.now, "staff__care_teams__") & Q(
            staff__care_teams__patient=OuterRef(self.patient), staff__care_teams__role="primary"
        )
        return Subquery(self._covers().filter(membership).values("cover")[:1])

    def supervisor(self):
        """The lead of the program; while away the lead's cover, else the deputy; the lead where nobody is at work. Of a
        restricted record its lead, away or not.
        """
        program = f"{self.patient}__latest_episode__program"
        lead, deputy = f"{program}__lead", f"{program}__deputy"
        covered = self._covers(roles=[Role.SUPERVISOR]).filter(staff=OuterRef(lead))
        return Coalesce(
            Subquery(self._restrictions().values("lead")[:1]),
            Case(When(self._at_work(lead), then=F(lead)), **PERSON),
            Subquery(covered.values("cover")[:1]),
            Case(When(self._at_work(deputy), then=F(deputy)), **PERSON),
            Case(When(self._may_hear(lead), then=F(lead)), When(self._may_hear(deputy), then=F(deputy)), **PERSON),
            **PERSON,
        )

    def supervisor_beside(self, first):
        """The supervisor, unless that is who the expression `first` names: nobody is told twice of one thing."""
        return NullIf(self.supervisor(), first)

    def _present(self):
        return StaffMember.objects.present(self.now).values("pk")

    def _at_work(self, path):
        return Q(Exists(StaffMember.objects.present(self.now).filter(pk=OuterRef(path)))) & self._may_hear(path)

    def _may_hear(self, path):
        """Whether the person at `path` is neither the patient, nor kept out, nor the colleague it is about."""
        kept_out = Exclusion.objects.current(self.now).filter(patient=OuterRef(self.patient), staff=OuterRef(path))
        about_them = Q(**{self.not_for: F(path)}) if self.not_for else Q(pk__in=[])
        return ~Q(**{f"{self.patient}__account": F(path)}) & ~Q(Exists(kept_out)) & ~about_them

    def _restrictions(self):
        return Restriction.objects.current(self.now).filter(patient=OuterRef(self.patient))

    def restricted(self):
        return Q(Exists(self._restrictions()))

    def _on_team(self, path):
        team = CareTeamMember.objects.current(self.now)
        return Q(Exists(team.filter(patient=OuterRef(self.patient), staff=OuterRef(path))))

    def _on_floor(self, path):
        program = OuterRef(f"{self.patient}__latest_episode__program")
        return Q(Exists(FloorTeamMember.objects.current(self.now).filter(program=program, staff=OuterRef(path))))

    def _cover_of(self, path):
        return Subquery(self._covers().filter(staff=OuterRef(path)).values("cover")[:1])

    def _covers(self, roles=CARING):
        """Absences now whose cover is at work and may hear of it: nobody of a restricted record."""
        subjects = [f"{self.patient}__account", *([self.not_for] if self.not_for else [])]
        found = AwayPeriod.objects.current(self.now).filter(cover__in=self._present(), cover__role__in=roles)
        for subject in subjects:
            found = found.exclude(cover=Coalesce(OuterRef(subject), NOBODY))
        patient = OuterRef(OuterRef(self.patient))
        kept_out = Exclusion.objects.current(self.now).filter(patient=patient, staff=OuterRef("cover"))
        restricted = Restriction.objects.current(self.now).filter(patient=patient)
        found = found.exclude(Exists(kept_out)).exclude(Exists(restricted))
        return found.order_by("pk")
