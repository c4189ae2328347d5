"""Staying close in a story: what began it beside the stay itself, what was asked, and what became of its days."""

from datetime import timedelta

from interactions.services import watch
from patients.models import OutreachDay, TransitionWatch

HOUR = timedelta(hours=1)


class Close:
    """The events of a story about staying close; part of `Player`."""

    def watch(self, event, by, now):
        watch.begin(patient=self.patient, because=event["because"], by=by, now=now)

    def running(self):
        found = TransitionWatch.objects.running().of(self.patient).get()
        found.patient = self.patient
        return found

    def watch_asked(self, event, by, now):
        names = ("naloxone", "medication", "place_wanted", "place", "arrived")
        said = {name: event[name] for name in names if name in event}
        watch.note(watch=self.running(), by=by, now=now, **said)

    def watch_day(self, event, by, now):
        day = OutreachDay.objects.of_watch(self.running()).open().get(number=event["n"])
        day.patient = self.patient
        later = {"try_at": now + event["try_h"] * HOUR} if "try_h" in event else {}
        watch.settle_day(day=day, outcome=event["how"], words=event.get("words", ""), by=by, now=now, **later)

    def watch_stop(self, event, by, now):
        letter = event.get("letter", False)
        watch.end(watch=self.running(), because=event["because"], words=event["words"], letter=letter, by=by, now=now)
