"""The reminders as people meet them: my list, putting one aside, the admin's page, the command, the pass."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from interactions import reminders
from interactions.choices import Happened
from interactions.models import Pass, Quarantine, Reminder
from interactions.ownership import set_owner
from interactions.reminders import end_settled, run_pass, snooze
from interactions.services.checkins import log_conversation
from interactions.services.concerns import hand_over, raise_concern
from interactions.services.promises import done, promise
from patients.models import CareTeamMember
from staff.choices import ProgramKind
from staff.models import AccessedPatient, AccessEntry, Program
from tests.factories import NOW, make_away, make_episode, make_mail, make_on_call, make_patient, make_program, switch_on
from tests.queries import counted

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MINE, HEALTH = "/reminders/", "/manage/reminders/"


@pytest.fixture
def told(dana, mara):
    return {"patient": dana, "by": mara, "now": NOW}


@pytest.fixture
def landlord(told):
    """A promise of mara's, due in an hour; nothing else is due for days."""
    log_conversation(**told, happened=Happened.TALKED, text="We talked.")
    return promise(**told, what="Call the landlord", due_at=NOW + HOUR)


def page_of(browser, address=MINE):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_my_list_says_in_plain_words_what_waits_since_when_and_leads_there(at, sign_in, landlord, mara):
    run_pass(now=NOW + 2 * HOUR)
    at(NOW + 2 * HOUR)

    page = page_of(sign_in(mara))

    assert "Something was promised to Dana" in page
    assert "Since today 11:00" in page
    assert landlord.get_absolute_url() in page


def test_a_supervisor_reads_whose_it_is_and_its_owner_does_not(at, sign_in, landlord, residential, mara, vera):
    switch_on(residential, "follow_up_overdue")
    late = NOW + 3 * DAY
    run_pass(now=late)
    at(late)

    assert "It is Mara’s to do" in page_of(sign_in(vera))
    assert "to do" not in page_of(sign_in(mara))


def test_what_is_settled_is_gone_at_once_without_a_pass(at, sign_in, told, dana, mara):
    late = dana.latest_episode.cadence.primary_overdue_at
    run_pass(now=late)
    at(late)
    assert "We haven’t talked with Dana" in page_of(sign_in(mara))

    log_conversation(**told | {"now": late}, happened=Happened.TALKED, text="We talked.")

    assert "We haven’t talked with Dana" not in page_of(sign_in(mara))
    cadence = type(dana.latest_episode.cadence).objects.get()
    assert cadence.team_overdue_at == late + 3 * DAY  # the next reminder moved in the same transaction
    assert end_settled(patient=dana, now=late) >= 2


def test_my_list_holds_only_patients_whom_i_may_still_see(at, sign_in, landlord, dana, mara):
    run_pass(now=NOW + 2 * HOUR)
    CareTeamMember.objects.update(ended_at=NOW + 2 * HOUR)
    at(NOW + 2 * HOUR + MINUTE)

    page = page_of(sign_in(mara))

    assert "Dana" not in page
    assert not AccessedPatient.objects.filter(entry__route="interactions:reminders").exists()


def test_reading_my_list_is_in_the_access_log(at, sign_in, landlord, dana, mara):
    run_pass(now=NOW + 2 * HOUR)
    at(NOW + 2 * HOUR)
    page_of(sign_in(mara))

    assert AccessedPatient.objects.filter(patient_ref=dana.ref, entry__route="interactions:reminders").exists()


def test_one_reminder_can_be_put_aside_with_a_reason_and_comes_back(at, sign_in, landlord, mara):
    run_pass(now=NOW + 2 * HOUR)
    at(NOW + 2 * HOUR)
    browser, reminder = sign_in(mara), Reminder.objects.get(rule="follow_up_due")
    address = reverse("interactions:reminder_snooze", args=[reminder.ref])
    token = browser.get(address).context["form"]["form_token"].value()

    refused = browser.post(address, {"form_token": token, "days": "next", "because": " "})
    assert refused.status_code == 200 and "field-error" in refused.content.decode()
    kept = browser.post(address, {"form_token": token, "days": "next", "because": "Agreed for Friday"})

    assert kept.headers["Location"] == MINE
    assert "Until tomorrow 08:00: Agreed for Friday" in page_of(browser)
    tomorrow = NOW.replace(hour=12) + DAY  # 08:00 at the site, when the working day begins, and the digest comes
    assert not Reminder.objects.live(tomorrow - MINUTE).filter(pk=reminder.pk).exists()
    assert Reminder.objects.live(tomorrow).filter(pk=reminder.pk).exists()
    assert AccessEntry.objects.filter(action="reminder.snooze", fields="snoozed").exists()


