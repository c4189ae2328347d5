"""Every list page may leave, and leaves as it stands on the page: for each of the cast the same rows, no more."""

import re

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from interactions.choices import Happened
from interactions.reminder_rules import RULES
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.promises import promise
from interactions.whole_record import KEPT_APART, KINDS, LEFT_OUT, columns_of
from patients import listing
from patients.choices import Audience
from patients.exports import LISTS
from patients.models import Record, RecordReader
from staff.access import MARK, routes
from staff.calendar import DAY
from staff.models import AccessEntry
from staff.roles import PERMISSIONS, Permission, Role
from tests import sizes
from tests.cast import enter
from tests.consents import make_consent, make_disclosure, make_emergency
from tests.factories import (
    NOW,
    make_break_glass,
    make_episode,
    make_floor,
    make_mail,
    make_patient,
    make_reminder,
    make_staff,
    switch_on,
)
from tests.one_of_each import MAKERS, one_of_each
from tests.queries import counted
from tests.taking_out import address, ask, download, take, whole_list

VIEWS = {name: view for name, _, view in routes()}
# Pages without an id in their address that are no list: forms, figures, and what answers without a page.
NO_LISTS = {
    "home", "login", "logout", "password_change", "password_change_done", "live", "ready", "my_hours",
    "account", "sessions", "session_left", "sign_in_again", "sessions_end", "calendar", "calendar_link", "calendar_off",
    "second_factor", "second_factor_set_up", "second_factor_codes", "second_factor_off", "sign_in_code",
    "take_back", "interactions:feedback_thanks",
    "sign_in_set_up", "password_reset", "password_reset_done", "password_reset_complete",
    "interactions:drafts", "interactions:draft_save", "interactions:draft_renew",
    "interactions:approvals", "interactions:approval_join", "interactions:staff_new",
    "patients:search", "patients:new", "patients:export_new",
    "patients:break_glass_find", "staff:program_new",
    "staff:site_new", "interactions:manage", "interactions:floor_round",
    "interactions:practices", "interactions:reminder_test_mail", "patients:hints", "staff:hint_new",
    "boundaries", "staff:boundaries", "insights:team_boundaries", "interactions:boundary_reviews",
}  # fmt: skip
# What counts as a row of a page, where it is neither a line of a work list nor a row with a name in a table.
ROW = r'<td class="main"|<li class="work-item"'
ROWS = {
    "team": r'<ul class="plain">\s*(?:<li><a href[^\n]*</li>)+',
    "hours": r'<div class="panel-head">',
}
# Reminders that stand on the page and never in a file: of working notes, and of what leaves with nothing.
STAYS = r'<td class="main">(?:' + "|".join(re.escape(rule.title) for rule in RULES if not rule.leaves) + ")"
NAMES = ("Amadou", "Birgit", "Chidi", "Dolores", "Eirik", "Farida")
CAST = ("mara", "nils", "vera", "ada", "otto", "sione", "nina")
PARTS = 6  # of the lists, each with a house of its own


@pytest.fixture
def people(at, mara, nils, vera, ada, otto, sione, residential, outpatient, iop_south):
    """The cast, with a nurse on the floor, and six patients in three programs of whom much is owed and late."""
    at(NOW)
    nina = make_staff("nina", site=residential.site)
    make_floor(residential, nina)
    switch_on(residential, "silence")
    make_mail(mara)
    homes = [(residential, mara), (residential, mara), (residential, nils), (outpatient, nils), (iop_south, sione),
             (iop_south, sione)]  # fmt: skip
    for name, (program, primary) in zip(NAMES, homes, strict=True):
        came = NOW - 40 * DAY
        patient = make_episode(patient=make_patient(name, "", by=primary), program=program, primary=primary, now=came)
        patient = patient.patient
        told = {"patient": patient, "by": primary, "now": came}
        log_conversation(**told, happened=Happened.TALKED, text="The first day")
        make_reminder(promise(**told, what=f"Call about {name}", due_at=came + DAY))
        promise(patient=patient, by=primary, now=NOW, what="Bring the form", due_at=NOW + 3 * DAY)
        one_of_each(patient, primary, came + DAY)
        raise_concern(**told, words="It is cold at night.")
    return {"mara": mara, "nils": nils, "vera": vera, "ada": ada, "otto": otto, "sione": sione, "nina": nina}


