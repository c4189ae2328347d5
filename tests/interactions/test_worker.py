"""The real alarm clock: Celery workers and beats, PostgreSQL, Redis and a mail server, each a process of its own."""

import os
from datetime import time, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from interactions.choices import MailState
from interactions.models import Mail, Pass, Reminder
from interactions.services.concerns import raise_concern
from staff.models import WorkingHours
from tests.factories import make_episode, make_on_call, make_program, make_staff
from tests.servers import alarm_clock, post_office, wait_until

HOUR = timedelta(hours=1)
REAL = connection.vendor == "postgresql" and os.environ.get("REDIS_URL")
pytestmark = [
    pytest.mark.skipif(not REAL, reason="needs PostgreSQL and Redis: set DATABASE_URL and REDIS_URL"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def concern(transactional_db):
    """A concern for today, asked eight and a half hours ago in a program that answers within eight."""
    now = timezone.now()
    mara, vera = make_staff("mara"), make_staff("vera", "supervisor")
    make_on_call(vera.site, vera, began_at=now - 24 * HOUR, ended_at=now + 24 * HOUR)
    for weekday in range(7):
        WorkingHours.objects.create(staff=mara, weekday=weekday, starts=time(0), ends=time(23, 59, 59))
    patient = make_episode(program=make_program(), primary=mara, now=now - 12 * HOUR).patient
    return raise_concern(
        patient=patient, words="My medication!", urgency="today", by=mara, now=now - timedelta(hours=8.5)
    )


def passes():
    return Pass.objects.exclude(ended_at=None).count()


@pytest.mark.parametrize(("workers", "beats"), [(1, 1), (2, 2)])
def test_an_unanswered_concern_becomes_one_reminder_and_one_mail(concern, workers, beats):
    with post_office() as office:
        with alarm_clock(mail_url=office.url, workers=workers, beats=beats, every=0.5) as log:
            wait_until(lambda: office.messages, 90)
            seen = passes()
            wait_until(lambda: passes() >= seen + 4 * workers)
            told = log.read_text()

        assert [message["To"] for message in office.messages] == ["mara@example.org"]
    assert [(mail.state, mail.attempts) for mail in Mail.objects.all()] == [(MailState.SENT, 1)]
    assert [(reminder.rule, reminder.cause) for reminder in Reminder.objects.all()] == [
        ("concern_not_answered", concern.pk)
    ]
    assert "Traceback" not in told
