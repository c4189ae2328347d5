from urllib.parse import urlencode

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from insights import team
from interactions.reminder_health import Signs, signs
from staff.access import requires
from staff.access_log import seen
from staff.models import OnCallDuty, StaffMember
from staff.on_call import gap_lines
from staff.roles import Permission


@require_GET
@requires(Permission.TEAM_REVIEW)
def overview(request):
    found = team.overview(request.user, request.now)
    programs = list(team.programs_of(request.user, request.now))
    signs_of = team.signs(found.people, request.user, request.now)
    people = (*found.people, *found.safety, *signs_of)
    seen(request, [one.patient for one in people])
    figures = team.well_done(request.user, request.now) | signs(request.now)
    row = StaffMember.objects.counting(request.user, figures)
    request.signs = Signs.of(row)
    sites = {program.site for program in programs if program.round_the_clock}
    return TemplateResponse(
        request,
        "insights/team.html",
        {
            "found": found,
            "signs": signs_of,
            "wins": team.wins(row),
            "gaps": gap_lines(sites, OnCallDuty.objects.of_sites(sites), request.now),
        },
    )


@require_GET
@requires(Permission.TEAM_REVIEW)
def team_list(request, slug):
    chosen = next(one for one in team.LISTS if one.slug == slug)
    programs = list(team.programs_of(request.user, request.now))
    program = team.chosen_program(programs, request.GET)
    rows = chosen.narrowed(request.user, request.now, program)
    if "after" in request.GET:
        rows = chosen.after(rows, request.GET["after"])
    rows = list(rows[: team.PAGE + 1])
    lines = [chosen.line(row, request.now, request.user.site.zone) for row in rows[: team.PAGE]]
    seen(request, [line.patient for line in lines])
    return TemplateResponse(
        request,
        "insights/team_list.html",
        {
            "list": chosen,
            "lines": lines,
            "subnav": [
                {"label": one.title, "url": reverse(f"insights:team_{one.slug}"), "current": one is chosen}
                for one in team.LISTS
            ],
            "chips": chips(request, programs, program),
            "first_url": address(request, program) if "after" in request.GET else "",
            "more_url": address(request, program, chosen.place(rows[team.PAGE - 1])) if len(rows) > team.PAGE else "",
        },
    )


def chips(request, programs, chosen):
    every = [{"label": "All programs", "url": address(request), "current": chosen is None}]
    return every + [{"label": each.name, "url": address(request, each), "current": each is chosen} for each in programs]


def address(request, program=None, after=None):
    """The address of this list, of one program, from a place on."""
    query = {"program": program.ref if program else None, "after": after}
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{request.path}?{given}" if given else request.path
