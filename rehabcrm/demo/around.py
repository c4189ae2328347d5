"""Those around somebody in a story, what family says, the welcome, and what is brought to supervision."""

from interactions.choices import WelcomeItem
from interactions.models import CheckIn, FamilyMessage
from interactions.services import facts, feedback, supervision, support, welcome
from patients.models import Consent, Fact, SupportPerson
from staff.calendar import DAY


class Around:
    """The events of a story about who stands by somebody, and how a stay begins and is judged; part of `Player`."""

    def support(self, event, by, now):
        """Somebody close to them; `consent` is the story's name of the one that says what they may hear."""
        consent = Consent.objects.get(pk=self.made[event["consent"]]) if "consent" in event else None
        words = {name: event[name] for name in ("name", "relation", "knows", "wish", "reached_by") if name in event}
        made = support.name_person(patient=self.patient, consent=consent, by=by, now=now, **words)
        self.made[event.get("id", "")] = made.pk

    def support_gone(self, event, by, now):
        support.no_longer(person=self.found(SupportPerson, event), words=event["because"], by=by, now=now)

    def family(self, event, by, now):
        """What somebody else said; `who` is the story's name of somebody who stands by them."""
        person = SupportPerson.objects.get(pk=self.made[event["who"]]) if "who" in event else None
        made = support.note_message(
            patient=self.patient, person=person, said_by=event.get("said_by", ""), words=event["words"],
            answered=event.get("answered", ""), by=by, now=now,
        )  # fmt: skip
        self.made[event.get("id", "")] = made.pk

    def relayed(self, event, by, now):
        message = self.found(FamilyMessage, event)
        support.pass_on(message=message, relayed=event["how"], words=event.get("words", ""), by=by, now=now)

    def welcome(self, event, by, now):
        """All of the welcome, unless the story names its `items`."""
        items = event.get("items", [item.value for item in WelcomeItem])
        chosen = event.get("choice", "The bed by the window") if WelcomeItem.CHOICE in items else ""
        questions = event.get("questions", "")
        welcome.explain(patient=self.patient, items=items, choice_words=chosen, questions=questions, by=by, now=now)

    def bring(self, event, by, now):
        """The last conversation of `by` goes to supervision."""
        last = CheckIn.objects.of(self.patient).by_staff(by).newest_first().first()
        last.patient = self.patient
        supervision.bring(check_in=last, by=by, now=now)

    def shared(self, event, by, now):
        """A fact that is good to talk about with `by`."""
        fact = Fact.objects.of(self.patient).holding().of_kinds(event["kind"]).first()
        fact.patient = self.patient
        facts.share_ground(fact=fact, by=by, now=now)

    def ask(self, event, by, now):
        """They are asked what they think of their care; an `answer` is what they then send."""
        way, leaving = event.get("way", "link"), event.get("leaving", False)
        invitation, _ = feedback.invite(patient=self.patient, way=way, at_leaving=leaving, by=by, now=now)
        if "answer" in event:
            given = feedback.give(invitation=invitation, now=now + DAY / 100, **event["answer"])
            for concern in given.concerns.all():
                self.made[f"{event.get('id', '')} {concern.kind}"] = concern.pk
