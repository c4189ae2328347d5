"""What a colleague holds now, patient by patient, for the one who moves it."""

from dataclasses import dataclass, field

from interactions.ownership import open_things
from interactions.services.assignments import WORDS
from patients.models import CareTeamMember, Patient
from staff.roles import Permission
from staff.wording import many


@dataclass
class Held:
    """What somebody holds for one patient. Whoever only moves it sees record number and initials, nothing else."""

    patient: Patient
    member: CareTeamMember = None
    counts: dict = field(default_factory=dict)

    @property
    def role(self):
        return self.member.get_role_display() if self.member else ""

    @property
    def words(self):
        return ", ".join(many(n, *WORDS[kind]) for kind, n in sorted(self.counts.items()))


def held_by(member, user, now):
    """What `member` holds for patients whose teams `user` may change, by record number."""
    anywhere = user.may(Permission.MANAGE)
    places = member.care_teams.current(now)
    things = [kind.owned_by(member) for kind in open_things()]
    if not anywhere:
        things = [kind.visible_to(user, now) for kind in things]
    first, *others = [kind.count_by_patient(number) for number, kind in enumerate(things)]
    counts = {}
    for kind, patient, n in first.union(*others, all=True):
        counts.setdefault(patient, {})[kind] = n
    patients = Patient.objects.with_any_of([places, *things]).with_care().order_by("record_number")
    patients = patients.unrestricted(now) if anywhere else patients.led_by(user, now)
    by_patient = {place.patient_id: place for place in places}
    return [
        Held(
            patient=patient,
            member=by_patient.get(patient.pk),
            counts=counts.get(patient.pk, {}),
        )
        for patient in patients
    ]


def summary(held):
    """Everything in one sentence: "3 places on care teams, 2 open concerns"."""
    totals = {}
    for each in held:
        for kind, n in each.counts.items():
            totals[kind] = totals.get(kind, 0) + n
    places = sum(each.member is not None for each in held)
    parts = [many(places, "place on a care team", "places on care teams")] if places else []
    return ", ".join(parts + [many(n, *WORDS[kind]) for kind, n in sorted(totals.items())])
