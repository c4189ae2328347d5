"""Two people at the same moment: one wins, the other reads a sentence, nothing is overwritten or lost."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from interactions.choices import Answer, Happened, Urgency
from interactions.models import CheckIn, Concern, FollowUp, HistoryEntry
from interactions.services import care, concerns, safety
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.meetings import hold_meeting, plan_meeting
from interactions.services.promises import done, promise
from patients.models import Cadence, Episode, Patient
from tests.factories import NOW, make_episode, make_patient, make_program, make_staff

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"),
    pytest.mark.django_db(transaction=True),
]
HOUR = timedelta(hours=1)


@pytest.fixture
def mara(db):
    return make_staff("mara")


@pytest.fixture
def dana(mara):
    return make_episode(primary=mara).patient


def at_once(*acts):
    """Runs all acts together; gives what they returned and the sentences of those that were refused."""
    together, returned, refused = threading.Barrier(len(acts)), [], []

    def run(act):
        together.wait()
        try:
            returned.append(act())
        except ValidationError as refusal:
            refused.extend(refusal.messages)
        finally:
            connections.close_all()

    def guarded(act):
        try:
            run(act)
        except Exception as broken:  # a thread's error would otherwise pass unseen
            errors.append(broken)

    errors = []
    threads = [threading.Thread(target=guarded, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    return returned, refused


def fresh(model):
    return model.objects.select_related("patient__latest_episode__program__site").get()


def test_two_answers_to_one_concern(dana, mara):
    raise_concern(patient=dana, words="When can I call home?", by=mara, now=NOW)

    def answer(words):
        concern = fresh(Concern)
        return lambda: concerns.answer(concern=concern, answer=Answer.NO, words=words, by=mara, now=NOW)

    returned, refused = at_once(answer("Mine"), answer("Theirs"))

    assert len(returned) == len(refused) == 1
    assert "Somebody was quicker" in refused[0]
    assert Concern.objects.get().answer_words == returned[0].answer_words
    assert HistoryEntry.objects.count() == 1


def test_two_take_overs(dana, mara):
    lead = dana.latest_episode.program.lead
    raise_concern(patient=dana, words="Help", urgency=Urgency.SAFETY, by=mara, now=NOW)

    def take_over(by):
        concern = fresh(Concern)
        return lambda: safety.take_over(concern=concern, by=by, now=NOW)

    returned, refused = at_once(take_over(mara), take_over(lead))

    assert len(returned) == 1
    assert refused == [f"{returned[0].safety.taken_over_by} has taken this over already."]
    assert Concern.objects.get().owner == returned[0].owner


def test_two_admissions_of_one_person(mara):
    program, patient = make_program(), make_patient()

    def admit():
        return care.admit(patient=Patient.objects.get(), program=program, primary=mara, by=mara, now=NOW)

    returned, refused = at_once(admit, admit)

    assert patient.ref == returned[0].patient.ref
    assert (len(returned), len(refused)) == (1, 1)
    assert Episode.objects.count() == 1


def test_admissions_of_new_people_get_numbers_of_their_own(mara):
    program = make_program()

    def admit(name):
        return lambda: care.admit(person={"given_name": name}, program=program, primary=mara, by=mara, now=NOW)

    returned, refused = at_once(*(admit(f"P{n}") for n in range(8)))

    assert not refused
    assert len({episode.patient.record_number for episode in returned}) == 8


def test_conversations_at_once_are_all_counted_by_the_clock(dana, mara):
    def log(n):
        patient = Patient.objects.with_care().get()
        return lambda: log_conversation(
            patient=patient, happened=Happened.TALKED, text="We talked.", happened_at=NOW - n * HOUR, by=mara, now=NOW
        )

    returned, _ = at_once(*(log(n) for n in range(8)))

    assert len(returned) == CheckIn.objects.count() == 8
    assert Cadence.objects.get().last_conversation_at == NOW


def test_alarms_raised_and_ended_at_once_leave_the_right_sign_on_the_patient(dana, mara):
    def alarm():
        patient = Patient.objects.with_care().get()
        return lambda: raise_concern(patient=patient, words="Help", urgency=Urgency.SAFETY, by=mara, now=NOW)

    def make_safe(concern):
        return lambda: safety.make_safe(
            concern=concern, seen_by="Rosa", seen_at=NOW, done="Stayed", documented_where="Chart",
            look_again_at=NOW + HOUR, by=mara, now=NOW,
        )  # fmt: skip

    at_once(*(alarm() for _ in range(6)))
    assert Patient.objects.get().safety_open_at == NOW

    found = list(Concern.objects.select_related("patient__latest_episode__program__site"))
    _, refused = at_once(*(make_safe(concern) for concern in found))
    assert not refused
    assert Patient.objects.get().safety_open_at is None


def test_two_passes_write_one_round_of_the_ladder(dana, mara):
    concern = raise_concern(patient=dana, words="Help", urgency=Urgency.SAFETY, by=mara, now=NOW)
    before = concern.rungs.count()

    at_once(*[lambda: safety.extend_ladders(now=NOW + HOUR)] * 4)

    numbers = list(concern.rungs.values_list("n", flat=True))
    assert len(numbers) == 2 * before
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_promise_kept_by_two_is_kept_once(dana, mara):
    promise(patient=dana, what="Call", by=mara, now=NOW)

    def keep():
        follow_up = fresh(FollowUp)
        return lambda: done(follow_up=follow_up, by=mara, now=NOW)

    returned, refused = at_once(keep(), keep())

    assert (len(returned), len(refused)) == (1, 1)


def test_a_meeting_and_a_conversation_at_once_move_both_clocks(dana, mara):
    meeting = plan_meeting(patient=dana, starts_at=NOW, by=mara, now=NOW)
    patient = Patient.objects.with_care().get()

    at_once(
        lambda: hold_meeting(meeting=meeting, attendees="Dana", explained="Plan", by=mara, now=NOW),
        lambda: log_conversation(patient=patient, happened=Happened.TALKED, text="We talked.", by=mara, now=NOW),
    )

    cadence = Cadence.objects.get()
    assert (cadence.last_conversation_at, cadence.meetings_held) == (NOW, 1)
