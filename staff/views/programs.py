from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff import services
from staff.access import requires
from staff.forms.places import FloorForm, NewProgramForm
from staff.models import Program
from staff.once import attempt, posted
from staff.phases import in_words
from staff.roles import Permission


@require_GET
@requires(Permission.MANAGE)
def program_list(request):
    return TemplateResponse(request, "staff/program_list.html", {"programs": Program.objects.listed()})


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE, confirmed=True)
def program_new(request):
    form = NewProgramForm(posted(request), initial={"site": request.user.site.ref})
    done = attempt(
        request,
        form,
        lambda: services.open_program(by=request.user, **form.answers()),
        said="Program added with the usual standards.",
    )
    return done or TemplateResponse(
        request,
        "staff/form.html",
        {"form": form, "title": "Add a program", "submit_label": "Add", "cancel_url": reverse("staff:programs")},
        status=form.status,
    )


@require_GET
@requires(Permission.MANAGE)
def program(request, ref):
    found = get_object_or_404(Program.objects.with_standards(), ref=ref)
    return TemplateResponse(
        request,
        "staff/program.html",
        {
            "program": found,
            "phases": [{"standard": standard, "lines": in_words(standard)} for standard in found.standards.all()],
            "floor": found.floor_team.current(request.now).select_related("staff"),
            "floor_form": FloorForm(program=found),
            "switched_on": found.rule_switches.count(),
        },
    )


@require_POST
@requires(Permission.MANAGE)
def floor_add(request, ref):
    found = get_object_or_404(Program, ref=ref)
    form = FloorForm(request.POST, program=found)
    done = attempt(
        request,
        form,
        lambda: services.join_floor(program=found, by=request.user, now=request.now, **form.answers()) and found,
        said="Added to the floor team.",
    )
    if done is None:
        for sentences in form.errors.values():
            messages.error(request, " ".join(sentences))
    return done or redirect(found)
