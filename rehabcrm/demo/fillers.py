"""The quiet conversations between the events of a story: short notes that hold a person's own words for their life.

`{name}` is what they are called; `{loves}`, `{people}`, `{work}`, `{worry}` and `{calms}` come from the story's `life`.
"""

import datetime

SETTLED_IN = datetime.timedelta(hours=3)

TALKS = (
    "Talked about {loves} for most of it. {name} brought up {worry} at the end, briefly, and left it there.",
    "A short one. {name} had slept and wanted to get on with the day.",
    "{name} had heard from {people}. Good news, told twice.",
    "Asked what would make tonight easier. “{calms}, probably.” Agreed on that.",
    "We went over the week. Two things went well, one did not; {name} named all three before I could.",
    "Back to {worry}. We wrote down what is known and what is only feared, and kept the paper.",
    "Sat together without saying much. {name} said afterwards that this was what was needed.",
    "{name} told me about {work}, the good days only. That was the agreement.",
    "Laughed about the coffee. Then, quieter, about missing {people}.",
    "Went through the plan for the weekend. {people} will be there for part of it.",
    "{name} asked why we do it this way and I explained. Not convinced, and said so. Fair.",
    "Hard night behind {name}. What helped: {calms}.",
    "We looked at the calendar together. {name} counted forward this time, not back.",
    "Practiced saying no to an old friend. {name} played the friend, rather well.",
    "{name} wants to write to {people} and asked me to read it first. I did; it is kind and it is clear.",
    "Walked instead of sitting. Came round to {loves} again, and how long it has been.",
    "Appetite is back. {name} noticed before anybody else did.",
    "Talked about money, which nobody likes. Made a list of three calls; {name} makes two of them.",
    "{name} said: “Ask me again on Thursday.” I will.",
    "Went back to something from last time. {name} had thought about it: half right, half not.",
    "Spoke about {work}: what to keep of it, and what not.",
    "{name} sat by the window and told me about {people}, the whole story from the beginning.",
    "Cravings came in the afternoon and went by evening, thanks to {calms}. Nobody knew until now. Glad to be told.",
    "{name} was here before me and had put the chairs out.",
    "Asked about {loves}: an hour of it yesterday, the first in months.",
    "Said honestly that I do not know yet. {name} would rather have that than a guess.",
    "Tired today. We kept it to ten minutes and one thing, {worry}.",
    "{name} had a question about the medicine and had written it down. Answered on the spot.",
    "Looked at what {name} does without us now: more than either of us had thought.",
    "Heard about a dream with {people} in it. No need to explain it, {name} said, just to tell it.",
    "{name} was annoyed about the noise on the stairs and glad that somebody asked.",
    "We talked about what a good Sunday looks like. It has {loves} in it.",
    "Good spirits. {name} taught me something about {work} that I shall not remember.",
    "A difficult talk with {people} yesterday. {name} stayed calm and is proud of it, rightly.",
    "Reviewed the list on the door. {name} crossed out one line and added two.",
    "Some things get smaller when they are said aloud, {name} thinks. So we said it aloud: {worry}.",
)
HELLOS = (
    "Met on the stairs. All well.",
    "Nodded across the yard.",
    "Brought the paper by.",
    "A wave, and a question about the weather.",
)
TRIES = ("Rang, no answer.", "Not in.", "Engaged twice.")
SEEMED = ("at_ease", "open", "hopeful", "worried", "low", "restless", "guarded", "quiet", "unwell", "hard_to_tell")
WEIGHTS = (24, 20, 14, 10, 9, 6, 5, 6, 4, 2)
GOOD = ("A whole week of mornings.", "Rang {people} without being asked.", "An evening with {loves}.", "Slept through.")

