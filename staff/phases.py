"""The standards of a phase in sentences, for those who decide on them."""

from staff import day_lists
from staff.spans import within
from staff.wording import many

URGENCIES = (("today", "Today"), ("soon", "By tomorrow"), ("routine", "In a few days"))


def in_words(standard):
    """(what, how soon) for every standard of the phase."""
    told = within(standard.tell_within)
    if standard.tell_at_next_session:
        told = f"at the next session, at the latest {told}"
    return [
        ("Somebody of the team talks with them", cadence(standard.team_ideal_days, standard.team_max_days)),
        ("Their primary talks with them", cadence(standard.primary_ideal_days, standard.primary_max_days)),
        (
            "Meetings about the treatment",
            f"the first within {days(standard.meeting_first_days)}, then {every(standard.meeting_every_days)}; "
            f"overdue {days(standard.meeting_grace_days)} later",
        ),
        ("Asked what they think of their care", asked(standard)),
        ("A safety plan", safety_plan(standard)),
        *(concern(standard, name, label) for name, label in URGENCIES),
        ("An answer is told", told),
        ("The welcome is explained", within(standard.welcome_within)),
        ("The primary is introduced", within(standard.introduce_primary)),
        ("Others on the care team are introduced", within(standard.introduce_other)),
        (
            "In touch after they leave, and after other losses of tolerance",
            f"{day_lists.spoken(standard.outreach_opioid_days)} where opioids were involved, else "
            f"{day_lists.spoken(standard.outreach_days)}; "
            f"by letter only, {day_lists.spoken(standard.outreach_letter_days)}",
        ),
        (
            "Patients of one primary",
            f"usually {standard.caseload_usual}; more than {standard.caseload_max} is too many",
        ),
        *signs(standard),
    ]


def signs(standard):
    """What counts as a sign that a relationship is changing."""
    of = standard.signs_of
    quiet = needed(standard.quiet_signs, of, "conversations")
    return [
        ("Quieter than usual", f"{quiet}, after {standard.quiet_after} and from day {standard.quiet_from_day + 1}"),
        ("They no longer come to us", f"none of the last {standard.came_since}, of 6 before {standard.came_once}"),
        ("Restless or guarded lately", needed(standard.restless_signs, of, "conversations")),
        ("Agreed steps aren’t happening", needed(standard.steps_signs, of, "times asked")),
        ("Missed meetings or planned talks", needed(standard.missed_signs, of, "")),
        ("Feedback is lower", fallen(standard)),
        ("Waiting too long for us", f"{many(standard.waiting_concerns, 'concern')} past the target, or one of safety"),
        ("Knows only one of us", one_person(standard)),
    ]


def needed(n, of, what):
    return f"{n} of the last {of} {what}".strip() if n else "not looked at"


def fallen(standard):
    """From which number on what they say of their care is a sign."""
    low = f"{standard.feedback_low} or lower" if standard.feedback_low else ""
    drop = f"{standard.feedback_drop} lower than last time" if standard.feedback_drop else ""
    return ", or ".join(filter(None, (low, drop))) or "not looked at"


def one_person(standard):
    if not standard.one_person_percent:
        return "not looked at"
    return (
        f"more than {standard.one_person_percent} % of at least {standard.one_person_after} conversations "
        f"in {days(standard.one_person_days)}"
    )


def days(n):
    return many(n, "day")


def every(n):
    return "every day" if n == 1 else f"every {n} days"


def cadence(ideal, longest):
    return f"ideally {every(ideal)}, at least {every(longest)}"


def asked(standard):
    if not standard.feedback_first_days:
        return "only when somebody thinks of it"
    again = f"then {every(standard.feedback_every_days)}" if standard.feedback_every_days else "then no more"
    return f"first after {days(standard.feedback_first_days)}, {again}"


def safety_plan(standard):
    made = f"made {within(standard.safety_plan_within)}" if standard.safety_plan_within else ""
    again = f"looked at again {every(standard.safety_plan_every_days)}" if standard.safety_plan_every_days else ""
    leaving = "before they leave" if standard.safety_plan_before_leaving else ""
    if leaving and not made:
        return "made before they leave" + (f", {again}" if again else "")
    last = " and ".join(filter(None, (again, leaving)))
    return ", ".join(filter(None, (made, last))) or "only when somebody thinks of it"


def concern(standard, name, label):
    taken, answered = (within(getattr(standard, f"{what}_{name}")) for what in ("ack", "answer"))
    return f"A concern for “{label}”", f"taken on {taken}, answered {answered}"
