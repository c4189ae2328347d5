"""What the access matrix expects, written by hand and read by people, not worked out from the code under test.

`SEES`: whom a principal may know of. `ACTS_AS`: whose column of the doors table (`tests.test_doors.DOORS`) answers them
where they see the patient, and where they do not. `ADMITTED`: whose eyes a record is for. `FORMS` and `LIBRARY`: which
methods a route takes. What these cannot say stands in `FOR_ONE` and `APART`.
"""

RELATIONS = ("ordinary", "discharged", "restricted", "excluded", "own", "unknown")
# A record of the ordinary patient whose audience is `named`; its readers are `cover`, and `ended`, who is gone.
NAMED = "named"

#                 whom they are, beside the patients of the program "Residential North"
SEES = {
    "anonymous": (),  # nobody is signed in
    "deactivated": (),  # was on the team; their account ended after they signed in
    "team": ("ordinary", "restricted"),  # the primary
    "same_program": (),  # works at the site, on no team
    "elsewhere": (),  # works at another site
    "ended": (),  # their place on the team ended a second ago
    "tomorrow": (),  # their place on the team begins tomorrow
    "cover": ("ordinary", NAMED),  # covers the primary, who is away
    "floor": ("ordinary",),  # looks after everybody now in the program
    "on_call": ("ordinary",),  # on call, and a safety concern is open
    "lead": ("ordinary", "discharged"),  # leads the program
    "other_lead": (),  # leads a program at the other site
    "boss": ("ordinary",),  # a supervisor who leads no program; somebody on the team is their colleague to supervise
    "admin": (),  # stands on the floor team and in the on-call list as well, which is for those who care
    "admin_on_team": ("ordinary", "restricted"),
    "auditor": (),
    "glass": (),  # opened by break-glass 59 minutes ago; one of them they were kept out of since
    "glass_over": (),  # did so 60 minutes ago
    "keeper": ("restricted",),  # a supervisor who leads no program: the restriction names them
    "half": (),  # on the team; gave the password, and not yet the code
    "stale": ("ordinary", "restricted"),  # the primary, who gave the password a while ago
    "stale_admin": (),
}
IN_EMERGENCY = {"glass": ("ordinary", "restricted")}
# Principals who are a person named above, or on the team, in another session.
SESSION_OF = {"stale": "team", "stale_admin": "admin"}
# What break-glass opens: pages to read, and a note. Whatever else there is about a patient is refused.
EMERGENCY = {
    "interactions:patient_page", "interactions:check_in_new", "interactions:check_in", "interactions:concern",
    "interactions:follow_up", "interactions:meeting", "interactions:talk_request", "interactions:step",
    "interactions:update", "interactions:fact", "interactions:plan", "interactions:brief", "interactions:signal",
    "interactions:need", "interactions:goal", "interactions:adjustment", "interactions:handover",
    "interactions:feedback", "interactions:feedback_list", "interactions:support", "interactions:support_person",
    "interactions:family_message", "interactions:welcome",
    "interactions:boundaries", "interactions:agreement", "interactions:safety_plans", "interactions:safety_plan",
    "interactions:staying_close", "interactions:outreach_day",
    "interactions:care_team", "interactions:episodes", "patients:about", "patients:access", "patients:consents",
    "patients:hints_about",
}  # fmt: skip
# Of these nobody learns anything by break-glass: notices are their recipients', counseling notes their readers', drafts
# their authors', and who opened it already is led on.
NEVER = {
    "interactions:reminder_snooze", "interactions:reminder_bring_back",
    "patients:break_glass", "interactions:counseling_note",
    "interactions:draft", "interactions:draft_discard",
    "interactions:counseling_note_amend", "interactions:counseling_note_readers",
    "interactions:boundary_event", "interactions:boundary_event_review", "interactions:safety_report",
    "interactions:safety_report_know", "interactions:safety_report_decide",
}  # fmt: skip

# Whose column of the doors table holds: where they see the patient, and where they do not.
ACTS_AS = {
    "anonymous": ("nobody", "nobody"),
    "deactivated": ("nobody", "nobody"),
    "team": ("mara", "nils"),
    "same_program": ("nils", "nils"),
    "elsewhere": ("nils", "nils"),
    "ended": ("nils", "nils"),
    "tomorrow": ("nils", "nils"),
    "cover": ("mara", "nils"),
    "floor": ("mara", "nils"),
    "on_call": ("mara", "nils"),
    "lead": ("vera", "sione"),
    "other_lead": ("vera", "sione"),
    "boss": ("vera", "sione"),
    "admin": ("ada", "ada"),
    "admin_on_team": ("mara", "ada"),
    "auditor": ("otto", "otto"),
    "glass": ("mara", "nils"),
    "glass_over": ("nils", "nils"),
    "keeper": ("vera", "sione"),
    "half": ("nobody", "nobody"),
    "stale": ("mara", "nils"),
    "stale_admin": ("ada", "ada"),
}

