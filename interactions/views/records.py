"""One record with its history, what can be done with it, and the forms that write a new one down."""

from django.contrib import messages
from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.actions import KINDS
from interactions.choices import UpdateKind, Urgency
from interactions.forms.conversation import ConcernForm
from interactions.forms.records import FactForm, FollowUpForm, MeetingForm, TalkRequestForm, UpdateForm
from interactions.services import concerns, facts, meetings, promises, talks, updates
from interactions.shown import history, right_now
from interactions.views.pages import form_page
from patients.access import open_patient, open_record, restriction_of
from patients.choices import FactKind
from staff.access import requires
from staff.models import StaffMember
from staff.once import posted
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def record_page(request, ref, kind):
    kind = KINDS[kind]
    record = open_record(request, kind.model.objects.for_page(), ref, emergency=True)
    may_act = request.user.may(Permission.CARE_LOG) and not record.patient.read_only
    offered = kind.offered(record) if may_act else []
    first = offered[0] if offered else None
    return TemplateResponse(
        request,
        f"interactions/{kind.name}_detail.html",
        {
            "record": record,
            "patient": record.patient,
            "kind": kind,
            "history": history(record),
            "actions": offered[1:],
            "first": first,
            "form": action_form(request, first, record) if first else None,
            "now": request.now,
        },
    )


def action_form(request, action, record):
    form = action.form(
        posted(request),
        record=record,
        user=request.user,
        now=request.now,
        people=may_take_over(record, request) if action.needs_people else (),
        initial=action.initial(record, request.now),
    )
    if not action.asks:  # a button alone overwrites nobody's words, and taking over somebody's safety waits for nothing
        return form
    if getattr(record, "is_safety", False):
        reads = SAFETY.get(action.name, SAFETY["make-safe"])
        return form.changing(record, reads=reads, still=action.possible)
    return form.changing(record, "version", still=action.possible)


# What a colleague may have written meanwhile while somebody may not be safe: nothing else holds anybody up.
SAFETY = {"voice": lambda row: {"voice": row.safety.voice_to}, "make-safe": lambda row: {"state": row.state}}


def may_take_over(record, request):
    """The colleagues to whom a record can be handed: those who look after the patient, but its owner."""
    return looking_after(record.patient, request.now).exclude_one(record.owner).by_name()


def looking_after(patient, now):
    """Those who look after `patient` now."""
    restriction = restriction_of(patient, now)
    program = patient.latest_episode.program
    return StaffMember.objects.looking_after(patient.pk, program, now, restricted_to=restriction and restriction.lead)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def record_act(request, ref, kind, action):
    kind = KINDS[kind]
    action = kind.action(action)
    if action is None:
        raise Http404
    record = open_record(request, kind.model.objects.for_page(), ref)

    def save(**answers):
        action.run(**{kind.argument: record}, by=request.user, now=request.now, **answers)
        messages.success(request, "Saved.")
        return record

    def ways():
        record.refresh_from_db()
        return [(other.label, f"{record.get_absolute_url()}{other.name}/") for other in kind.offered(record)]

    return form_page(
        request,
        action_form(request, action, record),
        save,
        ways=ways,
        record=record,
        patient=record.patient,
        title=action.label,
        lede=action.lede,
        submit_label="Save" if action.asks else action.label,
        cancel_url=record.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def concern_new(request, ref):
    patient = open_patient(request, ref)
    urgency = request.GET.get("urgency")
    form = ConcernForm(
        posted(request),
        people=StaffMember.objects.colleagues_of(request.user),
        initial={"urgency": urgency if urgency in Urgency.values else Urgency.ROUTINE, "voice_at": request.now},
    )
    return form_page(
        request,
        form,
        writer(request, patient, concerns.raise_concern),
        template="interactions/concern_form.html",
        title=f"What {patient.called} raised",
        patient=patient,
        right_now=right_now(patient, request.now),
        cancel_url=patient.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def follow_up_new(request, ref):
    patient = open_patient(request, ref)
    form = FollowUpForm(posted(request), **situation(request, patient))
    return new_page(request, patient, form, promises.promise, f"Promise {patient.called} something")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def meeting_new(request, ref):
    patient = open_patient(request, ref)
    form = MeetingForm(posted(request))
    return new_page(request, patient, form, meetings.plan_meeting, f"Plan a meeting with {patient.called}")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def talk_request_new(request, ref):
    patient = open_patient(request, ref)
    form = TalkRequestForm(posted(request), **situation(request, patient))
    return new_page(request, patient, form, talks.request_talk, f"Promise {patient.called} another time")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def update_new(request, ref):
    patient = open_patient(request, ref)
    kind = request.GET.get("kind")
    form = UpdateForm(
        posted(request),
        people=looking_after(patient, request.now).exclude_one(request.user).by_name(),
        initial={"kind": kind if kind in UpdateKind.values else UpdateKind.WHERE},
    )
    return new_page(request, patient, form, updates.note_update, f"What {patient.called} is to hear")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def fact_new(request, ref):
    patient = open_patient(request, ref)
    kind = request.GET.get("kind")
    form = FactForm(posted(request), initial={"kind": kind if kind in FactKind.values else FactKind.INTERESTS})
    return new_page(request, patient, form, facts.learn, f"Something about {patient.called}")


def situation(request, patient):
    """What named times ("this shift") depend on."""
    return {"user": request.user, "now": request.now, "program": patient.latest_episode.program}


def new_page(request, patient, form, service, title):
    save = writer(request, patient, service)
    return form_page(request, form, save, title=title, patient=patient, cancel_url=patient.get_absolute_url())


def writer(request, patient, service):
    """Saves a new record by `service` and leads back to the patient's page."""

    def save(**answers):
        service(patient=patient, by=request.user, now=request.now, **answers)
        messages.success(request, "Written down.")
        return patient

    return save
