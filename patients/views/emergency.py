"""Break-glass: finding exactly one patient, and opening their pages for an hour."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from patients import break_glass
from patients.forms.emergency import BreakGlassForm, LookUpForm
from patients.models import BreakGlass, Patient
from staff.access import requires
from staff.access_log import not_found, seen, seen_in_emergency
from staff.forms.reviews import ReviewForm
from staff.once import attempt, posted
from staff.roles import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.BREAK_GLASS)
def find(request):
    form, readable = LookUpForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = break_glass.look_up(by=request.user, now=request.now, **form.cleaned_data)
        if found.hidden:
            break_glass.offer(request, found.hidden)
            return redirect("patients:break_glass", found.hidden.ref)
        readable = found.readable
        if readable:
            seen(request, [readable])
        else:
            form.add_error(None, found.refusal)
    return TemplateResponse(
        request,
        "patients/break_glass_find.html",
        {
            "form": form,
            "readable": readable,
            "open_now": opened_now(request),
            "blocked": blocked(request.user),
        },
    )


def opened_now(request):
    """Those that this person has opened and may still read."""
    rows = BreakGlass.objects.current(request.now).by(request.user).with_patients()
    for row in rows:
        seen_in_emergency(request, row.patient)
    return rows


@require_http_methods(["GET", "POST"])
@requires(Permission.BREAK_GLASS, confirmed=True)
def open_record(request, ref):
    """The reason, and the hour. Only for whom this session has just found."""
    patient = Patient.objects.open_in_emergency(request.user, request.now).with_care().with_ref(ref)
    if patient is None or not break_glass.is_offered(request, ref):
        not_found(request, ref)
        raise Http404
    seen_in_emergency(request, patient)
    form = BreakGlassForm(posted(request))

    def act():
        break_glass.break_glass(patient=patient, by=request.user, now=request.now, **form.answers())
        return patient

    said = "Open for 60 minutes. The primary, the supervisor and an auditor are told."
    return attempt(request, form, act, said=said) or TemplateResponse(
        request,
        "patients/break_glass.html",
        {
            "form": form,
            "patient": patient,
            "title": f"Open record {patient.record_number}, {patient.initials}",
            "page_title": "In an emergency",
            "submit_label": "Open it for 60 minutes",
            "cancel_url": reverse("patients:break_glass_find"),
            "blocked": blocked(request.user),
        },
        status=form.status,
    )


def blocked(user):
    """The sentence that says why this person cannot open another, or ""."""
    try:
        break_glass.refuse_if_blocked(user)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


@require_http_methods(["GET", "POST"])
@requires(Permission.AUDIT)
def review(request, ref):
    opened = get_object_or_404(BreakGlass.objects.not_about(request.user, request.now).with_patients(), ref=ref)
    seen(request, [opened.patient])
    form, back = ReviewForm(posted(request)), reverse("patients:reviews")

    def act():
        break_glass.review(opened=opened, by=request.user, now=request.now, **form.answers())
        return back

    day = opened.began_at.astimezone(request.user.site.zone).date()
    return attempt(request, form, act, said="Written down.") or TemplateResponse(
        request,
        "patients/break_glass_review.html",
        {
            "form": form,
            "opened": opened,
            "title": f"{opened.staff.name}: opened in an emergency",
            "page_title": "A review",
            "submit_label": "Write it down",
            "cancel_url": back,
            "log_url": reverse("patients:access_log", query={"staff": str(opened.staff.ref), "day": str(day)}),
        },
        status=form.status,
    )
