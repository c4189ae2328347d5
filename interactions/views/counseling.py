"""Counseling notes: written, read by few, corrected by their author."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.forms.counseling import CounselingNoteForm, ReadersForm
from interactions.forms.records import AmendForm
from interactions.models import CounselingNote
from interactions.services import counseling
from interactions.shown import history
from interactions.views.pages import form_page
from patients.access import open_patient, open_record
from staff.access import requires
from staff.models import StaffMember
from staff.once import posted
from staff.roles import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSELING)
def note_new(request, ref):
    patient = open_patient(request, ref)
    form = CounselingNoteForm(
        posted(request),
        people=counseling.co_treaters(patient=patient, author=request.user, now=request.now),
        initial={"held_at": request.now},
    )

    def save(**answers):
        note = counseling.write_note(patient=patient, by=request.user, now=request.now, **answers)
        messages.success(request, "Written down, for you and those you named.")
        return note

    return form_page(
        request,
        form,
        save,
        title=f"A counseling note about {patient.called}",
        lede="For your eyes, and those of the co-treaters you name. It stands in nobody else’s list, count or export.",
        patient=patient,
        cancel_url=patient.get_absolute_url(),
    )


def open_note(request, ref):
    return open_record(request, CounselingNote.objects.with_words(), ref)


def open_own(request, ref):
    """The note, for its author; a co-treater who reads it is told that it is not theirs to change."""
    note = open_note(request, ref)
    if note.recorded_by != request.user:
        raise PermissionDenied(counseling.ONLY_THE_AUTHOR)
    return note


@require_GET
@requires(Permission.COUNSELING)
def note(request, ref):
    found = open_note(request, ref)
    return TemplateResponse(
        request,
        "interactions/counseling_note_detail.html",
        {
            "record": found,
            "patient": found.patient,
            "versions": found.texts.select_related("by").order_by("-version"),
            "readers": StaffMember.objects.reading(found).exclude_one(found.recorded_by).by_name(),
            "history": history(found),
            "is_author": found.recorded_by == request.user,
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSELING)
def note_amend(request, ref):
    found = open_own(request, ref)
    return form_page(
        request,
        AmendForm(posted(request), record=found),
        lambda **answers: counseling.amend_note(note=found, by=request.user, now=request.now, **answers),
        record=found,
        patient=found.patient,
        title="Correct or add to this",
        lede="What was written before stays on the record.",
        cancel_url=found.get_absolute_url(),
    )


def readers_of(note):
    return {"readers": sorted(one.name for one in StaffMember.objects.reading(note))}


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSELING)
def note_readers(request, ref):
    found = open_own(request, ref)
    named = StaffMember.objects.reading(found).exclude_one(request.user)
    team = counseling.co_treaters(patient=found.patient, author=request.user, now=request.now)
    people = {person.pk: person for person in (*team, *named)}
    return form_page(
        request,
        ReadersForm(
            posted(request), people=people.values(), initial={"readers": [str(one.ref) for one in named]}
        ).changing(found, reads=readers_of),
        lambda **answers: counseling.name_readers(note=found, by=request.user, now=request.now, **answers),
        record=found,
        patient=found.patient,
        title="Who reads this note",
        lede="From the next moment on. Somebody who no longer sees the patient no longer reads it either.",
        cancel_url=found.get_absolute_url(),
    )
