"""A real Chromium, the system's own. Without it, or the tools of `./run dev`, the folder is left out."""

import os

import pytest

from tests.browser.chromium import AVAILABLE, CHROMIUM

collect_ignore_glob = [] if AVAILABLE else ["test_*.py"]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the tests' thread

# Console lines that Chromium writes for answers a test asked for (404, 403, 400 …), not for broken pages.
EXPECTED = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture(scope="session")
def browser_type_launch_args():
    quiet = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    return {
        "executable_path": CHROMIUM,
        "args": [*quiet.split(), "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "en-US", "timezone_id": "UTC"}


@pytest.fixture
def page(page):
    """Playwright's page; a script error, a CSP violation or a failing request fails the test at its end."""
    trouble = []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "console",
        lambda line: line.type == "error" and EXPECTED not in line.text and trouble.append(line.text),
    )
    page.on("response", lambda answer: answer.status >= 500 and trouble.append(f"{answer.status} {answer.url}"))
    yield page
    assert not trouble, "\n".join(trouble)


@pytest.fixture
def assert_accessible(page):
    """`assert_accessible()` runs axe on what the page shows now."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def look():
        violations = axe.run(page).response["violations"]
        found = [f"{v['id']}: {node['html']}" for v in violations for node in v["nodes"]]
        assert not found, f"axe on {page.url}:\n" + "\n".join(found)

    return look