def narrowed(one, people, patients):
    """Values without which there is no such list."""
    values = {"from": people["mara"].ref, "patient": patients[0].ref}
    return {name: str(values[name]) for name in one.needs}


def page_of(one, query):
    return one.back(query) if one.key != "assignments" else f"/manage/assignments/?from={query['from']}"


def test_every_list_page_may_leave():
    """A new page without an id in its address needs an entry in its room's `exported.py`, or a line in NO_LISTS."""
    pages = {name for name, pattern, _ in routes() if "<" not in pattern}

    assert pages - NO_LISTS == {one.page for one in LISTS.values()} - {
        "interactions:patient_page",
        "patients:accounting",
    }


def test_a_list_asks_for_the_permission_of_its_page():
    assert {one.key: one.permission for one in LISTS.values()} == {
        one.key: getattr(VIEWS[one.page], MARK) for one in LISTS.values()
    }


def test_what_names_patients_leaves_with_those_who_care_for_them_only():
    roles = {role for role, may in PERMISSIONS.items() if Permission.PATIENT_EXPORT in may}

    assert roles == {Role.CLINICIAN, Role.SUPERVISOR}
    assert {key for key, one in LISTS.items() if not one.names_patients} == {
        "staff", "programs", "hours", "hints", "access_log", "reviews", "exports", "reminder_health", "assignments",
        "reminders_fired", "reminders_coming",
    }  # fmt: skip


@pytest.mark.parametrize("part", range(0, PARTS, sizes.EVERY))
def test_the_export_is_the_page(part, people, monkeypatch):
    rooms = {"patients": ("listing", "log_lines", "export_lines"), "interactions": ("worklists", "fired")}
    for module in (f"{room}.{name}" for room, names in rooms.items() for name in names):
        monkeypatch.setattr(f"{module}.PAGE", 4)  # so that a list has several pages
    monkeypatch.setattr("insights.team.PAGE", 2)
    for key in sorted(set(LISTS) - {"record", "accounting"})[part::PARTS]:
        with transaction.atomic():
            compare(key, people)
            transaction.set_rollback(True)


def compare(key, people):
    """For each of the cast: where this list may leave, its page leads there, and the file holds what the page shows."""
    one, patients = LISTS[key], list(listing.Patient.objects.order_by("pk"))
    query = narrowed(one, people, patients)
    tokens = {token for patient in patients for token in (patient.given_name, patient.record_number)}

    for who in CAST:
        browser = enter(Client(), people[who])
        before = AccessEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        page = whole_list(browser, page_of(one, query))
        link = page is not None and f"/exports/new/?of={key}" in page
        asked = ask(browser, key, query)

        assert (asked.status_code == 302) == link, (key, who, asked.status_code)
        if not link:
            assert page is None or (who, one.names_patients) == ("ada", True), (key, who)
            continue
        got = download(browser, key, query)
        rows = len(re.findall(ROWS.get(key, ROW), page)) - len(re.findall(STAYS, page))
        if key not in ("access_log", "exports", "team", "reminder_health"):  # asking adds to these; see below
            assert len(got.rows) == rows, (key, who)
        if one.names_patients:
            on_page, in_file = ({name for name in NAMES if name in text} for text in (page, got.text))
            assert on_page == in_file, (key, who)
        else:
            assert not [name for name in NAMES if name in got.text], (key, who)
            numbers = {token for token in tokens if token in got.text}
            assert numbers <= {token for token in tokens if token in page}, (key, who)
        shown = named(before, people[who], "read")
        assert named(before, people[who], "export") == shown, (key, who)


def named(after, actor, action):
    """The patients whom the log names for what somebody did since."""
    entries = AccessEntry.objects.filter(pk__gt=after, actor=actor, action=action)
    if action == "read":
        entries = entries.exclude(route__startswith="patients:export")
    return {row.patient_ref for entry in entries for row in entry.patients.all()}


