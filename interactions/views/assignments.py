from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from interactions.assignments import held_by, summary
from interactions.forms.manage import MoveForm
from interactions.services import assignments
from staff.access import requires
from staff.access_log import seen
from staff.models import StaffMember
from staff.once import attempt, posted
from staff.roles import Permission

MOVED = "Moved. Tell the patients who is there for them now, and say goodbye together if you can."
ASKED = "Asked. Nothing moves until another supervisor or an auditor agrees."


@require_http_methods(["GET", "POST"])
@requires(Permission.TEAM_ASSIGN)
def move(request):
    """Choose whose work moves, look at it, choose to whom, look again, confirm."""
    people = list(StaffMember.objects.caring().by_name())
    if "from" not in request.GET:
        return TemplateResponse(request, "interactions/assignments.html", {"people": people})
    leaving = person(people, request.GET["from"])
    held = held_by(leaving, request.user, request.now)
    seen(request, [each.patient for each in held])
    successor = person(people, request.GET["to"]) if request.GET.get("to") else None
    initial = {"to": successor.ref if successor else None, "patients": [str(each.patient.ref) for each in held]}
    form = MoveForm(posted(request), held=held, leaving=leaving, initial=initial)
    letting_in = successor is not None and assignments.is_letting_in(request.user, successor)

    def act():
        said = {"leaving": leaving, "patients": form.cleaned_data["patients"], "by": request.user, "now": request.now}
        if assignments.is_letting_in(request.user, form.cleaned_data["to"]):
            assignments.ask_for_places(reason=form.cleaned_data["reason"], **said)
            return reverse("interactions:approvals")
        assignments.move_all(successor=form.cleaned_data["to"], **said)
        return f"{reverse('interactions:assignments')}?from={leaving.ref}"

    done = attempt(request, form, act, said=ASKED if letting_in else MOVED)
    return done or TemplateResponse(
        request,
        "interactions/assignments_of.html",
        {
            "leaving": leaving,
            "successor": successor,
            "held": held,
            "summary": summary(held),
            "chosen": form["patients"].value(),
            "form": form,
            "letting_in": letting_in,
            "others": [each for each in people if each != leaving],
        },
    )


def person(people, ref):
    """The colleague of that ref; 404 when there is none."""
    found = next((each for each in people if str(each.ref) == ref), None)
    if found is None:
        raise Http404
    return found
