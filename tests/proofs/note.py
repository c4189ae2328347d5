"""100 notes whose session, token or team is lost while they are written in a browser: 0 characters lost."""

import json
import os
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.db import connection, connections
from django.utils import timezone

from interactions.models import CheckIn, Draft
from patients.choices import CareRole
from patients.models import CareTeamMember
from patients.services import assign
from staff.models import Session
from tests import rig
from tests.browser.chromium import CHROMIUM
from tests.factories import PASSWORD, make_episode, make_patient, make_staff
from tests.servers import HOST, database_url, gunicorn, wait_until

NOTES, KILLS, BROWSERS = 100, 10, 2
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"]
LETTERS = "abcdefghijklmnopqrstuvwxyz ABC äöü ñ ç 🙂 العربية 你好 \n\n“…” <b>&amp;</b> '\" % {{x}}"


def main():
    began = time.monotonic()
    with rig.own_database(), gunicorn(database_url()) as port:
        print(drill(port), f"{connection.vendor}, {time.monotonic() - began:.0f} s")


def drill(port, notes=NOTES, kills=KILLS, browsers=BROWSERS):
    """Writes the notes on the site at `port`, which has this process's database, and returns the figures."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loops run in our threads
    writer, lead = make_staff("writer"), make_staff("reader")
    jobs = [(n, *WAYS[n % len(WAYS)]) for n in range(notes)] + [(notes + n, "killed", None) for n in range(kills)]
    written, letters, lock = Counter(), [], threading.Lock()

    def share(k):
        from playwright.sync_api import sync_playwright

        with sync_playwright() as play:
            try:
                chromium = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
                for n, name, lose in jobs[k::browsers]:
                    text = words(n)
                    with lock:
                        patient = somebody(n, writer, lead)
                    if lose is None:
                        killed(play, port, writer, patient, text)
                    else:
                        context = chromium.new_context(base_url=f"http://{HOST}:{port}")
                        one_note(context, writer, patient, text, lose)
                        context.close()
                    with lock:
                        written[name] += 1
                        letters.append(len(text))
                        if len(letters) % 10 == 0:
                            print(f"{len(letters)} notes", flush=True)
                chromium.close()
            finally:
                connections.close_all()  # within Playwright's loop, to which they belong

    with ThreadPoolExecutor(browsers) as pool:
        list(pool.map(share, range(browsers)))
    ways = ", ".join(f"{many} × {name}" for name, many in written.items())
    return f"note: {notes + kills} notes, {sum(letters)} characters ({ways}), 0 lost,"


def words(n):
    """A note of a few lines, another for each number."""
    drawn = random.Random(n)
    return f"Note {n}. " + "".join(drawn.choice(LETTERS) for _ in range(200)).strip() + "."


def somebody(n, writer, lead):
    patient = make_patient(family_name=f"Wren{n}", by=writer)
    make_episode(patient, primary=lead)
    assign(patient=patient, staff=writer, role=CareRole.NURSE, by=lead, now=timezone.now())
    return patient


def one_note(context, writer, patient, text, lose):
    page = context.new_page()
    page.clock.install()
    page.goto("/")
    sign_in(page, writer)
    note = opened(page, patient)
    half = len(text) // 2
    note.fill(text[:half])
    lose(page, patient, lambda: note.fill(text), writer)
    if lose is left_the_team:
        [draft] = Draft.objects.filter(patient=patient)
        assert dict(json.loads(draft.text))["text"] == text
        page.goto(f"/drafts/{draft.ref}/")
        assert page.locator("dd.said").first.text_content() == text
        return
    save(page)
    page.get_by_role("heading", level=1, name="Dana").wait_for()
    [saved] = CheckIn.objects.filter(patient=patient)
    assert saved.texts.get().text == text, (saved.texts.get().text, text)
    assert not Draft.objects.filter(patient=patient).exists()


def opened(page, patient):
    page.goto(f"{patient.get_absolute_url()}check-ins/new/")
    return page.get_by_label("In a line or more")


def sign_in(page, writer):
    page.get_by_label("Username").fill(writer.username)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_role("navigation", name="Main").wait_for()


def save(page):
    page.locator("main").get_by_role("button", name="Save", exact=True).click()


def kept(page):
    page.locator(".form-actions").get_by_text("Kept today").wait_for()


def over_the_page(page, patient, go_on, writer):
    """The session ends; one writes on, is told, and signs in over the page."""
    end_sessions(page)
    go_on()
    page.clock.fast_forward("14:00")
    box = page.get_by_role("alertdialog")
    box.get_by_label("Password").fill(PASSWORD)
    box.get_by_role("button", name="Sign in").click()
    box.wait_for(state="hidden")


def through_the_sign_in_page(page, patient, go_on, writer):
    """The session ends unnoticed; saving leads to the sign-in page, and from there back to the form."""
    end_sessions(page)
    go_on()
    save(page)
    page.get_by_label("Username").wait_for()
    sign_in(page, writer)
    opened(page, patient)
    page.get_by_role("link", name="Go on with it").click()


def another_token(page, patient, go_on, writer):
    """Somebody signs in again in another window: this one's token is no longer good."""
    go_on()
    page.context.clear_cookies(name="csrf")
    save(page)
    page.get_by_role("heading", name="Please send it again").wait_for()
    opened(page, patient)
    page.get_by_role("link", name="Go on with it").click()


def another_window(page, patient, go_on, writer):
    """The window is closed before the note is saved."""
    go_on()
    page.locator("main").get_by_role("button", name="Save", exact=True).focus()
    kept(page)
    page.goto("about:blank")
    opened(page, patient)
    page.get_by_role("link", name="Go on with it").click()


def left_the_team(page, patient, go_on, writer):
    """Their place on the care team ends: the words are kept for them, and nothing else is shown."""
    CareTeamMember.objects.filter(patient=patient, staff=writer).update(ended_at=timezone.now())
    go_on()
    with page.expect_navigation() as sent:
        save(page)
    assert sent.value.status == 404


WAYS = [
    ("signed in over the page", over_the_page),
    ("signed in at the door", through_the_sign_in_page),
    ("another token", another_token),
    ("the window closed", another_window),
    ("left the team", left_the_team),
]


def end_sessions(page):
    """Ends the session of this window alone."""
    [cookie] = [one for one in page.context.cookies() if one["name"] == "session"]
    assert Session.objects.filter(session_key=cookie["value"]).delete()[0] == 1


def killed(play, port, writer, patient, text):
    """The browser is killed five seconds after the last word."""
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        words = [CHROMIUM, *QUIET, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            told = Path(folder) / "DevToolsActivePort"
            wait_until(lambda: told.exists() and told.read_text().strip())
            browser = play.chromium.connect_over_cdp(f"http://{HOST}:{told.read_text().split()[0]}")
            page = browser.new_context(base_url=f"http://{HOST}:{port}").new_page()
            page.goto("/")
            sign_in(page, writer)
            opened(page, patient).press_sequentially(text)
            time.sleep(5)
        finally:
            process.kill()
            process.wait()
    [draft] = Draft.objects.filter(patient=patient)
    assert dict(json.loads(draft.text))["text"] == text
