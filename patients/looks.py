"""Who looked at whose record, in words that the person it is about understands."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.apps import apps

from patients.models import CareTeamMember, Episode, Patient, Record, SafeContact
from staff.calendar import start_of_day
from staff.choices import Basis, Outcome
from staff.models import AccessEntry
from staff.roles import Role
from staff.wording import many

DAYS = 30  # on one page

# The kinds of page, no finer: which single entry somebody opened may itself be for fewer eyes.
ENTRY = "Opened one entry, such as a conversation, a concern or a promise"
FORM = "Opened a form to write something down"
NAME = "Saw the name in a list or a search"
REMINDERS = "Read a list of reminders, where the record stands by its number"
PAGES = {
    "patients:about": "Looked at who this is and how to reach them",
    "patients:access": "Looked at this page",
    "patients:export_new": "Asked for a copy of something",
    "patients:export": "Asked for a copy of something",
    "patients:access_log": "Read the access log, where the record stands by its number",
    "interactions:reminder_health": REMINDERS,
    "interactions:reminders_fired": REMINDERS,
    "interactions:reminders_coming": REMINDERS,
    "patients:break_glass": "Was asked why they open this record",
    "patients:consents": "Looked at the consents and at what was given to others",
    "patients:accounting": "Looked at the account of what was given to others",
    "patients:disclosure_sheet": ENTRY,
    "exchange:calendar_feed": "Their own calendar fetched when something is due, without a name",
    "interactions:patient_page": "Opened the main page",
    "interactions:timeline_search": "Searched the main page",
    "interactions:care_team": "Looked at the care team",
    "interactions:team_restrict": "Opened the form that closes this record to all but its care team",
    "interactions:team_lift": "Opened the form that opens this record to more than its care team",
    "interactions:team_exclude": "Opened the form that keeps somebody out of this record",
    "interactions:exclusion_end": "Opened the form that lets somebody back into this record",
    "interactions:episodes": "Looked at the stays",
    "interactions:staying_close": "Looked at who stays in touch with them",
    "interactions:staying_close_begin": FORM,
    "interactions:staying_close_asked": FORM,
    "interactions:outreach_day": ENTRY,
    "interactions:check_in": ENTRY,
    "interactions:concern": ENTRY,
    "interactions:follow_up": ENTRY,
    "interactions:meeting": ENTRY,
    "interactions:talk_request": ENTRY,
    "interactions:step": ENTRY,
    "interactions:signal": ENTRY,
    "interactions:signal_answer": FORM,
    "interactions:update": ENTRY,
    "interactions:fact": ENTRY,
    "interactions:plan": "Looked at the plan",
    "interactions:brief": "Looked at the brief: what to know before talking with them",
    "interactions:need": ENTRY,
    "interactions:support": "Looked at who stands by them, and at what family said",
    "interactions:support_person": ENTRY,
    "interactions:family_message": ENTRY,
    "interactions:welcome": ENTRY,
    "interactions:talked_over": "Said that a conversation was talked over in supervision",
    "patients:hints_about": FORM,
    "interactions:feedback": ENTRY,
    "interactions:feedback_list": "Looked at what they said of their care",
    "interactions:handover": ENTRY,
    "interactions:handover_new": "Opened the form that hands somebody over to another primary",
    "interactions:goal": ENTRY,
    "interactions:adjustment": ENTRY,
    "interactions:boundaries": "Looked at what was agreed about contact",
    "interactions:safety_plans": "Looked at the safety plan",
    "interactions:safety_plan": ENTRY,
    "interactions:safety_plan_card": "Opened the safety plan to print it",
    "interactions:agreement": ENTRY,
    "interactions:boundary_event": ENTRY,
    "interactions:safety_report": ENTRY,
    "interactions:check_in_hours": ENTRY,
    "interactions:meeting_sheet": ENTRY,
    "interactions:counseling_note": ENTRY,
    "interactions:drafts": "Looked at what they had not saved yet",
    "interactions:draft": "Looked at what they had not saved yet",
    "interactions:draft_discard": "Threw away what they had not saved yet",
}
ACTIONS = {
    "feedback.recorded": "They answered a form of their own, or would rather not",
    "feedback.declined": "They answered a form of their own, or would rather not",
    "feedback.asked": "Asked what they think of their care",
    "patient.look_up": "Asked whether this person is known here",
    "break_glass.look_up": "Looked for exactly this person, by number, or by full name and date of birth",
    "break_glass.open": "Opened this record for an hour, and said why",
    "break_glass.fine": "Reviewed why this record was opened",
    "break_glass.flagged": "Reviewed why this record was opened",
}
CHANGED = "Wrote or changed something"
TAKEN_OUT = "Copied something out"
REFUSED = "Asked for it, and was not shown anything"


def look_words(route, action, outcome, basis):
    """What somebody did, as the patient is told, and whether in an emergency."""
    said = page_words(route, action, outcome)
    return f"In an emergency: {said[0].lower()}{said[1:]}" if basis == Basis.BREAK_GLASS else said


def page_words(route, action, outcome):
    if outcome != Outcome.OK:
        return REFUSED
    if action in ACTIONS:
        return ACTIONS[action]
    if action != "read":
        return TAKEN_OUT if action.endswith("export") else CHANGED
    if route in PAGES:
        return PAGES[route]
    one_person = route.startswith(("interactions:", "patients:")) and route.endswith(FORMS)
    return FORM if one_person else NAME


FORMS = ("_new", "_edit", "_act", "_amend", "_strike", "_chart", "_assign", "_primary", "_end", "_snooze",
         "_bring_back", "_readers", "_review", "_decide", "_know", "ready_reply", "safe_contact", "quick_hello",
         "floor_tap")  # fmt: skip


@dataclass(frozen=True)
class Look:
    who: str
    role: str
    what: str
    when: str


def days_of(patient, zone, last_day):
    """What was done with the record in the `DAYS` up to `last_day`, as (day, looks), and the next day to go on from."""
    until = start_of_day(last_day + timedelta(days=1), zone)
    since = start_of_day(last_day - timedelta(days=DAYS - 1), zone)
    entries = AccessEntry.objects.of(patient)
    rows = entries.since(since).until(until).by_day_and_person(zone)
    days = [(day, looks_of(group, zone)) for day, group in groupby(rows, key=lambda row: row["day"])]
    earlier = entries.until(since).newest_first().first()
    return days, earlier and earlier.recorded_at.astimezone(zone).date()


def looks_of(rows, zone):
    """One line for each person and kind of thing, newest first."""
    merged = {}
    for row in rows:
        what = look_words(row["route"], row["action"], row["outcome"], row["basis"])
        merged.setdefault((row["actor__name"], row["role"], what), []).append(row)
    return [
        Look(
            who=who or "The system, by itself",
            role=Role(role).label if role in Role.values else "",
            what=what,
            when=when(same, zone),
        )
        for (who, role, what), same in merged.items()
    ]


def when(rows, zone):
    """ "09:14", or "09:14 to 16:20, 5 times"."""
    first, last = min(row["first"] for row in rows), max(row["last"] for row in rows)
    clocks = list(dict.fromkeys(f"{moment.astimezone(zone):%H:%M}" for moment in (first, last)))
    times = sum(row["times"] for row in rows)
    return " to ".join(clocks) + (f", {many(times, 'time')}" if times > 1 else "")


# What is called otherwise by people than by the code; every other kind of record is named by its plural.
KINDS = {
    "patients.consent": "Consents, those that ended included",
    "patients.disclosure": "What was given to somebody outside",
    "interactions.checkin": "Conversations, and tries to have one",
    "interactions.followup": "Promises",
    "interactions.talkrequest": "Talks that were promised",
    "interactions.step": "Steps they chose",
    "interactions.signal": "Working notes on whether something is changing between them and us",
    "interactions.update": "What they were told, and what to expect",
    "interactions.boundaryagreement": "What was agreed about contact",
    "patients.outreachday": "Days on which somebody is to be in touch with them",
    "patients.fact": "What is known of their life",
    "patients.goal": "Their goals",
    "patients.need": "What they need",
    "patients.adjustment": "What we do differently for them",
}


def held(patient, viewer, now):
    """What is kept about `patient`, as (kind, how many): of records those that the viewer may see."""
    kinds = {
        "Stays": Episode.objects.all(),
        "People on the care team, now and before": CareTeamMember.objects.all(),
        "Ways to reach them safely, as they said": SafeContact.objects.all(),
    }
    for model in apps.get_models():
        if issubclass(model, Record) and model.COUNTED:
            label = KINDS.get(model._meta.label_lower) or model._meta.verbose_name_plural.capitalize()
            kinds[label] = model.objects.on_pages_of(patient, viewer, now)
    names = dict(enumerate(kinds))
    counts = Patient.objects.counting(patient, {f"kind_{n}": kinds[name] for n, name in names.items()})
    return [(name, counts[f"kind_{n}"]) for n, name in names.items()]
