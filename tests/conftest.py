"""What every test may use: a database of its own, a clock that stands still, no network."""

import gc
import socket
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import timezone

from staff import append_only
from staff.hint_defaults import DEFAULTS
from staff.models import Hint
from tests import servers
from tests.browser import chromium
from tests.cast import *  # noqa: F403  (the people of the tests are fixtures)

hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("suite")

HERE = {"127.0.0.1", "::1", "localhost", urlsplit(settings.REDIS_URL).hostname}
connect = socket.socket.connect
flush = TransactionTestCase._fixture_teardown


def connect_on_this_machine(self, address):
    if self.family != socket.AF_UNIX and address[0] not in HERE:
        raise AssertionError(f"A test opened a connection to {address[0]}.")
    return connect(self, address)


def flush_without_guards(case):
    """Empties the database after a test that committed; the flush itself puts the guards up again, and what a
    migration had put in is put back.
    """
    append_only.remove()
    flush(case)
    Hint.objects.bulk_create(
        Hint(**dict(zip(("words", "say", "only", "unless"), row, strict=True))) for row in DEFAULTS
    )


def pytest_configure(config):
    socket.socket.connect = connect_on_this_machine
    TransactionTestCase._fixture_teardown = flush_without_guards
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for tests only
    settings.WHITENOISE_AUTOREFRESH = True  # a static file is looked for when asked for, not listed for each client


def pytest_collection_finish(session):
    """What is loaded by now stays to the end: looking through it for garbage at every turn took a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter):
    if not chromium.AVAILABLE:
        terminalreporter.write_line("tests/browser was left out: it needs Chromium and the tools of ./run dev.")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """On SQLite a file, since threads and a browser's requests need connections of their own."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def nobody_left_in_the_database(django_db_setup, django_db_blocker):
    """A live server's threads and a worker that was ended may still hold a session, and PostgreSQL drops no database
    with one in it.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def at(monkeypatch):
    """`at(moment)` stops the clock that views, tasks and commands read; a second call moves it."""

    def stop(moment):
        assert timezone.is_aware(moment), "say the moment with its zone"
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stop


@pytest.fixture
def post_office(settings):
    """A real mail server, to which Django's mails go; see `tests.servers.PostOffice`."""
    with servers.post_office() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = servers.HOST, office.port
        yield office
