"""Everything is killed, flushed, frozen and restarted while people write: no saved check-in is lost, all comes back.

`./run prove chaos` makes a PostgreSQL cluster and a Redis of its own on ports of this machine. Celery, the loop and
gunicorn run on them; clients save check-ins over HTTP all the while, and send one that failed again, as a person would.
"""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.test import Client

from interactions.models import CheckInText
from patients.models import Patient
from tests import rig
from tests.servers import HOST, database_url, free_port, wait_until

SEED, RECOVERED_WITHIN = 41, 15
COOKIE = "f" * 32  # the two halves of what protects a form, as one browser holds them
FULL = {"kills": 40, "flushes": 5, "redis_kills": 3, "away": 120, "frozen": 60, "restarts": 10, "clients": 4}
SHORT = {"kills": 2, "flushes": 1, "redis_kills": 1, "away": 1, "frozen": 1, "restarts": 0, "clients": 2}


def main():
    if connection.vendor != "postgresql" or not Cluster.programs():
        sys.exit("chaos needs PostgreSQL's own programs, and DATABASE_URL on PostgreSQL.")
    with Cluster() as cluster:
        connection.settings_dict.update(cluster.address)
        with rig.own_database():
            print(drill(cluster, **FULL))


class Cluster:
    """A PostgreSQL cluster on a port of its own, run by an ordinary user."""

    def __init__(self):
        self.user = "postgres" if os.geteuid() == 0 else None
        self.port = free_port()
        self.address = {"HOST": HOST, "PORT": self.port, "USER": "postgres", "PASSWORD": "", "NAME": "chaos"}

    @staticmethod
    def programs():
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        return found[-1].parent if found else shutil.which("pg_ctl") and Path(shutil.which("pg_ctl")).parent

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="cluster-")
        if self.user:
            shutil.chown(self.folder, self.user)
        self.data = f"{self.folder}/data"
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *error):
        connection.close()
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def start(self):
        options = f"-p {self.port} -h {HOST} -k {self.folder}"
        self.run("pg_ctl", "-D", self.data, "-l", f"{self.folder}/log", "-o", options, "-w", "start")

    def crash(self):
        """Stops without writing down anything that is not written down already, and starts again."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        self.start()

    def run(self, program, *words):
        done = subprocess.run(
            [self.programs() / program, *words], user=self.user, cwd="/", stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


class Redis:
    """A Redis of its own, which keeps nothing on disk."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://{HOST}:{self.port}/0"

    def start(self):
        words = ["--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no", "--dir", self.folder]
        self.process = subprocess.Popen([shutil.which("redis-server"), *words], stdout=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def flush(self):
        with contextlib.suppress(OSError):
            subprocess.run(["redis-cli", "-p", str(self.port), "FLUSHALL"], stdout=subprocess.DEVNULL, check=False)


class Writer(threading.Thread):
    """A person who writes one check-in after another, and sends one that failed again with the same form."""

    def __init__(self, port, member, patient):
        super().__init__(daemon=True)
        self.port, self.over = port, threading.Event()
        self.path, self.zone = f"/patients/{patient.ref}/check-ins/new/", member.site.zone
        browser = Client()
        browser.force_login(member, backend="staff.sign_in.PasswordBackend")
        self.cookies = f"session={browser.cookies['session'].value}; csrf={COOKIE}"
        self.saved, self.failed, self.slowest = {}, [], 0

    def run(self):
        while not self.over.is_set():
            words, token = f"Note {uuid4()}", str(uuid4())
            while not self.over.is_set() and not self.save(words, token):
                time.sleep(0.2)
            time.sleep(0.1)

    def save(self, words, token):
        form = {
            "csrfmiddlewaretoken": COOKIE, "form_token": token, "happened": "talked", "text": words,
            "channel": "in_person", "happened_at": datetime.now(self.zone).strftime("%Y-%m-%dT%H:%M"),
            **dict.fromkeys(("concern-0-urgency", "concern-1-urgency"), "routine"),
            "promise-0-when": "tomorrow", "promise-1-when": "tomorrow",
        }  # fmt: skip
        began, said = time.monotonic(), None
        web = HTTPConnection(HOST, self.port, timeout=30)
        try:
            heads = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded", "Host": HOST}
            web.request("POST", self.path, urlencode(form), heads)
            answer = web.getresponse()
            body, said = answer.read(), answer.status
        except (OSError, HTTPException) as error:
            said = type(error).__name__
        finally:
            web.close()
        ended = time.monotonic()
        if said == 200:
            said = f"not saved: {re.findall(r'class=.[^>]*error[^>]*>([^<]*)<', body.decode())}"
        if said != 302:
            self.failed.append((began, ended, said))
            return False
        self.slowest = max(self.slowest, ended - began)
        self.saved[words] = ended
        return True


def drill(cluster, *, kills, flushes, redis_kills, away, frozen, restarts, clients):
    """One fault after another, and what came of it."""
    began, chance = time.monotonic(), random.Random(SEED)
    program = rig.people(clients, 3 * clients)
    port = free_port()
    env = {"DATABASE_URL": database_url(), "PASS_EVERY": "1", "GUNICORN_CMD_ARGS": ""}
    with rig.fleet(env) as fleet, rig.sink(fleet.folder) as office, running(Redis(fleet.folder)) as redis:
        fleet.env |= {"REDIS_URL": redis.url, "EMAIL_URL": office.url}
        web = fleet.add("web", ["-m", "gunicorn", "rehabcrm.wsgi", "--bind", f"{HOST}:{port}"])
        workers = [fleet.add_worker(n) for n in range(2 if restarts else 1)]
        beats = [fleet.add_beat(n) for n in range(2 if restarts else 1)]
        if restarts:
            fleet.add_loop()
        with writing(port, program, clients) as writers:
            told = []
            rig.fall_due(program, 30 * clients, timedelta(seconds=20))
            for n in range(kills):
                victim = chance.choice([*workers, *beats, None])
                kill_and_start(victim) if victim else kill_child_of(web)
                if n % max(1, kills // flushes) == 0:
                    redis.flush()
                time.sleep(chance.uniform(0.5, 2) if restarts else 0.3)
            rig.tell(f"{kills} kills: {counted(writers)}")
            for _ in range(redis_kills):
                redis.kill()
                time.sleep(1)
                redis.start()
            pids = [machine.process.pid for machine in fleet.machines]
            for fault, seconds, back, how in (
                (redis.kill, away, redis.start, "away"), (redis.stop, frozen, redis.go_on, "frozen"),
            ):  # fmt: skip
                failed, requests = without_redis(writers, fault, seconds, back)
                assert not failed, failed
                told.append(f"Redis {how} {seconds} s: 0 of {requests} saves failed")
            rig.tell(f"Redis away and frozen: {counted(writers)}")
            slowest = max((recovery(writers, cluster.crash) for _ in range(restarts)), default=0)
            if restarts:
                told.append(f"{restarts} × PostgreSQL crashed, all clients saved again within {slowest:.1f} s")
            rig.settle(300, rig.tell)
            fleet.all_run()
            assert pids == [machine.process.pid for machine in fleet.machines]
        saved, again = everything_is_there(writers)
        reminders, mails, doubled = rig.checked(office)
    return (
        f"chaos: {kills} × kill -9 of worker, beat or gunicorn worker, {flushes} × FLUSHALL, "
        f"{redis_kills} × kill -9 of Redis; {'; '.join(told)}; {saved} saved check-ins, 0 missing, 0 twice "
        f"({again} failed and were sent again); {reminders} reminders, 0 lost, 0 twice; {mails} mails, 0 lost "
        f"({doubled} came twice); no process was started by hand but those killed; {time.monotonic() - began:.0f} s"
    )


@contextlib.contextmanager
def running(redis):
    redis.start()
    try:
        yield redis
    finally:
        redis.kill()


@contextlib.contextmanager
def writing(port, program, clients):
    stays = list(program.episodes.select_related("patient", "admitted_by__site").order_by("pk")[:clients])
    writers = [Writer(port, stay.admitted_by, stay.patient) for stay in stays]
    for writer in writers:
        writer.start()
    try:
        wait_until(lambda: all(writer.saved for writer in writers), 90)
        yield writers
    finally:
        for writer in writers:
            writer.over.set()
        for writer in writers:
            writer.join(60)


def kill_and_start(machine):
    machine.kill()
    machine.start()


def kill_child_of(machine):
    """kill -9 of one of gunicorn's workers, perhaps in the middle of a save; gunicorn itself starts another."""
    children = Path(f"/proc/{machine.process.pid}/task/{machine.process.pid}/children").read_text().split()
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(children[0]), signal.SIGKILL)


def without_redis(writers, fault, seconds, back):
    """The failed requests while `fault` lasts, and how many were saved meanwhile."""
    wait_until(lambda: caught_up(writers, time.monotonic()))
    first, before = time.monotonic(), sum(len(writer.saved) for writer in writers)
    fault()
    time.sleep(seconds)
    back()
    failed = [failure for writer in writers for failure in writer.failed if failure[1] >= first]
    return failed, sum(len(writer.saved) for writer in writers) - before


def caught_up(writers, since):
    wait_until(lambda: all(writer.saved and max(writer.saved.values()) > since for writer in writers))
    return True


def recovery(writers, crash):
    """Seconds from when the database is up again until each client has saved something."""
    crash()
    connection.close()  # the proof's own, which is broken too
    up = time.monotonic()
    caught_up(writers, up)
    took = time.monotonic() - up
    assert took <= RECOVERED_WITHIN, f"{took:.1f} s"
    time.sleep(2)
    return took


def counted(writers):
    failed = Counter(said for writer in writers for *_, said in writer.failed)
    return f"{sum(len(writer.saved) for writer in writers)} saved, failed: {dict(failed)}"


def everything_is_there(writers):
    """Each check-in that was answered with "saved" stands once; one that was not may stand once too."""
    stands = Counter(CheckInText.objects.filter(text__startswith="Note ").values_list("text", flat=True))
    saved = {words for writer in writers for words in writer.saved}
    assert saved <= set(stands), f"{len(saved - set(stands))} saved and missing"
    assert set(stands.values()) == {1}, "one stands twice"
    assert Patient.objects.exists() and len(stands) - len(saved) <= len(writers)
    return len(saved), sum(len(writer.failed) for writer in writers)
