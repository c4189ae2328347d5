"""The doors table: every route of the project, and how it answers every member of the cast.

A route without a row fails. Columns are CAST: mara is on dana's care team, nils is not, vera leads dana's program, ada
is admin, otto auditor, and sione leads a program at the other site. 302 for nobody is the way to the sign-in page.
"""

import re
import uuid
from collections import namedtuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from staff.access import MARK, is_public, routes
from tests import sizes
from tests.cast import enter
from tests.factories import NOW
from tests.furniture import furnished

CAST = ("nobody", "mara", "nils", "vera", "ada", "otto", "sione")
Door = namedtuple("Door", "answers method of more")


def door(*answers, method="get", of=None, more=()):
    """How a route answers each of CAST; `of` names the record of `world` whose ref stands in its address, `more` what
    follows it there.
    """
    assert len(answers) == len(CAST)
    return Door(answers, method, of, more)


def reading(of, *more):
    """A page about dana or a record of hers, or a form on it."""
    return door(302, 200, 404, 200, 404, 403, 404, of=of, more=more)


def few(of):
    """A page that opens for its author, who is mara, and not for the supervisor."""
    return door(302, 200, 404, 404, 403, 403, 404, of=of)


def doing(of, *more):
    """A form of one button about dana or a record of hers, sent."""
    return door(302, 302, 404, 302, 404, 403, 404, of=of, more=more, method="post")


def giving(of, *more):
    """A form about dana for those who record consents and disclosures: clinicians and supervisors."""
    return door(302, 200, 404, 200, 403, 403, 404, of=of, more=more)


def managing(of=None, *more):
    """A page or a form of the admin's."""
    return door(302, 403, 403, 403, 200, 403, 403, of=of, more=more)


def changing(of, *more):
    """A form of one button of the admin's, sent."""
    return door(302, 403, 403, 403, 302, 403, 403, of=of, more=more, method="post")


def supervising(of=None):
    """A page of the supervisor's, with what each may see."""
    return door(302, 403, 403, 200, 403, 403, 200, of=of)


def auditing(of=None, *more):
    """A page or a form of the auditor's."""
    return door(302, 403, 403, 403, 403, 200, 403, of=of, more=more)


def own():
    """A page of one's own account."""
    return door(302, 200, 200, 200, 200, 200, 200)


def everyone_who_cares():
    """A page without a patient in its address that each opens for their own work."""
    return door(302, 200, 200, 200, 200, 403, 200)


