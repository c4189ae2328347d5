"""One record of each kind about a patient, and of what admins and auditors look after: what stands in addresses."""

from datetime import date

from interactions.choices import Happened, UpdateKind
from interactions.services.approvals import ask_to_make_admin
from interactions.services.boundaries import agree
from interactions.services.boundary_events import note_event
from interactions.services.checkins import log_conversation
from interactions.services.concerns import raise_concern
from interactions.services.counseling import write_note
from interactions.services.facts import learn
from interactions.services.meetings import hold_meeting, plan_meeting
from interactions.services.plan import note_need, set_goal, try_adjustment
from interactions.services.promises import promise
from interactions.services.safety_plans import write_plan
from interactions.services.safety_reports import report
from interactions.services.steps import choose
from interactions.services.support import name_person, note_message
from interactions.services.talks import request_talk
from interactions.services.updates import note_update
from interactions.services.welcome import explain
from patients.choices import ExportKind, ExportPurpose, FactKind
from patients.plan_choices import Agreement, NeedDomain
from patients.services import ask_export
from staff.calendar import DAY
from staff.models import AwayPeriod, Holiday
from staff.policies import publish
from staff.roles import Role
from staff.services import add_hint
from tests.consents import make_consent, make_disclosure
from tests.factories import (
    NOW,
    make_break_glass,
    make_calendar_feed,
    make_draft,
    make_feedback,
    make_floor,
    make_handover,
    make_mail,
    make_on_call,
    make_outreach_day,
    make_own_form,
    make_reminder,
    make_session,
    make_signal,
    make_staff,
)


def records_about(patient, by):
    """One record of each kind about `patient`, by the name that a row gives in `of`."""
    told = {"patient": patient, "by": by, "now": NOW}
    check_in = log_conversation(**told, happened=Happened.TALKED, text="We talked about the week.")
    follow_up = promise(**told, what="Call the landlord", due_at=NOW + DAY)
    return {
        "patient": patient,
        "check_in": check_in,
        "concern": raise_concern(**told, words="When can I call home?"),
        "follow_up": follow_up,
        "reminder": make_reminder(follow_up),
        "draft": make_draft(patient, by),
        "meeting": plan_meeting(**told, starts_at=NOW + DAY),
        "held": hold_meeting(
            meeting=plan_meeting(**told, starts_at=NOW), attendees="Them and me", explained="The plan", by=by, now=NOW
        ),
        "update": note_update(**told, kind=UpdateKind.SETBACK, what="The place was given to somebody else"),
        "fact": learn(**told, kind=FactKind.INTERESTS, words="Old radios"),
        "support_person": name_person(**told, name="Odile", relation="A sister", knows="knows"),
        "family_message": note_message(**told, said_by="A man", words="When does she come home?"),
        "welcome": explain(**told, items=["rules", "rights"]),
        "feedback": make_feedback(patient, by, heard=8, overall=6, more_of="More time outside"),
        "handover": make_handover(patient, by),
        "outreach_day": make_outreach_day(patient, by),
        "agreement": agree(**told, words="Calls only"),
        "boundary_event": note_event(**told, weight="talk", kind="gift", words="A watch"),
        "safety_report": report(**told, at_risk="child", seen_words="He said that his son is alone at night"),
        "safety_plan": write_plan(**told, signs="I stop answering", together=True),
        "need": note_need(**told, domain=NeedDomain.SOCIAL, words="Somebody to eat with"),
        "goal": set_goal(**told, agreement=Agreement.BOTH, words="My own flat"),
        "adjustment": try_adjustment(**told, words="We walk", because="The room is loud"),
        "talk_request": request_talk(**told, due_at=NOW + DAY),
        "signal": make_signal(patient, by),
        "step": choose(**told, words="Walk each morning"),
        "consent": (consent := make_consent(patient, by=by)),
        "disclosure": make_disclosure(consent, by=by),
        "counseling_note": write_note(**told, text="What lay behind it"),
    }


def records_of_the_house(program, patient, member, lead, other):
    """What admins and auditors look after, by the name that a row gives in `of`."""
    Holiday.objects.create(site=program.site, closed_on=date(2026, 12, 25), name="Christmas Day")
    asked = {"what": "staff", "filters": {}, "kind": ExportKind.FILE, "purpose": ExportPurpose.CARE, "words": ""}
    return {
        "export": ask_export(**asked, session_hash="another session", by=member, now=NOW),
        "mail": make_mail(member),
        "break_glass": make_break_glass(patient, make_staff("rosa"), NOW - DAY),
        "staff": member,
        "hint": add_hint(words="sorehead", say="somebody who is angry", by=other),
        "calendar_feed": make_calendar_feed(member),
        "own_form": make_own_form(patient, member),
        "session": make_session(make_staff("rosa")),
        "approval": ask_to_make_admin(member=member, reason="She runs the office now.", by=other, now=NOW),
        "program": program,
        "policy": publish(program=program, text="No gifts of money.", by=make_staff("ada", Role.ADMIN), now=NOW),
        "site": program.site,
        "duty": make_on_call(program.site, lead),
        "floor": make_floor(program, lead),
        "away": AwayPeriod.objects.create(staff=other, cover=None, began_at=NOW + DAY, ended_at=NOW + 2 * DAY),
    }


def furnished(patient, cast):
    """One record of each kind, all about `patient`, and the cast."""
    program = patient.latest_episode.program
    return {
        **records_about(patient, cast["mara"]),
        **records_of_the_house(program, patient, cast["mara"], cast["vera"], cast["nils"]),
        "cast": cast,
    }
