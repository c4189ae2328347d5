"""Boundaries in the demo: policies and who has read them, agreements, events of every kind, reports, a late text."""

from datetime import time, timedelta

from interactions.models import CheckIn
from interactions.services import boundaries, boundary_events, checkins, safety_reports
from patients.models import Patient
from staff import policies
from staff.boundary_querysets import working_in

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POLICY = """\
Cards, drawings and baked things for everybody: thank them, and write it down. Anything worth more than a few dollars,
and money in either direction: not without your supervisor.
Contact in your hours and through the numbers of the house. Never from your own phone, never from your own accounts.
Met by chance: they greet first or nobody does. Nobody confirms that we know each other.
When you are not sure, say so early. Nobody is blamed for asking."""
NO_POLICY_YET = {"w_young"}
LATE_READERS = {"desmond", "keoni"}

# (patient, by, what was agreed, days ago, until so many days from now, what became of it)
AGREED = (
    ("Halloran", "tomas", "Texts from his sister’s phone are not answered; he calls himself.", 9, None, ""),
    ("Yamada-Wells", "june", "Any hour while he looks for a room.", 44, None, "replaced"),
    ("Novak", "ellis", "No contact on weekends: those are her sister’s.", 30, 60, ""),
    ("Saleh", "carmen", "Texts at noon only.", 26, None, "ended"),
)
# (patient, by, weight, kind, in one line, days ago, more, what the review said)
EVENTS = (
    ("Fontaine", "june", "note", "small_gift", "A bookmark she crocheted for each of us.", 6, {}, ""),
    ("Oduya", "carmen", "note", "met", "Met her at the market. She waved, I waved, we both walked on.", 12, {}, ""),
    ("Adusei", "nadia", "talk", "gift", "He left a watch in my pigeonhole. I have not worn it.", 5,
     {"rationale": "Giving it back in front of others would have shamed him.", "consulted": "Walt",
      "told_words": "That it moved me, and that I cannot keep it."},
     "We talked. The watch goes back with a card, in private."),
    ("Dzurik", "desmond", "talk", "money", "Asked me for twenty dollars until Friday. I said no.", 20, {},
     "Right so. The emergency fund is now on the sheet."),
    ("Karaman", "carmen", "talk", "social_media", "A friend request from him on my private account.", 2, {}, ""),
    ("Abernathy", "desmond", "talk", "other_relation", "Her aunt is my landlady, I learned today.", 8, {},
     "Another case manager takes the housing part."),
    ("Castellano", "walt", "talk", "beyond", "Answered on my own phone at eleven at night, twice.", 4,
     {"alternatives": "The nurse line."}, ""),
    ("Bello", "june", "talk", "told_more", "Told her about my divorce. It was for me, not for her.", 15, {},
     "Good that it was said. Supervision next week."),
    ("Marchetti", "june", "serious", "romantic", "She asked me to marry her, and she meant it.", 0.5,
     {"rationale": "I said that I am glad she trusts me, and that this cannot be.", "instead_staff": "tomas"}, ""),
    ("Nakamura", "noelani", "serious", "harassment", "Remarks about her body to another patient, heard at lunch.", 10,
     {"concerns": "rafael", "instead_staff": "keoni"}, "Spoken with, in writing; two work together from now on."),
    ("Tran", "hana", "serious", "substances", "A bottle was offered to him at the door.", 30,
     {"concerns": "rafael", "instead_staff": "keoni"}, "Looked into, and settled with the office."),
    ("Ferreira", "keoni", "serious", "threat", "“If you leave me here I know where you park.”", 9,
     {"instead_staff": "dev"}, "Two go to the cars for now. She said sorry."),
    ("Tuiasosopo", "noelani", "serious", "exploitation", "Was made to clean somebody’s car for a later curfew.", 3,
     {"concerns": "rafael", "instead_staff": "hana"}, "He is away; the house rule is said again to all."),
)  # fmt: skip
# (patient, by, who is at risk, what was said, hours ago, whether the supervisor knows, decision)
REPORTS = (
    ("Pruitt", "june", "child", "He said that his boy, six, is alone when the aunt works nights.", 50, True,
     {"state": "reported", "reported_to": "The county’s child line, by phone", "reported_after": 3,
      "words": "Counsel was asked first.", "patient_told": "yes", "patient_told_words": "Before we called."}),
    ("Renner", "june", "dependant", "His mother’s helper takes her pension, he thinks.", 90, True,
     {"state": "not_reported", "words": "Counsel saw no way without his consent; he wants to talk with her first.",
      "patient_told": "no", "patient_told_words": "He asked us to wait until he has talked with her."}),
    ("Vasquez-Thorne", "tomas", "named", "She named the man, and said what she would do if she saw him.", 26, False,
     {}),
)  # fmt: skip