# Words, kind, urgency, the answer and how it was received.
CONCERNS = (
    ("Can I have the window open at night?", "request", "soon", "Yes, the one above the radiator.", "“Thanks.”"),
    ("Why is group before breakfast?", "question", "routine", "Because the room is free then; it is being looked at.",
     "Shrugged. “Fine.”"),
    ("Nobody told me the appointment had moved.", "complaint", "soon",
     "True, and we are sorry. Changes are now texted.", "Nodded."),
    ("Will this be on my record for ever?", "worry", "routine", "Who can read it, and for how long, is on this sheet.",
     "Kept the sheet."),
    ("Could somebody ring my landlord?", "request", "today", "Rang; the rent office waits until the tenth.",
     "Breathed out."),
    ("What happens if I miss one evening?", "question", "routine", "We ring and ask how you are. That is all.",
     "“That is all?”"),
    ("The pills make me sick in the mornings.", "worry", "today", "Take them with supper from tonight.",
     "Will try it for three days."),
    ("I want to see my chart.", "request", "routine", "Read it together on Tuesday, with time for questions.",
     "Liked that."),
    ("The man in the next room plays the radio at two.", "complaint", "soon", "He has headphones now.",
     "“Best news all week.”"),
    ("How long until my head is right again?", "question", "routine", "Weeks rather than days; here is what is known.",
     "Wrote it on the wall."),
)  # fmt: skip
INTRODUCED = {
    "nurse": "Introduced myself; showed where the nurses sit at night.",
    "peer": "Introduced myself. Said that I have been on this side of the table too, and left it at that.",
    "counselor": "Introduced myself and said which days I am here.",
    "case_manager": "Introduced myself: papers, rides, housing, phone calls nobody wants to make.",
    "prescriber": "Introduced myself and left a card for questions about the medicine.",
}
# Agenda, what was explained, and what they made of it.
MEETINGS = (
    ("Where we are", "What has changed since the last meeting, and what has not.", "More has changed than I said."),
    ("The coming weeks", "What the next weeks look like and what can be moved.", "Move nothing. I like to know."),
    ("How the medicine is going", "What the dose does and how long it may stay.", "It stays while it helps."),
    ("What next", "Which doors are open after this, and who holds each.", "One door at a time."),
    ("Looking back", "What helped, from the list on the door.", "People. And {calms}."),
    ("Evenings", "Why evenings are hard and three things that can be tried.", "Two of the three, then."),
)
PROMISES = (
    "Bring the bus times",
    "Ring the pharmacy about the refill",
    "Find out when the dentist comes",
    "Copy the letter",
    "Ask about the library card",
    "Look for the lost charger",
)


def introductions(chance, person, clock):
    """How most of the care team said hello in the first days, as (moment, event) pairs."""
    came = person["admitted"][0]
    for role, username in person.get("care", {}).items():
        if came > 3 and chance.random() < 0.7:
            text = INTRODUCED.get(role, "Introduced myself.")
            moment = clock.at(came - chance.randint(1, 3), _hour(chance, clock))
            yield moment, {"do": "hello", "by": username, "text": _voice(username, text)}


def welcomed(person, clock):
    """The welcome, explained by the primary some hours after they came, as (moment, event) pairs."""
    came, time = person["admitted"][:2]
    if person.get("welcome", came >= 1):
        told = {"do": "welcome", "by": person["primary"], "choice": "When the day ends"}
        yield clock.at(came, time) + SETTLED_IN, told


ASKED_EVERY, ANSWERED = 14, (8, 9, 9, 10)


