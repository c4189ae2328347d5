from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from staff import services
from staff.access import requires
from staff.forms.people import AwayForm, PasswordForm, WorkingWeekForm
from staff.models import StaffMember
from staff.once import attempt, posted
from staff.roles import Permission
from staff.wording import clock, week_words


@require_GET
@requires(Permission.MANAGE)
def staff_list(request):
    return TemplateResponse(request, "staff/staff_list.html", {"people": StaffMember.objects.listed()})


@require_GET
@requires(Permission.MANAGE)
def staff_member(request, ref):
    member = get_object_or_404(StaffMember.objects.listed(), ref=ref)
    return TemplateResponse(
        request,
        "staff/staff_member.html",
        {
            "member": member,
            "hours": member.working_hours.all(),
            "away": away_lines(member, request.now),
            "floors": member.floors.current(request.now).select_related("program"),
            "leads": member.leads.open(),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def staff_hours(request, ref):
    member = get_object_or_404(StaffMember, ref=ref)
    return hours_page(request, member, back=member.get_absolute_url())


@require_http_methods(["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def my_hours(request):
    return hours_page(request, request.user, back=reverse("home"), own=True)


def working_week(member):
    return {"hours": week_words((row.weekday, row.starts, row.ends) for row in member.working_hours.all())}


def hours_page(request, member, *, back, own=False):
    """The working week of `member`, to be read and changed, beside their time away."""
    known = [(hours.weekday, hours.starts, hours.ends) for hours in member.working_hours.all()]
    form = WorkingWeekForm(posted(request), hours=known).changing(member, reads=working_week)
    done = attempt(
        request,
        form,
        lambda: (
            services.set_working_hours(member=member, hours=form.cleaned_data["hours"], by=request.user)
            and request.path
        ),
        said="Hours saved.",
    )
    return done or TemplateResponse(
        request,
        "staff/week_form.html",
        {
            "form": form,
            "title": "My hours" if own else f"Working hours of {member}",
            "page_title": "Working hours",
            "lede": "Reminders wait for these hours, and a contact outside them is marked by itself. "
            "A shift that ends before it starts ends on the next day.",
            "back_url": back,
            "own": own,
            "away": away_lines(member, request.now),
        },
        status=form.status,
    )


def away_lines(member, now):
    zone = member.site.zone
    return [
        {
            "period": period,
            "words": f"{clock(period.began_at, now, zone)} to {clock(period.ended_at, now, zone)}",
            "now": period.began_at <= now,
        }
        for period in member.away_periods.not_over(now)
    ]


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def away_new(request, ref):
    member = get_object_or_404(StaffMember.objects.with_site(), ref=ref)
    with timezone.override(member.site.zone):
        form = AwayForm(posted(request), member=member)
        done = attempt(
            request,
            form,
            lambda: services.plan_away(member=member, by=request.user, **form.answers()) and member,
            said="Time away saved.",
        )
    return done or TemplateResponse(
        request,
        "staff/form.html",
        {
            "form": form,
            "title": f"Time away of {member}",
            "page_title": "Time away",
            "lede": f"Times at {member.site} ({member.site.time_zone}).",
            "cancel_url": member.get_absolute_url(),
        },
        status=form.status,
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE, confirmed=True)
def staff_password(request, ref):
    member = get_object_or_404(StaffMember, ref=ref)
    form = PasswordForm(request.POST or None, member=member)
    done = attempt(
        request,
        form,
        lambda: services.set_password(
            member=member, password=form.cleaned_data["password"], by=request.user, now=request.now
        ),
        said="New password set. All their sessions and their calendar link have ended.",
    )
    return done or TemplateResponse(
        request,
        "staff/form.html",
        {
            "form": form,
            "title": f"New password for {member}",
            "page_title": "New password",
            "submit_label": "Set password",
            "cancel_url": member.get_absolute_url(),
        },
        status=form.status,
    )
