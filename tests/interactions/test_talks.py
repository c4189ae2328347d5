from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from interactions.choices import TalkState
from interactions.models import TalkRequest
from interactions.services import talks
from tests.factories import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def promised(dana, mara):
    return talks.request_talk(patient=dana, due_at=NOW + HOUR, topic="Her son", by=mara, now=NOW)


def test_a_talk_is_promised_for_a_time_to_come(promised, dana, mara):
    assert (promised.owner, promised.asked_at, promised.promised_at) == (mara, NOW, NOW)
    with pytest.raises(ValidationError, match="still to come"):
        talks.request_talk(patient=dana, due_at=NOW, by=mara, now=NOW)


@pytest.mark.parametrize(
    ("act", "state"),
    [("keep", TalkState.KEPT), ("miss", TalkState.MISSED), ("withdraw", TalkState.WITHDRAWN)],
)
def test_it_ends_once(promised, mara, act, state):
    talk = getattr(talks, act)(talk=promised, words="So it was", by=mara, now=NOW + HOUR)

    assert (talk.state, talk.settled_at, talk.settled_by, talk.outcome_words) == (state, NOW + HOUR, mara, "So it was")
    for again in (talks.keep, talks.miss, talks.withdraw):
        with pytest.raises(ValidationError, match="Somebody was quicker"):
            again(talk=promised, by=mara, now=NOW)
    assert not TalkRequest.objects.open().exists()


def test_another_time_is_a_new_clock(promised, mara):
    talk = talks.move(talk=promised, due_at=NOW + DAY, by=mara, now=NOW + HOUR)

    assert (talk.state, talk.due_at, talk.promised_at, talk.asked_at) == (
        TalkState.PROMISED, NOW + DAY, NOW + HOUR, NOW,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="still to come"):
        talks.move(talk=talk, due_at=NOW, by=mara, now=NOW + HOUR)
