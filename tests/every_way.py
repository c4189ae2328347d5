"""Asking for patients in every way there is: the list, a search, an export, the count, and each one's page."""

from django.test import Client

from patients.models import Patient
from staff.roles import Permission
from tests.cast import enter
from tests.factories import NOW
from tests.taking_out import download
from tests.worlds import FAMILY_NAME, PATIENTS, may_know


def differences(world, built):
    """Who meets other patients than the rule by hand says, by which way, of all the staff of `world`."""
    return [
        (who, way, sorted(met), sorted(expected))
        for who, member in enumerate(built.staff)
        for expected in [{whom for whom in range(PATIENTS) if may_know(world, who, whom)}]
        for way, met in known_to(member, built.patients).items()
        if met != expected
    ]


def known_to(member, patients):
    """The places of the patients whom `member` meets, by the name of the way; only the count for whoever sees none."""
    place = {patient.pk: n for n, patient in enumerate(patients)}
    found = {"count": {place[pk] for pk in Patient.objects.visible_to(member, NOW).values_list("pk", flat=True)}}
    if not member.may(Permission.PATIENT_VIEW):
        return found
    browser = enter(Client(), member)

    def listed(page):
        return {place[line.patient.pk] for line in page.context["lines"]}

    found["list"] = listed(browser.get("/patients/"))
    found["search"] = listed(browser.post("/patients/search/", {"q": FAMILY_NAME}, follow=True))
    pages = [browser.get(f"/patients/{patient.ref}/about/") for patient in patients]
    found["page"] = {n for n, page in enumerate(pages) if page.status_code == 200}
    if member.may(Permission.PATIENT_EXPORT):
        numbers = {row["Record number"] for row in download(browser, "patients").rows}
        found["export"] = {n for n, patient in enumerate(patients) if patient.record_number in numbers}
    return found
