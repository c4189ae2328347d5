"""Who the demo is about: the written stories, and further people made up from small lists of our own."""

import tomllib
from itertools import chain, zip_longest
from pathlib import Path

STORIES = ("detox", "residential", "evening", "left", "windward")

GIVEN = (
    "Abel", "Adaeze", "Alma", "Amir", "Anouk", "Astrid", "Bao", "Berta", "Bram", "Calla", "Casimir", "Chidi", "Clio",
    "Cormac", "Dagny", "Dario", "Delphine", "Ebba", "Efua", "Elio", "Esme", "Fadil", "Fern", "Gideon", "Greer",
    "Halina", "Hector", "Hiro", "Idris", "Imke", "Isolde", "Jarek", "Juno", "Kamila", "Kofi", "Lars", "Leocadia", "Luz",
    "Maeve", "Malik", "Mireille", "Nadim", "Nora", "Odell", "Olive", "Pascal", "Perpetua", "Quinn", "Rahel", "Ramona",
    "Rufus", "Saskia", "Selim", "Sunniva", "Tavita", "Tilda", "Ulises", "Vesna", "Wilhelmina", "Yara", "Zeno",
)  # fmt: skip
FAMILY = (
    "Abara", "Achterhuis", "Alder", "Amaro", "Baptiste", "Barrow", "Bellweather", "Birch", "Calloway", "Castellan",
    "Chatterjee", "Cloud", "Dabrowski", "Delacroix-Moss", "Dunleavy", "Ekström", "Espinoza", "Fairweather", "Farrow",
    "Fujimoto", "Garrick", "Ghali", "Goodnight", "Hargreave", "Ibarra", "Inoue", "Jardine", "Kealamakia", "Kowalczyk",
    "Lachance", "Larkin", "Mahelona", "Marchbanks", "Mbeki", "Merriweather", "Nightingale", "Nwosu", "Oyelaran",
    "Pemberton", "Pham", "Quispe", "Rasmussen", "Rosewood", "Sandoval-Pike", "Sundqvist", "Tamm", "Thistlewood",
    "Toivonen", "Underhill", "Vaszary", "Velázquez", "Waihee", "Winterbourne", "Xiong", "Yellowlees", "Zabriskie",
)  # fmt: skip
PRONOUNS = ("she/her", "he/him", "they/them")
LOVES = (
    "crossword puzzles", "long-distance buses", "bird calls", "old tractors", "knitting", "card tricks", "stargazing",
    "karaoke", "freshwater fishing", "secondhand books", "trail running", "bread", "model trains", "salsa nights",
)  # fmt: skip
PEOPLE = (
    "an old roommate", "a cousin in Duluth", "the twins", "a grandmother", "a former foreman", "the neighbors",
    "a brother at sea", "an aunt with a loud laugh", "the pastor", "a friend from school",
)  # fmt: skip
WORK = (
    "the cannery", "a call center", "the print works", "night security", "the garden center", "a school bus route",
    "the hotel kitchen", "drywall", "the county records office", "the bike shop",
)  # fmt: skip
WORRY = (
    "the rent", "a court date", "sleep", "the holidays", "an old friend who still calls", "the car payment",
    "being alone on Sundays", "the knee", "what to say at work", "the long evenings",
)  # fmt: skip
CALMS = (
    "a hot shower", "a walk around the block", "the radio", "cold water on the wrists", "tidying a drawer", "tea",
    "a phone call", "breathing slowly with the window open", "headphones", "folding laundry",
)  # fmt: skip
FIRST = (
    "Came in with one bag and a list of questions. Explained the rules here and why we have them.",
    "First visit. Talked about what brought them here, a little, and what they hope for, a little more.",
    "Arrived early and waited outside until the hour. Showed them round; chose the chair by the door.",
    "A careful first talk. Asked who should be rung and who should not, and wrote it down.",
    "Wanted to know whether anybody here had time. Yes, and said when.",
)
OWN_WORDS = (
    "One day, then the next.",
    "I will try it your way for a week.",
    "Sleep first.",
    "I want my mornings back.",
)
REACH = (
    {"ways": "Call", "may_leave_message": True, "message_words": "Please call back", "times": "Evenings"},
    {"ways": "Text", "may_leave_message": False, "times": "Any time but Sundays"},
    {"ways": "Call, Text", "may_leave_message": True, "message_words": "It is about Tuesday"},
)

