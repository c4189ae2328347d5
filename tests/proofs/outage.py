"""After three days without reminders each person gets one mail, and a mail server that is away for a day loses nothing.

`./run prove outage` stops the clock where it wants, and speaks to a real mail server on this machine.
"""

import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import override_settings

from interactions.choices import MailState
from interactions.models import Concern, Mail, Reminder
from interactions.reminders import run_pass
from tests import rig
from tests.servers import HOST, free_port, post_office

FRIDAY = datetime(2026, 6, 12, 10, 0, tzinfo=ZoneInfo("America/New_York"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OUTAGE, MOST_SECONDS = 72 * HOUR, 60


def main():
    with rig.own_database():
        print(after_an_outage(concerns=6000, patients=300, staff=40))
    with rig.own_database():
        print(without_a_mail_server(concerns=200, patients=40, staff=20, every=HOUR))


@contextmanager
def mails():
    """A mail server, to which Django's mails go."""
    with post_office() as office:
        smtp = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST=HOST, EMAIL_PORT=office.port):
            yield office


def after_an_outage(*, concerns, patients, staff):
    """No pass from Friday 10:00 to Monday 10:00; then passes until nothing waits. Returns the figures."""
    program = rig.people(staff, patients, now=FRIDAY, always=False)
    with mails() as office:
        run_pass(now=FRIDAY)
        before = (Reminder.objects.count(), len(office.messages))
        assert before == (0, 0), before
        rig.fall_due(program, concerns, OUTAGE, now=FRIDAY)
        now = FRIDAY + OUTAGE
        wanted = should_stand(now, program.lead_id)
        began = time.monotonic()
        passes = pass_until_nothing_is_ready(now)
        seconds = time.monotonic() - began
        made = Counter(Reminder.objects.values_list("rule", "cause", "stage", "recipient", "ended_at"))
        assert set(made) == wanted, f"{len(wanted - set(made))} missed, {len(set(made) - wanted)} wrong"
        assert set(made.values()) == {1}
        each = Counter(message["To"] for message in office.messages)
        told = {recipient for *_, recipient, _ in wanted}
        assert len(each) == len(told) and set(each.values()) == {1}, each.most_common(3)
        assert seconds <= MOST_SECONDS, f"{seconds:.0f} s"
        assert pass_until_nothing_is_ready(now) == 1 and len(office.messages) == len(each)
    return (
        f"outage: {connection.vendor}, 72 h without a pass, {concerns} concerns fell due: {len(made)} reminders, "
        f"0 missed, 0 twice; {len(each)} people, {len(office.messages)} mails, at most 1 each; "
        f"{seconds:.1f} s in {passes} passes"
    )


def should_stand(now, supervisor):
    """Whom each late concern is told, reckoned without the rules: its owner, and a day later (for today: two hours
    later) the supervisor.
    """
    wanted = set()
    for pk, owner, due_at, urgency in Concern.objects.values_list("pk", "owner", "ack_due_at", "urgency"):
        longer = 2 * HOUR if urgency == "today" else DAY
        for rule in rig.RULES:
            if due_at < now:
                wanted.add((rule, pk, "owner", owner, None))
            if due_at <= now - longer:
                wanted.add((rule, pk, "supervisor", supervisor, None))
    return wanted


def pass_until_nothing_is_ready(now):
    """Passes at one stopped moment until one of them has nothing to send; how many."""
    passes = 1
    run_pass(now=now)
    while Mail.objects.ready(now).exists():
        run_pass(now=now)
        passes += 1
    return passes


def without_a_mail_server(*, concerns, patients, staff, every):
    """A pass each `every` while the mail server refuses, breaks off or is not there, for 24 hours; then it is back."""
    program = rig.people(staff, patients, now=FRIDAY)
    rig.fall_due(program, concerns, DAY, now=FRIDAY, today=1)
    now, passes, tried = FRIDAY, 0, Counter()
    with mails() as office:
        nobody_there = free_port()
        while now < FRIDAY + DAY:
            way = WAYS[passes % len(WAYS)]
            office.refusal = way
            with override_settings(EMAIL_PORT=office.port if way else nobody_there):
                tried[way or "nobody there"] += run_pass(now=now).failed
            now, passes = now + every, passes + 1
        assert office.messages == [] and all(tried.values()), tried
        waiting = Mail.objects.filter(state=MailState.WAITING).count()
        assert waiting and not Mail.objects.exclude(state=MailState.WAITING).exists()
        office.refusal = None
        back, began = now, time.monotonic()
        while Mail.objects.filter(state=MailState.WAITING, next_at__lt=back + 2 * HOUR).exists():
            assert now < back + 2 * HOUR, "not drained two hours after the mail server was back"
            run_pass(now=now)
            now += HOUR / 6
        seconds = time.monotonic() - began
        came = Counter(message["Message-ID"].strip("<>").partition("@")[0] for message in office.messages)
    sent = {str(ref) for ref in Mail.objects.filter(state=MailState.SENT).values_list("ref", flat=True)}
    assert set(came) == sent and set(came.values()) == {1}
    assert not Mail.objects.filter(state__in=[MailState.FAILED, MailState.CLAIMED]).exists()
    reached = set(Mail.objects.filter(state=MailState.SENT).values_list("recipient", flat=True))
    assert reached == set(Reminder.objects.values_list("recipient", flat=True)), "somebody was told nothing"
    ways = ", ".join(f"{n} × {way}" for way, n in tried.items())
    return (
        f"outage: {connection.vendor}, mail server away for 24 h ({ways}; {passes} passes): {waiting} mails waited, "
        f"0 lost, 0 failed; {len(came)} mails to {len(reached)} people told of them all, the last within "
        f"{(now - back).total_seconds() / 60:.0f} minutes after it was back ({seconds:.1f} s of passes)"
    )


WAYS = ("451 later", "421 closing", None)
