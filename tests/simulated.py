"""A world of five time zones whose staff work, put off, forget and answer what reminds them, as the clock is moved."""

import heapq
import itertools
import random
from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError

from interactions.choices import OWED, ConcernState, MeetingState, PromiseState, TalkState, UpdateState
from interactions.deadlines import ASK_AGAIN
from interactions.models import BoundaryEvent, Concern, FollowUp, Meeting, Reminder, Signal, TalkRequest, Update
from interactions.reminder_rules import RULES
from interactions.services import (
    boundary_events,
    care,
    checkins,
    concerns,
    feedback,
    meetings,
    plan,
    promises,
    safety,
    safety_plans,
    signals,
    talks,
    updates,
)
from interactions.working_time import WorkingTime
from patients.models import Goal, OutreachDay, Patient, SafetyPlan
from staff import services as staff
from staff.choices import ProgramKind
from staff.models import AwayPeriod, FloorTeamMember, Holiday, Program, StaffMember, WorkingHours
from tests.factories import make_episode, make_on_call, make_patient, make_site, make_staff
from tests.simulated_talks import DAY, HOUR, Talks

# Zone, kind, how many patients, how long a stay lasts (days).
PLACES = (
    ("Australia/Lord_Howe", ProgramKind.OUTPATIENT, 1.5, (120, 240)),
    ("Pacific/Apia", ProgramKind.RESIDENTIAL, 1, (30, 60)),
    ("America/Phoenix", ProgramKind.IOP, 1.2, (50, 90)),
    ("America/New_York", ProgramKind.RESIDENTIAL, 1, (30, 60)),
    ("Europe/Berlin", ProgramKind.OUTPATIENT, 1.5, (120, 240)),
)
HOLIDAYS = ((1, 1), (7, 5), (12, 24))


