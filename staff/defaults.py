"""Working defaults by kind of program: cadences, targets and the rules a new program starts with.

Source: the clinical working defaults of the product (a centre changes them per program on `/manage/programs/`).
"""

from staff.choices import Presence, ProgramKind

PRESENCE = {
    ProgramKind.DETOX: Presence.ROUND_THE_CLOCK,
    ProgramKind.RESIDENTIAL: Presence.ROUND_THE_CLOCK,
    ProgramKind.PHP: Presence.BY_DAY,
    ProgramKind.IOP: Presence.BY_APPOINTMENT,
    ProgramKind.OUTPATIENT: Presence.BY_APPOINTMENT,
    ProgramKind.AFTERCARE: Presence.BY_APPOINTMENT,
}

# Columns: team ideal, max; primary ideal, max; meeting first, every, grace.
CADENCES = {
    ProgramKind.DETOX: {0: (1, 1, 1, 2, 1, 2, 1)},
    ProgramKind.RESIDENTIAL: {0: (1, 3, 3, 5, 3, 7, 3)},
    ProgramKind.PHP: {0: (2, 4, 3, 7, 3, 7, 3)},
    ProgramKind.IOP: {0: (4, 7, 7, 10, 7, 14, 4)},
    ProgramKind.OUTPATIENT: {0: (7, 14, 7, 14, 14, 30, 7), 90: (14, 30, 14, 30, 14, 90, 7)},
    # To day 120 an outreach plan sets the days; until one stands, this cadence keeps everyone in sight.
    ProgramKind.AFTERCARE: {
        0: (7, 14, 7, 14, 14, 30, 14),
        120: (30, 45, 30, 45, 14, 90, 14),
        365: (90, 120, 90, 120, 14, 90, 14),
    },
}
# By when the welcome is explained: when well enough in detox, else at the first session or visit.
WELCOME = {
    ProgramKind.DETOX: "72h",
    ProgramKind.RESIDENTIAL: "24h",
    ProgramKind.PHP: "day",
    ProgramKind.IOP: "3d",
    ProgramKind.OUTPATIENT: "7d",
    ProgramKind.AFTERCARE: "3d",
}
# When they are asked what they think of their care: the first time, then every … days (None: once). An outpatient is
# asked from the third visit on, which a weekly contact reaches in about three weeks.
FEEDBACK = {
    ProgramKind.DETOX: (3, None),
    ProgramKind.RESIDENTIAL: (7, 14),
    ProgramKind.PHP: (7, 14),
    ProgramKind.IOP: (14, 21),
    ProgramKind.OUTPATIENT: (21, 30),
    ProgramKind.AFTERCARE: (30, 60),
}
# Within which time a safety plan is made, every how many days it is looked at again (None: not any more), and whether
# it is before they leave: by day of care. A second visit is reached in two weeks by a weekly contact.
SAFETY_PLAN = {
    ProgramKind.DETOX: {0: ("", None, True)},
    ProgramKind.RESIDENTIAL: {0: ("72h", 14, True)},
    ProgramKind.PHP: {0: ("7d", 30, False)},
    ProgramKind.IOP: {0: ("14d", 30, False)},
    ProgramKind.OUTPATIENT: {0: ("14d", 60, False)},
    ProgramKind.AFTERCARE: {0: ("1d", 30, False), 120: ("1d", None, False)},
}
SAFETY_PLAN_FIELDS = ("safety_plan_within", "safety_plan_every_days", "safety_plan_before_leaving")
CADENCE_FIELDS = (
    "team_ideal_days",
    "team_max_days",
    "primary_ideal_days",
    "primary_max_days",
    "meeting_first_days",
    "meeting_every_days",
    "meeting_grace_days",
)

# Columns: today, soon and routine (acknowledged, answered), told, introductions of the primary and of others,
# caseload usual and "too many".
TARGETS = {
    ProgramKind.DETOX: ("1h", "4h", "4h", "24h", "8h", "48h", "12h", False, "12ah", "48h", 6, 8),
    ProgramKind.RESIDENTIAL: ("2h", "8h", "8h", "24h", "24h", "72h", "24h", False, "24h", "72h", 8, 10),
    ProgramKind.PHP: ("2h", "day", "1wd", "1wd", "1wd", "3wd", "1wd", False, "day", "5d", 10, 12),
    ProgramKind.IOP: ("4h", "1wd", "1wd", "2wd", "2wd", "5wd", "3wd", True, "3d", "14d", 12, 15),
    ProgramKind.OUTPATIENT: ("4h", "1wd", "1wd", "2wd", "2wd", "5wd", "5wd", True, "7d", "30d", 30, 40),
    ProgramKind.AFTERCARE: ("4h", "1wd", "1wd", "2wd", "2wd", "5wd", "3wd", False, "3d", "14d", 50, 60),
}
TARGET_FIELDS = (
    "ack_today",
    "answer_today",
    "ack_soon",
    "answer_soon",
    "ack_routine",
    "answer_routine",
    "tell_within",
    "tell_at_next_session",
    "introduce_primary",
    "introduce_other",
    "caseload_usual",
    "caseload_max",
)

# Where somebody who talks with one person alone is a sign: in places with a team around them. Percent; 0 is never.
ONLY_ONE = {ProgramKind.RESIDENTIAL: 80, ProgramKind.PHP: 80, ProgramKind.IOP: 80}
# How many conversations in a row they do not start, where they used to: about a week where somebody talks with them
# each day. Of somebody who starts every other one, as ever, four in a row are mere chance one time in sixteen.
CAME_SINCE = {ProgramKind.DETOX: 8, ProgramKind.RESIDENTIAL: 8}

# Contact hours offered for a new site: (weekday, opens, closes).
OFFICE = (
    (0, "08:00", "18:00"),
    (1, "08:00", "18:00"),
    (2, "08:00", "18:00"),
    (3, "08:00", "18:00"),
    (4, "08:00", "17:00"),
)

# On from the first day in a new program; the supervisor switches the others on after 30 days. The orphaned-patient
# rule has no switch: nobody is ever without somebody.
QUIET_START = (
    "safety_not_taken_over",
    "concern_not_answered",
    "concern_not_told",
    "follow_up_due",
    "talk_request_not_kept",
    "silence",
    "meeting_overdue",
    "outreach_due",
)


def standards_of(kind):
    """The default phases of a kind of program, as field values of `Standard`."""
    targets = dict(zip(TARGET_FIELDS, TARGETS[kind], strict=True))
    targets["welcome_within"] = WELCOME[kind]
    asking = dict(zip(("feedback_first_days", "feedback_every_days"), FEEDBACK[kind], strict=True))
    signs = {"one_person_percent": ONLY_ONE.get(kind, 0), "came_since": CAME_SINCE.get(kind, 4)}
    return [
        {
            "from_day": day,
            **dict(zip(CADENCE_FIELDS, days, strict=True)),
            **safety_plan_of(kind, day),
            **asking,
            **targets,
            **signs,
        }
        for day, days in CADENCES[kind].items()
    ]


def safety_plan_of(kind, day):
    """What holds of the safety plan in a phase that begins on that day of care."""
    begun = max(first for first in SAFETY_PLAN[kind] if first <= day)
    return dict(zip(SAFETY_PLAN_FIELDS, SAFETY_PLAN[kind][begun], strict=True))
