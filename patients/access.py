from django.http import Http404

from patients.models import Patient
from staff.access_log import not_found, seen


def open_patient(request, ref):
    """The patient, with their latest episode, if the signed-in person may know of them; else 404. Noted either way."""
    patient = Patient.objects.visible_to(request.user, request.now).with_care().filter(ref=ref).first()
    if patient is None:
        not_found(request, ref)
        raise Http404
    seen(request, [patient])
    return patient


def open_record(request, records, ref):
    """The record of `records` (a queryset with `visible_to`), its patient opened; else 404. Noted either way."""
    record = (
        records.visible_to(request.user, request.now)
        .select_related("patient__latest_episode__program__site")
        .filter(ref=ref)
        .first()
    )
    if record is None:
        raise Http404
    seen(request, [record.patient])
    return record