# What asks for the password again when it was given more than a few minutes ago.
CONFIRMED = {
    "second_factor_set_up", "second_factor_codes", "second_factor_off", "staff:staff_password",
    "interactions:staff_second_factor", "interactions:staff_new", "interactions:staff_edit", "interactions:approval",
    "interactions:approval_join", "interactions:team_restrict", "interactions:team_lift", "interactions:team_exclude",
    "interactions:exclusion_end", "patients:break_glass", "patients:consent_end", "patients:disclosure_new",
    "patients:export_new", "interactions:program_edit", "staff:program_new", "calendar_link",
}  # fmt: skip

# Which records of a patient they see are for their eyes: by the record's audience.
ADMITTED = {
    "team": ("team", "cover", "floor", "on_call", "lead", "boss", "admin_on_team", "glass", "keeper"),
    "care_team": ("team", "cover", "lead", "admin_on_team", "glass", "keeper"),
    "supervised": ("lead", "keeper"),  # its author is a nurse who is none of these
    "named": ("cover",),  # named as a reader; so is `ended`, who no longer sees the patient
    "not_for": ("cover", "floor", "on_call", "lead", "boss", "admin_on_team", "glass", "keeper"),  # it is about `team`
    "review": ("team", "cover", "floor", "on_call", "lead", "boss", "admin_on_team", "glass", "keeper"),
}
# Why somebody opened a record in an emergency is for review: beside those who see the patient it is read on these pages
# by whoever reviews, who sees the patient’s number there and no more.
FOR_REVIEW = {"auditor": ("patients:reviews", "patients:break_glass_review")}
REVIEWED = ("ordinary", "discharged", "restricted")  # not one's own, and none that one is kept out of
READERS = ("cover", "ended")
ABOUT = "team"

REQUESTS = ("get", "htmx", "head", "options", "post", "put", "patch", "delete", "override")
READING, SENDING = {"get", "htmx"}, {"post", "override"}

# Routes with a form: read and sent at one address. All others are only read, or (the doors table says so) only sent.
FORMS = {
    "interactions:check_in_new", "interactions:concern_new", "interactions:follow_up_new",
    "interactions:meeting_new", "interactions:talk_request_new", "interactions:check_in_amend",
    "interactions:floor_round", "interactions:update_new", "interactions:fact_new", "interactions:update_act",
    "interactions:fact_act",
    "interactions:staying_close_begin", "interactions:staying_close_asked", "interactions:staying_close_end",
    "interactions:outreach_day_act",
    "interactions:handover_new", "interactions:handover_act", "interactions:signal_answer",
    "interactions:need_new", "interactions:goal_new", "interactions:adjustment_new", "interactions:need_act",
    "interactions:goal_act", "interactions:adjustment_act", "interactions:agreement_new", "interactions:agreement_act",
    "interactions:safety_plan_new", "interactions:safety_plan_act",
    "interactions:boundary_event_new", "interactions:boundary_event_review", "interactions:check_in_hours",
    "interactions:safety_report_new", "interactions:safety_report_decide", "staff:policy_new",
    "interactions:check_in_strike", "interactions:concern_act", "interactions:follow_up_act",
    "interactions:meeting_act", "interactions:talk_request_act", "interactions:reminder_snooze",
    "interactions:team_assign", "interactions:team_primary", "interactions:team_end", "interactions:episode_act",
    "interactions:assignments", "interactions:staff_edit", "interactions:program_edit",
    "interactions:program_rules", "interactions:standard_new", "interactions:standard_edit",
    "interactions:contact_hours", "interactions:holiday_new", "patients:new",
    "patients:break_glass_find", "patients:break_glass", "patients:about_edit",
    "patients:consent_new", "patients:consent_end", "patients:disclosure_new",
    "patients:export_new", "staff:program_new", "patients:export",
    "patients:safe_contact", "staff:review", "interactions:staff_new", "staff:staff_hours", "staff:staff_password",
    "staff:away_new", "staff:site_new", "staff:site_edit", "staff:hint_new", "staff:hint", "staff:duty_new", "my_hours",
    "password_reset", "password_reset_confirm",
    "interactions:counseling_note_new", "interactions:counseling_note_amend", "interactions:counseling_note_readers",
    "patients:break_glass_review",
    "interactions:feedback_act", "interactions:support_new", "interactions:support_edit",
    "interactions:support_person_act",
    "interactions:family_message_new", "interactions:family_message_act", "interactions:welcome_new",
    "session_left", "sign_in_again", "take_back", "interactions:feedback_form", "interactions:feedback_new",
    "sign_in_code", "sign_in_set_up", "second_factor_set_up", "interactions:staff_second_factor",
    "interactions:team_restrict", "interactions:team_lift", "interactions:team_exclude", "interactions:exclusion_end",
    "interactions:approval", "interactions:approval_join", "interactions:reminder_mail_give_up",
}  # fmt: skip

