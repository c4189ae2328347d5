"""Logging a conversation, and one conversation on a page of its own."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interactions.choices import Channel, Happened, Urgency
from interactions.forms.conversation import Conversation
from interactions.forms.records import ActionForm, AmendForm, StrikeForm
from interactions.models import BoundaryAgreement, CheckIn, Step, TalkRequest
from interactions.services import checkins
from interactions.shown import chart_text, history, right_now
from interactions.views.pages import form_page
from patients.access import open_patient, open_record
from staff.access import requires
from staff.models import StaffMember
from staff.once import posted, save_once
from staff.roles import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def check_in_new(request, ref):
    patient = open_patient(request, ref, emergency=True)
    conversation = Conversation(
        posted(request),
        patient=patient,
        user=request.user,
        now=request.now,
        note_only=patient.read_only,
        notes_url=counseling_notes(request.user, patient),
        people=list(StaffMember.objects.colleagues_of(request.user)),
        talks=list(TalkRequest.objects.open().on_pages_of(patient, request.user, request.now)),
        steps=list(Step.objects.open().on_pages_of(patient, request.user, request.now)),
        initial={
            "happened_at": request.now,
            "happened": chosen(request, "happened", Happened, Happened.TALKED),
            "channel": usual_channel(patient),
            "concern": {"urgency": chosen(request, "urgency", Urgency, Urgency.ROUTINE), "voice_at": request.now},
        },
    )
    return form_page(
        request,
        conversation,
        lambda **answers: log(request, patient, answers),
        template="interactions/check_in_form.html",
        patient=patient,
        right_now=right_now(patient, request.now),
        agreements=agreements_of(patient, request),
    )


def agreements_of(patient, request):
    """What was agreed with them about contact and holds today."""
    today = patient.latest_episode.program.site.local_date(request.now)
    return BoundaryAgreement.objects.on_pages_of(patient, request.user, request.now).holding(today)


def log(request, patient, answers):
    """Saves a conversation and says where to go: to the patient, or to what is asked after hours."""
    made = checkins.log_conversation(patient=patient, by=request.user, now=request.now, **answers)
    messages.success(request, f"Written down. {patient.called}’s page is up to date.")
    asks = made.out_of_hours and made.talked_by == request.user
    return reverse("interactions:check_in_hours", args=[made.ref]) if asks else patient


def chosen(request, name, choices, default):
    """The value of `choices` that the address asks for, else `default`."""
    value = request.GET.get(name)
    return value if value in choices.values else default


def counseling_notes(user, patient):
    """Where `user` writes a counseling note about `patient`, or ""."""
    may = user.may(Permission.COUNSELING) and not patient.read_only
    return reverse("interactions:counseling_note_new", args=[patient.ref]) if may else ""


def usual_channel(patient):
    """In person where people live or spend the day; by call elsewhere."""
    return Channel.CALL if patient.latest_episode.program.kind == "aftercare" else Channel.IN_PERSON


@require_POST
@requires(Permission.CARE_LOG)
def quick_hello(request, ref):
    """One tap: seen, said hello."""
    patient = open_patient(request, ref)
    form = ActionForm(request.POST)
    if not form.is_valid():
        return redirect("interactions:check_in_new", patient.ref)
    try:
        return save_once(request, form, lambda: log(request, patient, {"happened": Happened.HELLO}))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(patient)


@require_GET
@requires(Permission.PATIENT_VIEW)
def check_in(request, ref):
    found = open_record(request, CheckIn.objects.with_words(), ref, emergency=True)
    return TemplateResponse(
        request,
        "interactions/check_in_detail.html",
        {
            "record": found,
            "patient": found.patient,
            "versions": found.texts.select_related("by").order_by("-version"),
            "turns": found.turns.all() if found.turn_count else [],
            "history": history(found),
            "may_strike": found.struck_at is None and not found.patient.read_only and may_strike(request.user, found),
        },
    )


def may_strike(user, record):
    return user == record.recorded_by or user.may(Permission.TEAM_REVIEW)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def check_in_amend(request, ref):
    found = open_record(request, CheckIn.objects.with_words(), ref)
    return form_page(
        request,
        AmendForm(posted(request), record=found),
        lambda **answers: checkins.amend(check_in=found, by=request.user, now=request.now, **answers),
        record=found,
        patient=found.patient,
        title="Correct or add to this",
        lede="What was written before stays on the record.",
        cancel_url=found.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def check_in_strike(request, ref):
    found = open_record(request, CheckIn.objects.with_words(), ref)
    return form_page(
        request,
        StrikeForm(posted(request)),
        lambda **answers: checkins.strike(check_in=found, by=request.user, now=request.now, **answers),
        record=found,
        patient=found.patient,
        title="Strike this entry",
        lede="It stays readable, crossed out with your reason, and no longer counts as a conversation.",
        submit_label="Strike it",
        cancel_url=found.get_absolute_url(),
    )


@require_POST
@requires(Permission.CARE_LOG)
def check_in_chart(request, ref):
    """The check-in as plain text to take over into the chart; logged as something that left."""
    found = open_record(request, CheckIn.objects.with_words(), ref)
    checkins.note_chart_copy(check_in=found, by=request.user)
    return TemplateResponse(
        request,
        "interactions/check_in_chart.html",
        {"record": found, "patient": found.patient, "text": chart_text(found)},
    )
