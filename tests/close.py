"""Short ways to leave somebody, talk with them, and see the days on which somebody stays in touch."""

from datetime import timedelta

from interactions import debts
from interactions.services import care
from interactions.services.checkins import log_conversation
from patients.models import Episode, OutreachDay, Patient
from tests.factories import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def fresh(patient):
    """`patient` as they stand now."""
    return Patient.objects.with_care().get(pk=patient.pk)


def leave(patient, by, now=NOW, **over):
    return care.discharge(
        episode=fresh(patient).latest_episode,
        **{"reason": "completed", "contact_after": "yes", "by": by, "now": now} | over,
    )


def opioids(patient):
    Episode.objects.filter(patient=patient).update(opioid_involved=True)
    return patient


def days():
    return list(OutreachDay.objects.select_related("owner", "cover").order_by("due_on"))


def open_numbers(patient, viewer, now):
    owed = [debt for debt in debts.of_patient(patient, viewer, now) if debt.kind == "outreach"]
    return len(owed)


def talk(patient, by, now, **over):
    return log_conversation(
        **{"patient": fresh(patient), "by": by, "now": now, "happened": "talked", "text": "Hi"} | over
    )
