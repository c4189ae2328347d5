"""Somebody in care who is elsewhere for a while: their clocks rest, so this one does not."""

from django.db.models import Case, DateTimeField, When

from interactions.recipients import Recipients
from interactions.reminder_rules.base import DAY, OWNER, SUPERVISOR, Due, RuleOfDays, moment
from patients.models import Pause
from staff.models import Site


class StillAway(RuleOfDays):
    """While a pause lasts, no other rule would notice that nobody asks any more; so it is on in every program."""

    code = "still_away"
    title = "Expected back, and still away"
    says = "{name} was expected back. Ask how they are, and write down whether they are here or still away"
    whom = "the primary; the supervisor one day later"
    page = "interactions:episodes"
    always_on = True

    def facts(self, now):
        """The pauses that should be over, with the moment when, and whether that is a day ago."""
        sites, ended = {site.pk: site for site in Site.objects.all()}, {}
        away = Pause.objects.current(now).filter(episode__discharged_at=None, back_on__lte=(now + DAY).date())
        for pk, site, back_on in away.values_list("pk", "episode__program__site", "back_on"):
            over_at = sites[site].day_bounds(back_on)[1]
            if over_at <= now:
                ended[pk] = over_at
        return {pk: (over_at, over_at <= now - DAY) for pk, over_at in ended.items()}

    def due_of(self, ended, now):
        """From the end of the day on which they were expected, until they are back, away anew, or discharged."""
        if not ended:
            return []
        to = Recipients(now, patient="episode__patient")
        clock = {"clock": "began_at", "patient": "episode__patient"}
        long = [pk for pk, (_, a_day_ago) in ended.items() if a_day_ago]
        return [
            Due(self.rows(ended, ended), due_at="over_at", to=to.primary(), stage=OWNER, **clock),
            Due(
                self.rows(ended, long),
                due_at="over_at",
                to=to.supervisor_beside(to.primary()),
                stage=SUPERVISOR,
                **clock,
            ),
        ]

    def rows(self, ended, pks):
        whens = [When(pk=pk, then=moment(over_at)) for pk, (over_at, _) in ended.items()]
        return Pause.objects.filter(pk__in=list(pks)).alias(over_at=Case(*whens, output_field=DateTimeField()))

    def threshold(self, program):
        return "when the day has ended on which they were expected, in every program"