def test_how_long_it_can_wait_names_the_next_working_day_within_a_week_only(at, sign_in, landlord, mara):
    run_pass(now=NOW + 2 * HOUR)
    reminder = Reminder.objects.get(rule="follow_up_due")
    address, browser = reverse("interactions:reminder_snooze", args=[reminder.ref]), sign_in(mara)
    at(NOW + 2 * DAY)  # a Friday
    assert "Until your next working day (Mon, Jun 15, 08:00)" in page_of(browser, address)

    make_away(mara, began_at=NOW + 2 * DAY, ended_at=NOW + 20 * DAY)

    page = page_of(browser, address)
    assert "next working day" not in page
    assert re.search(r'value="3"[^>]*checked', page)


def test_what_was_put_aside_by_mistake_is_brought_back(at, sign_in, landlord, dana, mara):
    run_pass(now=NOW + 2 * HOUR)
    reminder = Reminder.objects.get(rule="follow_up_due")
    snooze(reminder=reminder, until=NOW + 7 * DAY, because="A mistake", by=mara, now=NOW + 2 * HOUR)
    now = NOW + 3 * HOUR
    at(now)
    browser = sign_in(mara)
    address = reverse("interactions:reminder_bring_back", args=[reminder.ref])
    form = page_of(browser).partition(f'<form method="post" action="{address}"')[2]
    assert re.search(r'^[^<]*<input type="hidden" name="csrfmiddlewaretoken" value="\w{64}">', form)
    assert browser.get(address).status_code == 405

    answer = browser.post(address, follow=True).content.decode()

    assert "It is back in your list." in answer and "Put aside</h2>" not in answer and address not in answer
    assert reverse("interactions:reminder_snooze", args=[reminder.ref]) in answer
    assert Reminder.objects.live(now).filter(pk=reminder.pk).exists()
    written = AccessEntry.objects.filter(action="reminder.bring_back", fields="snoozed")
    assert AccessedPatient.objects.filter(patient_ref=dana.ref, entry__in=written).count() == 1

    browser.post(address)  # a second tap changes nothing, and writes nothing down
    assert written.count() == 1


def test_nobody_brings_back_what_somebody_else_put_aside(at, sign_in, landlord, mara, vera):
    run_pass(now=NOW + 2 * HOUR)
    reminder = Reminder.objects.get(rule="follow_up_due")
    snooze(reminder=reminder, until=NOW + 7 * DAY, because="Agreed", by=mara, now=NOW + 2 * HOUR)
    at(NOW + 3 * HOUR)

    answer = sign_in(vera).post(reverse("interactions:reminder_bring_back", args=[reminder.ref]))

    assert answer.status_code == 404
    assert Reminder.objects.snoozed(NOW + 3 * HOUR).filter(pk=reminder.pk).exists()


def test_a_safety_reminder_cannot_be_put_aside(at, sign_in, told, vera):
    raise_concern(**told, words="I can’t go on.", urgency="safety")
    run_pass(now=NOW + 20 * MINUTE)
    at(NOW + 20 * MINUTE)
    reminder = Reminder.objects.get(rule="safety_not_taken_over", recipient=vera)
    browser = sign_in(vera)
    address = reverse("interactions:reminder_snooze", args=[reminder.ref])
    assert address not in page_of(browser)
    token = browser.get(address).context["form"]["form_token"].value()

    answer = browser.post(address, {"form_token": token, "days": "next", "because": "Later"})

    assert "This one cannot wait." in answer.content.decode()


def test_a_concern_about_a_colleague_is_on_no_list_of_theirs(at, sign_in, told, mara, vera):
    concern = raise_concern(**told, words="She shouts at us.", about_staff=True, not_for=mara)
    run_pass(now=concern.answer_due_at + MINUTE)
    at(concern.answer_due_at + MINUTE)

    assert not Reminder.objects.filter(recipient=mara, rule__startswith="concern").exists()
    assert "Dana is waiting for an answer" in page_of(sign_in(vera))


def test_my_list_asks_as_much_for_many_as_for_one(at, sign_in, told, mara, residential):
    raise_concern(**told, words="When can I call home?")
    promise(**told, what="Call", due_at=NOW + HOUR)
    now = NOW + 20 * DAY
    run_pass(now=now)
    at(now)
    browser = sign_in(mara)
    with counted() as one:
        page_of(browser)
    for number in range(10):
        patient = make_episode(make_patient(f"Name{number}"), program=residential, primary=mara).patient
        promise(patient=patient, what="Call", due_at=NOW + HOUR, by=mara, now=NOW)
        raise_concern(patient=patient, words="When?", by=mara, now=NOW)
    run_pass(now=now)
    with counted() as many:
        page_of(browser)

    assert len(one) == len(many) <= 12


