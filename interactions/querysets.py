from datetime import timedelta

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    When,
)
from django.db.models.functions import Cast

from interactions.choices import (
    ATTEMPTS,
    CONVERSATIONS,
    SEEN,
    Happened,
    MailKind,
    MailState,
    MeetingState,
    PromiseState,
    StepState,
    TalkState,
    Urgency,
)
from interactions.owned_querysets import OwnedQuerySet
from patients.models import Patient
from patients.querysets import RecordQuerySet
from patients.watch_choices import WatchEnd
from staff.choices import ProgramKind
from staff.roles import Role


class CheckInQuerySet(RecordQuerySet):
    def standing(self):
        """Those that were not struck."""
        return self.filter(struck_at=None)

    def conversations(self):
        return self.standing().filter(happened__in=CONVERSATIONS)

    def more_than_hello(self):
        return self.exclude(happened=Happened.HELLO)

    def encounters(self):
        return self.standing().filter(happened__in=SEEN)

    def attempts(self):
        return self.standing().filter(happened__in=ATTEMPTS)

    def since(self, moment):
        return self.filter(happened_at__gte=moment)

    def outside_hours(self):
        return self.standing().filter(out_of_hours=True)

    def until(self, moment):
        return self.filter(happened_at__lt=moment)

    def by_staff(self, staff):
        return self.filter(talked_by=staff)

    def good_news_since(self, moment):
        return self.standing().filter(happened_at__gte=moment).exclude(good_news="")

    def newest_first(self):
        return self.order_by("-happened_at", "-ref")

    def with_detox(self, episode):
        """With `in_detox`: in the first week of detox."""
        Placement = apps.get_model("patients.Placement")
        week_before = ExpressionWrapper(OuterRef("happened_at") - timedelta(days=7), output_field=DateTimeField())
        detox = Placement.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=OuterRef("happened_at")),
            episode=episode,
            program__kind=ProgramKind.DETOX,
            began_at__lte=OuterRef("happened_at"),
            began_at__gt=week_before,
        )
        return self.annotate(in_detox=Exists(detox))

    def showing_how_they_seemed(self, episode):
        """Those of a stay that say how they seemed, newest first, `with_detox`."""
        noted = self.standing().since(episode.admitted_at).exclude(seemed="")
        return noted.with_detox(episode).newest_first()

    def by_person(self, since):
        """Who talked with them since then: name, how often (`n`) and when last, most first."""
        found = self.conversations().since(since).order_by().values("talked_by__name")
        return found.annotate(n=Count("pk"), last=Max("happened_at")).order_by("-n", "-last")

    def latest_seemed(self):
        """How they seemed in the newest note of this stay, of an outer row's patient, that says so."""
        here = {"patient": OuterRef("pk"), "happened_at__gte": OuterRef("latest_episode__admitted_at")}
        noted = self.standing().filter(**here).exclude(seemed="")
        return noted.order_by("-happened_at", "-ref").values("seemed")[:1]

    def last_words(self, episode):
        """The newest conversations of a stay, with their words."""
        return self.conversations().since(episode.admitted_at).with_words().newest_first()

    def last_moments(self):
        """When their primary last talked with them, and when somebody last saw them."""
        return self.standing().aggregate(
            primary_conversation_at=Max("happened_at", filter=Q(happened__in=CONVERSATIONS, as_primary=True)),
            seen_at=Max("happened_at", filter=Q(happened__in=SEEN)),
        )

    def with_words(self):
        """With `text`, `text_version` and `text_at` of the version that holds, and who talked, in one query."""
        CheckInText = apps.get_model("interactions.CheckInText")
        latest = CheckInText.objects.filter(check_in=OuterRef("pk")).order_by("-version")
        return self.select_related("talked_by", "recorded_by").annotate(
            text=Subquery(latest.values("text")[:1]),
            text_version=Subquery(latest.values("version")[:1]),
            text_at=Subquery(latest.values("recorded_at")[:1]),
        )


class CounselingNoteQuerySet(RecordQuerySet):
    def with_words(self):
        """With `text` and `text_version` of the version that holds, and who wrote it, in one query."""
        CounselingNoteText = apps.get_model("interactions.CounselingNoteText")
        latest = CounselingNoteText.objects.filter(note=OuterRef("pk")).order_by("-version")
        return self.select_related("recorded_by").annotate(
            text=Subquery(latest.values("text")[:1]), text_version=Subquery(latest.values("version")[:1])
        )


