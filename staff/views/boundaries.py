"""Boundary policies: read and acknowledged by whoever works in a program, written by the admin."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff import policies
from staff.access import requires
from staff.forms.boundaries import PolicyForm
from staff.models import BoundaryPolicy, Program, StaffMember
from staff.once import attempt, posted
from staff.roles import Permission


@require_GET
@requires(Permission.OWN_ACCOUNT)
def mine(request):
    found = BoundaryPolicy.objects.for_staff(request.user, request.now)
    unread = set(found.unread_by(request.user).values_list("pk", flat=True))
    return TemplateResponse(
        request, "staff/boundaries.html", {"policies": [(policy, policy.pk in unread) for policy in found]}
    )


@require_POST
@requires(Permission.OWN_ACCOUNT)
def acknowledge(request, ref):
    policy = BoundaryPolicy.objects.for_staff(request.user, request.now).with_ref(ref)
    if policy is None:
        raise Http404
    policies.acknowledge(policy=policy, by=request.user, now=request.now)
    messages.success(request, "Thank you. It stands there that you have read it.")
    return redirect("boundaries")


@require_GET
@requires(Permission.POLICIES)
def overview(request):
    return TemplateResponse(
        request,
        "staff/manage_boundaries.html",
        {
            "lines": policies.lines(request.user, request.now),
            "may_write": request.user.may(Permission.MANAGE),
            "no_hours": StaffMember.objects.without_hours().by_name() if request.user.may(Permission.MANAGE) else (),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def policy_new(request, ref):
    program = get_object_or_404(Program.objects.listed(), ref=ref)
    last = program.boundary_policies.last()
    form = PolicyForm(posted(request), initial={"text": last.text if last else ""})
    done = attempt(
        request,
        form,
        lambda: (
            policies.publish(program=program, by=request.user, now=request.now, **form.answers())
            and reverse("staff:boundaries")
        ),
        said="In force now. Whoever works there is asked to read it.",
    )
    return done or TemplateResponse(
        request,
        "staff/form.html",
        {
            "form": form,
            "title": f"Boundary policy of {program}",
            "page_title": "Boundary policy",
            "lede": "It takes the place of the version before, which is kept.",
            "submit_label": "Put it in force",
            "cancel_url": reverse("staff:boundaries"),
        },
        status=form.status,
    )