def asked(chance, person, clock):
    """What they said of their care, every two weeks of a stay that simply goes on, as (moment, event) pairs."""
    came, told = person["admitted"][0], {event["do"] for event in person["events"]}
    if told & {"ask", "discharge", "readmit", "died", "pause"} or chance.random() < 0.12:
        return  # or nobody has thought of it yet
    for day in range(came - ASKED_EVERY // 2, 0, -ASKED_EVERY):
        numbers = {item: chance.choice(ANSWERED) for item in ("heard", "matters", "fits", "overall")}
        event = {"do": "ask", "by": person["primary"], "way": "tablet"}
        yield (
            clock.at(max(day, 1), "15:20"),
            event | ({"answer": numbers} if chance.random() < 0.8 else {"way": "declined"}),
        )


KNOWN = (
    ("interests", "{loves}", "11:10"), ("family", "{people}", "11:12"), ("work", "{work}", "11:14"),
    ("calms", "{calms}", "11:16"),
)  # fmt: skip


def known(person, clock):
    """What the primary learned of somebody's life in the first days, as (moment, event) pairs."""
    came, by = person["admitted"][0], person["primary"]
    if came < 2:
        return
    for kind, words, time in KNOWN:
        fact = {"do": "fact", "by": by, "kind": kind, "words": _first_up(words.format(**person["life"])).rstrip(".")}
        yield clock.at(came - 1, time), fact
    if came > 4:
        told = {"what": "The first days: arriving, sleeping, eating.", "expect": "A meeting about the weeks to come"}
        yield clock.at(came - 1, "11:20"), {"do": "update", "by": by, "kind": "where", **told}


def fill(chance, person, event, clock):
    """The quiet conversations of a `fill` event, as (moment, event) pairs; every few weeks one brings a question."""
    life = {"name": person.get("called") or person["name"][0], **person["life"]}
    day, busy, asked = event["d"], event["busy"], 0
    if "meets" in event:
        yield from _meetings(chance, event, clock, life)
    deck = list(TALKS)
    chance.shuffle(deck)
    while day >= event["until"]:
        if day not in busy:
            by = chance.choice(event["by"])
            moment = clock.at(day, _hour(chance, clock))
            yield moment, _conversation(chance, event, life, by, deck)
            if asked < 2 and day - event["until"] >= 3 and chance.random() < 0.13:
                asked += 1
                yield from _loop(chance, f"fill{day}", by, moment)
        day -= max(1, event["every"] + chance.choice((-1, 0, 0, 0, 1)))


def _meetings(chance, event, clock, life):
    """Meetings on their cadence, each planned the day before."""
    for day in range(event["d"] - event["meets"], event["until"] - 1, -event["meets"]):
        by, key = event["by"][0], f"meeting{day}"
        agenda, explained, own = chance.choice(MEETINGS)
        hour = "17:20" if clock.evenings else "13:20"
        plan = {"do": "plan", "by": by, "id": key, "on": [day, hour], "agenda": agenda}
        yield clock.at(day + 1, "09:15"), plan
        held = {"do": "hold", "by": by, "id": key, "explained": explained, "own": own.format(**life)}
        yield clock.at(day, hour) + datetime.timedelta(minutes=40), held | {"attendees": f"{life['name']} and I"}


def _hour(chance, clock):
    first, last = (9, 20) if clock.round_the_clock else (17, 18) if clock.evenings else (9, 16)
    return f"{chance.randint(first, last):02d}:{chance.choice((0, 5, 10, 20, 25, 35, 40, 50)):02d}"


def _conversation(chance, event, life, by, deck):
    told = {"by": by, "channel": event.get("channel", "in_person")}
    kind = chance.random()
    if kind < 0.08 and told["channel"] == "in_person":
        return told | {"do": "hello", "text": chance.choice(HELLOS)}
    if kind < 0.12:
        return told | {"do": "no_answer", "channel": "call", "text": chance.choice(TRIES), "next": 20}
    if not deck:
        deck += TALKS
    told |= {
        "do": "came" if kind > 0.86 else "talked",
        "text": _voice(by, deck.pop().format(**life)),
        "seemed": [chance.choice(event["seemed"]) if "seemed" in event else chance.choices(SEEMED, WEIGHTS)[0]],
        "minutes": chance.choice((5, 10, 10, 15, 15, 20, 20, 25, 30, 45)),
        "started": "patient" if kind > 0.8 else "staff",
    }
    if chance.random() < 0.14:
        told["helped"] = event.get("helped") or _first_up(life["calms"])
    if chance.random() < 0.06:
        told["good"] = chance.choice(GOOD).format(**life)
    if chance.random() < 0.05:
        told["late"] = chance.choice((5, 26))
    return told


def _loop(chance, key, by, moment):
    """A question that came up, its answer, and that they know it; with a small promise now and then."""
    words, kind, urgency, answer, reply = chance.choice(CONCERNS)
    hour = datetime.timedelta(hours=1)
    yield moment + hour / 4, {"do": "concern", "by": by, "id": key, "words": words, "kind": kind, "urgency": urgency}
    how = chance.choices(("yes", "partly", "no"), (7, 2, 1))[0]
    yield moment + hour * 2, {"do": "answer", "by": by, "id": key, "how": how, "words": answer}
    yield moment + hour * 3, {"do": "tell", "by": by, "id": key, "words": reply}
    settled = chance.choices(("yes", "partly", "not_asked"), (6, 2, 2))[0]
    yield moment + hour * 3.2, {"do": "confirm", "by": by, "id": key, "settled": settled}
    if chance.random() < 0.6:
        small = f"small-{key}"
        yield moment + hour / 3, {"do": "promise", "by": by, "id": small, "what": chance.choice(PROMISES), "due": 2}
        yield moment + hour * 20, {"do": "done", "by": by, "id": small, "told": chance.random() < 0.7}


def _voice(by, text):
    """Everybody writes in their own way, the night nurse in capitals and the peer without any."""
    if by == "felix":
        return text.upper()
    if by == "walt":
        return text.lower().replace("because", "bc").replace(" about ", " abt ").rstrip(".")
    return text


def _first_up(text):
    return f"{text[:1].upper()}{text[1:]}."