class HistoryQuerySet(QuerySet):
    def of(self, record):
        return self.filter(record_ref=record.ref).select_related("by").order_by("-happened_at", "-pk")


class FollowUpQuerySet(OwnedQuerySet):
    def open(self):
        return self.filter(state=PromiseState.PROMISED)

    def waiting(self):
        return self.owed()

    def overdue(self, now):
        return self.open().filter(due_at__lt=now)

    def untold(self):
        """Those that are done, and the patient was to be told."""
        return self.filter(state=PromiseState.DONE, tell_when_done=True)

    def owed(self):
        return self.filter(Q(state=PromiseState.PROMISED) | Q(state=PromiseState.DONE, tell_when_done=True))

    def promised(self, what, moment):
        """Open promises of these words, made at that moment."""
        return self.open().filter(what=what, promised_at=moment)

    def after_a_no(self, what):
        """Open promises of these words to people who asked us not to be in touch since."""
        wish = {"ended_because": WatchEnd.THEIR_WISH, "ended_at__gte": OuterRef("promised_at")}
        watches = apps.get_model("patients.TransitionWatch").objects.filter(patient=OuterRef("patient"))
        found = self.open().filter(Exists(watches.filter(**wish)), what=what).exclude(Exists(watches.running()))
        return found.select_related("patient__latest_episode__program__site")

    def due_before(self, moment):
        return self.open().filter(due_at__lt=moment)

    def due_between(self, first, last):
        return self.filter(due_at__gte=first, due_at__lt=last)

    def soonest_first(self):
        return self.order_by("due_at", "ref")

    def after_place(self, due_at, ref):
        """Those that follow this place in `soonest_first` order."""
        return self.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, ref__gt=ref))

    def kept_since(self, moment):
        return self.filter(state__in=[PromiseState.DONE, PromiseState.DONE_TOLD], settled_at__gte=moment)


class MeetingQuerySet(OwnedQuerySet):
    def for_page(self):
        return self.select_related("owner", "recorded_by", "settled_by")

    def planned(self):
        return self.filter(state=MeetingState.PLANNED)

    def waiting(self):
        return self.planned()

    def held_since(self, moment):
        return self.filter(state=MeetingState.HELD, starts_at__gte=moment)

    def noted_held_since(self, moment):
        return self.filter(state=MeetingState.HELD, settled_at__gte=moment)

    def after(self, moment):
        return self.filter(starts_at__gt=moment)

    def without_outcome(self, now):
        return self.planned().filter(starts_at__lt=now)

    def between(self, first, last):
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def soonest_first(self):
        return self.order_by("starts_at", "ref")


class TalkRequestQuerySet(OwnedQuerySet):
    def open(self):
        return self.filter(state=TalkState.PROMISED)

    def overdue(self, now):
        return self.open().filter(due_at__lt=now)


class StepQuerySet(RecordQuerySet):
    def for_page(self):
        return self.select_related("recorded_by", "check_in")

    def open(self):
        return self.filter(state=StepState.OPEN)


