"""Plays a story: one method for each event, each through the service that a form would use."""

import datetime
import functools
import uuid

from interactions.choices import Happened, MeetingState, Seemed
from interactions.models import Concern, FollowUp, Meeting, Step, TalkRequest
from interactions.services import care, checkins, concerns, counseling, meetings, promises, safety, talks
from interactions.watch_upkeep import end_over
from patients.break_glass import break_glass
from patients.models import Patient
from patients.services import record_safe_contact
from rehabcrm.demo.around import Around
from rehabcrm.demo.asking import Asking
from rehabcrm.demo.close import Close
from rehabcrm.demo.giving import Giving
from rehabcrm.demo.knowing import Knowing
from rehabcrm.demo.script import DAY

HOUR = datetime.timedelta(hours=1)
CHECK_INS = {kind.value for kind in Happened}
HOW_MISSED = {state.value: state for state in MeetingState}
PERSON = ("pronouns", "phone", "email", "address", "language", "interpreter", "decides")


def came(told):
    """How somebody came, as a story or a `readmit` in it says."""
    return {
        "came_by": told.get("came", "own"),
        "required_by": told.get("required_by", ""),
        "required_words": told.get("required_words", ""),
        "room": told.get("room", ""),
    }


class Player(Around, Asking, Close, Giving, Knowing):
    """One patient's story on its way through the services."""

    def __init__(self, person, world, clock, chance):
        self.person, self.world, self.clock = person, world, clock
        self.ref = uuid.UUID(int=chance.getrandbits(128), version=4)
        self.patient = None
        self.made = {}

    def play(self, moment, event):
        """Does what `event` says as of `moment`."""
        if self.patient is not None:
            self.look_again()
            self.ask_about_signs(moment)
            if not self.patient.latest_episode.is_open:
                end_over(now=moment)
        name = "check_in" if event["do"] in CHECK_INS else event["do"]
        getattr(self, name)(event, self.staff(event.get("by")), moment)

    def look_again(self):
        """The patient as they stand now, with the program that is loaded already (its standards and calendar too)."""
        self.patient = Patient.objects.with_care().get(pk=self.patient.pk)
        episode = self.patient.latest_episode
        episode.program = self.world.programs[self.world.key_of(episode.program)]

    def staff(self, username):
        return self.world.staff[username] if username else None

    def found(self, kind, event):
        """The record that an earlier event called `event["id"]`, as it stands now."""
        record = kind.objects.get(pk=self.made[event["id"]])
        record.patient = self.patient
        return record

    def due(self, event, moment):
        if "due_h" in event:
            return moment + event["due_h"] * HOUR
        if "due_on" in event:
            return self.clock.at(event["due_on"], "17:00")
        return self.clock.site.calendar.add_days(moment, event["due"]) if "due" in event else None

    # the stay

    def admit(self, event, by, now):
        person = self.person
        program = self.world.programs[person["program"]]
        given, family = person["name"]
        episode = care.admit(
            program=program,
            primary=self.staff(person["primary"]),
            by=self.staff(person["primary"]),
            now=now,
            person={
                "ref": self.ref,
                "given_name": given,
                "family_name": family,
                "preferred_name": person.get("called", ""),
                "born_on": self.born_on(),
                "wants_milestones": person.get("milestones", True),
            }
            | {field: person[field] for field in PERSON if field in person},
            opioid_involved=person.get("opioid", False),
            planned_discharge_on=self.leaves_on(),
            **came(person),
        )
        self.patient = episode.patient
        self.look_again()
        for role, username in person.get("care", {}).items():
            care.assign(patient=self.patient, staff=self.staff(username), role=role, by=program.lead, now=now)
        if "reach" in person:
            by = self.staff(person["primary"])
            record_safe_contact(patient=self.patient, by=by, now=now + HOUR / 6, **person["reach"])

    def born_on(self):
        if "age" in self.person:
            years = datetime.timedelta(days=self.person["age"] * 365.25 + 120)
            return self.clock.today - years
        return self.person.get("born")

    def leaves_on(self):
        return self.clock.today + self.person["leaves_in"] * DAY if "leaves_in" in self.person else None

    def readmit(self, event, by, now):
        care.readmit(
            patient=self.patient,
            program=self.world.programs[event["program"]],
            primary=self.staff(event["primary"]),
            by=by,
            now=now,
            **came(event),
        )

    def assign(self, event, by, now):
        care.assign(patient=self.patient, staff=self.staff(event["who"]), role=event["role"], by=by, now=now)

    def transfer(self, event, by, now):
        care.transfer(
            episode=self.patient.latest_episode,
            program=self.world.programs[event["program"]],
            primary=self.staff(event["primary"]),
            note=event.get("note", ""),
            by=by,
            now=now,
        )

    def pause(self, event, by, now):
        back_on = self.clock.site.local_date(now) + event["back"] * DAY
        care.pause(episode=self.patient.latest_episode, kind=event["kind"], back_on=back_on, by=by, now=now)

    def resume(self, event, by, now):
        care.resume(episode=self.patient.latest_episode, by=by, now=now)

    def discharge(self, event, by, now):
        care.discharge(
            episode=self.patient.latest_episode,
            reason=event["reason"],
            contact_after=event["contact"],
            discharged_at=self.clock.at(*event["left"]) if "left" in event else None,
            words=event.get("words", ""),
            note=event.get("note", ""),
            next_place=event.get("next", ""),
            naloxone=event.get("naloxone", ""),
            outreach_owner=self.staff(event.get("outreach")),
            by=by,
            now=now,
        )

    def died(self, event, by, now):
        care.record_death(
            patient=self.patient,
            died_on=self.clock.site.local_date(now),
            words=event["note"],
            owed_to_family=event.get("owed", ""),
            by=by,
            now=now,
        )

    # check-ins

    def check_in(self, event, by, now):
        written = min(now + event.get("late", 0) * HOUR, self.clock.now)
        details = {
            "minutes": event.get("minutes"),
            "started_by": event.get("started", ""),
            "others_present": event.get("others", ""),
            "what_helped": event.get("helped", ""),
            "good_news": event.get("good", ""),
            "hard_moment": event.get("hard", False),
            "next_try_at": now + event["next"] * HOUR if "next" in event else None,
        }
        asked = [(self.step(name), answer) for name, answer in event.get("asked", {}).items()]
        request = event.get("request")
        made = checkins.log_conversation(
            patient=self.patient,
            by=by,
            now=written,
            happened=event["do"],
            happened_at=now,
            text=event.get("text", ""),
            channel=event.get("channel", "in_person"),
            seemed=[Seemed(value) for value in event.get("seemed", ())],
            concerns=[self.raised(concern, now) for concern in event.get("concerns", ())],
            follow_ups=[{"what": one["what"], "due_at": self.due(one, now)} for one in event.get("promises", ())],
            steps_chosen=[{"words": step["words"]} for step in event.get("steps", ())],
            steps_asked=asked,
            talk_request={"topic": request["topic"], "due_at": self.due(request, now)} if request else None,
            **details,
        )
        self.made[event.get("ci", "")] = made.pk
        for kind, key in ((Concern, "concerns"), (FollowUp, "promises"), (Step, "steps")):
            if key in event:
                keys = kind.objects.filter(check_in=made).order_by("pk").values_list("pk", flat=True)
                self.made |= zip((one["id"] for one in event[key]), keys, strict=True)
        if request:
            self.made[request["id"]] = TalkRequest.objects.get(check_in=made).pk

    def raised(self, concern, now):
        """Keyword arguments of `raise_concern` for a concern in a story."""
        words = {name: concern[name] for name in ("words", "urgency", "kind") if name in concern}
        if "spot" in concern:
            words |= {"on_the_spot": True, "answer_words": concern["spot"]}
        if "about" in concern:
            words |= {"about_staff": True, "not_for": self.staff(concern["about"])}
        if "safety" in concern:
            told = {"voice_to": concern["voice"], "voice_at": now} if "voice" in concern else {}
            words["safety"] = {"about": concern["safety"], **told}
        return words

    def step(self, name):
        return self.found(Step, {"id": name})

    def counsel(self, event, by, now):
        readers = [self.staff(name) for name in event.get("readers", ())]
        counseling.write_note(patient=self.patient, text=event["text"], readers=readers, by=by, now=now)

    def emergency(self, event, by, now):
        break_glass(patient=self.patient, reason=event["reason"], words=event["words"], by=by, now=now)

    def amend(self, event, by, now):
        record = self.found(checkins.CheckIn, event)
        checkins.amend(check_in=record, text=event["text"], by=by, now=now)

    def strike(self, event, by, now):
        record = self.found(checkins.CheckIn, event)
        checkins.strike(check_in=record, because=event["because"], by=by, now=now)

    # concerns

    def concern(self, event, by, now):
        made = concerns.raise_concern(patient=self.patient, by=by, now=now, **self.raised(event, now))
        self.made[event["id"]] = made.pk

    def on_concern(self, service, event, **words):
        return functools.partial(service, concern=self.found(Concern, event), **words)

    def ack(self, event, by, now):
        self.on_concern(concerns.acknowledge, event)(by=by, now=now)

    def answer(self, event, by, now):
        later = {"say_by_at": now + event["by_days"] * DAY} if "by_days" in event else {}
        self.on_concern(concerns.answer, event, answer=event["how"], words=event["words"], **later)(by=by, now=now)

    def tell(self, event, by, now):
        self.on_concern(concerns.tell, event, words=event["words"])(by=by, now=now)

    def confirm(self, event, by, now):
        words = event.get("words", "")
        self.on_concern(concerns.confirm, event, settled=event["settled"], words=words)(by=by, now=now)

    def reopen(self, event, by, now):
        self.on_concern(concerns.reopen, event, words=event["words"])(by=by, now=now)

    def hand(self, event, by, now):
        self.on_concern(concerns.hand_over, event, to=self.staff(event["to"]))(by=by, now=now)

    def close(self, event, by, now):
        self.on_concern(concerns.close, event, ending=event["ending"], words=event["words"])(by=by, now=now)

    def voice(self, event, by, now):
        self.on_concern(safety.told_by_voice, event, to=event["to"], at=now)(by=by, now=now)

    def take_over(self, event, by, now):
        self.on_concern(safety.take_over, event)(by=by, now=now)

    def make_safe(self, event, by, now):
        self.on_concern(
            safety.make_safe,
            event,
            seen_by=event["seen_by"],
            seen_at=now,
            done=event["done"],
            documented_where=event["where"],
            look_again_at=now + event["again"] * HOUR,
        )(by=by, now=now)

    # follow-ups

    def promise(self, event, by, now):
        concern = self.found(Concern, {"id": event["concern"]}) if "concern" in event else None
        made = promises.promise(
            patient=self.patient, what=event["what"], due_at=self.due(event, now), concern=concern, by=by, now=now
        )
        self.made[event["id"]] = made.pk

    def done(self, event, by, now):
        told = event.get("told", False)
        record = self.found(FollowUp, event)
        promises.done(follow_up=record, words=event.get("words", ""), told=told, by=by, now=now)

    def could_not(self, event, by, now):
        promises.could_not(follow_up=self.found(FollowUp, event), words=event["words"], by=by, now=now)

    def not_needed(self, event, by, now):
        promises.not_needed(follow_up=self.found(FollowUp, event), words=event["words"], by=by, now=now)

    def hand_promise(self, event, by, now):
        promises.hand_over(follow_up=self.found(FollowUp, event), to=self.staff(event["to"]), by=by, now=now)

    def move(self, event, by, now):
        record, due_at = self.found(FollowUp, event), self.due(event, now)
        promises.reschedule(follow_up=record, due_at=due_at, because=event["because"], by=by, now=now)

    # meetings

    def plan(self, event, by, now):
        starts_at = now + event["in_h"] * HOUR if "in_h" in event else self.clock.at(*event["on"])
        made = meetings.plan_meeting(patient=self.patient, starts_at=starts_at, agenda=event["agenda"], by=by, now=now)
        self.made[event["id"]] = made.pk

    def hold(self, event, by, now):
        meetings.hold_meeting(
            meeting=self.found(Meeting, event),
            attendees=event["attendees"],
            explained=event["explained"],
            own_summary=event.get("own", ""),
            decided=event.get("decided", ""),
            questions_left=event.get("questions", ""),
            by=by,
            now=now,
        )

    def miss(self, event, by, now):
        state = HOW_MISSED[event["how"]]
        meeting, barrier = self.found(Meeting, event), event.get("barrier", "")
        meetings.miss(meeting=meeting, state=state, why=event["why"], barrier=barrier, by=by, now=now)

    # talk requests

    def ask_talk(self, event, by, now):
        due_at = self.due(event, now)
        made = talks.request_talk(patient=self.patient, topic=event["topic"], due_at=due_at, by=by, now=now)
        self.made[event["id"]] = made.pk

    def keep(self, event, by, now):
        talks.keep(talk=self.found(TalkRequest, event), words=event.get("words", ""), by=by, now=now)

    def move_talk(self, event, by, now):
        talks.move(talk=self.found(TalkRequest, event), due_at=self.due(event, now), by=by, now=now)

    def miss_talk(self, event, by, now):
        talks.miss(talk=self.found(TalkRequest, event), words=event["words"], by=by, now=now)

    def withdraw(self, event, by, now):
        talks.withdraw(talk=self.found(TalkRequest, event), words=event["words"], by=by, now=now)
