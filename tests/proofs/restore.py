"""A backup taken while people write is restored into a second database with all it held, and a site runs on it."""

import http.cookiejar
import io
import re
import threading
import time
import urllib.request
from contextlib import closing, contextmanager
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from patients.models import Patient
from rehabcrm.demo import world
from staff.backups import restoring
from staff.models import AccessedPatient, BackupRun, Program, StaffMember
from staff.roles import Role
from tests import rig
from tests.factories import make_episode, make_patient
from tests.servers import HOST, database_url, gunicorn, wait_until

WRITERS = 4


def main():
    began = time.monotonic()
    with rig.own_database() as folder:
        call_command("seed_demo", seed=1)
        print(drill(folder), f"{time.monotonic() - began:.0f} s in all")


def drill(folder):
    """Backs the database up under writers and once more in quiet, restores both, and returns the figures."""
    with second_databases(folder) as (first, second):
        with writers() as wrote:
            wait_until(lambda: all(wrote))
            began = time.monotonic()
            busy = backed_up(folder / "busy")
            ended = time.monotonic()
            wait_until(lambda: all(rows[-1][0] > ended for rows in wrote))
        rows = [row for one in wrote for row in one]
        call_command("restore", str(busy), into=first, stdout=io.StringIO())
        whole_under_writers(first, rows, began, ended)
        meanwhile = sum(begun < ended and done > began for begun, done, _ in rows)

        quiet = backed_up(folder / "quiet")
        since = time.monotonic()
        said = io.StringIO()
        call_command("restore", str(quiet), into=second, stdout=said)
        seconds = time.monotonic() - since
        tables, compared = the_same_to_django(second)
        signed_in(second)
    equal = len(re.findall(r" equal ", said.getvalue())) - 1  # one line is of the rules
    return (
        f"restore: {equal} of {equal} tables equal, {compared} rows of {tables} models read again and equal; "
        f"{len(rows)} patients admitted around the other backup, {meanwhile} of them while it ran, none lost or half; "
        f"backup {quiet.stat().st_size} bytes, restored and proven (RTO) in {seconds:.1f} s; {connection.vendor};"
    )


@contextmanager
def second_databases(folder):
    """The addresses of two empty databases."""
    if connection.vendor == "sqlite":
        yield [f"sqlite:///{folder / name}" for name in ("one.sqlite3", "two.sqlite3")]
        return
    names = [f"{connection.settings_dict['NAME']}_{n}" for n in (1, 2)]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield [urlunsplit(urlsplit(database_url())._replace(path=f"/{name}")) for name in names]
    finally:
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def writers():
    """Threads that admit patients and read pages all the while: a list each of (begun, done, ref)."""
    member = StaffMember.objects.filter(role=Role.CLINICIAN, is_active=True).order_by("pk").first()
    program = Program.objects.filter(site=member.site).order_by("pk").first()
    wrote, over, failed = [[] for _ in range(WRITERS)], threading.Event(), []

    def write(n):
        browser = Client()
        try:
            browser.force_login(member, backend="staff.sign_in.PasswordBackend")
            while not over.is_set():
                begun, now = time.monotonic(), timezone.now()
                patient = make_patient(family_name=f"Wren{'abcdefgh'[n]}{len(wrote[n])}", by=member, now=now)
                make_episode(patient, program, member, now=now)
                assert browser.get(f"/patients/{patient.ref}/about/", headers={"host": "127.0.0.1"}).status_code == 200
                wrote[n].append((begun, time.monotonic(), patient.ref))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[n]) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield wrote
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert not failed, failed


def backed_up(folder):
    runs = BackupRun.objects.count()
    call_command("backup", to=str(folder), stdout=io.StringIO())
    assert BackupRun.objects.count() == runs + 1
    [path] = [path for path in folder.iterdir() if path.suffix != ".json"]
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    return path


def whole_under_writers(url, rows, began, ended):
    """What was saved before the backup is in it, with what belongs to it; what began after it is not."""
    with restoring.opened(url) as restored:
        alias = restored.alias
        restored.check_constraints()
        there = set(Patient.objects.using(alias).values_list("ref", flat=True))
        logged = set(AccessedPatient.objects.using(alias).values_list("patient_ref", flat=True))
        keyed = set(Patient.objects.using(alias).exclude(name_keys=None).values_list("ref", flat=True))
    assert {ref for _, done, ref in rows if done < began} <= there
    assert not {ref for begun, _, ref in rows if begun > ended} & there
    mine = {ref for *_, ref in rows} & there
    assert mine <= logged and mine <= keyed  # with the words to find them by, and the entry of the log


def the_same_to_django(url):
    """Reads every row of every model in both databases; (models, rows)."""
    models, rows = apps.get_models(include_auto_created=True), 0
    with restoring.opened(url) as restored:
        for model in models:
            here = list(model.objects.order_by("pk").values_list())
            if model is BackupRun:
                here.pop()  # a backup is written down when it has ended
            assert here == list(model.objects.using(restored.alias).order_by("pk").values_list()), model
            rows += len(here)
    return len(models), rows


def signed_in(url):
    """A site on the restored database lets a clinician in with their password and shows their patients."""
    member = StaffMember.objects.filter(role=Role.CLINICIAN, is_active=True).order_by("pk").first()
    with gunicorn(url) as port:
        site = f"http://{HOST}:{port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        login = f"{site}/accounts/login/"
        form = browser.open(login, timeout=30).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
        typed = {"csrfmiddlewaretoken": token, "username": member.username, "password": world.PASSWORD}
        with closing(browser.open(login, urlencode(typed).encode(), timeout=30)) as answer:
            assert answer.status == 200
        with closing(browser.open(f"{site}/patients/", timeout=30)) as answer:
            assert answer.status == 200 and answer.url == f"{site}/patients/", answer.url
            assert "Wren" in answer.read().decode()
