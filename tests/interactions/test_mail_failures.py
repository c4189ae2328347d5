"""A mail server that refuses, hangs, hangs up or is away: nothing is lost, and what failed is told in plain words."""

import re
import time
from datetime import datetime
from html import unescape
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.db import connection, connections

from interactions import mailing
from interactions.choices import Happened, MailKind, MailState
from interactions.mail_words import failure_words, kind_of
from interactions.models import Mail
from interactions.reminders import run_pass
from interactions.services.checkins import log_conversation
from interactions.services.concerns import answer, raise_concern, tell
from interactions.services.meetings import hold_meeting, plan_meeting
from interactions.services.promises import done, promise
from staff.calendar import DAY
from staff.models import AccessEntry, StaffMember
from staff.wording import HOUR, MINUTE
from tests.factories import NOW, make_mail, switch_on

NEW_YORK = ZoneInfo("America/New_York")
MORNING = datetime(2026, 6, 11, 8, 0, tzinfo=NEW_YORK)


@pytest.fixture
def post(post_office):
    return post_office


def waiting(member, n=1, now=NOW, kind=MailKind.ACCOUNT, **over):
    """Mails that stand by themselves and go out at any hour."""
    return [
        Mail.objects.create(recipient=member, kind=kind, slot=f"{kind} {i}", planned_at=now, next_at=now, **over)
        for i in range(n)
    ]


def state(mail):
    mail.refresh_from_db()
    return mail.state, mail.error


def plain(message):
    return message.get_body(("plain",)).get_content()


def test_every_kind_of_mail_is_text_and_html_that_say_the_same(post, mara, told):
    raise_concern(**told, words="I can’t go on.", urgency="safety")
    promise(**told, what="Call", due_at=NOW + HOUR)
    waiting(mara)
    waiting(mara, kind=MailKind.TEST)
    waiting(mara, kind=MailKind.RESET, now=NOW + 20 * MINUTE)
    run_pass(now=NOW + 20 * MINUTE)
    run_pass(now=MORNING)

    assert {message["Subject"].partition(": ")[2] for message in post.messages} == {
        "please look now", "something is waiting for you", "your account was changed", "a new password", "a test mail",
    }  # fmt: skip
    for message in post.messages:
        text, page = (message.get_body((form,)).get_content() for form in ("plain", "html"))
        bare = connected(page)
        assert [line for line in text.split("\n") if line.strip("- ") and connected(line) not in bare] == []
        assert 'name="color-scheme" content="light dark"' in page
        assert not any(word in page.lower() for word in ("<img", "style", "color:", "background", "src="))


@pytest.fixture
def told(dana, mara):
    return {"patient": dana, "by": mara, "now": NOW}


