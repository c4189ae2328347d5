"""What a patient says of their care: asking for it, and reading it. Nobody changes it."""

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.choices import FeedbackWay
from interactions.feedback import newest, trend, you_said
from interactions.forms.feedback import AskForm
from interactions.models import FeedbackInvitation
from interactions.services import feedback
from patients.access import may_write, open_patient
from patients.models import SafeContact
from staff.access import requires
from staff.lending import lend
from staff.once import posted
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def feedback_list(request, ref):
    patient = open_patient(request, ref, emergency=True)
    given = newest(patient, request.user, request.now)
    return TemplateResponse(
        request,
        "interactions/feedback_list.html",
        {
            "patient": patient,
            "given": given,
            "trend": trend(given),
            "said": you_said(patient, request.user, request.now),
            "asked": FeedbackInvitation.objects.of(patient).newest_first().first(),
            "may_write": may_write(request.user, patient),
            "now": request.now,
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def feedback_new(request, ref):
    """The way to their form: this device, handed over, or a link that stands in this answer and nowhere else. Sent
    again, it makes another one, and the one before is no longer good.
    """
    patient = open_patient(request, ref)
    planned = patient.latest_episode.planned_discharge_on
    form = AskForm(posted(request), initial={"at_leaving": bool(planned) or not patient.latest_episode.is_open})
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = feedback.invite(patient=patient, by=request.user, now=request.now, **form.answers())
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            return way_to(request, patient, invitation, token)
    context = {
        "form": form,
        "patient": patient,
        "title": f"Ask {patient.called} what they think",
        "submit_label": "Ask",
        "cancel_url": reverse("interactions:feedback_list", args=[patient.ref]),
    }
    return TemplateResponse(request, "interactions/feedback_ask.html", context, status=form.status)


def way_to(request, patient, invitation, token):
    back = reverse("interactions:feedback_list", args=[patient.ref])
    if invitation.way == FeedbackWay.DECLINED:
        messages.success(request, "Written down: asked, and they would rather not.")
        return redirect(back)
    form_url = reverse("interactions:feedback_form", args=[token])
    if invitation.way == FeedbackWay.TABLET:
        return lend(request, home=form_url, pages=[reverse("interactions:feedback_thanks")], back=back)
    link = f"{settings.SITE_URL}{form_url}"
    picture = segno.make(link, micro=False).svg_data_uri(scale=6, light="#fff")
    context = {"patient": patient, "link": link, "picture": picture, "until": invitation.expires_at, "back": back}
    context["contact"] = SafeContact.objects.of(patient).first()
    return TemplateResponse(request, "interactions/feedback_link.html", context)