def test_the_admin_sees_whether_reminders_work_and_no_name(at, sign_in, told, dana, mara, ada):
    make_away(mara)
    make_mail(mara)
    at(NOW)
    browser = sign_in(ada)
    assert "Reminders have never run here." in page_of(browser, HEALTH)

    run_pass(now=NOW)
    Quarantine.objects.create(rule="silence", patient=dana, reason="DataError", found_at=NOW, next_try_at=NOW + HOUR)
    at(NOW + MINUTE)
    with counted() as asked:
        page = page_of(browser, HEALTH)
    assert "Reminders need a look. The last look was 1 minute ago." in page
    assert "Nobody is there for them" in page and dana.record_number in page
    assert "SMTPDataError 451" in page and "DataError" in page
    assert "Dana" not in page and "Whitfield" not in page
    assert len(asked) <= 20

    at(NOW + HOUR)
    assert "Reminders need a look. The last look was 1 hour ago." in page_of(browser, HEALTH)


def test_the_admin_switches_a_rule_on_and_off_in_one_program(at, sign_in, residential, outpatient, ada):
    at(NOW)
    browser = sign_in(ada)

    for to, on in (("on", True), ("off", False)):
        address = reverse("interactions:reminder_switch", args=[residential.ref, "try_again", to])
        assert browser.post(address).status_code == 302
        assert residential.rule_switches.filter(rule="try_again").exists() is on
    assert not outpatient.rule_switches.filter(rule="try_again").exists()
    always = reverse("interactions:reminder_switch", args=[residential.ref, "orphaned_patient", "off"])
    assert "This rule is always on." in browser.post(always, follow=True).content.decode()
    assert (
        browser.post(reverse("interactions:reminder_switch", args=[residential.ref, "nope", "on"])).status_code == 404
    )
    assert AccessEntry.objects.filter(action="reminder_rule.off", fields="try_again").exists()


def test_every_rule_says_its_threshold_in_every_kind_of_program(vera, north):
    make_on_call(north, vera)
    for kind in ProgramKind:
        make_program(kind.label, kind, north, vera)

    for program in Program.objects.with_standards():
        for rule in reminders.planning.RULES:
            assert rule.threshold(program)


def test_a_failed_mail_can_be_tried_again(at, sign_in, mara, ada):
    at(NOW)
    mail = make_mail(mara)

    sign_in(ada).post(reverse("interactions:reminder_mail_again", args=[mail.ref]))

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)


def test_a_pass_hands_back_lengthens_ladders_and_leaves_nothing_unseen(told, dana, mara, vera, nils):
    concern = raise_concern(**told, words="When can I call home?")
    hand_over(concern=concern, to=vera, by=mara, now=NOW)
    ladder = raise_concern(**told, words="I can’t go on.", urgency="safety")
    follow_up = promise(**told, what="Call the landlord", due_at=NOW + DAY)
    set_owner(type(follow_up).objects.filter(pk=follow_up.pk), [], nils, by=None, now=NOW)
    rungs = ladder.rungs.count()

    run_pass(now=NOW + 2 * DAY)

    concern.refresh_from_db()
    follow_up.refresh_from_db()
    assert (concern.owner, follow_up.owner) == (mara, mara)
    assert ladder.rungs.count() > rungs


def test_a_pass_whose_first_steps_fail_still_reminds(landlord, monkeypatch, caplog):
    def fails(*, now):
        raise ValueError("a mistake")

    monkeypatch.setattr(reminders, "UPKEEP", (fails,))

    report = run_pass(now=NOW + 2 * HOUR)

    assert (report.planned, report.failed) == (1, 1)
    assert Pass.objects.get().failed == 1


def test_a_dry_run_lists_without_names_and_writes_nothing(landlord, dana, capsys):
    call_command("run_reminders", at="2026-06-10T16:00+00:00", dry_run=True)

    told = capsys.readouterr().out
    assert f"2026-06-10 15:00Z  follow_up_due owner  {dana.ref}  to mara" in told
    assert "1 would be written" in told
    assert "Dana" not in told
    assert not Reminder.objects.exists()


def test_a_pass_by_hand_says_what_it_did(landlord, mara, capsys):
    call_command("run_reminders", at="2026-06-10T16:00+00:00")
    done(follow_up=landlord, by=mara, now=NOW + 3 * HOUR)
    call_command("run_reminders", at="2026-06-10T18:00+00:00")

    assert capsys.readouterr().out.splitlines() == [
        "1 planned, 0 ended, 0 sent, 0 failed",
        "0 planned, 1 ended, 0 sent, 0 failed",
    ]
    with pytest.raises(CommandError):
        call_command("run_reminders", at="soon")