def connected(text):
    """The words without tags, line ends and bullets."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).lstrip("- ").split())


@pytest.mark.parametrize(("zone", "said"), [("America/New_York", "10:00 EDT"), ("Pacific/Auckland", "02:00 NZST")])
def test_a_mail_speaks_on_the_recipients_clocks(post, mara, zone, said):
    mara.site.time_zone = zone
    mara.site.save()
    waiting(mara)

    mailing.send_waiting(NOW)

    [message] = post.messages
    assert said in plain(message)
    assert message["Date"].datetime == NOW and said[:5] in message["Date"]


def test_a_supervisors_digest_begins_with_what_went_well_and_names_nobody(post, told, vera, mara, dana):
    log_conversation(**told, happened=Happened.TALKED, text="We talked.")
    concern = raise_concern(**told, words="When can I call home?")
    concern = answer(concern=concern, answer="yes", words="Each evening.", by=mara, now=NOW + MINUTE)
    tell(concern=concern, by=mara, now=NOW + 2 * MINUTE)
    done(follow_up=promise(**told, what="Call the landlord", due_at=NOW + HOUR), by=mara, now=NOW + 2 * MINUTE)
    meeting = plan_meeting(**told, starts_at=NOW + MINUTE)
    hold_meeting(meeting=meeting, by=mara, now=NOW + HOUR, attendees="Both of us", explained="The plan")
    promise(**told, what="Write", due_at=NOW + MINUTE)

    switch_on(dana.latest_episode.program, "follow_up_overdue")

    run_pass(now=NOW + DAY + HOUR)
    run_pass(now=MORNING + DAY)

    digest = next(plain(message) for message in post.messages if message["To"] == vera.email)
    assert digest.index("1 question was answered in time, and they know") < digest.index("waiting for you")
    assert "1 promise was kept" in digest and "1 person was met with" in digest
    assert "Dana" not in digest and "Mara" not in digest
    assert all("promise was kept" not in plain(one) for one in post.messages if one["To"] != vera.email)


def test_good_news_alone_are_no_mail(post, told, mara, vera):
    log_conversation(**told, happened=Happened.TALKED, text="We talked.")
    done(follow_up=promise(**told, what="Call the landlord", due_at=NOW + HOUR), by=mara, now=NOW + MINUTE)

    run_pass(now=NOW + 2 * MINUTE)
    run_pass(now=MORNING)

    assert post.messages == []


def test_a_server_that_is_away_for_a_day_costs_nobody_a_mail(post, mara):
    mails, now = waiting(mara, 3), NOW
    post.refusal = "451 later"
    while now < NOW + DAY:
        mailing.send_waiting(now)
        now = min(Mail.objects.order_by("next_at").first().next_at, NOW + DAY)
    post.refusal = None

    mailing.send_waiting(NOW + DAY + HOUR)

    assert [state(mail) for mail in mails] == [(MailState.SENT, "")] * 3
    assert sorted(message["Message-ID"] for message in post.messages) == sorted(
        f"<{mail.ref}@daybook>" for mail in mails
    )


def test_hours_in_which_they_are_not_at_work_do_not_count(post, mara, told):
    log_conversation(**told, happened=Happened.TALKED, text="We talked.")
    promise(**told, what="Call the landlord", due_at=NOW + HOUR)
    run_pass(now=NOW + 2 * HOUR)
    friday, monday = (datetime(2026, 6, day, hour, 0, tzinfo=NEW_YORK) for day, hour in ((12, 16), (15, 8)))
    post.refusal = "451 later"
    for now in (friday, friday + 2 * HOUR, monday):
        mailing.send_waiting(now)
    mail = Mail.objects.get(recipient=mara)
    assert (mail.state, mail.attempts) == (MailState.WAITING, 2)
    post.refusal = None

    mailing.send_waiting(monday + HOUR)

    assert state(mail) == (MailState.SENT, "")


def test_an_address_that_is_refused_keeps_nobody_else_waiting(post, mara, nils):
    post.no_such = {mara.email}
    refused, good = waiting(mara, 5), waiting(nils, 2)

    assert mailing.send_waiting(NOW) == (2, 5)

    assert {state(mail) for mail in refused} == {(MailState.WAITING, "SMTPRecipientsRefused 550")}
    assert [state(mail)[0] for mail in good] == [MailState.SENT] * 2


def test_a_mail_that_cannot_be_written_keeps_nobody_else_waiting(post, mara, nils, monkeypatch, caplog):
    compose = mailing.compose

    def fails(mail, *rest):
        if mail.recipient == mara:
            raise ValueError("Dana")
        return compose(mail, *rest)

    monkeypatch.setattr(mailing, "compose", fails)
    bad, good = waiting(mara)[0], waiting(nils)[0]

    mailing.send_waiting(NOW)

    assert (state(bad), state(good)[0]) == ((MailState.WAITING, "ValueError"), MailState.SENT)
    assert "Dana" not in caplog.text


def test_a_server_that_hangs_up_after_taking_a_mail_gets_it_again_with_the_same_id(post, mara):
    [mail] = waiting(mara)
    post.hangs_up = True
    mailing.send_waiting(NOW)
    assert state(mail) == (MailState.WAITING, "SMTPServerDisconnected")
    post.hangs_up = False

    mailing.send_waiting(NOW + MINUTE)

    assert state(mail) == (MailState.SENT, "")
    assert [message["Message-ID"] for message in post.messages] == [f"<{mail.ref}@daybook>"] * 2


def test_one_talk_with_the_server_carries_all_mails_of_a_pass(post, mara, monkeypatch):
    waiting(mara, 4)
    opened = []
    backend = type(mailing.get_connection())
    real = backend.open
    monkeypatch.setattr(backend, "open", lambda self: opened.append(real(self)) or opened[-1])

    assert mailing.send_waiting(NOW) == (4, 0)
    assert opened.count(True) == 1


def test_a_server_that_is_away_is_left_alone_after_three_tries(post, mara, settings):
    settings.EMAIL_PORT = 1
    waiting(mara, 5)

    assert mailing.send_waiting(NOW) == (0, 3)
    assert failure_words(Mail.objects.exclude(error="").first().error) == "The mail server could not be reached."


@pytest.mark.django_db(transaction=True)
def test_a_server_that_hangs_holds_no_transaction_and_is_left_after_its_limit(post, mara, settings):
    assert configured.EMAIL_TIMEOUT == 10
    settings.EMAIL_TIMEOUT = 0.5
    [mail] = waiting(mara)
    written = []

    def meanwhile():
        began = time.monotonic()
        Mail.objects.filter(pk=mail.pk).update(slot="another wrote here")
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND state LIKE 'idle in transaction%%'"
                )
                assert cursor.fetchone() == (0,)
        written.append(time.monotonic() - began)
        connections.close_all()

    post.meanwhile, post.hangs_for = meanwhile, 1
    began = time.monotonic()

    assert mailing.send_waiting(NOW) == (0, 1)

    assert time.monotonic() - began < 5
    mail.refresh_from_db()
    assert (mail.slot, mail.error) == ("another wrote here", "TimeoutError")
    assert len(written) == 1 and written[0] < 2
    assert failure_words(mail.error) == "The mail server did not answer in time."


def test_a_failed_mail_is_given_up_for_a_reason_and_both_are_logged(mara, ada):
    mail, other = make_mail(mara), make_mail(mara, slot="another")
    with pytest.raises(ValidationError):
        mailing.give_up(mail=mail, because=" ", by=ada, now=NOW)

    mailing.give_up(mail=mail, because="She has left", by=ada, now=NOW)
    mailing.try_again(mail=other, by=ada, now=NOW)

    mail.refresh_from_db()
    assert (mail.state, mail.given_up_because) == (MailState.GIVEN_UP, "She has left")
    for service, also in ((mailing.try_again, {}), (mailing.give_up, {"because": "x"})):
        with pytest.raises(ValidationError):
            service(mail=mail, by=ada, now=NOW, **also)
    logged = AccessEntry.objects.filter(action__startswith="mail.").order_by("pk")
    assert list(logged.values_list("action", "actor", "record_ref")) == [
        ("mail.give_up", ada.pk, mail.ref),
        ("mail.try_again", ada.pk, other.ref),
    ]


def test_one_test_mail_at_a_time(ada):
    mailing.send_test(by=ada, now=NOW)

    with pytest.raises(ValidationError):
        mailing.send_test(by=ada, now=NOW)
    StaffMember.objects.filter(pk=ada.pk).update(email="")
    ada.refresh_from_db()
    with pytest.raises(ValidationError):
        mailing.send_test(by=ada, now=NOW)


def test_every_kind_of_failure_has_plain_words_without_the_servers():
    errors = [
        SMTPDataError(451, b"busy with Dana"), SMTPDataError(554, b"no"), SMTPServerDisconnected("Dana"),
        SMTPRecipientsRefused({"dana@x": (550, b"no")}), SMTPRecipientsRefused({"dana@x": (450, b"later")}),
        SMTPAuthenticationError(535, b"x"), ConnectionRefusedError("x"), TimeoutError("x"), ValueError("Dana"),
    ]  # fmt: skip
    words = [failure_words(kind_of(error)) for error in errors]

    assert len(set(words)) == len(words) - 1  # busy, and busy for one address
    assert not [one for one in words if "Dana" in one or "dana" in one]
