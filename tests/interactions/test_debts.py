"""What is owed, recomputed naively from the facts over random histories, and said in one sentence."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions import debts
from interactions.choices import OWED, ConcernState, Happened, MeetingState, PromiseState, TalkState, WelcomeItem
from interactions.models import Concern, FollowUp, Meeting, TalkRequest
from interactions.services import concerns, promises, talks
from interactions.services.checkins import log_conversation
from interactions.services.meetings import plan_meeting
from interactions.services.safety_plans import write_plan
from interactions.services.welcome import explain
from patients.choices import CareRole
from patients.models import CareTeamMember
from patients.services import assign
from staff.models import AwayPeriod
from tests.factories import NOW
from tests.queries import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACTS = (
    "concern", "on the spot", "answer", "tell", "promise", "done", "talk", "keep", "meeting", "greet", "safety plan",
)  # fmt: skip


def live(acts, dana, people):
    """Plays the acts, an hour each, and gives the moment after them."""
    now = NOW
    for act, n in acts:
        now += HOUR
        by = people[n % len(people)]
        told = {"patient": dana, "by": by, "now": now}
        waiting = Concern.objects.unanswered().select_related("patient__latest_episode").first()
        untold = Concern.objects.untold().select_related("patient__latest_episode").first()
        promised = FollowUp.objects.open().select_related("patient__latest_episode").first()
        talk = TalkRequest.objects.open().select_related("patient").first()
        if act == "concern":
            concerns.raise_concern(**told, words=f"Concern {n}")
        elif act == "on the spot":
            concerns.raise_concern(**told, words="Soon done", on_the_spot=True)
        elif act == "answer" and waiting:
            concerns.answer(concern=waiting, answer="no", words="No", by=by, now=now)
        elif act == "tell" and untold:
            concerns.tell(concern=untold, by=by, now=now)
        elif act == "promise":
            promises.promise(**told, what=f"Promise {n}", due_at=now + n * HOUR, tell_when_done=bool(n % 2))
        elif act == "done" and promised:
            promises.done(follow_up=promised, by=by, now=now, told=n == 3)
        elif act == "talk":
            talks.request_talk(**told, due_at=now + DAY)
        elif act == "keep" and talk:
            talks.keep(talk=talk, by=by, now=now)
        elif act == "meeting":
            plan_meeting(**told, starts_at=now + (n - 3) * HOUR)
        elif act == "greet":
            log_conversation(**told, happened=Happened.HELLO)
        elif act == "safety plan":
            write_plan(**told, signs=f"Nights {now:%H}", together=True)
    return now


def naively(now):
    """(kind, whose, due) of everything owed, looked up one by one."""
    found = []
    for concern in Concern.objects.all():
        if concern.state in OWED:
            untold = concern.state == ConcernState.ANSWERED
            due_at = concern.tell_due_at if untold else concern.answer_due_at
            found.append(("telling" if untold else "answer", concern.owner.name, due_at))
    for follow_up in FollowUp.objects.all():
        untold = follow_up.state == PromiseState.DONE and follow_up.tell_when_done
        if untold or follow_up.state == PromiseState.PROMISED:
            found.append(("promise", follow_up.owner.name, follow_up.due_at))
    for talk in TalkRequest.objects.all():
        if talk.state == TalkState.PROMISED:
            found.append(("talk", talk.owner.name, talk.due_at))
    for meeting in Meeting.objects.all():
        if meeting.state == MeetingState.PLANNED and meeting.starts_at < now:
            found.append(("outcome", meeting.owner.name, meeting.starts_at))
    for member in CareTeamMember.objects.all():
        if member.ended_at is None and member.introduced_at is None:
            found.append(("introduction", member.staff.name, member.introduce_by_at))
        cadence = member.patient.latest_episode.cadence
        planned = Meeting.objects.filter(state=MeetingState.PLANNED).exists()
        if member.role == CareRole.PRIMARY and cadence.welcomed_at is None:
            found.append(("welcome", member.staff.name, cadence.welcome_due_at))
        if member.role == CareRole.PRIMARY and cadence.meeting_due_at < now and not planned:
            found.append(("meeting", member.staff.name, cadence.meeting_due_at))
        asked_again = (cadence.review_due_at, cadence.feedback_due_at, cadence.safety_plan_due_at)
        again = min((moment for moment in asked_again if moment), default=now)
        if member.role == CareRole.PRIMARY and again < now:
            found.append(("review", member.staff.name, again))
    return sorted(found)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 6)), max_size=14))
def test_what_is_owed_is_what_the_facts_say(dana, mara, nils, vera, acts):
    with transaction.atomic():
        assign(patient=dana, staff=nils, role=CareRole.NURSE, by=vera, now=NOW)
        now = live(acts, dana, [mara, nils, vera]) + DAY

        owed = debts.of_patient(dana, mara, now)

        assert sorted((debt.kind, debt.owner, debt.due_at) for debt in owed) == naively(now)
        assert [debt.due_at for debt in owed] == sorted(debt.due_at for debt in owed)
        assert all(debt.late == (debt.due_at < now) for debt in owed)
        for member in (mara, nils, vera):
            mine = sorted((debt.kind, debt.owner, debt.due_at) for debt in debts.of_staff(member, now))
            assert mine == [row for row in naively(now) if row[1] == member.name]
        transaction.set_rollback(True)


def test_a_cover_owes_what_the_colleague_who_is_away_owes(dana, mara, nils):
    promises.promise(patient=dana, what="Call", by=mara, now=NOW)
    assert not debts.of_staff(nils, NOW)

    AwayPeriod.objects.create(staff=mara, cover=nils, began_at=NOW - HOUR, ended_at=NOW + DAY)

    assert "Call" in [debt.what for debt in debts.of_staff(nils, NOW)]
    assert not debts.of_staff(nils, NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        ([], "Nothing is waiting on us."),
        ([("concern", 1)], "We owe Dana 1 answer."),
        ([("concern", 1), ("concern", 2), ("promise", 0)], "We owe Dana 2 answers and 1 promise."),
        ([("concern", 1), ("promise", 0), ("talk", 0)], "We owe Dana 1 answer, 1 promise and 1 talk."),
        ([("concern", 1), ("answer", 0)], "We owe Dana 1 answer to tell."),
    ],
)
def test_it_is_said_in_one_sentence(dana, mara, acts, said):
    CareTeamMember.objects.update(introduced_at=NOW)
    explain(patient=dana, items=WelcomeItem.values, choice_words="The room", by=mara, now=NOW)
    plan_meeting(patient=dana, starts_at=NOW + 30 * DAY, by=mara, now=NOW)
    write_plan(patient=dana, signs="Nights", together=True, by=mara, now=NOW)
    now = live(acts, dana, [mara])

    assert debts.sentence(debts.of_patient(dana, mara, now), "Dana") == said


@pytest.mark.parametrize("copies", [1, 20])
def test_all_kinds_come_in_one_statement(dana, mara, copies):
    now = live([("concern", 1), ("promise", 2), ("talk", 0), ("meeting", 0)] * copies, dana, [mara])

    with counted() as statements:
        found = debts.of_patient(dana, mara, now + DAY)

    assert len(statements) == 1
    others = {debt.kind for debt in found} - {"answer", "promise", "talk", "outcome"}
    assert others == {"introduction", "welcome", "review"}
    assert len(found) == 4 * copies + len(others)
