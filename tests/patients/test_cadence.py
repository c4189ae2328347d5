"""The clocks of an episode are what its facts say, whatever happened in which order."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.choices import CONVERSATIONS, SEEN, Happened, MeetingState
from interactions.contact import facts_of, move_clocks
from interactions.models import CheckIn, Meeting
from interactions.services import care, meetings
from interactions.services.checkins import log_conversation, strike
from interactions.services.safety_plans import still_fits, write_plan
from patients.cadence import Facts, clocks
from patients.choices import PauseKind, PlanMark
from patients.models import Cadence, Patient, SafetyPlan, SafetyPlanMark
from staff.choices import ProgramKind
from tests.factories import NOW, make_episode, make_program, make_staff
from tests.queries import counted

STEPS = (
    "talk",
    "talk",
    "late talk",
    "hello",
    "no answer",
    "strike",
    "meet",
    "undo",
    "pause",
    "resume",
    "primary",
    "move",
    "plan",
    "earlier plan",
    "look",
)


def facts_by_hand(episode):
    """The facts of an episode, read row by row."""
    standing = [
        c
        for c in CheckIn.objects.filter(patient=episode.patient)
        if not c.struck_at and c.happened_at >= episode.admitted_at
    ]
    talks = sorted((c for c in standing if c.happened in CONVERSATIONS), key=lambda c: (c.happened_at, c.ref))
    seen = [c.happened_at for c in standing if c.happened in SEEN]
    held = [m.starts_at for m in Meeting.objects.filter(patient=episode.patient, state=MeetingState.HELD)]
    return Facts(
        conversation_at=talks[-1].happened_at if talks else None,
        conversation_by_id=talks[-1].talked_by_id if talks else None,
        primary_conversation_at=max((c.happened_at for c in talks if c.as_primary), default=None),
        seen_at=max(seen, default=None),
        meeting_at=max(held, default=None),
        meetings_held=len(held),
        safety_plan_looked_at=max(looks_by_hand(episode), default=None),
    )


def looks_by_hand(episode):
    """When a safety plan was gone through with them in this stay: made together, or looked at again."""
    plans = SafetyPlan.objects.filter(patient=episode.patient)
    marks = SafetyPlanMark.objects.filter(plan__in=plans, kind=PlanMark.FITS)
    looks = [plan.made_at for plan in plans if plan.together] + [mark.marked_at for mark in marks]
    return [at for at in looks if at >= episode.admitted_at]


def act(step, patient, programs, who, now):
    episode, vera = patient.latest_episode, make_staff("vera")
    log = {"patient": patient, "by": who, "now": now}
    if step == "talk":
        log_conversation(**log, happened=Happened.TALKED, text="We talked.")
    if step == "late talk":
        happened_at = max(now - timedelta(days=2), episode.admitted_at - timedelta(days=1))
        log_conversation(**log, happened=Happened.CAME_TO_ME, text="Late.", happened_at=happened_at)
    if step == "plan":
        write_plan(**log, signs="I stop singing", together=now.hour % 2 == 0)
    if step == "earlier plan":
        day = episode.program.site.local_date(now) - timedelta(days=2)
        write_plan(**log, signs="I stop singing", together=True, made_on=day)
    if step == "look":
        plan = SafetyPlan.objects.of(patient).holding().first()
        if plan:
            plan.patient = patient
            still_fits(plan=plan, by=who, now=now, marked_on=episode.program.site.local_date(now) - timedelta(days=1))
    if step == "hello":
        log_conversation(**log, happened=Happened.HELLO)
    if step == "no answer":
        log_conversation(**log, happened=Happened.NO_ANSWER)
    if step == "strike":
        last = CheckIn.objects.of(patient).standing().newest_first().first()
        if last:
            strike(check_in=last, because="Somebody else", by=vera, now=now)
    if step == "meet":
        meeting = meetings.plan_meeting(patient=patient, starts_at=now, owner=who, by=who, now=now)
        meetings.hold_meeting(meeting=meeting, by=who, now=now, attendees="Both", explained="The plan")
    if step == "undo":
        held = Meeting.objects.of(patient).held_since(episode.admitted_at).first()
        if held:
            meetings.undo_hold(meeting=held, by=who, now=now)
    if step == "pause":
        day = episode.program.site.local_date(now) + timedelta(days=3)
        care.pause(episode=episode, kind=PauseKind.LEAVE, back_on=day, by=who, now=now)
    if step == "resume":
        care.resume(episode=episode, by=who, now=now)
    if step == "primary":
        care.change_primary(patient=patient, staff=who, by=vera, now=now)
    if step == "move":
        target = next(program for program in programs if program != episode.program)
        care.transfer(episode=episode, program=target, by=vera, now=now)


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(("mara", "nils")), st.integers(1, 90)), max_size=9))
def test_the_columns_are_what_the_facts_say(steps):
    with transaction.atomic():
        programs = [make_program(), make_program("Evening North", ProgramKind.IOP, lead=make_staff("vera"))]
        patient = make_episode(program=programs[0], primary=make_staff("mara")).patient
        now = NOW
        for step, who, hours in steps:
            now += timedelta(hours=hours)
            patient = Patient.objects.with_care().get(pk=patient.pk)
            try:
                with transaction.atomic():
                    act(step, patient, programs, make_staff(who), now)
            except ValidationError:
                pass
            episode = Patient.objects.with_care().get(pk=patient.pk).latest_episode
            facts = facts_by_hand(episode)
            stored = Cadence.objects.get(episode=episode)
            assert facts_of(episode) == facts, step
            assert {name: getattr(stored, name) for name in clocks(episode, facts)} == clocks(episode, facts), step
        transaction.set_rollback(True)


def test_the_facts_take_six_queries(dana, mara, now):
    log_conversation(patient=dana, by=mara, now=now, happened=Happened.TALKED, text="x")

    with counted() as statements:
        facts_of(dana.latest_episode)

    assert len(statements) <= 6


def test_a_conversation_before_this_stay_moves_nothing(dana, mara, now):
    admitted = dana.latest_episode.admitted_at
    log_conversation(
        patient=dana, by=mara, now=now, happened=Happened.TALKED, text="x", happened_at=admitted - timedelta(days=1)
    )

    assert move_clocks(dana.latest_episode).team_clock_at == admitted