def play(world):
    """Plays all of it, of those whose stories are told; returns nothing."""
    publish(world)
    for play_one, told in ((agreement, AGREED), (event, EVENTS), (report, REPORTS)):
        for family_name, by, *more in told:
            patient = person(family_name)
            if patient:
                play_one(world, patient, world.staff[by], *more)
    curtis = person("Yamada-Wells")
    if curtis:
        late_text(world, curtis)


def person(family_name):
    return Patient.objects.with_care().filter(family_name=family_name).first()


def publish(world):
    """A policy for each program but the newest, which most have read."""
    then = world.now - 60 * DAY
    admins = {admin.site_id: admin for admin in (world.staff["greta"], world.staff["pua"])}
    here = working_in(world.programs.values(), world.now)
    people = {member.pk: member for member in world.staff.values()}
    for key, program in world.programs.items():
        if key in NO_POLICY_YET:
            continue
        policy = policies.publish(program=program, text=POLICY, by=admins[program.site_id], now=then)
        for member in sorted((people[pk] for pk in here[program.pk]), key=lambda member: member.pk):
            if member.username not in LATE_READERS and policies.is_asked(member):
                policies.acknowledge(policy=policy, by=member, now=then + DAY)


def agreement(world, patient, by, words, ago, ahead, became):
    then = world.now - ago * DAY
    until_on = patient.latest_episode.program.site.local_date(world.now) + ahead * DAY if ahead else None
    made = boundaries.agree(patient=patient, words=words, until_on=until_on, by=by, now=then)
    if became == "replaced":
        boundaries.replace(
            agreement=made, words="Calls only, after four, and texts until 18:00.", by=by, now=then + 2 * DAY
        )
    elif became == "ended":
        boundaries.end(agreement=made, words="He works days now.", by=by, now=then + 12 * DAY)


def event(world, patient, by, weight, kind, words, ago, more, said):
    then = world.now - ago * DAY
    more = {
        name: world.staff[value] if name in ("concerns", "instead_staff") else value for name, value in more.items()
    }
    made = boundary_events.note_event(patient=patient, weight=weight, kind=kind, words=words, by=by, now=then, **more)
    if said:
        program = patient.latest_episode.program
        lead = program.lead if program.lead != made.concerned else program.deputy
        boundary_events.review(event=made, words=said, by=lead, now=then + HOUR / 2)
        if made.second_staff_id:
            boundary_events.review(event=made, words="I see it as they do.", by=made.second_staff, now=then + HOUR)


def report(world, patient, by, at_risk, words, ago, known, decision):
    then = world.now - ago * HOUR
    told = then + HOUR / 3 if known else None
    made = safety_reports.report(patient=patient, at_risk=at_risk, seen_words=words, by=by, now=then)
    if told:
        safety_reports.know(report=made, by=made.supervisor, now=told)
    if decision:
        decision = dict(decision)
        after = decision.pop("reported_after", None)
        if after:
            decision["reported_at"] = then + after * HOUR
        safety_reports.decide(report=made, by=made.supervisor, now=then + 4 * HOUR, **decision)


def late_text(world, curtis):
    """Texts at half past ten in the evening, off duty; after one of them support was wanted."""
    june = world.staff["june"]
    site = curtis.latest_episode.program.site
    for days, words, support in (
        (9, "He wrote that the room is cold. I wrote back.", ""),
        (6, "He could not sleep. I answered from bed.", ""),
        (3, "Three texts in a row; I answered the last.", "I keep my phone beside me because of him."),
    ):
        day = site.local_date(world.now) - days * DAY
        at = site.moment(day, time(22, 30))
        made = checkins.log_conversation(
            patient=curtis, by=june, now=at, happened="talked", channel="text", text=words, started_by="patient"
        )
        if support:
            boundary_events.ask_support(check_in=CheckIn.objects.get(pk=made.pk), words=support, by=june, now=at)