@pytest.mark.parametrize("filters", [{"status": "in_care"}, {"status": "died"}, {"last_contact": "30"}, {"program": 0}])
def test_the_filters_of_the_page_hold_for_the_export(filters, people, residential):
    browser = enter(Client(), people["vera"])
    filters = {name: str(residential.ref) if value == 0 else value for name, value in filters.items()}
    page = whole_list(browser, f"/patients/?{'&'.join(f'{name}={value}' for name, value in filters.items())}")

    got = download(browser, "patients", filters)

    assert len(got.rows) == len(re.findall(ROW, page))
    assert {name for name in NAMES if name in got.text} == {name for name in NAMES if f">{name}" in page}


def test_a_search_holds_for_the_export(people):
    browser = enter(Client(), people["vera"])
    key = browser.post("/patients/search/", {"q": "Birgit"}).url.partition("s=")[2]

    got = download(browser, "patients", {"s": key})

    assert [row["Name"] for row in got.rows] == ["Birgit"]


def test_everyones_list_and_my_own(people):
    browser = enter(Client(), people["vera"])

    mine, all_of_them = (download(browser, "concerns", query) for query in ({}, {"whose": "all"}))

    page = whole_list(browser, "/concerns/?whose=all")
    assert mine.rows == []
    assert len(all_of_them.rows) == len(re.findall(ROW, page)) > 4


def test_the_teams_program_holds_for_the_export(people, outpatient, iop_south):
    browser = enter(Client(), people["vera"])

    got = download(browser, "team_concerns", {"program": outpatient.ref})

    assert {row["Patient"] for row in got.rows} == {"Dolores"}
    assert ask(browser, "team_concerns", {"program": iop_south.ref}).status_code == 404


def test_the_access_log_leaves_as_the_auditor_narrows_it(people):
    enter(Client(), people["mara"]).get("/patients/")
    browser = enter(Client(), people["otto"])
    query = {"staff": people["mara"].ref}

    page, got = (
        whole_list(browser, f"/manage/access-log/?staff={query['staff']}"),
        download(browser, "access_log", query),
    )

    assert len(got.rows) == len(re.findall(ROW, page)) > 0
    assert {row["Who"] for row in got.rows} == {"Mara"}


def test_who_to_talk_about_leaves_reason_by_reason(people):
    browser = enter(Client(), people["vera"])

    page, got = whole_list(browser, "/team/"), download(browser, "team")

    reasons = re.findall(r'<li><a href="[^"]+">([^<]+)</a> <span class="soft">with ', page)
    assert sorted(row["Why"] for row in got.tables["people-to-talk-about.csv"]) == sorted(reasons)
    assert len(reasons) > 4


# The whole record


@pytest.mark.parametrize("audience", Audience.values)
def test_a_record_leaves_with_exactly_what_its_reader_may_see(audience, people, dana):
    records = one_of_each(dana, people["nina"])
    kinds = [model for _, _, model in KINDS]
    for record in records.values():
        if type(record) in kinds:
            type(record).objects.filter(pk=record.pk).update(audience=audience)
    RecordReader.objects.create(record_ref=records["concern"].ref, staff=people["mara"])

    for who in CAST:
        member, browser = people[who], enter(Client(), people[who])
        may = {str(r.ref) for kind in kinds for r in kind.objects.of(dana).visible_to(member, NOW)}
        opens = browser.get(f"/patients/{dana.ref}/").status_code == 200
        if not opens or who in ("ada", "otto"):
            assert ask(browser, "record", {"patient": dana.ref}).status_code in (403, 404), who
            continue
        got = download(browser, "record", {"patient": dana.ref})
        of_kinds = {row["Record"] for name, _, _ in KINDS for row in got.tables[f"{name}.csv"]}
        assert of_kinds == may, who
        belonging = {row["Record"] for name in ("words", "turns", "safety", "steps-asked", "consents-ended", "history")
                     for row in got.tables[f"{name}.csv"]}  # fmt: skip
        assert belonging <= may, who
        assert ("Café" in got.text) == bool(may), who


def test_a_counseling_note_does_not_leave_with_the_record_even_for_its_author(people, dana):
    note = MAKERS["counseling_note"](NOW, patient=dana, by=people["mara"])
    browser = enter(Client(), people["mara"])

    got = download(browser, "record", {"patient": dana.ref})

    assert browser.get(note.get_absolute_url()).status_code == 200
    assert not [name for name, content in got.files.items() if str(note.ref).encode() in content]


