"""How a story is told: its events, one after another, each at its moment, each through the service a form would use.

A story in `stories/*.toml` says who somebody is, where and when they were admitted, and a list of events. Times are
relative to the day of seeding: `d = 12, t = "10:30"` is twelve days ago at 10:30 at the site (moved to the Friday
before where that is a weekend and the program keeps office days), `h = 5` five hours ago. `do` names the event:

    a check-in         talked came hello no_answer left_message resting another_time (see `Happened`), with text,
                       seemed, minutes, channel, started, helped, hard, good, others, next (hours until the next try),
                       late (hours until it was written down), and what came of it: concerns, promises, steps, asked,
                       request
    a concern          concern ack answer tell confirm reopen hand close; voice take_over make_safe
    a follow-up        promise (due in days, due_h in hours, due_on so many days ago) done could_not
                       not_needed move hand_promise
    a meeting          plan (on = [d, t], or in_h hours) hold miss (barrier)
    a talk request     ask_talk (due_h) keep move_talk miss_talk not_there (barrier) withdraw
    a sign             sign (rule, how, words; in days): answered; most are by themselves, unless a story is `unasked`
    the stay           readmit assign transfer pause resume discharge died
    staying close      watch (because) watch_asked (naloxone, medication, place_wanted, place, arrived) watch_day (n,
                       how, words, try_h) watch_stop (because, words, letter)
    a consent          consent (lasts so many days, or until an event) take_back; give: something goes to somebody,
                       under the consent `id` (came, missed: days ago) or in an emergency (happened, at)
    what is known      fact (kind, words) fact_gone (because)
    what they hear     update (kind, what, expect, within so many days; untold, or tell_in days with delay) tell_update
                       turn_out not_so keep_update
    a handover         hand_on (to, why, stays) take_on cannot_take_on handed (done: told introduced promises goodbye)
    the plan           goal (agree, view, again in days) goal_again goal_end; need need_met need_gone;
                       differently it_stays
    the safety plan    safety_plan (signs, alone, company, ask, safer, living_for; together = false) plan_fits
                       plan_given
    those around       support (name, relation, knows, wish, consent) support_gone; family (who or said_by, words,
                       answered) relayed (how)
    the beginning      welcome (items, choice, questions; all of it by itself unless the person says welcome = false)
    what they think    ask (way, leaving, answer)
    supervision        bring; shared (a kind of fact that is good to talk about)
    a correction       amend strike
    for few eyes       counsel (readers)
    in an emergency    emergency (reason, words), by somebody who is not in their care
    fill               quiet conversations from day `d` to day `until`, one `every` so many days;
                       `meets`: and a meeting every so many days

`id` is the story's own name for what the event begins, so that a later event can go on with it.
"""

import datetime

from rehabcrm.demo.fillers import asked, fill, introductions, known, welcomed
from staff.choices import ProgramKind

STEP = datetime.timedelta(minutes=3)
DAY = datetime.timedelta(days=1)
SATURDAY = 5


class Clock:
    """Turns the times of a story into moments."""

    def __init__(self, program, now):
        self.site, self.now = program.site, now
        self.round_the_clock = program.round_the_clock
        self.evenings = program.kind == ProgramKind.IOP
        self.today = self.site.local_date(now)

    def at(self, days_ago, time):
        """The moment at `time`, so many days ago (a negative number: days from now), on a day that is worked."""
        day = self.today - days_ago * DAY
        weekend = day.weekday() - SATURDAY
        if weekend >= 0 and not self.round_the_clock:
            day += (2 - weekend) * DAY if days_ago < 0 else -(weekend + 1) * DAY
        return self.site.moment(day, datetime.time.fromisoformat(time))

    def of(self, event):
        if "h" in event:
            return self.now - datetime.timedelta(hours=event["h"])
        return self.at(event["d"], event["t"])


def schedule(person, chance, clock):
    """Every event of the story with its moment, in order: admission, what is written, and the quiet days between."""
    told, quiet, last = [], [*introductions(chance, person, clock), *known(person, clock)], None
    quiet += [*welcomed(person, clock), *asked(chance, person, clock)]
    events = [{"d": person["admitted"][0], "t": person["admitted"][1], "do": "admit"}, *person["events"]]
    busy = {event["d"] for event in events if event["do"] in ("talked", "came") and "d" in event}
    for event in events:
        if event["do"] == "fill":
            quiet += fill(chance, person, event | {"busy": busy}, clock)
            continue
        moment = clock.of(event)
        if last is not None:
            moment = max(moment, last + STEP)
        last = min(moment, clock.now)
        told.append((last, event))
    first = told[0][0]
    quiet = [(min(max(moment, first + STEP), clock.now), event) for moment, event in quiet]
    return sorted(told + quiet, key=lambda pair: pair[0])
