"""The outbox, against a real mail server: when a mail goes out, how often, and what it does not say."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from interactions.choices import Happened, MailKind, MailState
from interactions.mailing import claim, send_waiting
from interactions.models import Mail, Reminder
from interactions.reminders import run_pass, snooze
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.promises import done, promise
from staff.models import StaffMember, WorkingHours
from tests.factories import NOW, make_away, make_break_glass, make_on_call

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")
NEXT_MORNING = datetime(2026, 6, 11, 8, 0, tzinfo=NEW_YORK)


@pytest.fixture
def post(post_office):
    return post_office


@pytest.fixture
def told(dana, mara):
    return {"patient": dana, "by": mara, "now": NOW}


@pytest.fixture
def landlord(told):
    """A promise of mara's, due in an hour: at 11:00 on a Wednesday. Nothing else is due for days."""
    log_conversation(**told, happened=Happened.TALKED, text="We talked.")
    return promise(**told, what="Call the landlord", due_at=NOW + HOUR)


def works(member, starts, ends, weekdays=range(7)):
    for day in weekdays:
        WorkingHours.objects.create(staff=member, weekday=day, starts=starts, ends=ends)


def states():
    return list(Mail.objects.order_by("pk").values_list("kind", "state"))


def test_what_falls_due_during_the_day_is_told_once_when_the_next_working_day_begins(post, landlord):
    run_pass(now=NOW + 2 * HOUR)
    mail = Mail.objects.get()
    assert (mail.kind, mail.slot, mail.next_at) == (MailKind.DIGEST, "2026-06-11", NEXT_MORNING)

    run_pass(now=NEXT_MORNING - MINUTE)
    assert post.messages == []
    for minutes in (0, 1, 120):
        run_pass(now=NEXT_MORNING + minutes * MINUTE)

    assert len(post.messages) == 1
    assert "1 thing is waiting" in post.messages[0].get_body(("plain",)).get_content()


def test_a_digest_says_about_how_many_people_where_several_things_are_about_one(post, told, landlord):
    promise(**told, what="Ask about the visit", due_at=NOW + HOUR)
    for moment in (NOW + 2 * HOUR, NEXT_MORNING):
        run_pass(now=moment)

    for form in ("plain", "html"):
        assert "2 things about 1 person are waiting for you" in post.messages[0].get_body((form,)).get_content()


def test_a_mail_names_no_one_and_no_thing(post, told, landlord, settings):
    settings.SITE_URL, settings.PUBLIC_NAME = "https://daybook.example.org", "Daybook"
    settings.DEFAULT_FROM_EMAIL = "Daybook <daybook@example.org>"
    raise_concern(**told, words="I can’t go on.", urgency="safety")

    run_pass(now=NOW + 20 * MINUTE)
    run_pass(now=NEXT_MORNING)

    assert len(post.messages) >= 2
    for message in post.messages:
        recipient = message["To"].partition("@")[0]
        words = re.findall(r"\w+", message.as_string().replace(message["To"], "").lower())
        forbidden = {"dana", "whitfield", "mara", "vera", "residential", "north", "patient", "concern", "safety",
                     "landlord", "addiction", "rehab", "rehabcrm", "treatment", "counselor"}  # fmt: skip
        assert forbidden.isdisjoint(words), (recipient, forbidden & set(words))
        assert "rehab" not in message.as_string().lower()
        for form in ("plain", "html"):
            assert "https://daybook.example.org/reminders/" in message.get_body((form,)).get_content()
        assert message["From"] == "Daybook <daybook@example.org>"
        assert message["Subject"].startswith("Daybook: ")
        assert re.fullmatch(r"<[0-9a-f-]{36}@daybook>", message["Message-ID"])


