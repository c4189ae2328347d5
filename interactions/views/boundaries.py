"""What is agreed with one person about contact, and on the same page what only few may see."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interactions.boundary_pattern import signs
from interactions.forms.boundaries import AgreementForm, SupportForm
from interactions.forms.records import ActionForm
from interactions.models import BoundaryAgreement, BoundaryEvent, CheckIn, ReadyReply, SafetyReport
from interactions.ready_reply import text_of
from interactions.services import boundaries, boundary_events, ready_replies
from interactions.views.pages import form_page
from patients.access import may_write, open_patient, open_record
from staff.access import requires
from staff.once import posted, save_once
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def boundaries_page(request, ref):
    patient = open_patient(request, ref, emergency=True)
    here = patient, request.user, request.now
    today = patient.latest_episode.program.site.local_date(request.now)
    agreements = list(BoundaryAgreement.objects.on_pages_of(*here).newest_first())
    holding = [one for one in agreements if one.holds and (one.until_on is None or one.until_on >= today)]
    return TemplateResponse(
        request,
        "interactions/boundaries.html",
        {
            "patient": patient,
            "holding": holding,
            "before": [one for one in agreements if one not in holding],
            "events": BoundaryEvent.objects.on_pages_of(*here).for_page().newest_first(),
            "reports": SafetyReport.objects.on_pages_of(*here).for_page().newest_first(),
            "signs": [] if patient.read_only else signs(*here),
            "may_write": may_write(request.user, patient),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def agreement_new(request, ref):
    patient = open_patient(request, ref)
    page = reverse("interactions:boundaries", args=[patient.ref])

    def save(**answers):
        boundaries.agree(patient=patient, by=request.user, now=request.now, **answers)
        messages.success(request, "Written down. It stands above the form of a conversation.")
        return page

    return form_page(
        request,
        AgreementForm(posted(request)),
        save,
        title=f"Agreed with {patient.called} about contact",
        patient=patient,
        cancel_url=page,
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def check_in_hours(request, ref):
    """Asked after a contact outside somebody’s hours, of whoever had it: of them alone, and kindly."""
    found = open_record(request, CheckIn.objects.with_words(), ref)
    if found.talked_by != request.user or not found.out_of_hours:
        raise Http404
    patient = found.patient
    reply = ReadyReply.objects.of(patient, request.user).offered(found.recorded_at)

    def save(words, sent=False):
        if sent and reply:
            ready_replies.sent(reply=reply, by=request.user, now=request.now)
        if words.strip():
            boundary_events.ask_support(check_in=found, words=words, by=request.user, now=request.now)
            messages.success(request, "The supervisor reads it, and talks with you within three working days.")
        return patient

    form = SupportForm(posted(request))
    if reply is None:
        del form.fields["sent"]
    return form_page(
        request,
        form,
        save,
        template="interactions/check_in_hours.html",
        patient=patient,
        record=found,
        reply=text_of(request.user.site, reply.back_at) if reply else "",
    )


@require_POST
@requires(Permission.CARE_LOG)
def ready_reply(request, ref):
    """The ready reply was sent while the primary is away, or is not needed."""
    patient = open_patient(request, ref)
    form = ActionForm(request.POST)
    if not form.is_valid():
        return redirect(patient)

    def settle():
        ready_replies.settle_for_primary(patient=patient, by=request.user, now=request.now)
        messages.success(request, "Not offered again in this absence.")
        return patient

    return save_once(request, form, settle)
