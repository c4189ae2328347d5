"""Two records that are for a named team, and a question that waits: asked and agreed through the services."""

from datetime import timedelta

from interactions.services import approvals
from interactions.services.decisions import decide
from patients.choices import RestrictionKind
from patients.models import Patient

# (program, why, who leads, whose own record it is, what the second person read)
RECORDS = (
    ("res", RestrictionKind.FAMILY, "imani", None, "Her brother works nights here. She asked who would know."),
    ("out", RestrictionKind.COLLEAGUE, "imani", "noelani", "A colleague of our other house. Asked that few know."),
)


def play(world):
    """Restricts the first patient in care of each program named, and asks for an admin; returns nothing."""
    asked_at, agreed_at = world.now - timedelta(days=2), world.now - timedelta(days=1)
    for program, kind, lead, account, reason in RECORDS:
        patient = Patient.objects.in_program(world.programs[program]).in_care().order_by("record_number").first()
        member = patient and patient.care_team.filter(ended_at=None, role="primary").select_related("staff").first()
        if member is None or member.began_at > asked_at:
            continue
        patient = Patient.objects.with_care().get(pk=patient.pk)
        if account:
            patient.account = world.staff[account]
            patient.save(update_fields=["account"])
        asked = approvals.ask_to_restrict(
            patient=patient, kind=kind, lead=world.staff[lead], reason=reason, by=member.staff, now=asked_at
        )
        decide(approval=asked, agreed=True, words="", by=world.staff["amos"], now=agreed_at)
    approvals.ask_to_make_admin(
        member=world.staff["desmond"],
        reason="Somebody has to manage accounts while Greta is away in spring.",
        by=world.staff["greta"],
        now=agreed_at,
    )
