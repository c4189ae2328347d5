"""The conversations of the simulated world: who talks with whom and when, and what comes of it."""

from datetime import timedelta

from interactions.models import Concern, FollowUp, Step, TalkRequest
from interactions.services import checkins
from patients.models import OutreachDay, Patient

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URGENCIES = ("routine",) * 7 + ("soon", "soon", "today")


class Talks:
    """What a `World` does about talking with people."""

    def talk_again(self, pk, *, after, own=False):
        """The next talk with them, in place of the one that was planned. Round the clock there are two: that of the
        whole floor, and (`own`) that of their primary.
        """
        program, primary = self.stays[pk]
        people = [primary] if own or not program.round_the_clock else self.floor(program, primary)
        if self.is_away(primary, self.now + after):
            people = self.floor(program, primary)  # who covers sees the people of a colleague among their own
        begins = [self.work[one.pk].next_at_work(self.now + after) for one in people]
        begins = min((moment for moment in begins if moment), default=self.now + 40 * DAY)
        self.turns[pk, own] = next(self.order)
        self.at(begins + self.chance.uniform(0.02, 0.9) * HOUR, self.talk_in_turn, pk, own, self.turns[pk, own])

    def talk_in_turn(self, pk, own, turn):
        if turn == self.turns[pk, own]:
            self.talk(pk, own)

    def talk_if_silent(self, pk, since):
        """Who was reminded `since` talks with them, unless somebody did meanwhile."""
        last = self.patient(pk).latest_episode.cadence.last_conversation_at
        if last is None or last < since:
            self.talk(pk)

    def floor(self, program, primary):
        return [primary, *(one for one in self.colleagues[primary.pk] if one != program.lead)]

    def is_at_work(self, person):
        return self.work[person.pk].next_at_work(self.now) == self.now

    def is_away(self, person, moment):
        return self.work[person.pk].back(moment) != moment

    def talk(self, pk, own=True):
        patient, (program, primary), chance = self.patient(pk), self.stays[pk], self.chance
        on_floor = [] if own or not program.round_the_clock else filter(self.is_at_work, self.floor(program, primary))
        person = chance.choice(list(on_floor) or [self.on_duty(primary)])
        if chance.random() < 0.08:
            checkins.log_conversation(patient=patient, by=person, now=self.now, happened="no_answer", channel="call")
            return self.talk_again(pk, after=chance.uniform(2, 24) * HOUR, own=own and program.round_the_clock)
        made = checkins.log_conversation(
            patient=patient, by=person, now=self.now, happened="talked", text="We talked.",
            concerns=[{"words": "When?", "urgency": chance.choice(URGENCIES)}] if chance.random() < 0.12 else [],
            follow_ups=[{"what": "Call the landlord"}] if chance.random() < 0.25 else [],
            talk_request=self.another_time() if chance.random() < 0.04 else None, seemed=self.seemed(),
            steps_asked=self.steps(patient), steps_chosen=[{"words": "Walk"}] if chance.random() < 0.1 else [],
            started_by=chance.choice(("patient", "staff", "staff")),
        )  # fmt: skip
        for concern in Concern.objects.filter(check_in=made):
            self.soon(self.take_on, concern.pk, person=concern.owner, after=self.pause())
        for promise in FollowUp.objects.filter(check_in=made):
            if chance.random() < 0.85:
                self.soon(self.keep_promise, promise.pk, person=promise.owner, after=chance.uniform(1, 24) * HOUR)
        for talk in TalkRequest.objects.filter(check_in=made):
            if chance.random() < 0.85:
                self.soon(self.keep_talk, talk.pk, person=talk.owner, after=(talk.due_at - self.now) * chance.random())
        if chance.random() < 0.05:
            self.news(patient, person, primary)
        if chance.random() < 0.003:
            self.unsafe(patient, person)
        if self.edge.random() < 0.02 and person != program.lead:
            self.at_the_edge(patient, person)
        standard = program.standards.all()[0]
        next_talks = [(standard.team_ideal_days, False)]
        if program.round_the_clock and person == primary:
            next_talks.append((standard.primary_ideal_days, True))
        for days, own in next_talks:
            if chance.random() < 0.94:  # else it is forgotten until somebody is reminded
                self.talk_again(pk, after=days * chance.uniform(0.6, 1.25) * DAY, own=own)

    def seemed(self):
        """How they seemed, where somebody noted it; hard days come and go."""
        if self.chance.random() < 0.4:
            return []
        return self.chance.choices((["at_ease"], ["low"], ["quiet"], ["restless"], ["guarded"]), (60, 24, 6, 6, 4))[0]

    def steps(self, patient):
        """How the step that they chose last went."""
        step = Step.objects.of(patient).open().order_by("-pk").first() if self.chance.random() < 0.5 else None
        if step is None:
            return []
        step.patient = patient
        return [(step, self.chance.choice(("done", "partly", "partly", "not_yet")))]

    def another_time(self):
        return {"topic": "", "due_at": self.now + self.chance.uniform(3, 30) * HOUR}

    def reach(self, pk):
        """Whoever stays in touch calls, mostly reaches them, and else tries again later that day."""
        day = OutreachDay.objects.open().with_people().get(pk=pk)
        patient, reached = Patient.objects.with_care().get(pk=day.patient_id), self.edge.random() < 0.75
        how = {"happened": "talked", "text": "We talked."} if reached else {"happened": "no_answer"}
        checkins.log_conversation(patient=patient, by=day.owner, now=self.now, channel="call", **how)
        if not reached:
            self.soon(self.reach, pk, person=day.owner, after=2 * HOUR)
