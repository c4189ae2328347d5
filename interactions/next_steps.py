"""What stands on the sheet that a patient takes along: what was said, what we owe, what is theirs, how to reach us."""

from dataclasses import dataclass

from interactions.models import Concern, FollowUp, Meeting, Step, Update
from patients.models import CareTeamMember
from staff.wording import week_words


@dataclass(frozen=True)
class NextSteps:
    meeting: Meeting
    patient: object
    questions: list
    promises: list
    steps: list
    where: object
    next_meeting: object
    team: list
    hours: list
    site: object


def next_steps(meeting, viewer, now):
    """The `NextSteps` of a meeting that was held, as far as `viewer` may see what they are made of."""
    patient = meeting.patient
    program = patient.latest_episode.program
    here = patient, viewer, now
    return NextSteps(
        meeting=meeting,
        patient=patient,
        questions=list(Concern.objects.on_pages_of(*here).asked_in(meeting).owed()),
        promises=list(FollowUp.objects.on_pages_of(*here).open().soonest_first().select_related("owner")),
        steps=list(Step.objects.on_pages_of(*here).open()),
        where=Update.objects.on_pages_of(*here).where_we_are(patient.latest_episode).first(),
        next_meeting=Meeting.objects.on_pages_of(*here).planned().after(now).soonest_first().first(),
        team=list(CareTeamMember.objects.of(patient).current(now).in_order()),
        hours=[] if program.round_the_clock else hours_of(program.site),
        site=program.site,
    )


def hours_of(site):
    """When the site can be reached, a line a weekday."""
    return week_words([(hours.weekday, hours.opens, hours.closes) for hours in site.contact_hours.all()])
