"""A sign that a relationship is changing: its evidence, and what was asked and said."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from interactions.choices import SIGN_ANSWERS, Sign
from interactions.forms.signals import SignalAnswerForm
from interactions.models import Signal
from interactions.services import signals
from interactions.signals import sign_of
from interactions.views.pages import form_page
from patients.access import open_patient
from staff.access import requires
from staff.once import posted
from staff.roles import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def signal_answer(request, ref, rule):
    patient = open_patient(request, ref)
    if rule not in Sign.values:
        raise Http404
    sign = sign_of(patient, rule, request.user, request.now)
    if sign is None and posted(request) is None:
        messages.info(request, "Somebody has answered this, or it is no longer so.")
        return redirect(patient)
    said = Signal.objects.on_pages_of(patient, request.user, request.now).of_rule(rule)
    answered = None if sign else said.last_said()
    form = SignalAnswerForm(posted(request), answers=sign.answers if sign else SIGN_ANSWERS, record=answered)
    if sign and sign.row:
        form.changing(sign.row, "version")
    if answered:
        form.meets(answered, over=True)

    def save(**answers):
        signals.answer(patient=patient, rule=rule, by=request.user, now=request.now, **answers)
        messages.success(request, "Written down.")
        return patient

    return form_page(
        request,
        form,
        save,
        template="interactions/signal_answer.html",
        title=(sign.label or sign.said) if sign else Sign(rule).label,
        sign=sign,
        patient=patient,
        cancel_url=patient.get_absolute_url(),
    )
