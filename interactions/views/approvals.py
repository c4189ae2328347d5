"""What needs a second person: asking to join a care team, the list, and the decision."""

from django.contrib import messages
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from interactions.approval_pages import answered, line_of, mine, waiting
from interactions.forms.restrictions import DecisionForm, JoinForm
from interactions.second_person import to_decide
from interactions.services.approvals import ask_to_join
from interactions.services.decisions import decide
from interactions.views.pages import form_page
from staff.access import requires
from staff.access_log import seen
from staff.once import posted
from staff.roles import Permission


@require_GET
@requires(Permission.APPROVE)
def approvals(request):
    lines = waiting(request.user, request.now)
    asked = mine(request.user, request.now)
    seen(request, [line.patient for line in (*lines, *asked) if line.patient])
    return TemplateResponse(
        request,
        "interactions/approvals.html",
        {
            "lines": lines,
            "asked": asked,
            "answered": answered(request.user, request.now),
            "may_join": request.user.may(Permission.TEAM_ASSIGN),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.TEAM_ASSIGN, confirmed=True)
def approval_join(request):
    def save(**answers):
        asked = ask_to_join(by=request.user, now=request.now, **answers)
        seen(request, [asked.patient])
        messages.success(request, "Asked. Nothing changes until another supervisor or an auditor agrees.")
        return reverse("interactions:approvals")

    return form_page(
        request,
        JoinForm(posted(request)),
        save,
        template="staff/form.html",
        title="Ask to join a care team",
        page_title="Ask a second person",
        lede="You see the record from the moment a second person agrees, and it stands on the page of reviews.",
        submit_label="Ask a second person",
        cancel_url=reverse("interactions:approvals"),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.APPROVE, confirmed=True)
def approval(request, ref):
    found = to_decide(request.user, request.now).with_people().with_ref(ref)
    if found is None:
        raise Http404
    if found.patient:
        seen(request, [found.patient])

    def save(agreed, words):
        decide(approval=found, agreed=agreed, words=words, by=request.user, now=request.now)
        messages.success(request, "Done, and who asked can read it." if agreed else "Declined. Who asked can read why.")
        return reverse("interactions:approvals")

    return form_page(
        request,
        DecisionForm(posted(request)),
        save,
        template="interactions/approval.html",
        line=line_of(found),
        title=found.get_kind_display(),
        submit_label="Decide",
        cancel_url=reverse("interactions:approvals"),
    )
