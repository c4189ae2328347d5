"""Restricting a record, lifting that, and keeping a colleague out of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from interactions.forms.restrictions import EndExclusionForm, ExcludeForm, LiftForm, RestrictForm
from interactions.services import approvals, restrictions
from interactions.views.pages import form_page
from patients.access import may_assign, may_restrict, open_patient, restriction_of, sees
from patients.models import Exclusion
from staff.access import requires
from staff.models import StaffMember
from staff.once import posted
from staff.roles import Permission

ASKED = "Asked. Nothing changes until a second person agrees: any other supervisor, or an auditor, under Approvals."


def page(request, patient, form, run, said, **context):
    """A form about who may see `patient`; leads back to the care team, or to the list when that is out of view now."""

    def save(**answers):
        run(patient=patient, by=request.user, now=request.now, **answers)
        messages.success(request, said)
        if sees(request.user, patient, request.now):
            return reverse("interactions:care_team", args=[patient.ref])
        return reverse("patients:list")

    return form_page(request, form, save, template="interactions/team_form.html", patient=patient, **context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG, confirmed=True)
def restrict(request, ref):
    patient = open_patient(request, ref)
    if not may_restrict(request.user, patient, request.now):
        raise PermissionDenied
    restriction = restriction_of(patient, request.now)
    form = RestrictForm(
        posted(request),
        patient=patient,
        now=request.now,
        people=StaffMember.objects.supervisors().by_name(),
        initial={"kind": restriction.kind} if restriction else None,
    )
    return page(
        request,
        patient,
        form,
        approvals.ask_to_restrict,
        ASKED,
        title="Name another lead" if restriction else "Restrict this record",
        lede="Only the care team, each by name, and the lead see it then. It stands in nobody else’s lists, searches "
        "or counts. Put on the team first whoever should see it, and take off whoever should not.",
        submit_label="Ask a second person",
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG, confirmed=True)
def lift(request, ref):
    patient = open_patient(request, ref)
    if not (may_restrict(request.user, patient, request.now) and restriction_of(patient, request.now)):
        raise PermissionDenied
    return page(
        request,
        patient,
        LiftForm(posted(request), patient=patient, now=request.now),
        approvals.ask_to_lift,
        ASKED,
        title="Lift the restriction",
        lede="Then this record is seen like any other: by covers, the floor team and the supervisors of the program.",
        submit_label="Ask a second person",
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.PATIENT_VIEW, confirmed=True)
def exclude(request, ref):
    patient = open_patient(request, ref)
    if not may_assign(request.user, patient, request.now):
        raise PermissionDenied
    form = ExcludeForm(
        posted(request),
        patient=patient,
        now=request.now,
        people=StaffMember.objects.caring().at(patient.latest_episode.program.site).by_name(),
    )
    return page(
        request,
        patient,
        form,
        restrictions.exclude,
        "Done. What they still owed has passed on.",
        title="Keep a colleague out",
        lede="From now on they never see this record, whatever else would let them in. It needs nobody’s agreement.",
        submit_label="Keep them out",
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.PATIENT_VIEW, confirmed=True)
def exclusion_end(request, ref, exclusion):
    patient = open_patient(request, ref)
    exclusion = Exclusion.objects.of(patient).current(request.now).with_ref(exclusion)
    if exclusion is None:
        raise Http404
    if not may_assign(request.user, patient, request.now):
        raise PermissionDenied
    exclusion.patient = patient

    def run(*, patient, by, now):
        restrictions.end_exclusion(exclusion=exclusion, by=by, now=now)

    return page(
        request,
        patient,
        EndExclusionForm(posted(request), patient=patient, now=request.now),
        run,
        "Done.",
        title=f"Let {exclusion.staff} in again",
        lede="They see this record again wherever their work lets them.",
        submit_label="Let them in again",
    )
