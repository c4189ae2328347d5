from django.core.exceptions import PermissionDenied
from django.http import Http404

from patients.models import BreakGlass, CareTeamMember, Exclusion, Patient, Restriction
from staff.access_log import not_found, refused, seen, seen_in_emergency
from staff.choices import Basis
from staff.roles import Permission, Role

READ_ONLY = "Break-glass is for reading and for a note. What else is to be done, somebody on their care team does."


def open_patient(request, ref, *, emergency=False):
    """The patient, with their latest episode, if the signed-in person may know of them; else 404. Noted either way.

    `emergency`: this page also opens by break-glass. Every other one says so instead (403).
    """
    patients = Patient.objects.with_care().filter(ref=ref)
    patient = patients.visible_to(request.user, request.now).first()
    if patient is None and request.user.may(Permission.BREAK_GLASS):
        patient = patients.opened_by(request.user, request.now).first()
        if patient is not None:
            break_in(request, patient, emergency)
            return patient
    if patient is None:
        not_found(request, ref)
        raise Http404
    seen(request, [patient])
    return patient


def patient_in_care(user, now, ref):
    """The patient whom `user` may know of in their ordinary work, or None: what leaves is asked of this, never of
    `open_patient`, which opens wider in an emergency.
    """
    return Patient.objects.visible_to(user, now).with_care().filter(ref=ref).first()


def break_in(request, patient, emergency):
    """Notes on the request that these pages are read by break-glass, for as long as that holds."""
    if not emergency:
        refused(request, patient)
        raise PermissionDenied(READ_ONLY)
    patient.basis = Basis.BREAK_GLASS
    request.break_glass = BreakGlass.objects.current(request.now).by(request.user).of(patient).latest("ended_at")
    seen_in_emergency(request, patient)


def open_record(request, records, ref, *, emergency=False):
    """The record of `records` (a queryset with `visible_to`), its patient opened; else 404. Noted either way.

    `emergency`: as in `open_patient`.
    """
    found = records.select_related("patient__latest_episode__program__site").filter(ref=ref)
    record = found.visible_to(request.user, request.now).first()
    if record is None and request.user.may(Permission.BREAK_GLASS):
        record = found.opened_by(request.user, request.now).first()
        if record is not None:
            break_in(request, record.patient, emergency)
            return record
    if record is None:
        hidden = records.model.objects.filter(ref=ref).values_list("patient__ref", flat=True).first()
        not_found(request, hidden or ref)
        raise Http404
    seen(request, [record.patient])
    return record


def may_write(user, patient):
    """Whether something new can be written down about `patient`, more than a note in an emergency."""
    return user.may(Permission.CARE_LOG) and patient.died_on is None and not patient.read_only


def restriction_of(patient, now):
    """The restriction that holds for `patient` now, or None."""
    return Restriction.objects.of(patient).current(now).with_people().first()


def supervisors_of(patient, now):
    """To whom something of `patient` goes as to the supervisor, in order: the restriction's lead alone while the record
    is restricted, else the program's lead and deputy, without whoever is kept out. Never empty.
    """
    restriction = restriction_of(patient, now)
    if restriction:
        return [restriction.lead]
    program = patient.latest_episode.program
    people = [person for person in (program.lead, program.deputy) if person is not None]
    return [person for person in people if not kept_out(person, patient, now)] or people


def kept_out(user, patient, now):
    """Whether `user` is never to see `patient`: it is their own record, or they are excluded from it."""
    return patient.account_id == user.pk or Exclusion.objects.of(patient).current(now).naming(user).exists()


def sees(user, patient, now):
    return Patient.objects.visible_to(user, now).having(patient)


def supervises(user, patient, now):
    """Whether `user` is the supervisor of `patient` now."""
    return Patient.objects.led_by(user, now).having(patient)


def may_move(user, patient, now):
    """Whether `user` may transfer and discharge: the primary (or their cover) and supervisors who see the patient."""
    if not user.may(Permission.CARE_MOVE) or patient.read_only or not sees(user, patient, now):
        return False
    return (
        user.role == Role.SUPERVISOR or CareTeamMember.objects.primaries().of(patient).standing_in(user, now).exists()
    )


def may_restrict(user, patient, now):
    """Whether `user` may ask that the record be restricted, or not any more: the care team and the supervisor."""
    if not user.may(Permission.CARE_LOG) or kept_out(user, patient, now):
        return False
    return CareTeamMember.objects.of(patient).current(now).naming(user).exists() or supervises(user, patient, now)


def may_assign(user, patient, now):
    """Whether `user` may change the care team: supervisors of their patients; admins of all but the restricted."""
    if patient.read_only:
        return False
    if user.may(Permission.MANAGE):
        return restriction_of(patient, now) is None
    return user.may(Permission.TEAM_ASSIGN) and supervises(user, patient, now)
