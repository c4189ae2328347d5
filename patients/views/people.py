"""Finding people, admitting them, and who they are."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from patients import duplicates, services
from patients.access import may_write, open_patient
from patients.choices import FactKind
from patients.forms.people import AboutForm, AdmitForm, SafeContactForm
from patients.listing import SILENT_FOR, Listing
from patients.models import Fact, SafeContact
from staff.access import requires
from staff.access_log import seen
from staff.models import Program, StaffMember
from staff.once import posted, save_once, saved_before
from staff.roles import Permission
from staff.searches import remember, remembered


@require_GET
@requires(Permission.PATIENT_VIEW)
def patient_list(request):
    typed = remembered(request, request.GET.get("s", ""))
    listing = Listing(request.user, request.now, request.GET, typed)
    lines, next_url = listing.page()
    seen(request, [line.patient for line in lines])
    return TemplateResponse(
        request,
        "patients/patient_list.html",
        {
            "listing": listing,
            "lines": lines,
            "next_url": next_url,
            "silent_for": SILENT_FOR,
            "may_admit": request.user.may(Permission.PATIENT_ADMIT),
        },
    )


@require_POST
@requires(Permission.PATIENT_VIEW)
def patient_search(request):
    key = remember(request, request.POST.get("q", ""))
    return redirect(reverse("patients:list", query={"s": key} if key else None))


@require_http_methods(["GET", "POST"])
@requires(Permission.PATIENT_ADMIT)
def patient_new(request):
    site = request.user.site
    form = AdmitForm(
        posted(request),
        today=site.local_date(request.now),
        programs=Program.objects.open().at(site).with_site(),
        people=StaffMember.objects.caring().at(site).by_name(),
        initial={"primary": request.user.ref, "admitted_at": request.now},
    )
    found = None
    if request.method == "POST" and form.is_valid():
        found = check_duplicates(request, form)
        try:
            saved = saved_before(request, form) if found else save_once(request, form, lambda: admit(request, form))
            if saved:
                return saved
        except ValidationError as refusal:
            form.refuse(refusal)
    return TemplateResponse(request, "patients/patient_new.html", {"form": form, "found": found}, status=form.status)


def check_duplicates(request, form):
    """Who may be the same person, unless "none of these" was said about exactly this one."""
    typed = [form.cleaned_data[name] for name in ("given_name", "family_name", "born_on")]
    if form.cleaned_data["none_of_these"] == duplicates.signature(*typed):
        return None
    found = duplicates.find(request.user, request.now, *typed)
    seen(request, found.known)
    if found.hidden:
        duplicates.offer(request, found.hidden)
    form.data = form.data.copy()
    form.data["none_of_these"] = duplicates.signature(*typed)
    return found


def admit(request, form):
    episode = services.admit(person=form.person(), by=request.user, now=request.now, **form.stay())
    patient = episode.patient
    messages.success(request, f"Welcome, {patient.called}. The record number is {patient.record_number}.")
    return patient if patient_is_visible(request, patient) else reverse("patients:list")


def patient_is_visible(request, patient):
    """Whether whoever admitted somebody for a colleague's program may go on to their page."""
    return type(patient).objects.visible_to(request.user, request.now).having(patient)


@require_GET
@requires(Permission.PATIENT_VIEW)
def about(request, ref):
    patient = open_patient(request, ref, emergency=True)
    contacts = list(SafeContact.objects.of(patient))
    today = patient.latest_episode.program.site.local_date(request.now)
    return TemplateResponse(
        request,
        "patients/about.html",
        {
            "patient": patient,
            "contact": contacts[0] if contacts else None,
            "earlier": contacts[1:],
            "age": patient.age(today),
            "is_minor": patient.is_minor(today),
            "facts": facts_of(patient, request.user, request.now),
            "may_write": may_write(request.user, patient),
        },
    )


def facts_of(patient, viewer, now):
    """What is known of their life, as (kind, label, facts that hold, earlier ones) for each kind."""
    found = list(Fact.objects.on_pages_of(patient, viewer, now).in_order())
    grouped = {kind: [fact for fact in found if fact.kind == kind] for kind in FactKind}
    return [
        (kind, kind.label, [one for one in facts if one.holds], [one for one in facts if not one.holds])
        for kind, facts in grouped.items()
    ]


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def about_edit(request, ref):
    patient = open_patient(request, ref)
    initial = {name: getattr(patient, name) for name in (*AboutForm.PERSON, "version")}
    today = patient.latest_episode.program.site.local_date(request.now)
    form = AboutForm(posted(request), initial=initial, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            return save_once(request, form, lambda: save_about(request, patient, form))
        except ValidationError as refusal:
            form.refuse(refusal)
            patient.refresh_from_db()
    if form.is_bound:
        form.look(patient)
    return TemplateResponse(request, "patients/about_edit.html", {"form": form, "patient": patient}, status=form.status)


def save_about(request, patient, form):
    services.update_person(patient=patient, by=request.user, now=request.now, **form.answers())
    messages.success(request, "Saved.")
    return reverse("patients:about", args=[patient.ref])


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def safe_contact(request, ref):
    patient = open_patient(request, ref)
    form = SafeContactForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            return save_once(request, form, lambda: save_safe_contact(request, patient, form))
        except ValidationError as refusal:
            form.refuse(refusal)
    return TemplateResponse(
        request, "patients/safe_contact.html", {"form": form, "patient": patient}, status=form.status
    )


def save_safe_contact(request, patient, form):
    services.record_safe_contact(patient=patient, by=request.user, now=request.now, **form.answers())
    messages.success(request, f"Written down. This is how {patient.called} can be reached safely.")
    return reverse("patients:about", args=[patient.ref])