DOORS = {
    #                           nobody mara nils vera ada  otto sione
    "home": door(302, 302, 302, 302, 302, 302, 302),
    "login": door(200, 200, 200, 200, 200, 200, 200),
    "logout": door(200, 200, 200, 200, 200, 200, 200, method="post"),
    "password_change": door(302, 200, 200, 200, 200, 200, 200),
    "password_change_done": door(302, 200, 200, 200, 200, 200, 200),
    "password_reset": door(200, 200, 200, 200, 200, 200, 200),
    "password_reset_done": door(200, 200, 200, 200, 200, 200, 200),
    "password_reset_confirm": door(200, 200, 200, 200, 200, 200, 200, of="staff", more=("set-password",)),
    "password_reset_complete": door(200, 200, 200, 200, 200, 200, 200),
    "account": own(),
    "sign_in_code": door(302, 302, 302, 302, 302, 302, 302),
    "sign_in_set_up": door(302, 302, 302, 302, 302, 302, 302),
    "second_factor": own(),
    "second_factor_set_up": own(),
    "second_factor_codes": door(302, 302, 302, 302, 302, 302, 302, method="post"),
    "second_factor_off": door(302, 302, 302, 302, 302, 302, 302, method="post"),
    "interactions:staff_second_factor": managing("staff"),
    "sessions": own(),
    "session_left": own(),
    "take_back": door(302, 302, 302, 302, 302, 302, 302),  # nothing was handed over: to the first page
    "sign_in_again": door(200, 200, 200, 200, 200, 200, 200),
    "interactions:drafts": own(),
    "interactions:draft_save": door(400, 400, 400, 400, 400, 400, 400, method="post"),  # without a pass
    "interactions:draft_renew": door(302, 400, 400, 400, 400, 400, 400, method="post"),
    "interactions:draft": door(302, 200, 404, 404, 404, 404, 404, of="draft"),
    "interactions:draft_discard": door(302, 302, 404, 404, 404, 404, 404, of="draft", method="post"),
    "calendar": everyone_who_cares(),
    "calendar_link": door(302, 200, 200, 200, 200, 403, 200, method="post"),
    "calendar_off": door(302, 302, 302, 302, 302, 403, 302, method="post"),
    "exchange:calendar_feed": door(200, 200, 200, 200, 200, 200, 200, of="calendar_feed"),  # by its secret alone
    "sessions_end": door(302, 302, 302, 302, 302, 302, 302, method="post"),
    "session_end": door(302, 404, 404, 404, 404, 404, 404, of="session", method="post"),
    "live": door(200, 200, 200, 200, 200, 200, 200),
    "ready": door(200, 200, 200, 200, 200, 200, 200),
    "interactions:today": everyone_who_cares(),
    "interactions:practices": everyone_who_cares(),
    "interactions:floor": everyone_who_cares(),
    "interactions:floor_round": everyone_who_cares(),
    "interactions:floor_tap": doing("patient", "hello"),
    "interactions:concerns": everyone_who_cares(),
    "interactions:follow_ups": everyone_who_cares(),
    "interactions:meetings": everyone_who_cares(),
    "interactions:patient_page": reading("patient"),
    "interactions:timeline_search": doing("patient"),
    "interactions:check_in_new": reading("patient"),
    "interactions:quick_hello": doing("patient"),
    "interactions:concern_new": reading("patient"),
    "interactions:follow_up_new": reading("patient"),
    "interactions:meeting_new": reading("patient"),
    "interactions:talk_request_new": reading("patient"),
    "interactions:update_new": reading("patient"),
    "interactions:fact_new": reading("patient"),
    "interactions:plan": reading("patient"),
    "interactions:brief": reading("patient"),
    "interactions:safety_plans": reading("patient"),
    "interactions:safety_plan_new": reading("patient"),
    "interactions:safety_plan": reading("safety_plan"),
    "interactions:safety_plan_act": reading("safety_plan", "still-fits"),
    "interactions:safety_plan_card": reading("safety_plan"),
    "interactions:need_new": reading("patient"),
    "interactions:goal_new": reading("patient"),
    "interactions:adjustment_new": reading("patient"),
    "interactions:boundaries": reading("patient"),
    "interactions:agreement_new": reading("patient"),
    "interactions:agreement": reading("agreement"),
    "interactions:agreement_act": reading("agreement", "end"),
    "interactions:boundary_event_new": reading("patient"),
    "interactions:boundary_event": reading("boundary_event"),
    "interactions:boundary_event_review": door(302, 404, 404, 200, 404, 403, 404, of="boundary_event"),
    "interactions:safety_report_new": reading("patient"),
    "interactions:safety_report": reading("safety_report"),
    "interactions:safety_report_know": doing("safety_report"),
    "interactions:safety_report_decide": reading("safety_report"),
    "interactions:check_in_hours": door(302, 404, 404, 404, 404, 403, 404, of="check_in"),
    "interactions:ready_reply": doing("patient"),
    "interactions:boundary_reviews": auditing(),
    "boundaries": own(),
    "policy_acknowledge": door(302, 302, 404, 302, 404, 404, 404, of="policy", method="post"),
    "staff:boundaries": door(302, 403, 403, 200, 200, 403, 200),
    "staff:policy_new": managing("program"),
    "interactions:need": reading("need"),
    "interactions:need_act": reading("need", "settle"),
    "interactions:goal": reading("goal"),
    "interactions:goal_act": reading("goal", "review"),
    "interactions:adjustment": reading("adjustment"),
    "interactions:adjustment_act": reading("adjustment", "settle"),
    "interactions:check_in": reading("check_in"),
    "interactions:check_in_amend": reading("check_in"),
    "interactions:check_in_strike": reading("check_in"),
    "interactions:check_in_chart": door(302, 200, 404, 200, 404, 403, 404, of="check_in", method="post"),
    "interactions:concern": reading("concern"),
    "interactions:concern_act": reading("concern", "answer"),
    "interactions:follow_up": reading("follow_up"),
    "interactions:follow_up_act": reading("follow_up", "done"),
    "interactions:meeting": reading("meeting"),
    "interactions:meeting_act": reading("meeting", "hold"),
    "interactions:talk_request": reading("talk_request"),
    "interactions:talk_request_act": reading("talk_request", "keep"),
    "interactions:step": reading("step"),
    "interactions:signal": reading("signal"),
    "interactions:signal_answer": reading("patient", "missing"),
    "interactions:update": reading("update"),
    "interactions:update_act": reading("update", "tell"),
    "interactions:support": reading("patient"),
    "interactions:support_new": reading("patient"),
    "interactions:support_edit": reading("support_person"),
    "interactions:support_person": reading("support_person"),
    "interactions:support_person_act": reading("support_person", "no-longer"),
    "interactions:family_message_new": reading("patient"),
    "interactions:family_message": reading("family_message"),
    "interactions:family_message_act": reading("family_message", "pass-on"),
    "interactions:welcome_new": reading("patient"),
    "interactions:welcome": reading("welcome"),
    "interactions:feedback": reading("feedback"),
    "interactions:feedback_act": reading("feedback", "ask"),
    "interactions:feedback_list": reading("patient"),
    "interactions:feedback_new": reading("patient"),
    "interactions:feedback_form": door(200, 200, 200, 200, 200, 200, 200, of="own_form"),  # by its secret alone
    "interactions:feedback_thanks": door(200, 200, 200, 200, 200, 200, 200),
    "interactions:talked_over": doing("check_in"),
    "interactions:fact": reading("fact"),
    "interactions:fact_act": reading("fact", "no-longer"),
    "interactions:meeting_sheet": reading("held"),
    "interactions:reminders": everyone_who_cares(),
    "interactions:reminder_snooze": door(302, 200, 404, 404, 404, 403, 404, of="reminder"),
    "interactions:reminder_bring_back": door(302, 302, 404, 404, 404, 403, 404, of="reminder", method="post"),
    "interactions:reminder_health": managing(),
    "interactions:reminder_switch": changing("program", "silence", "off"),
    "interactions:reminder_mail_again": changing("mail"),
    "interactions:reminder_mail_give_up": managing("mail"),
    "interactions:reminder_test_mail": changing(None),
    "interactions:reminders_fired": managing(),
    "interactions:reminders_coming": managing(),
    "interactions:counseling_note_new": door(302, 200, 404, 200, 403, 403, 404, of="patient"),
    "interactions:counseling_note": few("counseling_note"),
    "interactions:counseling_note_amend": few("counseling_note"),
    "interactions:counseling_note_readers": few("counseling_note"),
    "interactions:care_team": reading("patient"),
    "interactions:team_assign": door(302, 403, 404, 200, 404, 403, 404, of="patient"),
    "interactions:team_primary": door(302, 403, 404, 200, 404, 403, 404, of="patient"),
    "interactions:staying_close": reading("patient"),
    "interactions:staying_close_begin": reading("patient"),
    "interactions:staying_close_asked": reading("patient"),
    "interactions:staying_close_end": reading("patient"),
    "interactions:outreach_day": reading("outreach_day"),
    "interactions:outreach_day_act": reading("outreach_day", "settle"),
    "interactions:handover_new": reading("patient"),
    "interactions:handover": reading("handover"),
    "interactions:handover_act": reading("handover", "accept"),
    "interactions:team_end": door(302, 404, 404, 404, 404, 403, 404, of="patient", more=(uuid.uuid4(),)),
    "interactions:team_restrict": reading("patient"),
    "interactions:team_lift": door(302, 403, 404, 403, 404, 403, 404, of="patient"),
    "interactions:team_exclude": door(302, 403, 404, 200, 404, 403, 404, of="patient"),
    "interactions:exclusion_end": door(302, 404, 404, 404, 404, 403, 404, of="patient", more=(uuid.uuid4(),)),
    "interactions:episodes": reading("patient"),
    "interactions:episode_act": door(302, 200, 404, 200, 403, 403, 404, of="patient", more=("transfer",)),
    "patients:list": everyone_who_cares(),
    "patients:search": door(302, 302, 302, 302, 302, 403, 302, method="post"),
    "patients:new": door(302, 200, 200, 200, 403, 403, 200),
    "patients:access": reading("patient"),
    "patients:access_log": auditing(),
    "patients:consents": reading("patient"),
    "patients:accounting": reading("patient"),
    "patients:disclosure_sheet": reading("disclosure"),
    "patients:consent_new": giving("patient"),
    "patients:consent_end": giving("consent"),
    "patients:disclosure_new": giving("patient"),
    "patients:about": reading("patient"),
    "patients:about_edit": reading("patient"),
    "patients:safe_contact": reading("patient"),
    "patients:break_glass_find": door(302, 200, 200, 200, 403, 403, 200),
    "patients:break_glass": door(302, 404, 404, 404, 403, 403, 404, of="patient"),  # found in this session only
    # Without the name of a list there is nothing to ask for; and what was asked for opens in its own session only.
    "patients:export_new": door(302, 404, 404, 404, 404, 404, 404),
    "patients:export": door(302, 404, 404, 404, 404, 404, 404, of="export"),
    "patients:exports": door(302, 403, 403, 403, 200, 200, 403),
    "my_hours": door(302, 200, 200, 200, 200, 200, 200),
    "interactions:manage": managing(),
    "interactions:assignments": door(302, 403, 403, 200, 200, 403, 200),
    "patients:reviews": auditing(),
    "patients:break_glass_review": auditing("break_glass"),
    "staff:review": auditing("staff", "many", "20260610T14"),
    "staff:staff_list": managing(),
    "interactions:approvals": door(302, 403, 403, 200, 200, 200, 200),
    "interactions:approval": door(302, 403, 403, 200, 200, 200, 200, of="approval"),
    "interactions:approval_join": door(302, 403, 403, 200, 200, 403, 200),
    "interactions:staff_new": managing(),
    "staff:staff_member": managing("staff"),
    "staff:staff_hours": managing("staff"),
    "staff:staff_password": managing("staff"),
    "staff:away_new": managing("staff"),
    "interactions:staff_edit": managing("staff"),
    "interactions:away_end": changing("away"),
    "staff:programs": managing(),
    "staff:program_new": managing(),
    "staff:program": managing("program"),
    "staff:floor_add": changing("program"),
    "interactions:floor_end": changing("floor"),
    "interactions:program_edit": managing("program"),
    "interactions:program_rules": managing("program"),
    "interactions:standard_new": managing("program"),
    "interactions:standard_edit": managing("program", 0),
    "interactions:standard_remove": changing("program", 0),
    "staff:hours": managing(),
    "staff:hints": managing(),
    "staff:hint_new": managing(),
    "staff:hint": managing("hint"),
    "patients:hints": door(302, 200, 200, 200, 200, 403, 200, method="post"),
    "patients:hints_about": door(302, 200, 404, 200, 404, 403, 404, of="patient", method="post"),
    "staff:site_new": managing(),
    "staff:site": managing("site"),
    "staff:site_edit": managing("site"),
    "staff:duty_new": managing("site"),
    "staff:duty_end": changing("duty"),
    "interactions:contact_hours": managing("site"),
    "interactions:holiday_new": managing("site"),
    "interactions:holiday_remove": changing("site", "2026-12-25"),
    "insights:team": supervising(),
    "insights:team_concerns": supervising(),
    "insights:team_follow-ups": supervising(),
    "insights:team_meetings": supervising(),
    "insights:team_contact": supervising(),
    "insights:team_transitions": supervising(),
    "insights:team_boundaries": supervising(),
}
PARTS = 8  # of the routes, each with a world of its own: to furnish one for each route took most of the time
CLOSED = [name for name, row in DOORS.items() if row.of and 404 in row.answers]
ROUTES = {name: view for name, _, view in routes()}


