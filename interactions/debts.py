"""What is owed to patients right now, computed from the facts at each look and never stored.

A kind of debt is a `Debts` class and a line in `KINDS`; one statement asks for all of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import IntegerField, Q, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from interactions.choices import UNANSWERED
from interactions.joined import as_moment, as_ref, union_all
from interactions.models import Concern, FollowUp, Handover, Meeting, TalkRequest, Update
from interactions.watch_querysets import to_keep
from patients.models import CareTeamMember, OutreachDay, Patient
from patients.querysets import covered_by

MOST = 400
AHEAD = timedelta(days=7)  # how far my day looks: days of staying in touch are seen coming
PATIENT = ("ref", "given_name", "preferred_name", "family_name", "pronouns")


@dataclass(frozen=True)
class Debt:
    kind: str
    label: str
    icon: str
    what: str
    url: str
    owner: str
    due_at: datetime | None
    late: bool
    can_wait: bool
    patient_ref: UUID
    called: str
    display_name: str
    pronouns: str


class Debts:
    """A kind of debt: the rows that are owed, and how they are counted in a sentence. `can_wait`: my day shows it below
    what somebody waits for.
    """

    kind = label = one = many = icon = None
    due = "due_at"
    owner = "owner"
    what = "words"

    def rows(self, now):
        """Rows that are owed now."""

    def of_patient(self, patient, viewer, now):
        """Those of `patient` that stand on their pages for `viewer`."""
        return self.rows(now).on_pages_of(patient, viewer, now)

    def of_many(self, keys, viewer, now):
        """Those of several patients whom `viewer` may see, as a list of the team shows them."""
        return self.rows(now).admitting(viewer, now).on_team_lists(viewer).filter(patient__in=keys)

    def url(self, ref, patient_ref):
        return reverse(f"interactions:{self.route}", args=[ref])

    def branch(self, rows):
        what = Cast(self.what, TextField()) if self.what else Value("", output_field=TextField())
        return rows.order_by(self.due).values_list(
            Value(KINDS.index(self), output_field=IntegerField()),
            "ref" if self.own_page else "patient__ref",
            self.due,
            what,
            f"{self.owner}__name",
            *(f"patient__{field}" for field in PATIENT),
        )[:MOST]

    own_page = True
    can_wait = False

    def of_staff(self, user, now):
        """Those that `user` is to settle, given that they see the patients: their own, and those of colleagues they
        cover.
        """
        return self.theirs(self.rows(now).admitting(user, now), user, now)

    def theirs(self, rows, user, now):
        return rows.filter(Q(**{self.owner: user}) | Q(**{f"{self.owner}__in": covered_by(user, now)}))


class Answers(Debts):
    kind, label, one, many, icon = "answer", "Answer", "answer", "answers", "chat-bubble-left-ellipsis"
    due, route = "answer_due_at", "concern"

    def rows(self, now):
        return Concern.objects.filter(state__in=UNANSWERED)


class Tellings(Debts):
    kind, label, one, many, icon = "telling", "Answered, to be told", "answer to tell", "answers to tell", "megaphone"
    due, route = "tell_due_at", "concern"

    def rows(self, now):
        return Concern.objects.untold()


class Promises(Debts):
    kind, label, one, many, icon = "promise", "Promise", "promise", "promises", "check-circle"
    route, what = "follow_up", "what"

    def rows(self, now):
        return FollowUp.objects.owed()


class Talks(Debts):
    kind, label, one, many, icon = "talk", "Talk promised", "talk", "talks", "chat-bubble-left-right"
    route, what = "talk_request", "topic"

    def rows(self, now):
        return TalkRequest.objects.open()


class Outcomes(Debts):
    kind, label, one, many, icon = (
        "outcome",
        "How did the meeting go?",
        "meeting to write up",
        "meetings to write up",
        "calendar-days",
    )
    due, route, what = "starts_at", "meeting", "agenda"

    def rows(self, now):
        return Meeting.objects.without_outcome(now)


class Updates(Debts):
    kind, label, one, many, icon = (
        "update",
        "To be told",
        "thing to tell",
        "things to tell",
        "megaphone",
    )
    due, route, what = "tell_by_at", "update", "what"

    def rows(self, now):
        return Update.objects.to_tell()


class Expectations(Debts):
    """What we told them to expect by a day that has passed: what happened?"""

    kind, label, one, many, icon = (
        "expectation",
        "We said this would come",
        "word on what came of it",
        "words on what came of it",
        "question-mark-circle",
    )
    due, route, what = "expect_due_at", "update", "expect"

    def rows(self, now):
        return Update.objects.past_their_day(now)


class Handovers(Debts):
    """A handover to answer, or to finish."""

    kind, label, one, many, icon = "handover", "Handover", "handover", "handovers", "arrows-right-left"
    route, what = "handover", "because"

    def rows(self, now):
        return Handover.objects.open()


class Tasks(Debts):
    """What the care team itself owes: no record with an audience."""

    own_page = False

    def of_patient(self, patient, viewer, now):
        return self.rows(now).filter(patient=patient)

    def of_many(self, keys, viewer, now):
        return self.rows(now).filter(patient__in=keys)

    def of_staff(self, user, now):
        return self.theirs(self.rows(now), user, now)


class Outreach(Debts):
    """A day on which somebody is in touch, as far as nobody talked with them yet."""

    kind, label, one, many, icon = "outreach", "Stay in touch", "day to be in touch", "days to be in touch", "phone"
    what, own_page = None, False

    def rows(self, now):
        return to_keep(OutreachDay.objects.begun(now), now)

    def of_staff(self, user, now):
        """With those of the days to come."""
        days = to_keep(OutreachDay.objects.until(now + AHEAD), now)
        return days.admitting(user, now).to_settle(user, now)

    def url(self, ref, patient_ref):
        return reverse("interactions:staying_close", args=[patient_ref])


class Arrivals(Debts):
    """Whether they got to the next place."""

    kind, label, one, many = "arrival", "Did they get there?", "place to ask about", "places to ask about"
    icon = "map-pin"
    due, what, own_page = "watch__ask_arrival_at", "watch__place", False

    def rows(self, now):
        return OutreachDay.objects.open().next_of_each().asking_arrival()

    def url(self, ref, patient_ref):
        return reverse("interactions:staying_close_asked", args=[patient_ref])


class Introductions(Tasks):
    kind, label, one, many, icon = "introduction", "Not yet introduced", "introduction", "introductions", "hand-raised"
    due, owner, what = "introduce_by_at", "staff", None

    def rows(self, now):
        return CareTeamMember.objects.not_introduced(now)

    def url(self, ref, patient_ref):
        return reverse("interactions:check_in_new", args=[patient_ref])


class Reviews(Tasks):
    """A line of the plan, their safety plan, or what they think of their care is to be gone through again."""

    kind, label, one, many, icon = "review", "To ask about again", "thing to ask again", "things to ask again", "map"
    due, what, owner = "review_at", None, "staff"
    can_wait = True

    def rows(self, now):
        return CareTeamMember.objects.primaries_to_review(now)

    def url(self, ref, patient_ref):
        return reverse("interactions:plan", args=[patient_ref])


class Welcomes(Tasks):
    """Something of the welcome is still to be explained."""

    kind, label, one, many, icon = "welcome", "Welcome to explain", "welcome", "welcomes", "home-modern"
    due, what, owner = "patient__latest_episode__cadence__welcome_due_at", None, "staff"

    def rows(self, now):
        return CareTeamMember.objects.primaries_to_welcome(now)

    def url(self, ref, patient_ref):
        return reverse("interactions:welcome_new", args=[patient_ref])


class OverdueMeetings(Tasks):
    """No treatment meeting within the cadence, and none planned."""

    kind, label, one, many, icon = "meeting", "Meeting due", "meeting", "meetings", "calendar-days"
    due, what, owner = "patient__latest_episode__cadence__meeting_due_at", None, "staff"

    def rows(self, now):
        planned = Meeting.objects.planned().values("patient")
        return CareTeamMember.objects.primaries_to_meet(now).exclude(patient__in=planned)

    def url(self, ref, patient_ref):
        return reverse("interactions:meeting_new", args=[patient_ref])


KINDS = [
    Answers(),
    Tellings(),
    Updates(),
    Promises(),
    Outreach(),
    Arrivals(),
    Talks(),
    Outcomes(),
    Expectations(),
    Handovers(),
    Introductions(),
    OverdueMeetings(),
    Welcomes(),
    Reviews(),
]


def of_patient(patient, viewer, now):
    """What is owed to `patient`, by anybody, as far as `viewer` may know of it; earliest due first."""
    return _read([kind.branch(kind.of_patient(patient, viewer, now)) for kind in KINDS], now)


def of_patients(keys, viewer, now):
    """What is owed to the patients with these keys, whom `viewer` may see, by anybody; earliest due first."""
    return _read([kind.branch(kind.of_many(keys, viewer, now)) for kind in KINDS], now)


def of_staff(user, now):
    """What `user` is to settle for the patients they may see; earliest due first."""
    visible = Patient.objects.visible_to(user, now).values("pk")
    branches = [kind.branch(kind.of_staff(user, now).filter(patient__in=visible)) for kind in KINDS]
    return _read(branches, now)


def sentence(debts, called):
    """ "We owe Dana 2 answers and 1 promise.", or that nothing is waiting."""
    counts = {kind.kind: 0 for kind in KINDS}
    for debt in debts:
        counts[debt.kind] += 1
    parts = [f"{n} {kind.one if n == 1 else kind.many}" for kind in KINDS if (n := counts[kind.kind])]
    if not parts:
        return "Nothing is waiting on us."
    return f"We owe {called} {' and '.join([', '.join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)}."


def _read(branches, now):
    found = []
    for rank, ref, due_at, what, owner, *person in union_all(branches, order_by="3, 1, 2", limit=MOST):
        kind, due_at = KINDS[rank], as_moment(due_at)
        patient_ref, given, preferred, family, pronouns = person
        called = preferred or given
        found.append(
            Debt(
                kind=kind.kind,
                label=kind.label if what else "",
                icon=kind.icon,
                what=what or kind.label,
                url=kind.url(as_ref(ref), as_ref(patient_ref)),
                owner=owner,
                due_at=due_at,
                late=due_at is not None and due_at < now,
                can_wait=kind.can_wait,
                patient_ref=as_ref(patient_ref),
                called=called,
                display_name=f"{called} {family}".strip(),
                pronouns=pronouns,
            )
        )
    return found
