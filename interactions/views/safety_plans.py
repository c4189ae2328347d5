"""The safety plan of a patient: the page, the form for a new version, and the card to print."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.actions import KINDS
from interactions.forms.safety_plans import SafetyPlanForm
from interactions.safety_plans import card_of, freshness, holding, telling
from interactions.services.safety_plans import write_plan
from interactions.views.pages import form_page
from interactions.views.records import action_form, looking_after
from patients.access import may_write, open_patient, open_record
from patients.models import SafetyPlan, SafetyPlanMark
from staff.access import requires
from staff.once import posted
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def plan_page(request, ref):
    patient = open_patient(request, ref, emergency=True)
    here = patient, request.user, request.now
    versions = list(SafetyPlan.objects.on_pages_of(*here).newest_first())
    plan = next((one for one in versions if one.holds), None)
    may_change = may_write(request.user, patient)
    episode = patient.latest_episode
    return TemplateResponse(
        request,
        "interactions/safety_plans.html",
        {
            "patient": patient,
            "plan": plan,
            "fresh": freshness(plan, request.now),
            "next_at": episode.is_open and patient.died_on is None and episode.cadence.safety_plan_due_at,
            "earlier": [one for one in versions if not one.holds],
            "marks": SafetyPlanMark.objects.on_pages_of(*here).newest_first()[:50],
            "forms": marking(request, patient, plan) if plan and may_change else [],
            "may_write": may_change,
            "may_print": plan is not None and not patient.read_only,
            "now": request.now,
        },
    )


def marking(request, patient, plan):
    """(action, its form) for what can be done with the plan in one tap."""
    plan.patient, found = patient, []
    for action in KINDS["safety_plan"].offered(plan):
        form = action_form(request, action, plan)
        form.auto_id = f"{action.name}_%s"  # two forms with the same field stand on this page
        found.append((action, form))
    return found


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def plan_new(request, ref):
    """A new version begins with the words of the one before; a colleague’s newer one is never overwritten unseen."""
    patient = open_patient(request, ref)
    here = patient, request.user, request.now
    before = holding(*here)
    form = SafetyPlanForm(
        posted(request),
        people=looking_after(patient, request.now).exclude_one(request.user).by_name(),
        initial={**words_of(before), "made_on": patient.latest_episode.program.site.local_date(request.now)},
    ).changing(patient.latest_episode, reads=lambda stay: words_of(holding(*here)))

    def save(**answers):
        write_plan(patient=patient, by=request.user, now=request.now, **answers)
        return reverse("interactions:safety_plans", args=[patient.ref])

    return form_page(
        request,
        form,
        save,
        template="interactions/safety_plan_form.html",
        patient=patient,
        before=before,
        title="A new version of the safety plan" if before else "A safety plan",
        cancel_url=reverse("interactions:safety_plans", args=[patient.ref]),
    )


def words_of(plan):
    return {name: getattr(plan, name) if plan else "" for name in SafetyPlan.SECTIONS}


@require_GET
@requires(Permission.PATIENT_VIEW)
def card(request, ref):
    """Only of the version that holds: an older one in a pocket would lead to numbers that are no longer right."""
    plan = open_record(request, SafetyPlan.objects.for_page(), ref)
    if not plan.holds:
        raise Http404
    back = reverse("interactions:safety_plans", args=[plan.patient.ref])
    context = {"card": card_of(plan), "telling": telling(plan), "back": back}
    return TemplateResponse(request, "interactions/safety_plan_card.html", context)
