"""Those who stand by a patient, what they say, and the welcome."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.forms.support import FamilyMessageForm, SupportForm, SupportPersonForm, WelcomeForm
from interactions.models import FamilyMessage
from interactions.services import support, welcome
from interactions.views.pages import form_page
from patients.access import may_write, open_patient, open_record
from patients.models import Consent, SupportPerson
from staff.access import requires
from staff.once import posted
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def support_page(request, ref):
    patient = open_patient(request, ref, emergency=True)
    here = patient, request.user, request.now
    people = list(SupportPerson.objects.on_pages_of(*here).in_order())
    return TemplateResponse(
        request,
        "interactions/support.html",
        {
            "patient": patient,
            "people": [(person, person.may_hear(request.now)) for person in people if person.holds],
            "earlier": [person for person in people if not person.holds],
            "messages_of": FamilyMessage.objects.on_pages_of(*here).newest_first()[:50],
            "is_minor": patient.is_minor(patient.latest_episode.program.site.local_date(request.now)),
            "may_write": may_write(request.user, patient),
        },
    )


def consents_for(request, patient):
    """The consents that hold now and that they may read, for the choice of what somebody may hear."""
    here = patient, request.user, request.now
    return list(Consent.objects.on_pages_of(*here).holding_at(request.now).newest_first())


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def support_new(request, ref):
    patient = open_patient(request, ref)
    form = SupportPersonForm(posted(request), called=patient.called, consents=consents_for(request, patient))
    return page(request, patient, form, support.name_person, f"Somebody who stands by {patient.called}")


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def support_edit(request, ref):
    person = open_record(request, SupportPerson.objects.for_page(), ref)
    if not person.holds and posted(request) is None:  # what somebody typed meanwhile is never answered by "not found"
        raise Http404
    names = ("knows", "wish", "reached_by", "consent")
    form = SupportForm(
        posted(request),
        called=person.patient.called,
        consents=consents_for(request, person.patient),
        initial={name: getattr(person, name) for name in names},
    ).changing(person, *names, "version", still=lambda row: row.holds)

    def save(**answers):
        return support.change_person(person=person, by=request.user, now=request.now, **answers)

    return form_page(
        request, form, save, patient=person.patient, record=person, title=person.name,
        cancel_url=person.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def family_message_new(request, ref):
    patient = open_patient(request, ref)
    people = SupportPerson.objects.on_pages_of(patient, request.user, request.now).holding().in_order()
    form = FamilyMessageForm(posted(request), people=people, initial={"received_at": request.now})
    lede = f"Kept apart from what {patient.called} says. It is not their task, and reaches them only if they wish."
    return page(request, patient, form, support.note_message, "What family said", lede=lede)


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def welcome_new(request, ref):
    patient = open_patient(request, ref)
    left = welcome.still_to_explain(patient.latest_episode)
    form = WelcomeForm(posted(request), left=left)
    lede = "As much as they can hear today; the rest another time." if left else "All of it was explained."
    return page(request, patient, form, welcome.explain, f"Welcome {patient.called}", lede=lede)


def page(request, patient, form, act, title, lede=""):
    def save(**answers):
        return act(patient=patient, by=request.user, now=request.now, **answers)

    back = reverse("interactions:support", args=[patient.ref])
    back = patient.get_absolute_url() if act is welcome.explain else back
    return form_page(request, form, save, patient=patient, title=title, lede=lede, cancel_url=back)
