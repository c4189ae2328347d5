"""The shapes that the pages of records share."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse
from django.urls import reverse

from patients.choices import Audience
from patients.hints import hints_for
from staff.once import save_once


def form_page(request, form, save, *, template="interactions/action_form.html", ways=list, **context):
    """Shows `form`; sent and valid, saves it once with `save(**answers)`, which returns where to go. `ways()` are those
    to go on, as (label, address), where a colleague was quicker and it cannot be saved any more.
    """
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_once(request, form, lambda: save(**form.answers()))
            say_otherwise(request, form, context.get("patient"))
            return saved
        except ValidationError as refusal:
            form.refuse(refusal)
    if getattr(form, "over", False):
        form.ways = [("Look at what stands there now", context["cancel_url"]), *ways(), *conversation(**context)]
    return TemplateResponse(request, template, {"form": form, **context}, status=form.status)


def conversation(patient, record=None, hidden=False, **context):
    """The way to write a conversation down, which has room for what fits nowhere else. None about who has died or is
    out of view, and none for what is not for everybody's eyes.
    """
    few = record and (getattr(record, "audience", Audience.TEAM) != Audience.TEAM or getattr(record, "not_for", None))
    if patient.died_on or hidden or few:
        return []
    return [("Write yours down as a conversation with them", reverse("interactions:check_in_new", args=[patient.ref]))]


def say_otherwise(request, form, patient):
    """Once it is saved, the hints that did not stand beneath a box before: nothing has to be done about them."""
    if not getattr(request, "saved_form", None):
        return
    text = "\n\n".join(
        part.cleaned_data.get(name) or ""
        for part in getattr(form, "forms", [form])
        if part.hinted
        for name, field in part.fields.items()
        if getattr(field, "hinted", False)
    )
    if not text.strip():
        return
    told = {value.partition(":")[2] for value in request.POST.getlist("hinted")}
    new = [mark for mark in hints_for(text, patient, request.user, request.now) if mark.line not in told]
    if new:
        ways = "; ".join(f"“{mark.said}”: {mark.say}" for mark in new)
        messages.info(request, f"Another way to say it, for next time or for a correction. {ways}.")
