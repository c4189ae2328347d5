from django.http import Http404

from patients.models import CareTeamMember, Patient
from staff.access_log import not_found, seen
from staff.models import Program
from staff.roles import Permission, Role


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
        hidden = records.model.objects.filter(ref=ref).values_list("patient__ref", flat=True).first()
        not_found(request, hidden or ref)
        raise Http404
    seen(request, [record.patient])
    return record


def may_move(user, patient, now):
    """Whether `user` may transfer and discharge: the primary (or their cover) and supervisors who see the patient."""
    if not user.may(Permission.CARE_MOVE):
        return False
    if user.role == Role.SUPERVISOR:
        return Patient.objects.visible_to(user, now).filter(pk=patient.pk).exists()
    return CareTeamMember.objects.primaries().of(patient).standing_in(user, now).exists()


def may_assign(user, patient, now):
    """Whether `user` may change the care team: supervisors within their programs, admins anywhere."""
    if user.may(Permission.MANAGE):
        return True
    program = patient.latest_episode.program_id
    return user.may(Permission.TEAM_ASSIGN) and Program.objects.led_by(user, now).filter(pk=program).exists()
