"""What is known of somebody in a story, what they are told, and their plan."""

import datetime

from interactions.models import Handover, Update
from interactions.services import care, facts, handovers, plan, safety_plans, updates
from patients.models import Adjustment, Fact, Goal, Need, SafetyPlan

DAY = datetime.timedelta(days=1)


class Knowing:
    """The events of a story about who somebody is, what they hear and what they want; part of `Player`."""

    def fact(self, event, by, now):
        facts.learn(patient=self.patient, kind=event["kind"], words=event["words"], by=by, now=now)

    def fact_gone(self, event, by, now):
        fact = Fact.objects.of(self.patient).holding().of_kinds(event["kind"]).get(words=event["words"])
        fact.patient = self.patient
        facts.no_longer(fact=fact, words=event["because"], by=by, now=now)

    def update(self, event, by, now):
        """Told at once, unless the story says `untold`, or on another day (`tell_in` days, `delay`)."""
        later = {"tell_by_at": now + event["tell_in"] * DAY, "delay": event["delay"]} if "tell_in" in event else {}
        made = updates.note_update(
            patient=self.patient,
            kind=event["kind"],
            what=event["what"],
            expect=event.get("expect", ""),
            expect_by_on=self.clock.site.local_date(now) + event["within"] * DAY if "within" in event else None,
            told=not (later or event.get("untold")),
            told_words=event.get("said", ""),
            by=by,
            now=now,
            **later,
        )
        self.made[event.get("id", "")] = made.pk

    def tell_update(self, event, by, now):
        updates.tell(update=self.found(Update, event), words=event.get("said", ""), by=by, now=now)

    def keep_update(self, event, by, now):
        updates.keep(update=self.found(Update, event), words=event["words"], by=by, now=now)

    def not_so(self, event, by, now):
        updates.not_so(update=self.found(Update, event), words=event["words"], by=by, now=now)

    def turn_out(self, event, by, now):
        update = self.found(Update, event)
        updates.turn_out(update=update, turned_out=event["how"], words=event.get("words", ""), by=by, now=now)

    def need(self, event, by, now):
        words = {name: event[name] for name in ("words", "respond", "good") if name in event}
        made = plan.note_need(patient=self.patient, domain=event["domain"], by=by, now=now, **words)
        self.made[event.get("id", "")] = made.pk

    def need_met(self, event, by, now, state="met"):
        plan.settle_need(need=self.found(Need, event), state=state, words=event["words"], by=by, now=now)

    def need_gone(self, event, by, now):
        self.need_met(event, by, now, state="no_longer")

    def goal(self, event, by, now):
        made = plan.set_goal(
            patient=self.patient,
            words=event["words"],
            agreement=event.get("agree", "both"),
            our_view=event.get("view", ""),
            review_on=self.clock.site.local_date(now) + event["again"] * DAY if "again" in event else None,
            by=by,
            now=now,
        )
        self.made[event.get("id", "")] = made.pk

    def goal_again(self, event, by, now):
        plan.review_goal(
            goal=self.found(Goal, event),
            agreement=event["agree"],
            our_view=event.get("view", ""),
            words=event.get("said", ""),
            review_on=self.clock.site.local_date(now) + event["again"] * DAY,
            by=by,
            now=now,
        )

    def goal_end(self, event, by, now):
        plan.settle_goal(goal=self.found(Goal, event), state=event["how"], words=event["words"], by=by, now=now)

    def differently(self, event, by, now):
        made = plan.try_adjustment(
            patient=self.patient,
            words=event["words"],
            because=event["because"],
            review_on=self.clock.site.local_date(now) + event["again"] * DAY if "again" in event else None,
            by=by,
            now=now,
        )
        self.made[event.get("id", "")] = made.pk

    def safety_plan(self, event, by, now):
        """A version of their safety plan, made together unless the story says `together = false`."""
        said = {name: event[name] for name in SafetyPlan.SECTIONS if name in event}
        safety_plans.write_plan(patient=self.patient, together=event.get("together", True), by=by, now=now, **said)

    def plan_fits(self, event, by, now):
        safety_plans.still_fits(plan=self.plan_that_holds(), by=by, now=now)

    def plan_given(self, event, by, now):
        safety_plans.give_copy(plan=self.plan_that_holds(), by=by, now=now)

    def plan_that_holds(self):
        plan = SafetyPlan.objects.of(self.patient).holding().get()
        plan.patient = self.patient
        return plan

    def hand_on(self, event, by, now):
        """Asks `to` to become the primary."""
        to, stays = self.staff(event["to"]), event.get("stays", "")
        made = handovers.ask(patient=self.patient, to=to, because=event["why"], stays_as=stays, by=by, now=now)
        self.made[event["id"]] = made.pk

    def take_on(self, event, by, now):
        care.accept_handover(handover=self.found(Handover, event), by=by, now=now)

    def cannot_take_on(self, event, by, now):
        handovers.decline(handover=self.found(Handover, event), words=event["words"], by=by, now=now)

    def handed(self, event, by, now):
        """Which of the four points are done."""
        done = dict.fromkeys(event["done"], True)
        handovers.tick(handover=self.found(Handover, event), by=by, now=now, **done)

    def it_stays(self, event, by, now):
        adjustment = self.found(Adjustment, event)
        plan.settle_adjustment(adjustment=adjustment, state=event["how"], words=event["words"], by=by, now=now)