def test_nothing_left_means_no_mail(post, landlord, mara):
    run_pass(now=NOW + 2 * HOUR)
    done(follow_up=landlord, by=mara, now=NOW + 3 * HOUR)

    run_pass(now=NEXT_MORNING)

    assert (post.messages, states()) == ([], [(MailKind.DIGEST, MailState.EMPTY)])


def test_what_was_told_once_is_not_told_again_the_next_day(post, landlord, dana):
    run_pass(now=NOW + 2 * HOUR)
    run_pass(now=NEXT_MORNING)
    run_pass(now=NEXT_MORNING + 4 * HOUR)
    run_pass(now=NEXT_MORNING + DAY)

    assert [message["To"] for message in post.messages] == ["mara@example.org"]


def test_safety_is_mailed_at_once_whatever_the_hour(post, told, nils, vera):
    make_on_call(vera.site, nils, rank=0)
    works(nils, time(9), time(17))
    night = datetime(2026, 6, 13, 2, 0, tzinfo=NEW_YORK)
    raise_concern(**told | {"now": night}, words="I can’t go on.", urgency="safety")

    run_pass(now=night + 16 * MINUTE)
    run_pass(now=night + 17 * MINUTE)

    assert {message["To"] for message in post.messages} == {"nils@example.org", "vera@example.org"}
    assert len(post.messages) == 2


def test_an_emergency_that_is_over_is_mailed_when_they_are_at_work(post, told, dana, mara, nils):
    works(mara, time(9), time(17))
    night = datetime(2026, 6, 13, 2, 0, tzinfo=NEW_YORK)
    make_break_glass(dana, nils, night)

    def mailed(now):
        run_pass(now=now)
        return [message["To"] for message in post.messages].count("mara@example.org")

    assert (mailed(night + MINUTE), mailed(night + 6.9 * HOUR), mailed(night + 7 * HOUR)) == (0, 0, 1)


def test_an_admins_mail_leads_to_the_page_that_names_nobody(post, told, ada):
    raise_concern(**told, words="I can’t go on.", urgency="safety")

    for minutes in (20, 40, 60):
        run_pass(now=NOW + minutes * MINUTE)

    to_ada = [message.get_body(("plain",)).get_content() for message in post.messages if message["To"] == ada.email]
    assert to_ada and all("/manage/reminders/" in content for content in to_ada)


def test_today_is_mailed_at_once_but_only_in_the_owners_hours(post, told, mara):
    works(mara, time(9), time(17))
    concern = raise_concern(**told | {"now": NOW + 3 * HOUR}, words="My medication!", urgency="today")
    late = concern.answer_due_at.astimezone(NEW_YORK)
    assert (late.day, late.hour) == (10, 21)

    run_pass(now=late + MINUTE)
    assert post.messages == []
    run_pass(now=NEXT_MORNING + 59 * MINUTE)
    assert [m["To"] for m in post.messages if m["To"].startswith("mara")] == []
    run_pass(now=NEXT_MORNING + HOUR)

    assert (
        "should not wait"
        in next(m for m in post.messages if m["To"].startswith("mara")).get_body(("plain",)).get_content()
    )


def test_a_digest_waits_until_they_are_back(post, landlord, mara, nils):
    run_pass(now=NOW + 2 * HOUR)
    make_away(mara, cover=nils, began_at=NOW + 3 * HOUR, ended_at=NEXT_MORNING + 10 * DAY)

    run_pass(now=NEXT_MORNING)
    run_pass(now=NEXT_MORNING + HOUR)
    run_pass(now=NEXT_MORNING + DAY)

    assert {message["To"] for message in post.messages} <= {"nils@example.org", "vera@example.org"}
    assert "nils@example.org" in {message["To"] for message in post.messages}


def test_a_night_shift_gets_its_digest_when_it_begins(post, landlord, mara):
    works(mara, time(22), time(6))

    run_pass(now=NOW + 2 * HOUR)

    assert Mail.objects.get().next_at == datetime(2026, 6, 10, 22, 0, tzinfo=NEW_YORK)


