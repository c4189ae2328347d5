from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff import services
from staff.access import requires
from staff.forms.places import DutyForm, NewSiteForm, SiteForm
from staff.models import OnCallDuty, Site
from staff.on_call import gap_lines
from staff.once import attempt, posted
from staff.roles import Permission
from staff.wording import clock


@require_GET
@requires(Permission.MANAGE)
def hours(request):
    sites = list(Site.objects.listed())
    watched = [site for site in sites if site.needs_on_call]
    duties = OnCallDuty.objects.of_sites(watched).ending_after(request.now)
    return TemplateResponse(
        request, "staff/hours.html", {"sites": sites, "gaps": gap_lines(watched, duties, request.now)}
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def site_new(request):
    form = NewSiteForm(posted(request))
    done = attempt(request, form, lambda: services.open_site(by=request.user, **form.answers()), said="Site added.")
    return done or TemplateResponse(
        request,
        "staff/form.html",
        {"form": form, "title": "Add a site", "submit_label": "Add", "cancel_url": reverse("staff:hours")},
        status=form.status,
    )


@require_GET
@requires(Permission.MANAGE)
def site(request, ref):
    found = get_object_or_404(Site.objects.listed(), ref=ref)
    duties = list(found.on_call.ending_after(request.now))
    return TemplateResponse(
        request,
        "staff/site.html",
        {
            "site": found,
            "gaps": gap_lines([found] if found.needs_on_call else [], duties, request.now),
            "duties": [
                {
                    "duty": duty,
                    "words": f"{clock(duty.began_at, request.now, found.zone)} to "
                    f"{clock(duty.ended_at, request.now, found.zone)}",
                    "now": duty.began_at <= request.now,
                }
                for duty in duties
            ],
            "holidays": found.holidays.all(),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def site_edit(request, ref):
    found = get_object_or_404(Site, ref=ref)
    known = {name: getattr(found, name) for name in ("name", "phone", "crisis_line")}
    form = SiteForm(posted(request), initial=known).changing(found, *known)
    done = attempt(
        request,
        form,
        lambda: services.change(row=found, action="site.update", by=request.user, **form.answers()),
    )
    return done or TemplateResponse(
        request,
        "staff/form.html",
        {"form": form, "title": f"Change {found}", "page_title": "Site", "cancel_url": found.get_absolute_url()},
        status=form.status,
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def duty_new(request, ref):
    found = get_object_or_404(Site, ref=ref)
    with timezone.override(found.zone):
        form = DutyForm(posted(request))
        done = attempt(
            request,
            form,
            lambda: services.add_duties(site=found, by=request.user, **form.answers()) and found,
            said="On-call list saved.",
        )
    return done or TemplateResponse(
        request,
        "staff/form.html",
        {
            "form": form,
            "title": f"On call at {found}",
            "page_title": "On call",
            "lede": f"Times at {found} ({found.time_zone}).",
            "cancel_url": found.get_absolute_url(),
        },
        status=form.status,
    )


@require_POST
@requires(Permission.MANAGE)
def duty_end(request, ref):
    duty = get_object_or_404(OnCallDuty.objects.select_related("site", "staff"), ref=ref)
    services.cut_short(stretch=duty, action="on_call.end", by=request.user, now=request.now)
    messages.success(request, f"{duty.staff} is off the list. Look whether it leaves a gap.")
    return redirect(duty.site)