class ReminderQuerySet(QuerySet):
    def live(self, now):
        """Those that still stand and are not snoozed."""
        return self.filter(ended_at=None).filter(Q(snoozed_until_at=None) | Q(snoozed_until_at__lte=now))

    def standing(self):
        return self.filter(ended_at=None)

    def snoozed(self, now):
        return self.standing().filter(snoozed_until_at__gt=now)

    def for_recipient(self, user):
        return self.filter(recipient=user)

    def with_ref(self, ref):
        """The one whose ref it is, or None."""
        return self.filter(ref=ref).first()

    def visible_to(self, user, now):
        """A user's own reminders about patients whom they may still know of."""
        return self.filter(recipient=user, patient__in=Patient.objects.visible_to(user, now).values("pk"))

    def of_unrestricted(self, now):
        return self.filter(patient__in=Patient.objects.unrestricted(now).values("pk"))

    def calls(self, user, now):
        """Safety reminders that ask `user` to call the lead of a restricted record which they may not open; with
        `lead_name` and `lead_phone`.
        """
        Restriction = apps.get_model("patients.Restriction")
        named = Restriction.objects.current(now).filter(patient=OuterRef("patient"))
        return (
            self.filter(recipient=user, rule="safety_not_taken_over")
            .annotate(
                lead_name=Subquery(named.values("lead__name")[:1]), lead_phone=Subquery(named.values("lead__phone")[:1])
            )
            .exclude(lead_name=None)
            .exclude(patient__in=Patient.objects.visible_to(user, now).values("pk"))
            .exclude(patient__in=Patient.objects.denied_to(user, now).values("pk"))
        )

    def telling(self, user, now):
        """What `user` is told of: patients they see, and calls to make; an auditor of everybody, an admin of everybody
        but the restricted: they read it by number.
        """
        if user.role == Role.AUDITOR:
            return self.for_recipient(user)
        shown = self.visible_to(user, now)
        if user.role == Role.ADMIN:
            shown = shown | self.for_recipient(user).of_unrestricted(now)
        return self.filter(Q(pk__in=shown.values("pk")) | Q(pk__in=self.calls(user, now).values("pk")))

    def with_patients(self):
        return self.select_related("patient__latest_episode__program__site")

    def with_records(self, kinds, user, now):
        """A user’s own, with `record_ref` of what each is about where they may see it. `kinds`: (model, rules)."""
        own = {"pk": OuterRef("cause"), "patient": OuterRef("patient")}  # theirs to see: only its audience is asked
        refs = [
            When(rule__in=rules, then=Subquery(model.objects.filter(**own).admitting(user, now).values("ref")[:1]))
            for model, rules in kinds
        ]
        return self.visible_to(user, now).annotate(record_ref=Case(*refs, output_field=UUIDField()))

    def with_whose(self, kinds, of_the_primary, now):
        """With `whose` it is: the name of the owner of what each is about, of `kinds`: (model, rules); of the patient's
        primary in the rules `of_the_primary`.
        """
        own = {"pk": OuterRef("cause"), "patient": OuterRef("patient")}
        primary = apps.get_model("patients.CareTeamMember").objects.current(now).primaries()
        primary = Subquery(primary.filter(patient=OuterRef("patient")).values("staff__name")[:1])
        names = [
            When(rule__in=rules, then=Subquery(model.objects.filter(**own).values("owner__name")[:1]))
            for model, rules in kinds
        ]
        whose = Case(*names, When(rule__in=of_the_primary, then=primary), output_field=CharField())
        return self.annotate(whose=whose)

    def oldest_due_first(self):
        return self.order_by("due_at", "pk")

    def of_ref(self, ref):
        return self.filter(ref=ref)

    def mostly_put_aside(self, since, at_least):
        """(program, rule, how many came since then, how many of them were put aside), where most were."""
        found = self.filter(planned_at__gte=since).order_by().values_list("patient__latest_episode__program", "rule")
        return found.annotate(of=Count("pk"), aside=Count("pk", filter=~Q(snoozed_because=""))).filter(
            of__gte=at_least, aside__gt=F("of") - F("aside")
        )

    def urgent(self, at_once, concern_rules):
        """Those mailed at once: of the rules `at_once`, of `concern_rules` where the concern is for today, and to
        whoever stands in on a day of staying close.
        """
        Concern = apps.get_model("interactions.Concern")
        today = Concern.objects.filter(pk=OuterRef("cause"), urgency__in=[Urgency.SAFETY, Urgency.TODAY])
        return self.filter(Q(rule__in=at_once) | Q(Exists(today), rule__in=concern_rules) | self._standing_in())

    def _standing_in(self):
        days = apps.get_model("patients.OutreachDay").objects
        return Q(Exists(days.filter(pk=OuterRef("cause"), cover=OuterRef("recipient"))), rule="outreach_due")

    def not_mailed(self):
        """Urgent ones without a mail of their own."""
        Mail = apps.get_model("interactions.Mail")
        own = Mail.objects.filter(kind=MailKind.URGENT, slot=Cast(OuterRef("pk"), CharField()))
        return self.exclude(Exists(own.filter(recipient=OuterRef("recipient"))))

    def not_in_a_digest(self, now):
        """Those that came, or came back, since the recipient's last digest was sent, while none is on its way."""
        Mail = apps.get_model("interactions.Mail")
        digests = Mail.objects.filter(kind=MailKind.DIGEST, recipient=OuterRef("recipient"))
        told_at = digests.filter(state=MailState.SENT).order_by("-sent_at").values("sent_at")[:1]
        return (
            self.exclude(Exists(digests.filter(state__in=[MailState.WAITING, MailState.CLAIMED])))
            .alias(told_at=Subquery(told_at))
            .filter(Q(told_at=None) | Q(planned_at__gt=F("told_at")) | Q(snoozed_until_at__gt=F("told_at")))
        )
