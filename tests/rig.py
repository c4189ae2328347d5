"""What the proofs of the reminder engine share: a fleet of real processes to be killed, a post office that remembers on
disk what it took, and patients whose concerns fall due one after another.
"""

import contextlib
import email
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time as clock
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.test.utils import setup_test_environment, teardown_test_environment
from django.utils import timezone

from interactions.choices import MailState
from interactions.mailing import LEASE
from interactions.models import Concern, Mail, Reminder
from staff.models import WorkingHours
from tests.factories import make_episode, make_patient, make_program, make_staff, switch_on
from tests.servers import HOST, free_port

SERVERS = "needs PostgreSQL and Redis: set DATABASE_URL and REDIS_URL"
RULES = ("concern_not_acknowledged", "concern_not_answered")
TODAY_ONE_IN = 8  # so many of the concerns are for today, and each of their reminders is a mail of its own


def has_servers():
    return connection.vendor == "postgresql" and bool(os.environ.get("REDIS_URL"))


@contextlib.contextmanager
def own_database():
    """A database of the proof's own, on the server of DATABASE_URL or in a file that other processes open too; without
    DEBUG, as a site runs. Gives a folder for whatever else is needed.
    """
    setup_test_environment(debug=False)
    name, folder = connection.settings_dict["NAME"], tempfile.mkdtemp(prefix="proof-")
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "site.sqlite3")
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield Path(folder)
    finally:
        connection.close()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        connection.creation.destroy_test_db(name, verbosity=0)
        shutil.rmtree(folder)
        teardown_test_environment()


class Sink:
    """A post office on loopback: the Message-ID of each mail is on disk before it says that it took it."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"
        self.file = (folder / "message-ids").open("a+")

    async def handle_DATA(self, server, session, envelope):
        self.file.write(email.message_from_bytes(envelope.content)["Message-ID"] + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        return "250 kept"

    def taken(self):
        """How often each Message-ID came."""
        return Counter(Path(self.file.name).read_text().split())


@contextlib.contextmanager
def sink(folder):
    office = Sink(folder)
    controller = Controller(office, hostname=HOST, port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
        office.file.close()


@dataclass
class Machine:
    """One process with all its children, started again by whoever killed it."""

    name: str
    words: list
    env: dict
    out: object
    process: subprocess.Popen = None
    killed: int = field(default=0)

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, *self.words], cwd=settings.BASE_DIR, env=self.env, stdout=self.out, stderr=self.out,
            start_new_session=True,
        )  # fmt: skip

    def kill(self):
        """kill -9 of the whole tree, which is its process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.killed += 1

    @property
    def runs(self):
        return self.process.poll() is None


class Fleet:
    """Celery workers and beats, and the loop without Celery, on one database."""

    def __init__(self, folder, env):
        self.folder, self.queue = folder, f"proof-{uuid.uuid4()}"
        self.env = os.environ | {"QUEUE": self.queue, "DEBUG": "false"} | env
        self.log = (folder / "log").open("a")
        self.machines = []

    def add(self, name, words):
        machine = Machine(name, words, self.env, self.log)
        self.machines.append(machine)
        machine.start()
        return machine

    def add_worker(self, number):
        host = f"{number}-{self.queue[-8:]}@here"
        return self.add(f"worker {number}", [*CELERY, "worker", "--concurrency", "1", "--hostname", host])

    def add_beat(self, number):
        return self.add(f"beat {number}", [*CELERY, "beat", "--schedule", str(self.folder / f"beat-{number}")])

    def add_loop(self):
        return self.add("loop", ["manage.py", "run_reminders", "--loop"])

    def all_run(self):
        dead = [machine.name for machine in self.machines if not machine.runs]
        assert not dead, f"{dead} ended by themselves:\n{Path(self.log.name).read_text()[-3000:]}"

    def end(self):
        for machine in self.machines:
            machine.kill()
        self.log.close()


CELERY = ["-m", "celery", "--quiet", "-A", "rehabcrm"]


@contextlib.contextmanager
def fleet(env):
    with tempfile.TemporaryDirectory(prefix="fleet-") as name:
        ships = Fleet(Path(name), env)
        try:
            yield ships
        finally:
            ships.end()


