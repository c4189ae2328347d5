"""What staff in the demo do about signs that a relationship is changing: most are asked about within a day or two."""

import datetime

from interactions.choices import SignState
from interactions.models import Signal, TalkRequest
from interactions.services import signals, talks
from interactions.signals import sign_of

DAY = datetime.timedelta(days=1)
SAID = {
    "withdrawing": (
        (SignState.ASKED, "“I am only saving my words.” Wants fewer questions in the morning; agreed."),
        (SignState.NOT_SO, "Always says little on days with visitors before; talked plenty at supper."),
        (SignState.ASKED, "Missing home. We look at the photographs on Sunday."),
    ),
    "restless": (
        (SignState.ASKED, "“The walls.” Walks before lunch from now on, with whoever is free."),
        (SignState.NOT_SO, "Bad back, not mood; the nurse has looked at it."),
    ),
    "steps": (
        (SignState.ASKED, "Too big, in their own words. Cut in half, and they chose the half."),
        (SignState.NOT_SO, "The office was closed both weeks; the step is fine."),
    ),
    "missing": (
        (SignState.ASKED, "Did not want to sit in that room. We walk instead."),
        (SignState.NOT_SO, "The invitation went to the old number, twice. Ours to mend."),
    ),
    "feedback": (
        (
            SignState.ASKED,
            "“Nobody asks what I want to do with the afternoon.” Asked now: the piano room.",
        ),
        (SignState.NOT_SO, "Read the scale the other way round, and laughed when we saw it together."),
    ),
    "only_one": (
        (SignState.ASKED, "Would like to know somebody for the weekends too. Introduced a colleague."),
        (SignState.NOT_SO, "Their own wish for these weeks, talked over in the team."),
    ),
}


class Asking:
    """The events of a story about signs; part of `Player`."""

    asked = 0

    def ask_about_signs(self, now):
        """Somebody asks about what appeared more than a day ago, unless the story says that nobody does."""
        if self.person.get("unasked"):
            return
        for sign in Signal.objects.of(self.patient).standing(now).filter(appeared_at__lt=now - DAY):
            if sign_of(self.patient, sign.rule, sign.recorded_by, now):
                said = SAID[sign.rule]
                how, words = said[self.asked % len(said)]
                self.asked += 1
                signals.answer(
                    patient=self.patient, rule=sign.rule, answer=how, words=words, by=sign.recorded_by, now=now
                )

    def sign(self, event, by, now):
        """Answers one: `how` with its `words`, or put off for `in` days."""
        day = self.clock.site.local_date(now) + event["in"] * DAY if "in" in event else None
        signals.answer(
            patient=self.patient, rule=event["rule"], answer=event["how"], words=event.get("words", ""),
            ask_on=day, by=by, now=now,
        )  # fmt: skip

    def not_there(self, event, by, now):
        talk = self.found(TalkRequest, event)
        talks.not_there(talk=talk, words=event["words"], barrier=event.get("barrier", ""), by=by, now=now)
