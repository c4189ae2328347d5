"""Staying close to somebody after a loss of tolerance: its page, and what begins, notes and ends it."""

from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.forms.watch import AskedForm, BeginForm, EndForm
from interactions.services import watch as watches
from interactions.services.leaving import moment_on
from interactions.views.pages import form_page
from interactions.watch import page_of
from patients.access import may_write, open_patient
from patients.choices import ContactAfter
from patients.models import SafeContact, SupportPerson, TransitionWatch
from staff.access import requires
from staff.once import posted
from staff.roles import Permission
from staff.saving import refuse_unless

ASKED = ("naloxone", "medication", "place_wanted", "place", "place_booked_on", "arrived")


@require_GET
@requires(Permission.PATIENT_VIEW)
def staying_close(request, ref):
    patient = open_patient(request, ref, emergency=True)
    here = patient, request.user, request.now
    found = list(TransitionWatch.objects.of(patient).with_all())
    now = next((one for one in found if one.ended_at is None), None)
    if now:
        now.patient = patient
    people = SupportPerson.objects.on_pages_of(*here).holding().in_order()
    return TemplateResponse(
        request,
        "interactions/staying_close.html",
        {
            "patient": patient,
            "page": page_of(now, request.user, request.now) if now else None,
            "earlier": [one for one in found if one.ended_at],
            "contact": SafeContact.objects.of(patient).first(),
            "people": [(person, person.may_hear(request.now)) for person in people] if now else [],
            "may_write": may_write(request.user, patient),
            "may_begin": may_write(request.user, patient) and watches.may_be_in_touch(patient.latest_episode),
            "said_no": patient.died_on is None and patient.latest_episode.contact_after == ContactAfter.NO,
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def begin(request, ref):
    patient = open_patient(request, ref)
    site = patient.latest_episode.program.site
    form = BeginForm(posted(request), initial={"began_on": site.local_date(request.now)})

    def save(began_on, because):
        return watches.begin(
            patient=patient, because=because, began_at=moment_on(began_on, site, now=request.now), by=request.user,
            now=request.now,
        )  # fmt: skip

    return form_page(
        request, form, save, patient=patient, title=f"Stay close to {patient.called}", cancel_url=url_of(patient),
        lede="Their body may tolerate less than it was used to. The plan names somebody for each day.",
    )  # fmt: skip


def url_of(patient):
    return TransitionWatch(patient=patient).get_absolute_url()


def newest(patient):
    """The watch that runs, else the last one that ran, or None."""
    found = TransitionWatch.objects.of(patient).with_all()
    watch = found.running().first() or found.first()
    if watch is not None:
        watch.patient = patient
    return watch


def about(watch, form, *fields):
    """`form`, which notices what a colleague changed meanwhile, where there is a watch or was one a moment ago."""
    if watch is None or not (runs(watch) or form.is_bound):
        return form
    return form.changing(watch, *fields, "version", still=runs)


def runs(watch):
    return watch is not None and watch.ended_at is None


NOT_NOW = "We are not staying close to them just now."


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def asked(request, ref):
    patient = open_patient(request, ref)
    watch = newest(patient)
    form = AskedForm(posted(request), initial={name: getattr(watch, name) for name in ASKED} if runs(watch) else {})

    def save(**answers):
        refuse_unless(runs(watch), NOT_NOW)
        return watches.note(watch=watch, by=request.user, now=request.now, **answers)

    return form_page(
        request, about(watch, form, *ASKED), save, patient=patient, title="What they said",
        cancel_url=url_of(patient), lede="As much as came up. Nothing of it has to be known today.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(Permission.CARE_LOG)
def end(request, ref):
    patient = open_patient(request, ref)
    watch = newest(patient)

    def save(**answers):
        refuse_unless(runs(watch), NOT_NOW)
        return watches.end(watch=watch, by=request.user, now=request.now, **answers)

    return form_page(
        request, about(watch, EndForm(posted(request))), save, patient=patient,
        title="Stop staying close", cancel_url=url_of(patient),
        lede="What is still owed to them stays owed.",
    )  # fmt: skip
