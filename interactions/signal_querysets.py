"""Queries about signals, and about the records that their rules are told of."""

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q

from interactions.choices import PASSING, SignState
from patients.choices import Audience
from patients.querysets import RecordQuerySet

FOR_ALL = {"audience": Audience.TEAM, "not_for": None}  # what everybody in their care may read


class SignalQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("answered_by", "recorded_by")

    def standing(self, now):
        """Those that wait to be asked about now, but for silence and late answers: of those the facts tell."""
        here = Q(state=SignState.OPEN) | Q(state=SignState.WILL_ASK, ask_at__lte=now)
        return self.filter(here).exclude(rule__in=PASSING)

    def unanswered(self):
        """Those that nobody has asked about, put off or not."""
        return self.filter(state__in=[SignState.OPEN, SignState.WILL_ASK])

    def last_said(self):
        """The one that was answered or put off last, or None."""
        return self.filter(answered_at__isnull=False).order_by("-answered_at", "-pk").first()

    def of_stay(self, episode):
        return self.filter(episode=episode)

    def of_rule(self, code):
        return self.filter(rule=code)

    def of_those_here(self, now):
        """Those of people in care, in the stay that goes on; nothing is asked while they are away."""
        Episode = apps.get_model("patients.Episode")
        return self.filter(episode__in=Episode.objects.in_cadence(now).values("pk"))

    def by_patient(self, keys):
        return self.filter(patient__in=keys, episode=F("patient__latest_episode"))

    def resting_on(self, ref):
        """Those unanswered whose evidence names the record `ref`."""
        return [one for one in self.unanswered() if any(item["ref"] == str(ref) for item in one.evidence)]

    def mostly_not_so(self, since, at_least):
        """(program, rule, how many appeared since then, how many of them were not so), where most were not."""
        found = self.filter(appeared_at__gte=since).order_by().values_list("episode__program", "rule")
        return found.annotate(of=Count("pk"), no=Count("pk", filter=Q(state=SignState.NOT_SO))).filter(
            of__gte=at_least, no__gt=F("of") - F("no")
        )

    def covering(self, now, moment):
        """The answers to silence that hold now for an outer row of episodes, up to its column `moment`."""
        answered = self.filter(state__in=[SignState.ASKED, SignState.NOT_SO]) | self.filter(
            state=SignState.WILL_ASK, ask_at__gt=now
        )
        return answered.filter(rule="silent", episode=OuterRef("pk"), clock_at__gte=OuterRef(moment))


def in_care_of(patients, user, now):
    """Those of `patients` on whose care team `user` stands now, for themselves or for a colleague they cover."""
    CareTeamMember = apps.get_model("patients.CareTeamMember")
    return patients.filter(pk__in=CareTeamMember.objects.standing_in(user, now).values("patient"))


def spoken_of(patients, rows, keys):
    """Those of `patients` of whom `rows` speak, and those with these keys."""
    return patients.filter(Q(pk__in=rows.order_by().values("patient")) | Q(pk__in=list(keys)))


def unless_answered(episodes, now, moment):
    """Those of `episodes` whose silence, past the column `moment`, nobody has answered."""
    return episodes.exclude(Exists(apps.get_model("interactions.Signal").objects.covering(now, moment)))


def for_all(records):
    """Those of `records` that everybody in the patient's care may read: what a rule is told of."""
    return records.filter(**FOR_ALL)


def conversations(records, episode, most):
    """The newest conversations of a stay, oldest first, as the rules are told of them; with `in_detox`."""
    found = for_all(records.conversations()).since(episode.admitted_at).with_detox(episode)
    columns = ("ref", "happened_at", "seemed", "happened", "started_by", "talked_by__name", "in_detox")
    return list(found.order_by("-happened_at", "-ref").values_list(*columns)[:most])[::-1]


def steps_asked(records, episode, most):
    """How open steps went, newest last: (step, conversation, moment, answer)."""
    found = records.filter(
        step__state="open", step__audience=Audience.TEAM, step__not_for=None,
        check_in__struck_at=None, asked_at__gte=episode.admitted_at,
    )  # fmt: skip
    columns = ("step__ref", "check_in__ref", "asked_at", "answer")
    return list(found.order_by("-asked_at", "-pk").values_list(*columns)[:most])[::-1]


def settled(records, moment, states, episode, most):
    """What was planned with them and has an outcome in `states`: (ref, moment, state, barrier), newest last."""
    found = for_all(records).filter(state__in=states, **{f"{moment}__gte": episode.admitted_at})
    return list(found.order_by(f"-{moment}").values_list("ref", moment, "state", "barrier")[:most])[::-1]


def waiting_for_us(records, keys, now):
    """Concerns of these patients past their target: (patient, ref, due, urgency)."""
    late = for_all(records.answer_late(now) | records.tell_late(now)).filter(patient__in=keys)
    return list(late.with_due().order_by("due_at").values_list("patient", "ref", "due_at", "urgency"))
