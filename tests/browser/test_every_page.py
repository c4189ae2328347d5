"""Every page of the doors table in a real browser, as each of the cast: narrow and wide, light and dark, on paper."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from interactions.choices import Happened
from interactions.models import CheckIn
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from tests.factories import NOW, make_episode, make_patient
from tests.test_doors import CAST, DOORS, address_of, browser_of, world  # noqa: F401  (a fixture)

LONG = "Wilhelmina-Theodora-Konstantinopolitanska" * 2
# Who walks, and whose pages were seen before at that width: each page is opened narrow and light, and wide and dark.
# (The admin's narrow ones are walked by test_manage_pages.)
WALKS = [
    (390, "light", "mara", ()),
    (390, "light", "vera", ("mara",)),
    (390, "light", "otto", ()),
    (1280, "dark", "vera", ()),
    (1280, "dark", "ada", ("vera",)),
]


@pytest.fixture
def crowded(world, mara, residential):  # noqa: F811
    """The world of the doors table with a safety concern, and with names and words too long for a line."""
    told = {"patient": world["patient"], "by": mara, "now": NOW}
    world["safety"] = raise_concern(**told, words="I do not want to wake up.", urgency="safety")
    world["long"] = make_patient(LONG, "Featherstonehaugh", by=mara)
    make_episode(patient=world["long"], program=residential, primary=mara)
    log_conversation(
        patient=world["long"],
        by=mara,
        now=NOW,
        happened=Happened.TALKED,
        text=LONG,
        good_news=LONG[:80],
        concerns=[{"words": LONG * 3}],
    )
    return world


@pytest.fixture
def walk_in(context, base_url):
    """`walk_in(world, "mara")` signs the browser in."""

    def enter(world, who):  # noqa: F811
        cookie = browser_of(world, who).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])

    return enter


def open_to(who):
    """Names of the routes that answer `who` with a page."""
    place = CAST.index(who)
    pages = {name for name, row in DOORS.items() if row.method == "get" and row.answers[place] == 200}
    return pages - {"live", "ready", "login", "session_left", "sign_in_again", "exchange:calendar_feed", "take_back"}


def addresses(world, who, seen_by):  # noqa: F811
    """Every page that opens for `who` and for none of `seen_by`, and those that look different in another state."""
    yield from (address_of(name, world) for name in sorted(open_to(who).difference(*map(open_to, seen_by))))
    if who in ("mara", "vera") and not seen_by:
        patient = world["patient"].get_absolute_url()
        yield from (f"{patient}concerns/new/?urgency=safety", f"{patient}?scope=all&kind=check_in")
        yield from (world["safety"].get_absolute_url(), world["long"].get_absolute_url())


@pytest.mark.parametrize(("width", "scheme", "who", "seen_by"), WALKS)
def test_every_page_is_accessible_and_fits(page, walk_in, crowded, assert_accessible, width, scheme, who, seen_by):
    walk_in(crowded, who)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    wide = []

    for address in addresses(crowded, who, seen_by):
        answer = page.goto(address)
        assert answer.status == 200, address
        page.evaluate("document.querySelectorAll('main details').forEach((fold) => { fold.open = true })")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(address)
        assert_accessible()

    assert not wide, "these scroll sideways"


def write_a_note(page, patient):
    page.goto(f"{patient.get_absolute_url()}check-ins/new/")
    page.get_by_label("In a line or more").fill("Once is enough.")
    return page.get_by_role("button", name="Save", exact=True)


def test_two_clicks_on_save_write_one_row(page, walk_in, world):  # noqa: F811
    before = CheckIn.objects.count()
    walk_in(world, "mara")

    write_a_note(page, world["patient"]).dblclick()

    expect(page.get_by_role("status")).to_contain_text("Written down")
    assert CheckIn.objects.count() == before + 1


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_two_clicks_on_save_write_one_row_without_script_too(page, walk_in, world):  # noqa: F811
    before = CheckIn.objects.count()
    walk_in(world, "mara")

    write_a_note(page, world["patient"]).dblclick()

    expect(page.locator(".timeline")).to_contain_text("Once is enough.")
    assert CheckIn.objects.count() == before + 1


def test_back_after_saving_and_save_again_writes_nothing_more(page, walk_in, world):  # noqa: F811
    before = CheckIn.objects.count()
    walk_in(world, "mara")
    write_a_note(page, world["patient"]).click()
    expect(page.get_by_role("status")).to_contain_text("Written down")

    page.go_back()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()

    assert CheckIn.objects.count() == before + 1


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(page, walk_in, world, assert_accessible):  # noqa: F811
    walk_in(world, "mara")
    page.goto(f"{world['patient'].get_absolute_url()}check-ins/new/")
    page.get_by_text("They raised something", exact=True).click()
    page.get_by_label("Their words").first.fill("May I have my guitar?")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Their words").first).to_have_value("May I have my guitar?")
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("In a line or more")).to_be_focused()
    assert_accessible()


def test_on_paper_the_patients_page_holds_the_words_and_no_buttons(page, walk_in, crowded):
    walk_in(crowded, "mara")
    page.goto(crowded["patient"].get_absolute_url())

    page.emulate_media(media="print")

    for words in ("We talked about the week.", "When can I call home?", "Where we are"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator(".timeline")).to_be_visible()
    for part in (".site-header", ".site-footer", ".page-actions", ".filter-chips"):
        expect(page.locator(part).first).to_be_hidden()
    paper = page.pdf()
    assert paper.startswith(b"%PDF") and len(paper) > 15_000