def test_consents_and_what_went_to_others_leave_as_the_account_shows_them(people, dana):
    mara = people["mara"]
    consent = make_consent(dana, by=mara)
    make_disclosure(consent, by=mara)
    make_emergency(dana, by=mara)
    browser = enter(Client(), mara)
    page = whole_list(browser, f"/patients/{dana.ref}/disclosures/")
    query = {"patient": dana.ref}

    account, none = (download(browser, "accounting", {**query, **days}) for days in ({}, {"to": "2026-06-01"}))
    record = download(browser, "record", query)

    assert "/exports/new/?of=accounting" in page
    assert len(account.rows) == len(re.findall(ROW, page)) == len(record.tables["disclosures.csv"]) == 2
    assert none.rows == []
    assert [row["Record"] for row in record.tables["consents.csv"]] == [str(consent.ref)]
    assert ask(enter(Client(), people["sione"]), "accounting", query).status_code == 404


def test_an_emergency_opens_the_pages_and_gives_no_export(people, dana):
    make_break_glass(dana, people["sione"], NOW)
    browser = enter(Client(), people["sione"])

    page = browser.get(f"/patients/{dana.ref}/")
    answers = [ask(browser, key, {"patient": dana.ref}) for key in ("record", "accounting")]

    assert page.status_code == 200
    assert "/exports/new/" not in page.content.decode()
    assert [answer.status_code for answer in answers] == [404, 404]
    assert dana.called not in download(browser, "patients").text


def test_paper_holds_what_the_file_holds(people, dana):
    log_conversation(
        patient=dana, by=people["mara"], now=NOW, happened=Happened.TALKED, text="A long <b>talk</b> & tea"
    )
    browser = enter(Client(), people["mara"])

    page = take(browser, "record", {"patient": dana.ref}, kind="paper").content.decode()

    assert "A long &lt;b&gt;talk&lt;/b&gt; &amp; tea" in page
    assert dana.record_number in page


def test_every_kind_of_record_and_every_field_is_in_the_whole_record_or_left_out_on_purpose():
    kinds = {model for model in apps.get_models() if issubclass(model, Record)}

    assert kinds - {model for _, _, model in KINDS} == KEPT_APART
    for model in kinds - KEPT_APART:
        shown = {field.name for field in columns_of(model)}
        assert {field.name for field in model._meta.concrete_fields} - shown <= LEFT_OUT | {"ref"}
        assert not shown & {"folded", "audience", "not_for"}


def test_somebody_elses_record_is_not_found_like_one_that_is_none(people, dana):
    browser = enter(Client(), people["sione"])

    answers = [
        ask(browser, "record", {"patient": ref}) for ref in (dana.ref, "00000000-0000-4000-8000-000000000000", "")
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert AccessEntry.objects.of(dana).filter(route="patients:export_new", outcome="not_found").exists()


# As many questions for twenty rows as for one


@pytest.mark.parametrize("key", ["patients", "concerns", "follow_ups", "meetings", "today", "team_concerns",
                                 "team_follow-ups", "team_contact", "team_meetings", "record"])  # fmt: skip
def test_twenty_rows_take_as_many_questions_as_one(key, at, vera, mara, residential):
    at(NOW)
    first = busy(residential, mara)
    browser = enter(Client(), vera if key.startswith("team") else mara)
    query = {"patient": first.ref} if key == "record" else {}

    few = questions(browser, key, query)
    for _ in range(10):
        if key == "record":
            one_of_each(first, mara, NOW - 30 * DAY)
        else:
            busy(residential, mara)
            busy(residential, mara)

    assert questions(browser, key, query) == few


def busy(program, primary):
    came = NOW - 40 * DAY
    patient = make_episode(patient=make_patient(by=primary), program=program, primary=primary, now=came).patient
    one_of_each(patient, primary, came)
    return patient


def questions(browser, key, query):
    """How many statements it takes to ask for it and to take it."""
    with counted() as statements:
        assert browser.get(address(key, **query)).status_code == 200
        assert take(browser, key, query).status_code == 200
        assert take(browser, key, query, kind="paper").status_code == 200
    return len(statements)
