"""Where somebody stands in care, and who cares for them."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from interactions import stays
from interactions.forms.care import AssignForm, EndForm, PrimaryForm
from interactions.models import CheckIn
from interactions.safety_plans import before_they_leave, holding
from interactions.second_person import waiting_about
from interactions.services import care
from interactions.views.pages import form_page
from patients.access import may_assign, may_restrict, may_write, open_patient, restriction_of
from patients.duplicates import is_offered
from patients.models import CareTeamMember, Episode, Exclusion, Patient
from staff.access import requires
from staff.access_log import not_found, seen
from staff.models import Program, StaffMember
from staff.once import posted
from staff.roles import Permission

MONTH = timedelta(days=30)
TEAM_FORM = "interactions/team_form.html"


@require_GET
@requires(Permission.PATIENT_VIEW)
def episodes(request, ref):
    patient = open_patient(request, ref, emergency=True)
    situation = stays.situation_of(patient, request.user, request.now)
    return TemplateResponse(
        request,
        "interactions/episodes.html",
        {
            "patient": patient,
            "episodes": Episode.objects.of(patient).newest_first().with_stretches(),
            "actions": stays.offered(situation) if moves(request.user, patient) else [],
        },
    )


def moves(user, patient):
    return user.may(Permission.CARE_MOVE) and not patient.read_only


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_MOVE)
def episode_act(request, ref, action):
    action = stays.named(action)
    if action is None:
        raise Http404
    hidden = action.name == "welcome-back" and is_offered(request, ref)
    patient = open_offered(request, ref) if hidden else open_patient(request, ref)
    situation = stays.situation_of(patient, request.user, request.now)
    # What somebody typed while a colleague was quicker is given back to them, beside what stands there now.
    overtaken = posted(request) is not None and action.whose(situation)
    if not action.offered(situation) and not overtaken:
        raise PermissionDenied

    def save(**answers):
        action.run(patient=patient, by=request.user, now=request.now, **answers)
        return after_change(request, patient)

    site = request.user.site
    form = action.form(
        posted(request),
        patient=patient,
        now=request.now,
        people=StaffMember.objects.caring().at(site).by_name(),
        programs=programs_for(action, site),
        initial=action.initial(situation, request.now),
    ).changing(
        patient.latest_episode,
        "version",
        still=lambda stay: action.when(stays.as_it_stands(situation, stay, request.now)),
    )
    return form_page(
        request,
        form,
        save,
        cancel_url=reverse("patients:list") if hidden else reverse("interactions:episodes", args=[patient.ref]),
        template="interactions/stay_form.html",
        patient=patient,
        reminder=safety_plan_line(patient, request.user, request.now) if action.name == "discharge" else "",
        hidden=hidden and not Patient.objects.visible_to(request.user, request.now).having(patient),
        title=action.label,
        lede=action.lede,
        submit_label=action.submit,
    )


def safety_plan_line(patient, viewer, now):
    return before_they_leave(holding(patient, viewer, now), patient, now)


def programs_for(action, site):
    """People come into programs of the user's own site; they move to any."""
    programs = Program.objects.open().with_site()
    return programs.at(site) if action.name == "welcome-back" else programs


def open_offered(request, ref):
    """The patient whom this session was offered to welcome back, though they are out of the user's view: 404 when they
    may not be offered any more.
    """
    patient = Patient.objects.offered_still(request.user, request.now, ref)
    if patient is None:
        not_found(request, ref)
        raise Http404
    seen(request, [patient])
    return patient


def after_change(request, patient):
    """Where to go once a stay was changed: the stays, or the list when the patient is out of view now."""
    messages.success(request, "Saved.")
    if Patient.objects.visible_to(request.user, request.now).having(patient):
        return reverse("interactions:episodes", args=[patient.ref])
    return reverse("patients:list")


def is_primary(members, user):
    return any(member.role == "primary" and member.staff_id == user.pk for member in members)


@require_GET
@requires(Permission.PATIENT_VIEW)
def care_team(request, ref):
    patient = open_patient(request, ref, emergency=True)
    members = list(CareTeamMember.objects.of(patient).with_history())
    now = [member for member in members if member.ended_at is None or member.ended_at > request.now]
    may_change = may_assign(request.user, patient, request.now)
    supervises = may_change and not request.user.may(Permission.MANAGE)  # who supervises may restrict: not asked again
    restricts = supervises or may_restrict(request.user, patient, request.now)
    return TemplateResponse(
        request,
        "interactions/care_team.html",
        {
            "patient": patient,
            "talked": CheckIn.objects.on_pages_of(patient, request.user, request.now).by_person(request.now - MONTH),
            "may_hand_over": is_primary(now, request.user) and may_write(request.user, patient),
            "members": sorted(now, key=lambda member: member.role != "primary"),
            "earlier": [member for member in members if member not in now],
            "may_change": may_change and patient.died_on is None,
            "may_end": may_change,
            "restriction": restriction_of(patient, request.now),
            "kept_out": Exclusion.objects.of(patient).current(request.now) if may_change else [],
            "asked": waiting_about(patient, request.now),
            "may_restrict": restricts and patient.died_on is None,
            "now": request.now,
        },
    )


def team_in_words(patient, now):
    members = CareTeamMember.objects.of(patient).current(now).in_order()
    return {"care team": [f"{member.staff} ({member.get_role_display()})" for member in members]}


def team_page(request, patient, form, run, **context):
    """A form about the care team, for those who may change it; leads back to the team."""
    if not may_assign(request.user, patient, request.now):
        raise PermissionDenied

    def save(**answers):
        run(by=request.user, now=request.now, **answers)
        messages.success(request, "Saved.")
        if Patient.objects.visible_to(request.user, request.now).having(patient):
            return reverse("interactions:care_team", args=[patient.ref])
        return reverse("patients:list")

    situation = {
        "people": StaffMember.objects.caring().at(patient.latest_episode.program.site).by_name(),
        "team": list(CareTeamMember.objects.of(patient).current(request.now).in_order()),
    }
    form = form(posted(request), patient=patient, now=request.now, **situation)
    # The stay is held, not the patient: whoever makes somebody safe holds those two in another order.
    form.changing(patient.latest_episode, reads=lambda stay: team_in_words(patient, request.now))
    return form_page(request, form, save, template=TEAM_FORM, patient=patient, **context)


@require_http_methods(["GET", "POST"])
@requires(Permission.PATIENT_VIEW)
def team_assign(request, ref):
    patient = open_patient(request, ref)

    def run(**answers):
        care.assign(patient=patient, **answers)

    return team_page(request, patient, AssignForm, run, title="Add a colleague", submit_label="Add")


@require_http_methods(["GET", "POST"])
@requires(Permission.PATIENT_VIEW)
def team_primary(request, ref):
    patient = open_patient(request, ref)

    def run(**answers):
        care.change_primary(patient=patient, **answers)

    return team_page(request, patient, PrimaryForm, run, title="Change the primary", submit_label="Change")


@require_http_methods(["GET", "POST"])
@requires(Permission.PATIENT_VIEW)
def team_end(request, ref, member):
    patient = open_patient(request, ref)
    member = CareTeamMember.objects.of(patient).current(request.now).with_ref(member)
    if member is None:
        raise Http404
    member.patient = patient

    def run(**answers):
        care.end_membership(member=member, **answers)

    return team_page(
        request,
        patient,
        EndForm,
        run,
        title=f"{member.staff} leaves the care team",
        submit_label="End",
        lede="From now on they no longer see this record.",
    )
