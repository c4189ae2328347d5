"""The sheet that a patient takes along from a meeting, in plain words."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from interactions.choices import MeetingState
from interactions.models import Meeting
from interactions.next_steps import next_steps
from patients.access import open_record
from staff.access import requires
from staff.roles import Permission


@require_GET
@requires(Permission.PATIENT_VIEW)
def meeting_sheet(request, ref):
    """Only of a meeting that was held."""
    meeting = open_record(request, Meeting.objects.for_page(), ref)
    if meeting.state != MeetingState.HELD:
        raise Http404
    return TemplateResponse(
        request, "interactions/meeting_sheet.html", {"sheet": next_steps(meeting, request.user, request.now)}
    )
