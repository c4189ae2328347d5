"""The plan on one page: goals, needs, what we do differently, and what we said would come."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.deadlines import usual_review_on
from interactions.forms.plan import AdjustmentForm, GoalForm, NeedForm
from interactions.models import Update
from interactions.services import plan
from interactions.views.records import new_page
from patients.access import may_write, open_patient
from patients.models import Adjustment, Goal, Need
from staff.access import requires
from staff.once import posted
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def plan_page(request, ref):
    patient = open_patient(request, ref, emergency=True)
    here = patient, request.user, request.now
    goals, needs, adjustments = (
        list(kind.objects.on_pages_of(*here).newest_first()) for kind in (Goal, Need, Adjustment)
    )
    return TemplateResponse(
        request,
        "interactions/plan.html",
        {
            "patient": patient,
            "goals": goals,
            "needs": needs,
            "adjustments": adjustments,
            "ask_again_at": patient.latest_episode.is_open and patient.latest_episode.cadence.feedback_due_at,
            "safety_plan_at": patient.latest_episode.is_open and patient.latest_episode.cadence.safety_plan_due_at,
            "ledger": Update.objects.on_pages_of(*here).ledger()[:50],
            "may_write": may_write(request.user, patient),
            "now": request.now,
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def need_new(request, ref):
    patient = open_patient(request, ref)
    return new_page(request, patient, NeedForm(posted(request)), plan.note_need, f"What {patient.called} needs")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def goal_new(request, ref):
    patient = open_patient(request, ref)
    form = GoalForm(posted(request), initial={"review_on": usual_review_on(patient, request.now)})
    return new_page(request, patient, form, plan.set_goal, f"A goal of {patient.called}’s")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def adjustment_new(request, ref):
    patient = open_patient(request, ref)
    form = AdjustmentForm(posted(request), initial={"review_on": usual_review_on(patient, request.now)})
    return new_page(request, patient, form, plan.try_adjustment, f"What we do differently for {patient.called}")
