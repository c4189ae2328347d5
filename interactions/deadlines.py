"""When things are due: the moments that the services write down with the clocks they start."""

from datetime import time, timedelta

from interactions.models import Meeting
from staff.urgency import Urgency

RUNG_EVERY = timedelta(minutes=15)
END_OF_DAY_ROUND_THE_CLOCK = time(20)


def end_of_next_day_of_care(program, now):
    """When a promise is due that names no time: 20:00 tomorrow round the clock, else the next closing after today."""
    site = program.site
    if program.round_the_clock:
        return site.moment(site.local_date(now) + timedelta(days=1), END_OF_DAY_ROUND_THE_CLOCK)
    return site.calendar.end_of_next_open_day(now)


def escalation(program, due_at):
    """When the supervisor hears of a promise that is late: one working day after it was due."""
    calendar = program.site.calendar
    return calendar.add_days(due_at, 1) if program.round_the_clock else calendar.add_open_days(due_at, 1)


def clock(patient, urgency, now):
    """The clock of a concern that starts now: when it is to be acknowledged and answered."""
    if urgency == Urgency.SAFETY:
        due = now + RUNG_EVERY
        return {"clock_started_at": now, "ack_due_at": due, "answer_due_at": due}
    episode = patient.latest_episode
    standard = episode.standard(now)
    return {
        "clock_started_at": now,
        "ack_due_at": before_they_leave(patient, standard.ack_due(urgency, now), now),
        "answer_due_at": before_they_leave(patient, standard.answer_due(urgency, now), now),
    }


def before_they_leave(patient, due_at, now):
    """`due_at`, or noon of the planned discharge day where that comes first."""
    episode = patient.latest_episode
    if episode.planned_discharge_on is None:
        return due_at
    leaving = episode.program.site.moment(episode.planned_discharge_on, time(12))
    return min(due_at, leaving) if leaving > now else due_at


def tell_due(patient, now):
    """When the patient is to have heard the answer: the target, or their next meeting where that comes first."""
    standard = patient.latest_episode.standard(now)
    due = standard.due("tell_within", now)
    if standard.tell_at_next_session:
        meeting = Meeting.objects.of(patient).planned().after(now).soonest_first().first()
        due = min(due, meeting.starts_at) if meeting else due
    return before_they_leave(patient, due, now)


# The product's working default of how soon goals are asked about again, in days, by kind of program.
ASK_AGAIN = {"detox": 3, "residential": 14, "php": 14, "iop": 30, "outpatient": 60, "aftercare": 90}


def usual_review_on(patient, now):
    """The day on which a new line of the plan is looked at again unless they agree on another."""
    program = patient.latest_episode.program
    return program.site.local_date(now) + timedelta(days=ASK_AGAIN[program.kind])
