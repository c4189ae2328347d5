"""The practices of the field, and where each of them lives in the program. For somebody who is new here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Practice:
    """`where` are pages of everybody as (label, route); `on_a_patient` words for what stands on a patient's pages."""

    name: str
    how: str
    where: tuple = ()
    on_a_patient: str = ""


TODAY, PATIENTS = ("My day", "interactions:today"), ("Patients", "patients:list")
PRACTICES = (
    Practice(
        "Be patient: most stages pass",
        "Each conversation may say how they seemed. The strip draws it day by day and shades the first week of detox.",
        on_a_patient="Brief: how they seemed",
    ),
    Practice(
        "Get to know them, and introduce yourself",
        "Facts about their life, not their illness, each with who learned it and when. Everybody on the care team is "
        "“not yet introduced” until a conversation says so.",
        on_a_patient="About; Care team",
    ),
    Practice(
        "Welcome them, and ask what they hope for",
        "House rules and why, rights, how to complain, how to reach us, what comes next, one choice of theirs: as much "
        "as they can hear, until all of it was explained. What they hope for is asked then, and at meetings again.",
        on_a_patient="What we owe: welcome to explain",
    ),
    Practice(
        "Listen, and show it by following up",
        "What they raise stands in their own words until they know the answer and say whether that answered it.",
        where=(("Concerns", "interactions:concerns"),),
        on_a_patient="Relationship: a concern",
    ),
    Practice(
        "Understand what they need",
        "Needs with how best to respond, and what good looks like to them.",
        on_a_patient="Plan: needs",
    ),
    Practice(
        "Keep them informed",
        "Meetings on a cadence that moves with the last one held; questions left become concerns; a sheet in plain "
        "words to take along.",
        where=(("Meetings", "interactions:meetings"),),
        on_a_patient="Relationship: plan a meeting",
    ),
    Practice(
        "Be honest",
        "What they must hear, who tells them and by when; what we said would come, and what came. A setback that they "
        "do not know of is owed by the end of the next day of care.",
        on_a_patient="Relationship: something to tell them; Plan: what we said would come",
    ),
    Practice(
        "Be there, or promise a time",
        "“Not now” cannot be written down without another time; it is kept, missed or moved by somebody.",
        where=(TODAY,),
        on_a_patient="Log a conversation: promise another time",
    ),
    Practice(
        "Keep promises",
        "Whatever is promised has an owner and a time, and they hear when it is done.",
        where=(("Promises", "interactions:follow_ups"),),
    ),
    Practice(
        "Maintain boundaries",
        "What holds in your programs, and what was agreed with one person about contact. A contact outside your hours "
        "is marked by itself and asks whether you want support; it accuses nobody. What is more than a note is talked "
        "over.",
        where=(("Our boundaries", "boundaries"),),
        on_a_patient="Boundaries: agreements, a boundary event, somebody else at risk",
    ),
    Practice(
        "Work as a team, as equals",
        "Goals in their own words, with both sides’ agreement or an honest disagreement. A change of primary is "
        "accepted first, then told, introduced, gone through, and goodbye is said.",
        on_a_patient="Plan: goals; Care team: hand over",
    ),
    Practice(
        "Know what is new since you were last here",
        "What colleagues told them and what was not settled stands on top of their page and on your day.",
        where=(TODAY,),
    ),
    Practice(
        "Stay calm with them",
        "After a hard hour their page says what helped this person last time, else what the program advises. "
        "A conversation can be brought to supervision by a tick that only you and your supervisor see.",
        where=(TODAY,),
        on_a_patient="Relationship; Log a conversation",
    ),
    Practice(
        "Hear the family, with consent",
        "Who stands by them and who must not know; what may be told follows the consent that holds. What family says "
        "is kept apart, and reaches them only if they wish.",
        on_a_patient="Family and friends",
    ),
    Practice(
        "Hear what they think of us",
        "A minute’s form in their own hand, on a device you hand over or by a link, in English or Spanish. "
        "Nobody changes it; what they ask and suggest becomes a concern with an answer, or an honest no.",
        on_a_patient="What they say",
    ),
    Practice(
        "Do it differently for somebody",
        "What we changed for one person and why, tried until a day, then kept or dropped.",
        on_a_patient="Plan: what we do differently",
    ),
    Practice(
        "Recognize change and withdrawal",
        "Plain signs with what they rest on: quieter than usual, missed meetings, steps that do not happen, waiting "
        "too long for us. Each ends with what you asked and they said, or why it is not so. No score, no prediction.",
        where=(TODAY,),
        on_a_patient="Relationship: how it stands between us",
    ),
    Practice(
        "A net for hard moments",
        "The safety plan is made together, in their own words: early signs, what helps, whom to call. It is looked at "
        "again on its days, and the card fits a pocket and says to nobody who carries it or why. It is no assessment.",
        on_a_patient="Safety plan",
    ),
    Practice(
        "Nobody is forgotten on a shift",
        "Everyone now in care on one page, one tap each, printed for the handover.",
        where=(("Floor", "interactions:floor"),),
    ),
    Practice(
        "Somebody hears of it when nobody speaks",
        "Silence, a late answer, a missed meeting: the primary is reminded, then the supervisor.",
        where=(("Reminders", "interactions:reminders"), TODAY),
    ),
    Practice(
        "Ninety days and longer",
        "Days in care stand on their page; milestones are for you to recognize with them.",
        on_a_patient="Relationship: next milestone",
    ),
    Practice(
        "Stay close when the danger is highest",
        "After they leave, after detox, hospital or custody, and whenever they may tolerate less than before, somebody "
        "is named for each day of a plan. A conversation keeps a day; nobody ticks anything off.",
        where=(TODAY,),
        on_a_patient="Staying close",
    ),
    Practice(
        "Come back without shame",
        "Whoever comes back is welcomed in two clicks, and what was kept for their return comes back with them.",
        where=(PATIENTS,),
        on_a_patient="Stays: welcome back",
    ),
    Practice(
        "Words that heal",
        "While you write, a quiet line may show another way to say it. It holds nobody up; quotations, the patient’s "
        "own words and how they speak of themselves are left alone. An admin looks after the list.",
        on_a_patient="Every long box; About: how they speak of themselves",
    ),
    Practice(
        "When safety is at stake, a person acts first",
        "“Right now” opens the steps and the numbers; until somebody has taken over it stands on every screen.",
        on_a_patient="Relationship: Right now",
    ),
    Practice(
        "Reach them safely",
        "How to reach somebody without harm stands above every number.",
        on_a_patient="About: to reach them safely",
    ),
    Practice(
        "Honest when somebody else required it",
        "Who required the stay, what is reported and what never is, from the first conversation on.",
        on_a_patient="Stays; Consents",
    ),
)
