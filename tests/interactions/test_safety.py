"""A safety concern stands on the screens until somebody has it in hand, and asks one person after the other."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import ConcernState, Ending, SafetyAbout, Urgency
from interactions.models import Concern, FollowUp, HistoryEntry
from interactions.services import concerns, safety
from patients.choices import CareRole
from patients.models import Patient
from patients.services import assign
from staff.models import OnCallDuty
from staff.roles import Role
from tests.factories import NOW, make_floor, make_on_call, make_staff

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def on_call(residential, north):
    """On call at North, in this order: rosa and tess."""
    OnCallDuty.objects.all().delete()
    people = [make_staff(name) for name in ("rosa", "tess")]
    for rank, member in enumerate(people, start=1):
        make_on_call(north, member, NOW - DAY, NOW + DAY, rank=rank)
    return people


def alarm(patient, by, now=NOW, **over):
    return concerns.raise_concern(
        patient=patient, by=by, now=now, **{"words": "I can’t go on", "urgency": Urgency.SAFETY} | over
    )


def asked(concern):
    return [(rung.staff.username, (rung.due_at - NOW) // MINUTE) for rung in concern.rungs.select_related("staff")]


SAFE = {
    "seen_by": "Rosa", "seen_at": NOW + HOUR, "done": "Stayed with her", "documented_where": "Chart, 11:05",
    "look_again_at": NOW + 3 * HOUR,
}  # fmt: skip


def make_safe(concern, by, now=NOW + 2 * HOUR, **over):
    return safety.make_safe(concern=concern, by=by, now=now, **SAFE | over)


def test_the_ladder_asks_each_on_call_and_the_supervisor_from_the_first_then_the_admin(on_call, dana, mara, vera, ada):
    concern = alarm(dana, mara)

    assert asked(concern) == [("rosa", 15), ("vera", 15), ("tess", 30), ("ada", 45)]


def test_the_ladder_goes_on_with_those_who_are_on_call_then(on_call, dana, mara, vera, ada, north):
    concern = alarm(dana, mara)
    OnCallDuty.objects.filter(staff=on_call[0]).update(ended_at=NOW + 30 * MINUTE)

    assert safety.extend_ladders(now=NOW + 29 * MINUTE) == 0
    assert safety.extend_ladders(now=NOW + 31 * MINUTE) == 1
    assert safety.extend_ladders(now=NOW + 31 * MINUTE) == 0

    assert asked(concern)[4:] == [("tess", 60), ("ada", 75)]


def test_a_pass_that_comes_late_goes_on_from_there(on_call, dana, mara, ada):
    concern = alarm(dana, mara)

    safety.extend_ladders(now=NOW + 10 * HOUR)

    assert asked(concern)[4] == ("rosa", 615)


def test_it_goes_on_until_somebody_has_taken_over(on_call, dana, mara, ada):
    concern = alarm(dana, mara)
    safety.take_over(concern=concern, by=mara, now=NOW + MINUTE)

    assert safety.extend_ladders(now=NOW + 10 * HOUR) == 0


def test_with_nobody_on_call_and_no_admin_the_supervisor_is_asked(dana, mara, vera):
    OnCallDuty.objects.all().delete()

    assert asked(alarm(dana, mara)) == [("vera", 15)]


def test_the_colleague_it_is_about_is_never_asked(on_call, dana, mara, vera, ada):
    rosa, tess = on_call
    concern = alarm(dana, mara, not_for=rosa)

    assert asked(concern) == [("tess", 15), ("vera", 15), ("ada", 30)]
    assert not Concern.objects.visible_to(rosa, NOW).exists()
    assert Concern.objects.visible_to(tess, NOW).exists()  # who is asked may read it


def test_even_with_nobody_left_to_ask_it_is_saved(dana, mara, vera):
    OnCallDuty.objects.all().delete()

    concern = alarm(dana, mara, not_for=vera)

    assert asked(concern) == [("mara", 15)]


def test_it_is_never_refused_for_lack_of_whom_was_told(dana, mara):
    assert alarm(dana, mara, safety={"about": "", "voice_to": "", "voice_at": None}).safety.voice_to == ""
    assert alarm(dana, mara).state == ConcernState.WAITING


def test_it_cannot_be_answered_on_the_spot_nor_answered_nor_closed_nor_handed_over(dana, mara, vera):
    with pytest.raises(ValidationError, match="look at this first"):
        alarm(dana, mara, on_the_spot=True)
    concern = alarm(dana, mara)
    for refused in (
        lambda: concerns.answer(concern=concern, answer="yes", words="", by=mara, now=NOW),
        lambda: concerns.close(concern=concern, ending=Ending.NOT_WANTED, words="x", by=mara, now=NOW),
        lambda: concerns.acknowledge(concern=concern, by=mara, now=NOW),
        lambda: concerns.hand_over(concern=concern, to=vera, by=mara, now=NOW),
    ):
        with pytest.raises(ValidationError):
            refused()


def test_who_takes_over_has_it_and_the_next_one_hears_who(dana, mara, vera):
    concern = safety.take_over(concern=alarm(dana, mara), by=mara, now=NOW + MINUTE)

    assert (concern.owner, concern.state, concern.acknowledged_by) == (mara, ConcernState.HELD, mara)
    with pytest.raises(ValidationError, match="Mara has taken this over already"):
        safety.take_over(concern=concern, by=vera, now=NOW + MINUTE)


def test_a_colleague_relieves_who_took_over(dana, mara, vera):
    concern = alarm(dana, mara)
    with pytest.raises(ValidationError, match="Nobody has taken this over"):
        safety.relieve(concern=concern, by=vera, now=NOW)
    safety.take_over(concern=concern, by=mara, now=NOW)
    with pytest.raises(ValidationError, match="You have it"):
        safety.relieve(concern=concern, by=mara, now=NOW)

    concern = safety.relieve(concern=concern, by=vera, now=NOW + HOUR)

    assert (concern.owner, concern.safety.taken_over_by, concern.safety.taken_over_at) == (vera, vera, NOW + HOUR)


@pytest.mark.parametrize("missing", SAFE)
def test_made_safe_needs_all_five_each_said_at_its_field(dana, mara, missing):
    concern = alarm(dana, mara)

    with pytest.raises(ValidationError) as refusal:
        make_safe(concern, mara, **{missing: "" if isinstance(SAFE[missing], str) else None})

    assert list(refusal.value.error_dict) == [missing]
    assert Concern.objects.get().state == ConcernState.WAITING


def test_they_cannot_have_been_seen_later_than_now_nor_be_looked_after_before(dana, mara):
    concern = alarm(dana, mara)

    with pytest.raises(ValidationError) as refusal:
        make_safe(concern, mara, now=NOW, look_again_at=NOW)

    assert set(refusal.value.error_dict) == {"seen_at", "look_again_at"}


def test_made_safe_it_closes_and_a_promise_to_look_again_begins(dana, mara):
    concern = make_safe(alarm(dana, mara), mara)

    assert (concern.state, concern.ending) == (ConcernState.CLOSED, Ending.THEY_KNOW)
    again = FollowUp.objects.get()
    assert (again.owner, again.due_at, again.concern) == (mara, NOW + 3 * HOUR, concern)
    dana.refresh_from_db()
    assert dana.safety_open_at is None


def test_the_patient_is_marked_until_the_last_one_is_closed(dana, mara):
    first, second = alarm(dana, mara), alarm(dana, mara, now=NOW + MINUTE)

    marks = []
    for concern in (first, second):
        make_safe(concern, mara)
        marks.append(Patient.objects.get(pk=dana.pk).safety_open_at)

    assert marks == [second.raised_at, None]


def test_opened_again_the_alarm_begins_from_the_start(on_call, dana, mara, ada, vera):
    concern = make_safe(alarm(dana, mara, safety={"about": SafetyAbout.SUICIDE}), mara)

    concern = concerns.reopen(concern=concern, words="Again", by=mara, now=NOW + 5 * HOUR)

    dana.refresh_from_db()
    assert concern in Concern.objects.not_taken_over()
    assert asked(concern) == [("rosa", 315), ("vera", 315), ("tess", 330), ("ada", 345)]
    assert (concern.safety.about, concern.safety.seen_by) == (SafetyAbout.SUICIDE, "")
    assert dana.safety_open_at == concern.raised_at
    assert concern.ack_due_at == NOW + 5 * HOUR + 15 * MINUTE


def test_what_was_done_before_stays_in_its_history(dana, mara):
    concern = concerns.reopen(concern=make_safe(alarm(dana, mara), mara), words="Again", by=mara, now=NOW + 5 * HOUR)

    words = " ".join(HistoryEntry.objects.filter(record_ref=concern.ref).values_list("words", flat=True))
    assert all(said in words for said in ("Stayed with her", "Rosa", "Chart, 11:05"))


@pytest.mark.parametrize("act", ["take_over", "relieve"])
def test_an_ordinary_concern_is_not_taken_over(dana, mara, act):
    concern = concerns.raise_concern(patient=dana, words="The food", by=mara, now=NOW)

    with pytest.raises(ValidationError, match="not a safety concern"):
        getattr(safety, act)(concern=concern, by=mara, now=NOW)
    with pytest.raises(ValidationError, match="not a safety concern"):
        safety.told_by_voice(concern=concern, to="Rosa", at=NOW, by=mara, now=NOW)
    with pytest.raises(ValidationError, match="not a safety concern"):
        make_safe(concern, mara)


def test_whom_somebody_told_by_voice_is_written_down_later(dana, mara):
    concern = alarm(dana, mara)

    safety.told_by_voice(concern=concern, to="Rosa, night nurse", at=NOW + MINUTE, by=mara, now=NOW + HOUR)

    concern.safety.refresh_from_db()
    assert (concern.safety.voice_to, concern.safety.voice_at) == ("Rosa, night nurse", NOW + MINUTE)


def banner(client, who):
    client.force_login(who, backend="staff.sign_in.PasswordBackend")
    return "Dana" in client.get("/accounts/password/").content.decode()


def test_the_sign_stands_on_every_page_of_everybody_on_duty_until_it_is_taken_over(
    at, client, on_call, residential, dana, mara, vera, nils, ada, otto, sione
):
    at(NOW)
    floor, nurse = make_staff("flo"), make_staff("nina")
    make_floor(residential, floor)
    assign(patient=dana, staff=nurse, role=CareRole.NURSE, by=vera, now=NOW)
    concern = alarm(dana, mara)
    duty = [mara, vera, nurse, floor, *on_call]

    assert [banner(client, who) for who in duty] == [True] * 6
    assert [banner(client, who) for who in (nils, otto, sione)] == [False] * 3

    safety.take_over(concern=concern, by=floor, now=NOW)

    assert not any(banner(client, who) for who in duty)


def test_the_on_call_person_sees_the_patient_only_while_it_is_open(on_call, dana, mara):
    rosa = on_call[0]
    assert not Patient.objects.visible_to(rosa, NOW).exists()

    concern = alarm(dana, mara)
    assert Patient.objects.visible_to(rosa, NOW).exists()
    assert not Patient.objects.visible_to(rosa, NOW + 2 * DAY).exists()

    make_safe(concern, mara)
    assert not Patient.objects.visible_to(rosa, NOW).exists()


def test_the_form_says_it_is_no_alarm_system_and_whom_to_call(at, sign_in, on_call, dana, mara):
    at(NOW)

    page = sign_in(mara).get(f"/patients/{dana.ref}/concerns/new/?urgency=safety").content.decode()

    assert "not an alarm system" in page
    assert "Rosa" in page
    assert "988" in page
    assert "North nurse line" in page


def test_a_supervisor_of_another_site_is_no_admin_here(on_call, dana, mara, south):
    make_staff("abe", Role.ADMIN, south)

    assert "abe" not in dict(asked(alarm(dana, mara)))
