from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from interactions.reminder_health import Signs, signs
from interactions.wins import number_of
from patients.models import Patient
from patients.reviews import overdue
from staff.access import requires
from staff.models import OnCallDuty, Program, Site, StaffMember
from staff.on_call import gap_lines
from staff.roles import Permission


@require_GET
@requires(Permission.MANAGE)
def manage(request):
    """The admin's first page: what needs attention. Of patients it knows a number, nobody's name."""
    sites = [site for site in Site.objects.listed() if site.needs_on_call]
    counted = {
        "not_reviewed": number_of(overdue(request.now)),
        "without_primary": number_of(Patient.objects.without_primary(request.now)),
    }
    row = StaffMember.objects.counting(request.user, counted | signs(request.now))
    request.signs = Signs.of(row)  # so that the banner needs not ask again
    duties = OnCallDuty.objects.of_sites(sites).ending_after(request.now)
    return TemplateResponse(
        request,
        "interactions/manage.html",
        {
            "gaps": gap_lines(sites, duties, request.now),
            "leaderless": Program.objects.without_lead(request.now).listed(),
            "no_deputy": Program.objects.listed().without_deputy(),
            "no_hours": StaffMember.objects.without_hours().by_name(),
            "uncovered": StaffMember.objects.away_uncovered(request.now).by_name(),
            **{name: row[name] for name in counted},
        },
    )