def people(staff, patients, *, now=None, always=True):
    """A program with so many clinicians, `always` at work or in office hours, and patients in their care."""
    now = (now or timezone.now()) - timedelta(days=3)
    program = make_program()
    switch_on(program, *RULES)
    program.rule_switches.exclude(rule__in=RULES).delete()
    clinicians = [make_staff(f"clinician{n}", site=program.site) for n in range(staff)]
    WorkingHours.objects.bulk_create(
        WorkingHours(staff=member, weekday=day, starts=time(0), ends=time(23, 59, 59))
        for member in (*clinicians, program.lead)
        for day in (range(7) if always else ())
    )
    for n, primary in zip(range(patients), itertools.cycle(clinicians), strict=False):
        make_episode(make_patient(f"Person{n}", by=primary, now=now), program, primary, now=now)
    return program


def fall_due(program, count, within, *, now=None, today=TODAY_ONE_IN):
    """Writes down `count` concerns that are taken on and answered too late at moments spread over `within`."""
    now = now or timezone.now()
    asked = now - timedelta(minutes=30)
    episodes = list(program.episodes.select_related("patient", "admitted_by"))
    Concern.objects.bulk_create(
        Concern(
            patient=episode.patient, words="When can I call home?", owner=episode.admitted_by, raised_at=asked,
            urgency="today" if n % today == 0 else "routine", clock_started_at=asked,
            ack_due_at=now + within * n / count, answer_due_at=now + within * n / count,
            recorded_at=asked, recorded_by=episode.admitted_by,
        )
        for n, episode in zip(range(count), itertools.cycle(episodes), strict=False)
    )  # fmt: skip
    return now + within


def all_told():
    """Whether every concern is in the app and every urgent mail is out."""
    return Reminder.objects.count() == 2 * Concern.objects.count() and not unsent()


def unsent():
    urgent = Mail.objects.filter(kind="urgent")
    wanted = 2 * Concern.objects.filter(urgency="today").count()
    return wanted - urgent.filter(state__in=[MailState.SENT, MailState.EMPTY]).count()


def settle(seconds, said=lambda words: None):
    """Waits until all is told; claims that nobody can be working on any more are released."""
    began, looked = clock.monotonic(), clock.monotonic()
    while not all_told():
        assert clock.monotonic() - began < seconds, f"not told after {seconds} s: {unsent()} mails"
        if clock.monotonic() - looked > 12:  # longer than a mail server is waited for
            looked = clock.monotonic()
            old = timezone.now() + LEASE - timedelta(seconds=11)
            Mail.objects.filter(state=MailState.CLAIMED, leased_until_at__lt=old).update(leased_until_at=timezone.now())
            said(f"{unsent()} mails to go")
        clock.sleep(0.2)


def checked(office):
    """Compares what stands with what had to be; returns (reminders, mails, how many came more than once)."""
    made = Counter(Reminder.objects.values_list("rule", "cause", "stage", "recipient", "ended_at"))
    wanted = {
        (rule, cause, "owner", owner, None)
        for cause, owner in Concern.objects.values_list("pk", "owner")
        for rule in RULES
    }
    assert set(made) == wanted, f"{len(wanted - set(made))} lost, {len(set(made) - wanted)} that should not be"
    assert set(made.values()) == {1}, "a reminder stands twice"
    urgent = set(
        Reminder.objects.filter(cause__in=Concern.objects.filter(urgency="today")).values_list("pk", flat=True)
    )
    mails = list(Mail.objects.filter(kind="urgent"))
    assert {int(mail.slot) for mail in mails} == urgent and len(mails) == len(urgent)
    sent = [mail for mail in mails if mail.state == MailState.SENT]
    with_another = [mail for mail in mails if mail.state == MailState.EMPTY]
    assert len(sent) + len(with_another) == len(mails)
    last = {mail.recipient_id: mail.sent_at for mail in sorted(sent, key=lambda mail: mail.sent_at)}
    assert all(last[mail.recipient_id] >= mail.planned_at for mail in with_another)
    came = office.taken()
    ids = {message_id.strip("<>").partition("@")[0] for message_id in came}
    lost = {str(mail.ref) for mail in sent} - ids
    assert not lost, f"{len(lost)} mails lost"
    # One that came though its worker died before it could say so may later have been told of with another.
    assert ids <= {str(mail.ref) for mail in mails}
    return len(made), len(sent), came.total() - len(sent)


def tell(words):
    """Progress, on a line of its own."""
    print(f"  {words}", flush=True)
