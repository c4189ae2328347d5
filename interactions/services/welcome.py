"""The welcome: house rules and why, rights, complaints, how to reach us, what comes next, one choice of theirs."""

from django.db import transaction

from interactions.choices import ConcernKind, WelcomeItem
from interactions.contact import move_clocks
from interactions.models import Welcome
from interactions.services.concerns import raise_concern
from interactions.services.facts import learn
from interactions.services.records import add
from patients.choices import FactKind
from patients.services import refuse_if_died
from staff.saving import refuse_unless


@transaction.atomic
def explain(*, patient, items, by, now, choice_words="", questions="", hopes="", explained_at=None):
    """Writes down what of the welcome was explained, and returns it. Each line of `questions` becomes a concern, and
    `hopes` a fact about them.
    """
    refuse_if_died(patient)
    episode = patient.latest_episode
    refuse_unless(episode.is_open, "They are not in care now.")
    refuse_unless(items, {"items": "Tick what you explained."})
    refuse_unless((explained_at or now) <= now, {"explained_at": "This is still to come."})
    refuse_unless(WelcomeItem.CHOICE not in items or choice_words.strip(), {"choice_words": "Which choice was theirs?"})
    order = [item.value for item in WelcomeItem if item in items]
    welcome = Welcome(
        patient=patient,
        episode=episode,
        items=",".join(order),
        choice_words=choice_words,
        questions=questions,
        explained_at=explained_at or now,
    )
    add(welcome, by=by, now=now)
    if hopes.strip():
        learn(patient=patient, kind=FactKind.HOPES, words=hopes, by=by, now=now)
    for words in dict.fromkeys(filter(None, map(str.strip, questions.splitlines()))):
        raise_concern(patient=patient, words=words, kind=ConcernKind.QUESTION, by=by, now=now)
    move_clocks(episode)
    return welcome


def still_to_explain(episode):
    """What of the welcome nobody has explained in this stay, in order."""
    done = ",".join(Welcome.objects.in_stay(episode).values_list("items", flat=True)).split(",")
    return [item for item in WelcomeItem if item.value not in done]