# Views of a library: they answer these methods in their own way, and hold no patient.
LIBRARY = {
    "login": {*READING, *SENDING, "head", "put", "options"},
    "logout": {*SENDING, "options"},
    "password_change": {*READING, *SENDING, "head", "put", "options"},
    "password_change_done": {*READING, "head", "options"},
    "exchange:calendar_feed": {*READING, "head"},  # ours: a calendar may ask first what there is
}
# A notice is its recipient's alone, a counseling note its author's, whoever else sees the patient; of what is for the
# author and the supervisor, the record of furniture is by "team".
FOR_FEW = {
    "interactions:reminder_snooze": ("team",),
    "interactions:reminder_bring_back": ("team",),
    "interactions:counseling_note": ("team",),
    "interactions:counseling_note_amend": ("team",),
    "interactions:counseling_note_readers": ("team",),
    "interactions:draft": ("team",),
    "interactions:draft_discard": ("team",),
    "interactions:check_in_hours": (),  # it was within their hours
    "interactions:boundary_event": ("team", "lead", "keeper"),
    "interactions:boundary_event_review": ("lead", "keeper"),
    "interactions:safety_report": ("team", "lead", "keeper"),
    "interactions:safety_report_know": ("team", "lead", "keeper"),
    "interactions:safety_report_decide": ("team", "lead", "keeper"),
}

# What an admin on the team may not, though they care like anybody else: they move nobody and give nothing to others.
NOT_FOR_ADMINS = (
    "interactions:episode_act", "interactions:counseling_note_new", "patients:consent_new", "patients:consent_end",
    "patients:disclosure_new", "patients:break_glass",
)  # fmt: skip
# What is for the supervisor of the patient, not for every supervisor who sees them.
FOR_THE_LEAD = (
    "interactions:team_assign", "interactions:team_primary", "interactions:team_exclude", "interactions:team_restrict",
)  # fmt: skip

# (route, principal, relation): the answer. Whoever looks after somebody without being their primary (or covering them)
# neither transfers nor discharges, nor asks for a restriction; only a restricted record has one to lift. Admins assign,
# but not to a restricted record; nobody is transferred between stays.
APART = {
    **{(route, "admin_on_team", whom): 403 for route in NOT_FOR_ADMINS for whom in ("ordinary", "restricted")},
    **{(route, "boss", "ordinary"): 403 for route in FOR_THE_LEAD},
    **{("interactions:team_restrict", who, "ordinary"): 403 for who in ("cover", "floor", "on_call")},
    **{("interactions:team_lift", who, "restricted"): 200 for who in ("team", "keeper", "admin_on_team")},
    ("interactions:episode_act", "floor", "ordinary"): 403,
    ("interactions:episode_act", "on_call", "ordinary"): 403,
    ("interactions:episode_act", "lead", "discharged"): 403,
    ("interactions:team_exclude", "admin_on_team", "ordinary"): 200,
    ("interactions:team_assign", "admin_on_team", "ordinary"): 200,
    ("interactions:team_primary", "admin_on_team", "ordinary"): 200,
    # Those who work in the program whose policy it is.
    **{("policy_acknowledge", who, ""): 302 for who in ("team", "floor", "lead")},
    ("sign_in_code", "half", ""): 200,
    # One's own words, also about somebody whom one no longer looks after.
    ("interactions:draft", "team", "discharged"): 200,
    ("interactions:draft_discard", "team", "discharged"): 302,
}
