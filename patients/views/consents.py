"""Consents, what is given to others, and the account of it: 42 CFR Part 2."""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from patients import accounts, disclosing
from patients.access import open_patient, open_record
from patients.consent_choices import ConsentKind
from patients.forms.consents import ConsentForm, DisclosureForm, EndConsentForm
from patients.listing import as_uuid
from patients.models import Consent, Disclosure
from staff.access import requires
from staff.calendar import as_day
from staff.models import StaffMember
from staff.once import attempt, posted
from staff.roles import Permission

NEWEST = 10
KEEP_SHEET = "Written down. Print this sheet: it goes along with what was given."


@require_GET
@requires(Permission.PATIENT_VIEW)
def consents(request, ref):
    patient = open_patient(request, ref, emergency=True)
    found = Consent.objects.on_pages_of(patient, request.user, request.now).newest_first()
    holding, over = accounts.lines(found, request.now, request.user.site.zone)
    given = Disclosure.objects.on_pages_of(patient, request.user, request.now).newest_first()
    may_write = request.user.may(Permission.DISCLOSE) and not patient.read_only
    return TemplateResponse(
        request,
        "patients/consents.html",
        {
            "patient": patient,
            "holding": holding,
            "over": over,
            "given": given[:NEWEST],
            "may_write": may_write,
            "may_sign": may_write and patient.died_on is None,
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.DISCLOSE)
def consent_new(request, ref):
    patient = open_patient(request, ref)
    program = patient.latest_episode.program
    here = reverse("patients:consents", args=[ref])
    held = Consent.objects.visible_to(request.user, request.now).of(patient).holding_at(request.now).newest_first()
    is_minor = patient.is_minor(program.site.local_date(request.now))
    initial = {"discloser": f"{program.name}, {program.site.name}", "signed_name": patient.legal_name}
    form = ConsentForm(posted(request), held=held, is_minor=is_minor, initial=initial)

    def save():
        disclosing.record_consent(patient=patient, by=request.user, now=request.now, **form.answers())
        return here

    return attempt(request, form, save, said="Written down. It holds from the day it was signed.") or TemplateResponse(
        request,
        "patients/consent_form.html",
        {"form": form, "patient": patient, "heading": "Write a consent down", "cancel_url": here},
        status=form.status,
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.DISCLOSE, confirmed=True)
def consent_end(request, ref):
    consent = open_record(request, Consent.objects.newest_first(), ref)
    patient = consent.patient
    here = reverse("patients:consents", args=[patient.ref])
    initial = {"ended_at": request.now, "already_gone": accounts.given_under(consent, request.user, request.now)}
    form = EndConsentForm(posted(request), initial=initial)

    def save():
        disclosing.end_consent(consent=consent, by=request.user, now=request.now, **form.answers())
        return here

    return attempt(request, form, save, said="Written down. Nothing more goes out under it.") or TemplateResponse(
        request,
        "patients/consent_end.html",
        {
            "form": form,
            "patient": patient,
            "line": accounts.line(consent, request.now, request.user.site.zone),
            "heading": "A consent ends",
            "cancel_url": here,
        },
        status=form.status,
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.DISCLOSE, confirmed=True)
def disclosure_new(request, ref):
    patient = open_patient(request, ref)
    found = list(Consent.objects.visible_to(request.user, request.now).of(patient).newest_first())
    form = DisclosureForm(
        posted(request),
        consents=sorted(found, key=lambda consent: not consent.holds(request.now)),
        people=StaffMember.objects.caring().at(request.user.site).by_name(),
        now=request.now,
        initial=proposed(request, found) | {"given_by": request.user.ref, "given_at": request.now},
    )

    def save():
        return disclosing.record_disclosure(patient=patient, by=request.user, now=request.now, **form.answers())

    return attempt(request, form, save, said=KEEP_SHEET) or TemplateResponse(
        request,
        "patients/disclosure_form.html",
        {
            "form": form,
            "patient": patient,
            "heading": "Write down what is given",
            "cancel_url": reverse("patients:consents", args=[ref]),
        },
        status=form.status,
    )


def proposed(request, consents):
    """What the consent named in the address says about a disclosure under it."""
    asked = as_uuid(request.GET.get("consent"))
    consent = next((one for one in consents if one.ref == asked), None)
    if consent is None:
        return {}
    single = consent.kind == ConsentKind.TPO
    names = [] if consent.by_class else consent.recipients
    return {
        "consent": consent.ref,
        "purpose": "" if single else consent.purpose,
        "recipient_kind": "" if single else consent.recipient_kind,
        "recipient": names[0] if len(names) == 1 else "",
        "purpose_words": consent.purpose_words,
        "information": consent.information.split(","),
    }


@require_GET
@requires(Permission.PATIENT_VIEW)
def disclosure_sheet(request, ref):
    disclosure = open_record(request, Disclosure.objects.newest_first(), ref)
    return TemplateResponse(
        request,
        "patients/disclosure_sheet.html",
        {
            "disclosure": disclosure,
            "patient": disclosure.patient,
            "sheet": accounts.sheet_of(disclosure, request.user.site.zone),
        },
    )


@require_GET
@requires(Permission.PATIENT_VIEW)
def accounting(request, ref):
    """What was given to others in a period, for the patient to read, on the screen or on paper: 42 CFR 2.25."""
    patient = open_patient(request, ref)
    site = request.user.site
    today = site.local_date(request.now)
    asked = (as_day(request.GET.get(name)) for name in ("from", "to"))
    first, last, since, until = accounts.period(*asked, today, site.zone)
    given = Disclosure.objects.visible_to(request.user, request.now).of(patient).between(since, until).newest_first()
    return TemplateResponse(
        request,
        "patients/accounting.html",
        {"patient": patient, "given": given, "first": first, "last": last, "today": today},
    )