@pytest.fixture
def world(at, dana, mara, nils, vera, ada, otto, sione, iop_south):
    at(NOW)
    return furnished(dana, {"mara": mara, "nils": nils, "vera": vera, "ada": ada, "otto": otto, "sione": sione})


def browser_of(world, who):
    browser = Client()
    if who != "nobody":
        enter(browser, world["cast"][who])
    return browser


def knock_on(world, who, method, address):
    """What `who` is answered; whatever it changed is taken back."""
    browser = browser_of(world, who)
    with transaction.atomic():
        answer = getattr(browser, method)(address)
        transaction.set_rollback(True)
    return answer


def address_of(name, world):
    row = DOORS[name]
    return reverse(name, args=[world[row.of].ref, *row.more] if row.of else [])


def test_every_route_has_a_row():
    assert set(ROUTES) - set(DOORS) == set(), "routes without a row in DOORS"
    assert set(DOORS) - set(ROUTES) == set(), "rows without a route"


@pytest.mark.parametrize("part", range(0, PARTS, sizes.EVERY))
def test_the_doors_answer_each_as_they_should(part, world):
    wrong = {}
    for name in list(DOORS)[part::PARTS]:
        address = address_of(name, world)
        given = {who: knock_on(world, who, DOORS[name].method, address).status_code for who in CAST}
        if given != dict(zip(CAST, DOORS[name].answers, strict=True)):
            wrong[name] = given

    assert not wrong


@pytest.mark.parametrize("part", range(0, PARTS, sizes.EVERY))
def test_what_may_not_be_seen_answers_like_what_does_not_exist(part, world):
    for name in CLOSED[part::PARTS]:
        method = DOORS[name].method
        who = CAST[DOORS[name].answers.index(404)]

        hidden = knock_on(world, who, method, address_of(name, world))
        unknown = knock_on(world, who, method, reverse(name, args=[uuid.uuid4(), *DOORS[name].more]))

        assert (hidden.status_code, unknown.status_code) == (404, 404), name
        assert bare(hidden) == bare(unknown), name
        assert hidden.headers == unknown.headers, name


def bare(page):
    """The page without the random letters of its CSRF tokens."""
    return re.sub(rb"[A-Za-z0-9]{64}", b"", page.content)


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "patch", "delete"])
def test_nobody_gets_past_the_door_by_another_method(method, world):
    for name, view in ROUTES.items():
        if not is_public(view):
            answer = getattr(Client(), method)(address_of(name, world))

            assert answer.status_code == 302, name
            assert answer.headers["Location"].startswith("/accounts/login/"), name


def test_every_view_says_who_may_use_it():
    assert not [name for name, view in ROUTES.items() if not hasattr(view, MARK)]