# Where made-up people are: the program, who may be their primary, how long ago they may have come, and how often
# somebody talks with them.
PLACES = (
    ("detox", ("nadia", "june"), (1, 5), 1),
    ("res", ("tomas", "june"), (5, 55), 2),
    ("day", ("desmond", "june"), (5, 40), 3),
    ("eve", ("june", "carmen"), (8, 55), 4),
    ("out", ("carmen", "desmond"), (20, 300), 11),
    ("w_res", ("keoni", "dev"), (5, 80), 2),
    ("w_out", ("dev", "keoni"), (20, 300), 11),
    ("w_close", ("noelani",), (10, 200), 12),
)


def stories():
    """The written stories, one of each file in turn, so that the first few already differ."""
    files = []
    for name in STORIES:
        with (Path(__file__).parent / "stories" / f"{name}.toml").open("rb") as file:
            files.append(tomllib.load(file)["person"])
    return [person for person in chain.from_iterable(zip_longest(*files)) if person]


def cast(chance, count):
    """`count` people: the written stories first (all of them when `count` is None), then made-up ones."""
    people = stories()[:count]
    taken = {tuple(person["name"]) for person in people}
    while count is not None and len(people) < count:
        people.append(made_up(chance, len(people), taken))
    return people


def made_up(chance, n, taken):
    """A person with a life, a program and an ordinary stay."""
    name = (chance.choice(GIVEN), chance.choice(FAMILY))
    if name in taken and len(taken) < len(GIVEN) * len(FAMILY):
        return made_up(chance, n, taken)
    taken.add(name)
    program, primaries, (newest, oldest), every = chance.choice(PLACES)
    came, primary = chance.randint(newest, oldest), chance.choice(primaries)
    person = {
        "key": f"person-{n}",
        "name": name,
        "pronouns": chance.choice(PRONOUNS),
        "age": chance.randint(19, 74),
        "phone": f"555 {chance.randint(1000, 9999)}",
        "admitted": [came, f"{chance.randint(9, 15):02d}:30"],
        "program": program,
        "primary": primary,
        "came": chance.choice(("own", "own", "encouraged")),
        "opioid": chance.random() < 0.4,
        "life": {
            "loves": chance.choice(LOVES),
            "people": chance.choice(PEOPLE),
            "work": chance.choice(WORK),
            "worry": chance.choice(WORRY),
            "calms": chance.choice(CALMS),
        },
    }
    if chance.random() < 0.8:
        person["reach"] = chance.choice(REACH)
    person["events"] = [
        {"d": came, "t": "16:15", "do": "talked", "by": primary, "text": chance.choice(FIRST), "minutes": 30},
        *(_meeting(chance, came, primary) if came > 6 else ()),
        {
            "d": came - 1,
            "until": chance.choice((1, 2, every, every + 2)),
            "do": "fill",
            "every": every,
            "by": [primary],
        },
    ]
    return person


def _meeting(chance, came, primary):
    day = came - chance.randint(2, 4)
    yield {
        "d": day,
        "t": "09:10",
        "do": "plan",
        "by": primary,
        "id": "m1",
        "on": [day, "11:00"],
        "agenda": "How it starts",
    }
    yield {
        "d": day,
        "t": "11:40",
        "do": "hold",
        "by": primary,
        "id": "m1",
        "attendees": "The two of us",
        "explained": "What the coming weeks look like.",
        "own": chance.choice(OWN_WORDS),
    }
