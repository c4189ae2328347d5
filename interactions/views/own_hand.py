"""The form that a patient fills in: on a device that was handed over, or behind a link of their own."""

from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from interactions.feedback_words import words_in
from interactions.forms.feedback import OwnHandForm
from interactions.services import feedback
from staff.access import public
from staff.conflicts import Conflict
from staff.lending import lent_in


@never_cache
@require_http_methods(["GET", "POST"])
@public(because="the patient has no account; its address holds a secret of 32 random bytes")
def own_form(request, token):
    """Unknown, sent, ended or too old: the same answer, with what was typed, if anything was. Another language keeps
    what was typed.
    """
    sent = request.POST if request.method == "POST" else None
    words = words_in((sent or request.GET).get("tongue"))
    turned = sent is not None and "other" in sent
    sending = sent is not None and not turned
    invitation = feedback.invitation_at(token=token, now=request.now, sending=sending)
    stay_lent(request)
    if invitation is None:
        return second_tap(request, words, token) if sending else closed(request, words)
    if not sending:
        words = words_in(sent["other"]) if turned else words
        form = OwnHandForm(initial=typed(sent), words=words, leaving=invitation.at_leaving)
    elif "decline" in sent:
        feedback.decline(invitation=invitation, now=request.now)
        return thanked(words, "declined")
    else:
        form = OwnHandForm(sent, words=words, leaving=invitation.at_leaving)
        if form.is_valid():
            answers = {**form.answers(), "tongue": words["tongue"]}
            try:
                feedback.give(invitation=invitation, now=request.now, **answers)
            except Conflict:  # sent a moment ago by the same hand
                return second_tap(request, words, token)
            return thanked(words, "sent")
    return TemplateResponse(request, "interactions/own_form.html", page(request, words, form=form))


def page(request, words, **more):
    return {"words": words, "lent": lent_in(request) is not None, **more}


def typed(sent):
    """What was typed so far, to go on with in another language; nothing is chosen for them but who reads it."""
    return {name: sent[name] for name in sent if name != "csrfmiddlewaretoken"} if sent else {}


def stay_lent(request):
    """Somebody is still there: the device stays in their hands."""
    if lent_in(request):
        request.session.modified = True


def second_tap(request, words, token):
    """Sent twice by an impatient hand: thank you. What else comes too late is shown, so that it is not lost."""
    if "decline" in request.POST and feedback.declined_just_now(token=token, now=request.now):
        return thanked(words, "declined")
    form = OwnHandForm(request.POST, words=words, leaving="may_ask" in request.POST or "helped" in request.POST)
    if form.is_valid():
        answers = {**form.answers(), "tongue": words["tongue"]}
        if feedback.sent_just_now(token=token, now=request.now, answers=answers):
            return thanked(words, "sent")
    written = [request.POST.get(name, "").strip() for name in ("more_of", "question", "helped", "not_helped")]
    return closed(request, words, written=list(filter(None, written)))


def thanked(words, how):
    return redirect(reverse("interactions:feedback_thanks", query={"tongue": words["tongue"], "how": how}))


def closed(request, words, **more):
    return TemplateResponse(request, "interactions/own_closed.html", page(request, words, **more), status=404)


@never_cache
@require_GET
@public(because="says thank you, to whoever asks, and nothing else")
def thanks(request):
    stay_lent(request)
    words = words_in(request.GET.get("tongue"))
    said = words["thanks_declined" if request.GET.get("how") == "declined" else "thanks_sent"]
    return TemplateResponse(request, "interactions/own_thanks.html", page(request, words, said=said))