class World(Talks):
    """Sites, programs, people and patients, and an agenda of what somebody does next.

    With `per_place` the first patients come within ten days; without it each clinician has as many as is usual by the
    standards of the program, who have been in care for longer or shorter when the world begins.
    """

    def __init__(self, *, began_at, per_place=None, places=PLACES, seed=1):
        self.chance, self.edge = random.Random(seed), random.Random(seed + 1000)
        self.agenda, self.order = [], itertools.count()
        self.began_at, self.now, self.acts, self.refused = began_at, began_at, 0, 0
        self.looked_at, self.places = began_at, places
        self.stays, self.work, self.colleagues, self.names = {}, {}, {}, itertools.count()
        self.turns = {}  # which of the talks planned with a patient, and with their primary, still stands
        for number, (zone, kind, share, stay) in enumerate(places):
            self.open(number, zone, kind, per_place and round(share * per_place), stay)

    def open(self, number, zone, kind, patients, stay):
        site = make_site(zone.partition("/")[2].replace("_", " "), zone)
        lead = make_staff(f"lead{number}", "supervisor", site)
        clinicians = [make_staff(f"clinician{number}{letter}", site=site) for letter in "ab"]
        make_staff(f"admin{number}", "admin", site)
        for rank, member in enumerate((lead, *clinicians), start=1):
            make_on_call(site, member, self.began_at - 400 * DAY, self.began_at + 800 * DAY, rank=rank)
        for year, (month, day) in itertools.product((2026, 2027, 2028), HOLIDAYS):
            Holiday.objects.create(site=site, closed_on=date(year, month, day), name="Closed")
        program = staff.open_program(site=site, name=f"Program {number}", kind=kind, lead=lead)
        staff.switch_rules(program=program, rules=[rule.code for rule in RULES])
        weekends = program.round_the_clock
        for member, days in ((lead, range(5)), (clinicians[0], range(5)), (clinicians[1], (0, 2, 4, 5, 6))):
            for day in days if weekends else range(5):
                WorkingHours.objects.create(staff=member, weekday=day, starts=time(8, 30), ends=time(17))
        for member in clinicians if weekends else ():
            FloorTeamMember.objects.create(program=program, staff=member, began_at=self.began_at - DAY)
        self.go_away(site, lead, clinicians)
        for member in (lead, *clinicians):
            self.work[member.pk] = WorkingTime(StaffMember.objects.with_hours().get(pk=member.pk))
            self.colleagues[member.pk] = [one for one in (*clinicians, lead) if one.pk != member.pk]
        program = Program.objects.with_standards().get(pk=program.pk)
        for n in range(patients or 0):
            primary = clinicians[0] if n % 5 else clinicians[1]
            self.at(self.began_at + self.chance.uniform(0, 10) * DAY, self.admit, program, primary, stay)
        for n in range(0 if patients else 2 * program.standards.all()[0].caseload_usual):
            self.has_been_here(program, clinicians[n % 2], stay)

    def go_away(self, site, lead, clinicians):
        """Two weeks in summer and one in winter, covered by a colleague; the supervisor once, covered by nobody."""
        first, second = clinicians
        for member, cover, month, day, days in (
            (first, second, 3, 8, 7), (first, second, 7, 12, 14), (second, first, 8, 9, 14), (second, first, 11, 8, 7),
            (lead, None, 9, 6, 7),
        ):  # fmt: skip
            began_at = site.moment(date(2027, month, day), time())
            AwayPeriod.objects.create(staff=member, cover=cover, began_at=began_at, ended_at=began_at + days * DAY)

    # the agenda

    def at(self, moment, act, *details):
        heapq.heappush(self.agenda, (moment, next(self.order), act, details))

    def soon(self, act, *details, person, after):
        """`person` does it when they are at work, `after` a while."""
        begins = self.work[person.pk].next_at_work(self.now + after)
        self.at((begins or self.now + 40 * DAY) + self.chance.uniform(0.02, 0.9) * HOUR, act, *details)

    def run_until(self, moment):
        """Does what is on the agenda until then; how many things."""
        done = 0
        while self.agenda and self.agenda[0][0] <= moment:
            self.now, _, act, details = heapq.heappop(self.agenda)
            try:
                act(*details)
            except ValidationError:
                self.refused += 1  # settled meanwhile, say
            done += 1
        self.acts += done
        return done

    def pause(self):
        """How long somebody takes to get round to something: mostly the same day, sometimes days."""
        return self.chance.choices((1, 3, 24, 48, 96), (40, 30, 18, 8, 4))[0] * self.chance.uniform(0.3, 1) * HOUR

    # what happens

    def admit(self, program, primary, stay):
        patient = self.register(program, primary)
        self.talk_again(patient.pk, after=self.chance.choice((0, 2, 20)) * HOUR)
        self.talk_again(patient.pk, after=self.chance.choice((0, 2, 20)) * HOUR, own=program.round_the_clock)
        self.soon(self.plan, patient.pk, person=primary, after=24 * HOUR)
        self.soon(self.set_goal, patient.pk, person=primary, after=48 * HOUR)
        days = self.chance.uniform(*stay) if self.now > self.began_at + 11 * DAY else self.chance.uniform(5, stay[1])
        self.soon(self.leave, patient.pk, stay, person=primary, after=days * DAY)

    def register(self, program, primary):
        number = next(self.names)
        patient = make_patient(f"Person{number}", f"Wren{number}", by=primary, now=self.now)
        make_episode(patient, program, primary, now=self.now)
        self.stays[patient.pk] = (program, primary)
        return patient

    def has_been_here(self, program, primary, stay):
        """Somebody in care since any day of their stay, with whom all was done in time until the world begins."""
        begins, standard, chance = self.began_at, program.standards.all()[0], self.chance
        days = chance.uniform(*stay)
        been = days * chance.random()
        self.now = begins - been * DAY
        pk = self.register(program, primary).pk
        every = (
            (standard.meeting_first_days, standard.meeting_every_days, self.met),
            (2, ASK_AGAIN[program.kind], self.set_goal),
            (standard.feedback_first_days, standard.feedback_every_days, self.decline),
            (0, standard.team_ideal_days, self.talked),
        )
        done = [(begins - chance.random() * min(again, been - first) * DAY, act) for first, again, act in every
                if been > first]  # fmt: skip
        for self.now, act in sorted(done, key=lambda one: one[0]):
            act(pk)
        self.now = begins
        self.talk_again(pk, after=chance.random() * standard.team_ideal_days * DAY)
        self.talk_again(pk, after=chance.random() * standard.primary_ideal_days * DAY, own=program.round_the_clock)
        self.soon(self.plan, pk, person=primary, after=chance.random() * DAY)
        self.soon(self.leave, pk, stay, person=primary, after=(days - been) * DAY)

    def met(self, pk):
        patient, (_, primary) = self.patient(pk), self.stays[pk]
        made = meetings.plan_meeting(patient=patient, starts_at=self.now, by=primary, now=self.now - HOUR)
        self.hold_it(made)

    def decline(self, pk):
        feedback.invite(patient=self.patient(pk), way="declined", by=self.stays[pk][1], now=self.now)

    def talked(self, pk):
        told = {"happened": "talked", "text": "We talked."}
        checkins.log_conversation(patient=self.patient(pk), by=self.stays[pk][1], now=self.now, **told)

    def patient(self, pk):
        if pk not in self.stays:
            raise ValidationError("They have left.")
        patient = Patient.objects.with_care().get(pk=pk)
        patient.latest_episode.program = self.stays[pk][0]
        return patient

    def on_duty(self, primary):
        """The primary while at work, else a colleague who is."""
        for person in (primary, *self.colleagues[primary.pk]):
            if self.is_at_work(person):
                return person
        return primary

    def leave(self, pk, stay):
        patient, (program, primary) = self.patient(pk), self.stays[pk]
        welcome = self.edge.random() < 0.3  # to be in touch afterwards
        care.discharge(
            episode=patient.latest_episode, reason="completed", contact_after="yes" if welcome else "no",
            outreach_owner=primary, by=program.lead, now=self.now,
        )  # fmt: skip
        for day in OutreachDay.objects.of(patient).open():
            if self.edge.random() < 0.7:  # else they are reminded
                begins = self.work[primary.pk].next_at_work(day.from_at + self.edge.uniform(0, 12) * HOUR)
                self.at(begins or day.due_at, self.reach, day.pk)
        del self.stays[pk]
        self.soon(self.admit, program, primary, stay, person=primary, after=self.chance.uniform(1, 5) * DAY)

    def ask_about(self, pk):
        """Somebody asks about what may be changing, or means to on another day."""
        signal = Signal.objects.select_related("patient").get(pk=pk)
        patient = self.patient(signal.patient_id)
        will_ask = not signal.ask_on and self.chance.random() < 0.2
        later = {"ask_on": self.stays[patient.pk][0].site.local_date(self.now) + 2 * DAY} if will_ask else {}
        by, how = self.stays[patient.pk][1], "will_ask" if will_ask else self.chance.choice(("asked", "not_so"))
        signals.answer(patient=patient, rule=signal.rule, answer=how, words="Fine", by=by, now=self.now, **later)

    def look_at_signs(self):
        """Whoever has a sign on their day asks about it, mostly; else they are reminded."""
        for signal in Signal.objects.filter(appeared_at__gt=self.looked_at).select_related("patient"):
            if signal.patient_id in self.stays and self.chance.random() < 0.7:
                self.soon(self.ask_about, signal.pk, person=self.stays[signal.patient_id][1], after=self.pause())
        self.looked_at = self.now

    def news(self, patient, person, primary):
        """Something that they must hear; mostly somebody tells them in time."""
        what = {"kind": "setback", "what": "It takes longer.", "owner": primary}
        made = updates.note_update(patient=patient, by=person, now=self.now, **what)
        if self.chance.random() < 0.7:
            self.soon(self.tell_news, made.pk, person=primary, after=self.chance.uniform(1, 30) * HOUR)

    def tell_news(self, pk):
        update = self.owed(Update, pk)
        if update.state == UpdateState.TO_TELL:
            updates.tell(update=update, by=update.owner, now=self.now)

    def set_goal(self, pk):
        patient, (_, primary) = self.patient(pk), self.stays[pk]
        plan.set_goal(patient=patient, words="My own flat", agreement="both", by=primary, now=self.now)

    def review(self, pk):
        """They talk about each goal again that is due."""
        patient, (_, primary) = self.patient(pk), self.stays[pk]
        again = plan.usual_review_on(patient, self.now)
        for goal in Goal.objects.of(patient).open().filter(review_due_at__lte=self.now):
            goal.patient = patient
            plan.review_goal(goal=goal, agreement="both", review_on=again, by=primary, now=self.now)
        due_at = patient.latest_episode.cadence.safety_plan_due_at
        if due_at and due_at <= self.now:
            self.look_at_safety_plan(patient, primary)
        due_at = patient.latest_episode.cadence.feedback_due_at
        if due_at and due_at <= self.now:
            self.decline(pk)

    def look_at_safety_plan(self, patient, primary):
        """They make one together, or look whether it still fits."""
        held = SafetyPlan.objects.of(patient).holding().first()
        if held is None:
            safety_plans.write_plan(patient=patient, signs="I stop singing", together=True, by=primary, now=self.now)
        else:
            held.patient = patient
            safety_plans.still_fits(plan=held, by=primary, now=self.now)

    def unsafe(self, patient, person):
        concerns.raise_concern(patient=patient, words="I can’t go on.", urgency="safety", by=person, now=self.now)

    def at_the_edge(self, patient, person):
        """A gift to talk over; mostly the supervisor does in time."""
        what = {"weight": "talk", "kind": "gift", "words": "A watch"}
        made = boundary_events.note_event(patient=patient, by=person, now=self.now, **what)
        self.at(self.now + self.edge.uniform(0.1, 8) * DAY, self.talk_over, made.pk)

    def talk_over(self, pk):
        event = BoundaryEvent.objects.select_related("patient__latest_episode__program__lead").get(pk=pk)
        lead = event.patient.latest_episode.program.lead
        boundary_events.review(event=event, words="We talked.", by=lead, now=self.now)

    def take_on(self, pk):
        concern = self.owed(Concern, pk)
        if concern.state in (ConcernState.WAITING, ConcernState.REOPENED):
            concerns.acknowledge(concern=concern, by=concern.owner, now=self.now)
        self.soon(self.answer, pk, person=concern.owner, after=self.pause())

    def answer(self, pk):
        concern = self.owed(Concern, pk)
        if concern.state != ConcernState.ANSWERED:
            concerns.answer(concern=concern, answer="yes", words="Each evening.", by=concern.owner, now=self.now)
        self.soon(self.tell, pk, person=concern.owner, after=self.pause())

    def tell(self, pk):
        concern = self.owed(Concern, pk)
        if concern.state != ConcernState.ANSWERED:
            return self.answer(pk)
        concerns.tell(concern=concern, words="Thanks", by=concern.owner, now=self.now)

    def owed(self, kind, pk):
        return kind.objects.select_related("patient", "owner").get(pk=pk)

    def keep_promise(self, pk):
        promise = self.owed(FollowUp, pk)
        if promise.state == PromiseState.PROMISED:
            promises.done(follow_up=promise, told=True, by=promise.owner, now=self.now)

    def keep_talk(self, pk):
        talk = self.owed(TalkRequest, pk)
        if talk.state == TalkState.PROMISED:
            talks.keep(talk=talk, by=talk.owner, now=self.now)

    def plan(self, pk):
        """A treatment meeting, mostly before it is overdue."""
        patient, (_, primary) = self.patient(pk), self.stays[pk]
        if Meeting.objects.of(patient).planned().exists():
            return
        due_at = patient.latest_episode.cadence.meeting_due_at + self.chance.uniform(-1, 2) * DAY
        starts_at = self.work[primary.pk].next_at_work(max(due_at, self.now + HOUR)) or self.now + 40 * DAY
        made = meetings.plan_meeting(patient=patient, starts_at=starts_at + HOUR / 2, by=primary, now=self.now)
        if self.chance.random() < 0.92:
            self.at(starts_at + 1.5 * HOUR, self.hold, made.pk)

    def hold(self, pk):
        meeting = self.owed(Meeting, pk)
        if meeting.state == MeetingState.PLANNED and self.chance.random() < 0.12 and self.now >= meeting.starts_at:
            how = self.chance.choice(({"state": "chose_not"}, {"state": "could_not", "barrier": "transport"}))
            meetings.miss(meeting=meeting, by=meeting.owner, now=self.now, **how)
            self.soon(self.plan, meeting.patient_id, person=meeting.owner, after=DAY)
        elif meeting.state == MeetingState.PLANNED and self.patient(meeting.patient_id):
            self.hold_it(meeting)
            self.soon(self.plan, meeting.patient_id, person=meeting.owner, after=DAY)

    def hold_it(self, meeting):
        words = {"attendees": "The two of us", "explained": "What comes next."}
        meetings.hold_meeting(meeting=meeting, by=meeting.owner, now=max(self.now, meeting.starts_at), **words)

    def see_safe(self, pk, person):
        concern = self.owed(Concern, pk)
        if concern.state not in OWED:
            return
        safety.take_over(concern=concern, by=person, now=self.now)
        safety.make_safe(
            concern=concern, seen_by="Their nurse", seen_at=self.now, done="Sat with them", documented_where="Chart",
            look_again_at=self.now + DAY, by=person, now=self.now + HOUR / 4,
        )  # fmt: skip

    # what reminders bring about

    def read_reminders(self, planned_at):
        """Everybody who was reminded at that moment does something about it, sooner or later."""
        self.now = planned_at
        self.look_at_signs()
        for reminder in Reminder.objects.filter(planned_at=planned_at).select_related("recipient"):
            act, details = self.response(reminder)
            if act == self.see_safe:
                self.at(planned_at + self.chance.uniform(0.1, 0.6) * HOUR, act, *details)
            elif act and reminder.recipient_id in self.work:
                person = self.work[reminder.recipient_id]
                morning = person.next_digest_day(planned_at)
                after = (morning[1] - planned_at if morning else DAY) + self.pause() / 2
                self.soon(act, *details, person=reminder.recipient, after=after)

    def response(self, reminder):
        about_patient = {"silence": self.talk, "meeting_overdue": self.meet, "reviews_due": self.review}
        about_cause = {"concern_not_acknowledged": self.take_on, "concern_not_answered": self.answer,
                       "concern_not_told": self.tell, "follow_up_due": self.keep_promise,
                       "follow_up_overdue": self.keep_promise, "talk_request_not_kept": self.keep_talk,
                       "meeting_without_outcome": self.hold, "signal_not_addressed": self.ask_about,
                       "setback_not_told": self.tell_news, "outreach_due": self.reach}  # fmt: skip
        if reminder.rule == "safety_not_taken_over":
            return self.see_safe, (reminder.cause, reminder.recipient)
        if reminder.rule in ("try_again", "milestone"):
            return self.talk_if_silent, (reminder.patient_id, reminder.planned_at)
        if reminder.rule == "not_introduced":
            return self.say_hello, (reminder.patient_id, reminder.recipient)
        if reminder.rule in about_patient:
            return about_patient[reminder.rule], (reminder.patient_id,)
        return about_cause.get(reminder.rule), (reminder.cause,)

    def say_hello(self, pk, person):
        checkins.log_conversation(patient=self.patient(pk), by=person, now=self.now, happened="hello")

    def meet(self, pk):
        """The meeting that is overdue takes place now."""
        patient, (_, primary) = self.patient(pk), self.stays[pk]
        planned = Meeting.objects.of(patient).planned().first()
        if planned is None:
            planned = meetings.plan_meeting(patient=patient, starts_at=self.now + HOUR / 4, by=primary, now=self.now)
        self.at(max(self.now, planned.starts_at) + HOUR, self.hold, planned.pk)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)