def test_without_hours_of_their_own_nobody_is_written_to_on_a_weekend(post, told, mara):
    friday = datetime(2026, 6, 12, 16, 0, tzinfo=NEW_YORK)
    promise(**told, what="Call", due_at=friday)

    run_pass(now=friday + HOUR)

    monday = datetime(2026, 6, 15, 8, 0, tzinfo=NEW_YORK)
    assert set(Mail.objects.filter(recipient=mara).values_list("next_at", flat=True)) == {monday}


def test_after_an_outage_one_digest_makes_up_for_it(post, told, mara):
    works(mara, time(8), time(17))
    promise(**told, what="Call", due_at=NOW + HOUR)
    promise(**told, what="Write", due_at=NOW + 30 * HOUR)

    run_pass(now=NOW + 72 * HOUR + 2 * HOUR)
    run_pass(now=NOW + 72 * HOUR + 3 * HOUR)

    assert [message["To"] for message in post.messages].count("mara@example.org") == 1


def test_a_snoozed_reminder_is_not_mailed_until_its_time(post, landlord, mara):
    run_pass(now=NOW + 2 * HOUR)
    for reminder in Reminder.objects.filter(recipient=mara):
        snooze(reminder=reminder, until=NOW + 3 * DAY, because="Agreed on Friday", by=mara, now=NOW + 2 * HOUR)

    run_pass(now=NEXT_MORNING)

    assert "mara@example.org" not in {message["To"] for message in post.messages}


def test_a_server_that_refuses_is_asked_again_with_growing_pauses_for_a_day(post, landlord, mara):
    run_pass(now=NOW + 2 * HOUR)
    Mail.objects.exclude(recipient=mara).delete()
    post.refusal = "451 later"
    now, pauses = NEXT_MORNING, []

    while Mail.objects.get().state == MailState.WAITING:
        WorkingHours.objects.get_or_create(staff=mara, weekday=now.weekday(), starts=time(0), ends=time(23, 59, 59))
        send_waiting(now)
        mail = Mail.objects.get()
        pauses.append(mail.next_at - now)
        now = mail.next_at

    assert pauses[:3] == [timedelta(seconds=30), MINUTE, 2 * MINUTE]
    assert max(pauses) == HOUR
    assert 25 * HOUR <= sum(pauses, timedelta()) < 26 * HOUR
    assert mail.state == MailState.FAILED
    assert mail.error == "SMTPDataError 451"
    assert post.messages == []


def test_a_server_that_comes_back_gets_the_same_message_once(post, landlord):
    run_pass(now=NOW + 2 * HOUR)
    post.refusal = "451 later"
    run_pass(now=NEXT_MORNING)
    post.refusal = None
    run_pass(now=NEXT_MORNING + MINUTE)
    run_pass(now=NEXT_MORNING + 2 * MINUTE)

    ref = Mail.objects.get().ref
    assert [message["Message-ID"] for message in post.messages] == [f"<{ref}@daybook>"]


def test_a_claim_belongs_to_one_and_is_released_when_its_holder_is_gone(post, landlord):
    run_pass(now=NOW + 2 * HOUR)
    mail = Mail.objects.get()
    me, you = mail.ref, landlord.ref

    assert [claim(mail.pk, me, NEXT_MORNING), claim(mail.pk, you, NEXT_MORNING)] == [1, 0]
    assert send_waiting(NEXT_MORNING + MINUTE) == (0, 0)
    assert send_waiting(NEXT_MORNING + 6 * MINUTE) == (1, 0)
    assert len(post.messages) == 1


def test_nobody_without_an_account_or_an_address_is_written_to(post, landlord, mara):
    run_pass(now=NOW + 2 * HOUR)
    StaffMember.objects.filter(pk=mara.pk).update(email="")
    run_pass(now=NEXT_MORNING)

    assert "mara" not in " ".join(message["To"] for message in post.messages)
