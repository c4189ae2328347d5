"""Reminder truth: whether reminders work, in plain words, from the database alone; what came, and what is coming."""

import re
from datetime import date, datetime

import pytest
from django.urls import reverse

from interactions import mailing, planning
from interactions.choices import Happened, MailState
from interactions.coming import Coming
from interactions.models import Mail, Pass, Quarantine, Reminder
from interactions.reminders import run_pass, snooze
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.promises import done, promise
from staff.backups.runs import made_at
from staff.calendar import DAY
from staff.models import AccessedPatient, AccessEntry
from staff.wording import HOUR, MINUTE
from tests.factories import (
    NOW,
    make_away,
    make_episode,
    make_exclusion,
    make_mail,
    make_patient,
    make_reminder,
    make_restriction,
)
from tests.queries import counted

HEALTH, FIRED, COMING = "/manage/reminders/", "/manage/reminders/fired/", "/manage/reminders/coming/"
SILENT, STUCK = "Nobody is reminded of anything", "Mails do not go out"


@pytest.fixture
def told(dana, mara):
    return {"patient": dana, "by": mara, "now": NOW}


def page_of(browser, address=HEALTH):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def passed(now):
    return Pass.objects.create(began_at=now, ended_at=now)


def rows(page):
    """The rows of the table, as words."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.S)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


# The banner


def test_when_nobody_looks_any_more_supervisors_and_admins_read_it_on_every_page(at, sign_in, ada, vera, mara, otto):
    passed(NOW)
    at(NOW + 2 * MINUTE)
    assert all(SILENT not in page_of(sign_in(one), "/accounts/") for one in (ada, vera, mara, otto))

    at(NOW + 3 * MINUTE)
    assert all(f"{SILENT}: the last look was 3 minutes ago." in page_of(sign_in(one), "/accounts/")
               for one in (ada, vera))  # fmt: skip
    assert all(SILENT not in page_of(sign_in(one), "/accounts/") for one in (mara, otto))
    health = page_of(sign_in(ada))
    assert "Reminders need a look. The last look was 3 minutes ago." in health
    assert "See more" in page_of(sign_in(ada), "/accounts/") and "See more" not in health  # one is there already

    passed(NOW + 3 * MINUTE)
    assert SILENT not in page_of(sign_in(vera), "/accounts/")


def test_a_pass_that_did_not_come_to_its_end_is_none(at, sign_in, ada):
    passed(NOW)
    Pass.objects.create(began_at=NOW + 3 * MINUTE)
    at(NOW + 3 * MINUTE)

    assert SILENT in page_of(sign_in(ada), "/accounts/")


def test_a_look_by_hand_at_a_day_to_come_hides_nothing(at, sign_in, ada):
    passed(NOW)
    passed(NOW + 30 * DAY)
    at(NOW + 3 * MINUTE)

    assert f"{SILENT}: the last look was 3 minutes ago." in page_of(sign_in(ada), "/accounts/")
    assert "The last look was 3 minutes ago." in page_of(sign_in(ada))


def test_a_new_site_has_a_quarter_of_an_hour_to_begin(at, sign_in, ada):
    made = made_at()
    at(made + 15 * MINUTE)
    assert SILENT not in page_of(sign_in(ada), "/accounts/")

    at(made + 16 * MINUTE)
    assert "reminders have never run here." in page_of(sign_in(ada), "/accounts/")


def test_a_mail_that_nobody_sends_for_five_minutes_is_told(at, sign_in, vera, mara):
    Mail.objects.create(recipient=mara, kind="account", slot="1", planned_at=NOW, next_at=NOW)
    for minutes, told in ((5, False), (6, True)):
        passed(NOW + minutes * MINUTE)
        at(NOW + minutes * MINUTE)
        assert (STUCK in page_of(sign_in(vera), "/accounts/")) is told


def test_a_server_that_is_away_is_told_and_one_address_that_is_refused_is_not(
    at, sign_in, vera, mara, nils, post_office
):
    post_office.no_such = {mara.email}
    Mail.objects.create(recipient=mara, kind="account", slot="1", planned_at=NOW, next_at=NOW)
    mailing.send_waiting(NOW)
    now = NOW + 10 * MINUTE
    passed(now)
    at(now)
    assert STUCK in page_of(sign_in(vera), "/accounts/")

    Mail.objects.create(recipient=nils, kind="account", slot="1", planned_at=now, next_at=now)
    mailing.send_waiting(now)

    assert [message["To"] for message in post_office.messages] == [nils.email]
    assert STUCK not in page_of(sign_in(vera), "/accounts/")


def test_a_mail_that_did_not_go_out_is_no_part_of_a_look_that_failed(at, sign_in, ada, mara, post_office):
    post_office.no_such = {mara.email}
    Mail.objects.create(recipient=mara, kind="account", slot="1", planned_at=NOW, next_at=NOW)
    at(NOW)

    assert run_pass(now=NOW).failed == 1
    assert "Reminders are working" in page_of(sign_in(ada))


def test_what_failed_for_good_and_what_was_set_aside_is_no_good_health(at, sign_in, ada, mara, dana):
    at(NOW)
    run_pass(now=NOW)
    browser = sign_in(ada)
    assert "Reminders are working" in page_of(browser)

    make_mail(mara, error="SMTPRecipientsRefused 550")
    assert "Reminders need a look" in (page := page_of(browser)) and "1 mail could not be sent for a day" in page
    Mail.objects.all().delete()
    Quarantine.objects.create(rule="silence", patient=dana, reason="X", found_at=NOW, next_try_at=NOW + HOUR)
    assert "Reminders need a look" in (page := page_of(browser)) and "1 reminder could not be worked out" in page


def test_a_threshold_whose_reminders_are_mostly_put_aside_is_asked_about(at, sign_in, told, dana, ada, mara, vera):
    at(NOW)
    come = [make_reminder(promise(**told, what=f"Call {n}", due_at=NOW + HOUR)) for n in range(5)]
    question, browser = "Is this threshold right?", sign_in(ada)

    for one in come[:2]:
        snooze(reminder=one, until=NOW + DAY, because="Agreed for later", by=mara, now=NOW)
    assert question not in page_of(browser)
    snooze(reminder=come[2], until=NOW + DAY, because="Agreed for later", by=mara, now=NOW)
    page = page_of(browser)
    assert question in page and "Put aside 3 of 5 times" in page
    assert reverse("staff:program", args=[dana.latest_episode.program.ref]) in page

    Reminder.objects.update(planned_at=NOW - 31 * DAY)
    assert question not in page_of(browser)


def test_all_banners_are_one_question(at, sign_in, vera, mara, settings):
    settings.BACKUPS_EXPECTED = True
    at(NOW)
    with counted() as statements:
        page_of(sign_in(vera), "/accounts/")

    tables = ("interactions_pass", "interactions_mail", "staff_backuprun", "django_migrations")
    asking = [sql for sql in statements if any(table in sql for table in tables)]
    assert len(asking) == 1 and all(table in asking[0] for table in tables)


# The page


def test_the_page_says_who_would_be_forgotten_by_number_only(at, sign_in, told, dana, residential, mara, ada, vera):
    guarded = make_episode(make_patient("Amadou"), program=residential, primary=vera).patient
    hidden = make_episode(make_patient("Birgit"), program=residential, primary=mara).patient
    make_restriction(hidden, vera)
    at(NOW)
    browser = sign_in(ada)
    assert "Nobody would speak up" not in page_of(browser)

    make_away(mara)
    page = page_of(browser)
    assert "No primary is here, and nobody covers." in page and dana.record_number in page
    assert guarded.record_number not in page and hidden.record_number not in page
    assert "Dana" not in page

    residential.rule_switches.filter(rule__in=["silence", "meeting_overdue"]).delete()
    page = page_of(browser)
    assert "no rule is on that would notice silence" in page and guarded.record_number in page
    assert AccessedPatient.objects.filter(patient_ref=dana.ref, entry__route="interactions:reminder_health").exists()


def test_a_test_mail_goes_the_way_of_every_other_and_the_page_tells(at, sign_in, ada, post_office):
    at(NOW)
    browser, send = sign_in(ada), reverse("interactions:reminder_test_mail")
    answer = browser.post(send, follow=True)
    assert "It goes out with the next look" in answer.content.decode()
    assert "A test mail is on its way to you already." in browser.post(send, follow=True).content.decode()
    assert "is waiting for the next look" in page_of(browser)

    post_office.refusal = "451 later"
    mailing.send_waiting(NOW)
    assert "has not gone out yet. The mail server said: not now." in page_of(browser)
    post_office.refusal = None
    mailing.send_waiting(NOW + MINUTE)

    assert [message["To"] for message in post_office.messages] == [ada.email]
    assert "Your test mail of today 10:00 went out today 10:01." in page_of(browser)
    assert AccessEntry.objects.filter(action="mail.test", actor=ada).count() == 1


def test_a_failed_mail_is_told_in_plain_words_and_given_up_with_a_reason(at, sign_in, mara, ada):
    at(NOW)
    mail, browser = make_mail(mara, error="SMTPRecipientsRefused 550"), sign_in(ada)
    assert "The mail server does not take mail for this address. Is it spelled right?" in page_of(browser)
    form = page_of(browser, address := reverse("interactions:reminder_mail_give_up", args=[mail.ref]))
    token = re.search(r'name="form_token" value="([^"]+)"', form)[1]

    refused = browser.post(address, {"form_token": token, "because": " "})
    assert refused.status_code == 200
    browser.post(address, {"form_token": token, "because": "An old address"})

    mail.refresh_from_db()
    assert (mail.state, mail.given_up_because) == (MailState.GIVEN_UP, "An old address")
    assert "Mails that failed</h2>" not in page_of(browser)


# What came


def test_what_came_stands_with_why_to_whom_and_when_it_ended(at, sign_in, told, dana, mara, nils, ada):
    log_conversation(**told, happened=Happened.TALKED, text="We talked.")
    kept = promise(**told, what="Call the landlord", due_at=NOW + HOUR)
    promise(**told, what="Write", due_at=NOW + 2 * HOUR)
    run_pass(now=NOW + HOUR + MINUTE)
    run_pass(now=NOW + 3 * HOUR)
    done(follow_up=kept, by=mara, now=NOW + 4 * HOUR)
    run_pass(now=NOW + 4 * HOUR)
    other = Reminder.objects.get(ended_at=None)
    snooze(reminder=other, until=NOW + DAY, because="Dana asked for it", by=mara, now=NOW + 4 * HOUR)
    at(NOW + 4 * HOUR)

    first, newest = sorted(rows(page_of(sign_in(ada), FIRED)), key=lambda row: "13:00" in row)

    number = f"{dana.record_number} Residential North Mara"
    assert newest == (
        f"Promise due today 13:00 {number} Due today 12:00. The clock started today 10:00. "
        "Put aside until tomorrow 10:00"
    )
    assert first == (
        f"Promise due today 11:01 {number} Due today 11:00. The clock started today 10:00. Ended today 14:00"
    )


def test_what_came_is_narrowed_by_days_program_and_rule_and_leaves_so(at, sign_in, told, dana, outpatient, ada, mara):
    late = {"recipient": mara, "patient": dana, "clock_started_at": NOW, "due_at": NOW, "stage": "owner"}
    for n, rule in enumerate(("silence", "silence", "follow_up_due", "milestone")):
        stage = {"silence": "team_owner", "milestone": "day_7"}.get(rule, "owner")
        Reminder.objects.create(**late | {"stage": stage}, rule=rule, cause=n, planned_at=NOW - n * DAY)
    at(NOW)
    browser = sign_in(ada)
    program = dana.latest_episode.program

    def shown(**query):
        return len(rows(page_of(browser, f"{FIRED}?{'&'.join(f'{k}={v}' for k, v in query.items())}")))

    today = date(2026, 6, 10)
    assert shown() == 4
    assert shown(rule="silence") == 2
    assert (shown(program=program.ref), shown(program=outpatient.ref)) == (4, 0)
    assert (shown(**{"from": today}), shown(to=today - DAY), shown(**{"from": today - DAY, "to": today - DAY})) == (
        1, 3, 1,
    )  # fmt: skip
    for odd in ("x", "0001-01-01", "9999-12-31", "\0"):
        assert shown(**{"from": odd, "to": odd, "rule": odd, "program": odd, "before": odd}) == 4
    assert shown(before="00000000-0000-4000-8000-000000000000") == 0


def test_what_came_goes_on_page_by_page_without_losing_one(at, sign_in, dana, mara, ada, monkeypatch):
    monkeypatch.setattr("interactions.fired.PAGE", 2)
    for n in range(5):  # all of one pass
        Reminder.objects.create(rule="silence", cause=n, clock_started_at=NOW, stage="team_owner", recipient=mara,
                                patient=dana, due_at=NOW - n * HOUR, planned_at=NOW)  # fmt: skip
    at(NOW)
    browser, address, found = sign_in(ada), FIRED, []
    while address:
        with counted() as asked:
            page = page_of(browser, address)
        found += rows(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following and following[1].replace("&amp;", "&")

    assert len(found) == len(set(found)) == 5
    assert len(asked) <= 12


# What is coming


def test_what_is_coming_is_what_the_passes_then_write(at, sign_in, told, dana, mara, ada):
    log_conversation(**told, happened=Happened.TALKED, text="We talked.")
    promise(**told, what="Call the landlord", due_at=NOW + 2 * DAY)
    make_away(mara, began_at=NOW + 5 * DAY, ended_at=NOW + 40 * DAY)
    at(NOW)
    browser = sign_in(ada)
    friday, before = page_of(browser, COMING), Reminder.objects.count()
    coming = Coming({}, ada, NOW).found
    assert (before, Reminder.objects.count()) == (0, 0)
    assert 'aria-current="true">Fri, Jun 12' in friday  # the first day with something
    assert [row.startswith("Promise due") for row in rows(friday)].count(True) == 1
    assert "Dana" not in friday and "Nobody is reminded of anything new" in page_of(browser, f"{COMING}?day=2026-06-10")

    monday = page_of(browser, f"{COMING}?day=2026-06-15")
    assert '<th scope="col">Owed from</th>' in monday and ">Due<" not in monday
    late = [row for row in rows(monday) if row.startswith("Promise") and "vera" in row.lower()]
    assert late and all(row.endswith("Fri, Jun 12, 10:00") for row in late)  # owed before the day it is told

    for day, told_of in coming.items():  # nothing happens, and each day ends
        known = set(Reminder.objects.values_list("pk", flat=True))
        planning.plan_all(dana.latest_episode.program.site.day_bounds(day)[1] - datetime.resolution)
        written = Reminder.objects.exclude(pk__in=known)
        keys = [(one.rule, one.cause, one.clock_started_at, one.stage, one.recipient_id) for one in written]
        assert sorted(keys) == sorted(one.key for one in told_of), day
    assert sum(map(len, coming.values())) > 5


def test_neither_page_shows_a_restricted_record(at, sign_in, told, dana, mara, vera, ada):
    promise(**told, what="Call the landlord", due_at=NOW + HOUR)
    run_pass(now=NOW + 2 * HOUR)
    promise(**told, what="Write", due_at=NOW + DAY)
    at(NOW + 2 * HOUR)
    browser = sign_in(ada)
    tomorrow = f"{COMING}?day=2026-06-11"
    assert rows(page_of(browser, FIRED)) and rows(page_of(browser, tomorrow))

    make_restriction(dana, vera)

    assert dana.record_number not in page_of(browser, FIRED) + page_of(browser, tomorrow)


def test_a_deny_wins_on_the_admins_pages_too(at, sign_in, told, dana, mara, vera, ada):
    raise_concern(**told, words="She was rude to me.", not_for=ada)
    run_pass(now=NOW + 20 * DAY)
    at(NOW + 20 * DAY)
    assert Reminder.objects.filter(rule__startswith="concern").exists()
    assert not [row for row in rows(page_of(sign_in(ada), FIRED)) if "Concern" in row]
    assert dana.record_number in page_of(sign_in(ada), FIRED)

    make_exclusion(dana, ada, by=vera, began_at=NOW)

    for page in (HEALTH, FIRED, COMING):
        assert dana.record_number not in page_of(sign_in(ada), page)


def test_the_admins_pages_are_nobody_elses(at, sign_in, mara, vera, otto):
    at(NOW)
    for who in (mara, vera, otto):
        assert {sign_in(who).get(page).status_code for page in (FIRED, COMING)} == {403}
