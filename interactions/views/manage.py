"""The admin's changes that reach patients: who may see them, by which standards, in which hours."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from interactions.forms.manage import RulesForm, StandardForm
from interactions.reminder_rules import RULES
from interactions.services import standards
from interactions.services.accounts import reset_second_factor
from interactions.services.assignments import add_account, change_account, holdings, rearrange
from staff import services as staff
from staff.access import requires
from staff.forms import OnceForm
from staff.forms.people import AccountEditForm, NewAccountForm
from staff.forms.places import ContactHoursForm, HolidayForm, ProgramForm
from staff.models import AwayPeriod, FloorTeamMember, Holiday, Program, Site, StaffMember, Standard
from staff.once import attempt, posted
from staff.phases import in_words
from staff.roles import Permission, Role
from staff.wording import week_words


def form_page(request, form, template="staff/form.html", **context):
    return TemplateResponse(request, template, {"form": form, **context}, status=form.status)


SECOND_PERSON_FIRST = "They are an admin when a second person agrees. It waits under Approvals."


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE, confirmed=True)
def staff_new(request):
    form = NewAccountForm(posted(request), initial={"site": request.user.site})

    def act():
        member = add_account(by=request.user, now=request.now, **form.answers())
        if not member.is_active:
            messages.info(request, SECOND_PERSON_FIRST)
        return member

    done = attempt(request, form, act, said="Account added.")
    return done or form_page(
        request, form, title="Add a colleague", submit_label="Add", cancel_url=reverse("staff:staff_list")
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE, confirmed=True)
def staff_edit(request, ref):
    member = get_object_or_404(StaffMember.objects.listed(), ref=ref)
    names = ("name", "role", "job", "site", "supervisor", "pronouns", "email", "phone", "is_active")
    form = AccountEditForm(posted(request), initial={name: getattr(member, name) for name in names})
    form.changing(member, *names)
    form.fields["supervisor"].queryset = form.fields["supervisor"].queryset.others_than(member)

    def act():
        said = form.answers()
        changed = change_account(member=member, by=request.user, now=request.now, **said)
        if said["role"] == Role.ADMIN and said["is_active"] and not changed.may(Permission.MANAGE):
            messages.info(request, SECOND_PERSON_FIRST)
        return changed

    done = attempt(request, form, act)
    return done or form_page(
        request,
        form,
        "interactions/staff_edit.html",
        title=f"Change {member.name}",
        member=member,
        held=holdings(member=member, now=request.now),
        cancel_url=member.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE, confirmed=True)
def staff_second_factor(request, ref):
    member = get_object_or_404(StaffMember, ref=ref)
    form = OnceForm(posted(request))
    done = attempt(
        request,
        form,
        lambda: reset_second_factor(member=member, by=request.user, now=request.now),
        said="Taken away. All their sessions and their calendar link have ended, and a mail tells them.",
    )
    return done or form_page(
        request,
        form,
        title=f"Second factor of {member}",
        page_title="Second factor",
        lede="For a lost phone. Make sure that it is them who asks, face to face. Their authenticator and recovery "
        "codes are no longer good then, and all their sessions end.",
        submit_label="Let them set it up anew",
        cancel_url=member.get_absolute_url(),
    )


@require_POST
@requires(Permission.MANAGE)
def away_end(request, ref):
    period = get_object_or_404(AwayPeriod.objects.select_related("staff"), ref=ref)

    def back():
        staff.cut_short(stretch=period, action="staff.back", by=request.user, now=request.now)

    return settle(request, back, f"{period.staff} is back from now on.", period.staff)


@require_POST
@requires(Permission.MANAGE)
def floor_end(request, ref):
    floor = get_object_or_404(FloorTeamMember.objects.select_related("program", "staff"), ref=ref)

    def leave():
        staff.leave_floor(floor=floor, by=request.user, now=request.now)

    return settle(request, leave, f"{floor.staff} is no longer on the floor team.", floor.program)


def settle(request, act, said, target):
    """Does a change of who sees whom; says so, or why not, on the page it leads to."""
    try:
        rearrange(act=act, by=request.user, now=request.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, said)
    return redirect(target)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE, confirmed=True)
def program_edit(request, ref):
    program = get_object_or_404(Program.objects.with_standards(), ref=ref)
    names = ("name", "lead", "deputy", "presence", "safety_steps", "calm_card")
    form = ProgramForm(posted(request), initial={name: getattr(program, name) for name in names})
    form.changing(program, *names)
    done = attempt(
        request,
        form,
        lambda: rearrange(
            act=lambda: staff.update_program(program=program, by=request.user, **form.answers()),
            by=request.user,
            now=request.now,
        ),
    )
    return done or form_page(
        request, form, title=f"Change {program}", page_title="Program", cancel_url=program.get_absolute_url()
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def program_rules(request, ref):
    program = get_object_or_404(Program.objects.with_standards(), ref=ref)
    offered = {rule.code: rule for rule in RULES if not rule.always_on}
    form = RulesForm(
        posted(request),
        rules=[(code, f"{rule.title}: {rule.threshold(program)}") for code, rule in offered.items()],
        initial={"rules": [switch.rule for switch in program.rule_switches.all()]},
    ).changing(program, reads=lambda row: {"rules": sorted(row.rule_switches.values_list("rule", flat=True))})
    done = attempt(
        request,
        form,
        lambda: staff.switch_rules(program=program, rules=form.cleaned_data["rules"], among=offered, by=request.user),
        said="Rules saved. What is due already is found by the next pass.",
    )
    always = ", ".join(rule.title.lower() for rule in RULES if rule.always_on)
    return done or form_page(
        request,
        form,
        title=f"Reminder rules of {program}",
        page_title="Reminder rules",
        lede=f"Fewer are read more. Always on: {always}.",
        cancel_url=program.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def standard_edit(request, ref, day):
    standard = get_object_or_404(
        Standard.objects.select_related("program__site"), program__ref=ref, from_day=min(day, 32767)
    )
    return standard_page(request, standard, f"Standards from day {day}" if day else "Standards from admission")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def standard_new(request, ref):
    program = get_object_or_404(Program.objects.with_standards(), ref=ref)
    return standard_page(request, standards.new_phase(program), "Add a phase")


def standard_page(request, standard, title):
    program = standard.program
    lines = in_words(standard) if standard.pk else ()
    form = StandardForm(posted(request), standard=standard)
    if standard.pk:
        form.changing(standard, *form.numbers)
    done = attempt(
        request,
        form,
        lambda: (
            standards.change_standard(standard=standard, by=request.user, now=request.now, **form.answers()) and program
        ),
        said="Standards saved. The clocks of those in care have moved.",
    )
    return done or form_page(
        request,
        form,
        "interactions/standard_form.html",
        title=title,
        lede=str(program),
        standard=standard,
        lines=lines,
        cancel_url=program.get_absolute_url(),
    )


@require_POST
@requires(Permission.MANAGE)
def standard_remove(request, ref, day):
    standard = get_object_or_404(Standard.objects.select_related("program"), program__ref=ref, from_day=min(day, 32767))
    program = standard.program
    try:
        standards.remove_standard(standard=standard, by=request.user, now=request.now)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "The phase is taken out.")
    return redirect(program)


def hours_of(site):
    return [(hours.weekday, hours.opens, hours.closes) for hours in site.contact_hours.all()]


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def contact_hours(request, ref):
    site = get_object_or_404(Site, ref=ref)
    known = hours_of(site)
    form = ContactHoursForm(posted(request), hours=known)
    form.changing(site, reads=lambda row: {"hours": week_words(hours_of(row))})
    done = attempt(
        request,
        form,
        lambda: standards.set_contact_hours(
            site=site, hours=form.cleaned_data["hours"], by=request.user, now=request.now
        ),
    )
    return done or form_page(
        request,
        form,
        "staff/week_form.html",
        title=f"Contact hours of {site}",
        page_title="Contact hours",
        lede="When patients can reach the site. Targets in working hours run only then.",
        cancel_url=site.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE)
def holiday_new(request, ref):
    site = get_object_or_404(Site, ref=ref)
    form = HolidayForm(posted(request))
    done = attempt(
        request,
        form,
        lambda: standards.add_holiday(site=site, by=request.user, now=request.now, **form.answers()),
        said="Holiday added.",
    )
    return done or form_page(
        request, form, title=f"Holiday at {site}", page_title="Holiday", cancel_url=site.get_absolute_url()
    )


@require_POST
@requires(Permission.MANAGE)
def holiday_remove(request, ref, day):
    try:
        closed_on = parse_date(day)
    except ValueError:
        closed_on = None
    if closed_on is None:
        raise Http404
    holiday = get_object_or_404(Holiday.objects.select_related("site"), site__ref=ref, closed_on=closed_on)
    site = holiday.site
    standards.remove_holiday(holiday=holiday, by=request.user, now=request.now)
    messages.success(request, "Holiday taken out.")
    return redirect(site)
