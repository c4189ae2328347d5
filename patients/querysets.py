"""Who may know of whom: the one rule of visible patients, and the audience of records."""

from functools import lru_cache

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least

from patients.care_querysets import PrimariesQuerySet
from patients.choices import Audience, CareRole, EpisodeState
from patients.restricting import kept_from, restrictions
from staff.choices import Presence
from staff.models import AwayPeriod, FloorTeamMember, OnCallDuty, Program
from staff.querysets import MomentsQuerySet, holding
from staff.roles import Permission, Role


def covered_by(user, now):
    """Ids of the colleagues who are away now and covered by `user`."""
    return AwayPeriod.objects.current(now).filter(cover=user).values("staff")


class CareTeamQuerySet(PrimariesQuerySet):
    def about(self, patients):
        return self.filter(patient__in=patients.values("pk"))

    def of(self, patient):
        return self.filter(patient=patient)

    def of_patients(self, keys):
        return self.filter(patient__in=list(keys))

    def with_refs(self, refs):
        return self.filter(ref__in=list(refs)).select_related("staff")

    def naming(self, user):
        return self.filter(staff=user)

    def looked_after(self, now):
        """Memberships of those who work here and are not away, or whom somebody covers."""
        away = AwayPeriod.objects.current(now).filter(staff=OuterRef("staff"))
        return self.filter(staff__is_active=True).exclude(Exists(away.filter(cover=None)))

    def standing_in(self, user, now):
        """Memberships under which `user` cares for somebody now: their own and those of colleagues they cover."""
        return self.current(now).filter(Q(staff=user) | Q(staff__in=covered_by(user, now)))

    def introduce(self, patient, staff, at):
        """Marks that `staff` met `patient` at that moment, where they had not met before."""
        return self.of(patient).filter(staff=staff, ended_at=None, introduced_at=None).update(introduced_at=at)

    def move_introduction(self, patient, staff, at, to):
        """Where the introduction of `staff` was at the moment `at`, it was at `to` instead (None: not yet)."""
        return self.of(patient).filter(staff=staff, ended_at=None, introduced_at=at).update(introduced_at=to)

    def not_introduced(self, now):
        """Current members of a patient in care who have not met them."""
        return self.current(now).filter(
            introduced_at=None, patient__latest_episode__isnull=False, patient__latest_episode__discharged_at=None
        )

    def with_history(self):
        """All memberships ever, newest first."""
        return self.select_related("staff", "assigned_by", "ended_by").order_by("-began_at", "-pk")

    def with_ref(self, ref):
        """The membership `ref`, or None."""
        return self.select_related("staff").filter(ref=ref).first()

    def in_order(self):
        """The primary first, then by role and name."""
        primary_first = Case(When(role=CareRole.PRIMARY, then=Value(0)), default=Value(1))
        return self.select_related("staff").order_by(primary_first, "began_at", "pk")


class PatientQuerySet(QuerySet):
    def visible_to(self, user, now):
        """The patients whom `user` may know of at the moment `now`: what every page, list, search and count asks.

        A deny always wins: nobody their own record, nobody one that they are kept out of. A restricted record is for
        the care team itself and the restriction's lead; a way in that reaches further is for all others only.
        """
        if not user.may(Permission.PATIENT_VIEW):
            return self.none()
        teams = apps.get_model("patients.CareTeamMember").objects.current(now)
        rule = Q(pk__in=teams.filter(staff=user).values("patient"))
        if user.role == Role.SUPERVISOR:
            rule |= Q(pk__in=restrictions(now).filter(lead=user).values("patient"))
        if user.role != Role.ADMIN:
            further = self._within_reach(user, teams, now)
            rule |= further & ~Q(pk__in=restrictions(now).values("patient"))
        return self.filter(rule).exclude(account=user).exclude(pk__in=kept_from(user, now))

    def _within_reach(self, user, teams, now):
        """Patients whom `user` sees without standing on the care team: by cover, floor, duty, and as a supervisor.

        Of those with whom somebody is to be in touch today also whoever is on call, or stands in.
        """
        by_team = Q(staff__in=covered_by(user, now))
        floors = FloorTeamMember.objects.current(now).filter(staff=user).values("program")
        duties = OnCallDuty.objects.current(now).filter(staff=user).values("site")
        rule = Q(latest_episode__program__in=floors, latest_episode__discharged_at=None) | Q(
            safety_open_at__isnull=False, latest_episode__program__site__in=duties
        )
        to_reach = apps.get_model("patients.OutreachDay").objects.today(now)
        by_duty = Q(cover=user) | Q(patient__latest_episode__program__site__in=duties)
        rule |= Q(pk__in=to_reach.filter(by_duty).order_by().values("patient"))
        if user.role == Role.SUPERVISOR:
            by_team |= Q(staff__supervisor=user)
            rule |= Q(latest_episode__program__in=Program.objects.led_by(user, now).values("pk"))
        return rule | Q(pk__in=teams.filter(by_team).values("patient"))

    def denied_to(self, user, now):
        """Those whom `user` never sees, whatever else is true of them."""
        return self.filter(Q(account=user) | Q(pk__in=kept_from(user, now)))

    def unrestricted(self, now):
        return self.exclude(pk__in=restrictions(now).values("patient"))

    def by_number_for(self, user, now):
        """Those whom somebody who may see nobody's record may know of by number: a deny wins here too."""
        return self.unrestricted(now).exclude(pk__in=self.model.objects.denied_to(user, now).values("pk"))

    def with_care(self):
        """With the latest episode, its program, site and cadence, in the same query."""
        return self.select_related("latest_episode__program__site", "latest_episode__cadence__last_conversation_by")

    def with_list_facts(self, now):
        """With all that a line of the list shows: care, the standards, who is primary, and whether they are away."""
        CareTeamMember = apps.get_model("patients.CareTeamMember")
        Pause = apps.get_model("patients.Pause")
        primaries = CareTeamMember.objects.primaries().current(now).select_related("staff")
        return self.with_care().prefetch_related(
            "latest_episode__program__standards",
            Prefetch("latest_episode__pauses", Pause.objects.current(now), to_attr="pauses_now"),
            Prefetch("care_team", primaries, to_attr="primaries_now"),
        )

    def with_watches(self):
        """With whether we stay close to them now."""
        running = apps.get_model("patients.TransitionWatch").objects.running()
        return self.prefetch_related(Prefetch("watches", running, to_attr="watches_now"))

    def hidden_from(self, user, now):
        """Living patients whom `user` does not know of, but for their own record, those they are kept out of, and those
        whose record is restricted.
        """
        visible = self.model.objects.visible_to(user, now).values("pk")
        found = self.unrestricted(now).filter(died_on=None).exclude(account=user)
        return found.exclude(pk__in=visible).exclude(pk__in=kept_from(user, now))

    def offered_still(self, user, now, ref):
        """The patient `ref`, who was offered to be welcomed back, or None when they may not be any more."""
        known = self.with_care().exclude(pk__in=self.model.objects.denied_to(user, now).values("pk"))
        closed = Q(pk__in=restrictions(now).values("patient"))
        visible = Q(pk__in=self.model.objects.visible_to(user, now).values("pk"))
        return known.filter(~closed | visible, ref=ref).first()

    def open_in_emergency(self, user, now):
        """Those whose pages `user` may open by break-glass if need be: never one's own. A deny wins over it."""
        return self.filter(latest_episode__isnull=False).exclude(account=user).exclude(pk__in=kept_from(user, now))

    def opened_by(self, user, now):
        """Those whose pages `user` has opened by break-glass and may still read."""
        BreakGlass = apps.get_model("patients.BreakGlass")
        in_their_care = self.model.objects.visible_to(user, now).values("pk")
        opened = BreakGlass.objects.current(now).by(user).values("patient")
        return self.open_in_emergency(user, now).filter(pk__in=opened).exclude(pk__in=in_their_care)

    def of_colleagues(self, user):
        """Those who work here, and have an account: other than `user`."""
        return self.filter(account__isnull=False).exclude(account=user)

    def with_number(self, number):
        return self.filter(record_number=number)

    def with_ref(self, ref):
        """The one whose ref it is, or None."""
        return self.filter(ref=ref).first()

    def in_state(self, state, now):
        Pause = apps.get_model("patients.Pause")
        away = Exists(Pause.objects.current(now).filter(episode=OuterRef("latest_episode")))
        conditions = {
            EpisodeState.IN_CARE: Q(latest_episode__discharged_at=None) & ~Q(away),
            EpisodeState.PAUSED: Q(latest_episode__discharged_at=None) & Q(away),
            EpisodeState.BETWEEN: Q(latest_episode__discharged_at__isnull=False, died_on=None),
            EpisodeState.DIED: Q(died_on__isnull=False),
        }
        return self.filter(latest_episode__isnull=False).filter(conditions[state])

    def in_care(self):
        return self.filter(latest_episode__isnull=False, latest_episode__discharged_at=None)

    def in_program(self, program):
        return self.filter(latest_episode__program=program)

    def by_name(self):
        return self.order_by("family_name", "given_name", "ref")

    def having(self, patient):
        """Whether `patient` is among them."""
        return self.filter(pk=patient.pk).exists()

    def with_ids(self, ids):
        return self.filter(pk__in=ids)

    def with_refs(self, refs):
        return self.filter(ref__in=refs)

    def counting(self, patient, kinds):
        """How many rows of `patient` each of `kinds` (querysets by name) holds, in one query."""

        def count(rows):
            of_patient = rows.filter(patient=OuterRef("pk")).order_by().values("patient")
            return Coalesce(Subquery(of_patient.annotate(n=Count("pk")).values("n")), 0)

        return self.filter(pk=patient.pk).values(**{name: count(rows) for name, rows in kinds.items()}).get()

    def place_of(self, ref):
        """Where the patient `ref` stands in `by_name` order, or None."""
        return self.filter(ref=ref).values_list("family_name", "given_name", "ref").first()

    def after_name(self, family_name, given_name, ref):
        """Those who follow this place in `by_name` order."""
        return self.filter(
            Q(family_name__gt=family_name)
            | Q(family_name=family_name, given_name__gt=given_name)
            | Q(family_name=family_name, given_name=given_name, ref__gt=ref)
        )

    def to_talk_to(self, user, now):
        """Patients on whose care team `user` stands, past the ideal gap of the team or (as primary) of their own."""
        CareTeamMember = apps.get_model("patients.CareTeamMember")
        Pause = apps.get_model("patients.Pause")
        mine = CareTeamMember.objects.standing_in(user, now)
        cadence = "latest_episode__cadence__"
        return (
            self.visible_to(user, now)
            .in_care()
            .exclude(latest_episode__in=Pause.objects.filter(holding(now)).values("episode"))
            .filter(
                Q(pk__in=mine.values("patient"), **{f"{cadence}team_due_at__lt": now})
                | Q(pk__in=mine.primaries().values("patient"), **{f"{cadence}primary_due_at__lt": now})
            )
            .order_by(f"{cadence}team_overdue_at", "ref")
        )

    def not_talked_with_since(self, moment):
        return self.in_care().filter(
            Q(latest_episode__cadence__last_conversation_at=None)
            | Q(latest_episode__cadence__last_conversation_at__lt=moment)
        )

    def here_now(self, now):
        """In care and not away: those whose clocks run."""
        Pause = apps.get_model("patients.Pause")
        return self.in_care().exclude(Exists(Pause.objects.filter(holding(now), episode=OuterRef("latest_episode"))))

    def on_the_floor(self, now):
        """Those in care where people live or spend the day, with all that a line shows."""
        presence = [Presence.ROUND_THE_CLOCK, Presence.BY_DAY]
        here = self.in_care().filter(latest_episode__program__presence__in=presence, died_on=None)
        return here.with_list_facts(now).order_by("given_name", "ref")

    def with_seemed(self, newest):
        """With `last_seemed`, by the subquery `newest`."""
        return self.annotate(last_seemed=Subquery(newest))

    def silent(self, now):
        """Those with whom the team or the primary has not talked within the longest gap; longest past it first."""
        since = Least("latest_episode__cadence__team_overdue_at", "latest_episode__cadence__primary_overdue_at")
        return self.here_now(now).annotate(due_at=since).filter(due_at__lt=now).order_by("due_at", "ref")

    def not_met(self, now):
        """Those whose next meeting about the treatment is overdue; longest overdue first."""
        overdue = self.here_now(now).annotate(due_at=F("latest_episode__cadence__meeting_overdue_at"))
        return overdue.filter(due_at__lt=now).order_by("due_at", "ref")

    def without(self, records):
        """Those of whom none of `records` speaks."""
        return self.exclude(pk__in=records.values("patient"))

    def without_primary(self, now):
        """Those in care whose primary is not there now, nor anybody who covers for them. Who is restricted counts
        nowhere; their lead is reminded.
        """
        CareTeamMember = apps.get_model("patients.CareTeamMember")
        primaries = CareTeamMember.objects.current(now).primaries().looked_after(now)
        return self.in_care().unrestricted(now).exclude(pk__in=primaries.values("patient"))

    def with_any_of(self, rows):
        """Those of whom one of these lists of rows speaks."""
        rule = Q(pk__in=[])
        for each in rows:
            rule |= Q(pk__in=each.order_by().values("patient"))
        return self.filter(rule)

    def led_by(self, user, now):
        """Those whose supervisor `user` is now: of their program, or of their restriction while they have one."""
        named = restrictions(now)
        programs = Program.objects.led_by(user, now).values("pk")
        return self.filter(
            Q(pk__in=named.filter(lead=user).values("patient"))
            | Q(latest_episode__program__in=programs) & ~Q(pk__in=named.values("patient"))
        )

    def after_place(self, due_at, ref):
        """Those that follow this place in the order of `due_at`."""
        return self.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, ref__gt=ref))

    def with_primary(self, now):
        """With `primary_name`, the name of the present primary, in the same query."""
        CareTeamMember = apps.get_model("patients.CareTeamMember")
        primary = CareTeamMember.objects.primaries().current(now).filter(patient=OuterRef("pk"))
        return self.annotate(primary_name=Subquery(primary.values("staff__name")[:1]))

    def with_standards(self):
        return self.prefetch_related("latest_episode__program__standards")


@lru_cache(maxsize=256)
def admission(user, now):
    """The condition that a record's audience admits `user`: questions, no answers. A page asks it of every kind."""
    CareTeamMember = apps.get_model("patients.CareTeamMember")
    RecordReader = apps.get_model("patients.RecordReader")
    Patient = apps.get_model("patients.Patient")
    led = Q(patient__in=Patient.objects.led_by(user, now).values("pk"))
    teams = CareTeamMember.objects.standing_in(user, now).values("patient")
    reads = RecordReader.objects.filter(staff=user, record_ref=OuterRef("ref"))
    return (
        Q(audience=Audience.TEAM)
        | Q(audience=Audience.CARE_TEAM) & (Q(patient__in=teams) | led)
        | Q(audience=Audience.SUPERVISED) & (Q(recorded_by=user) | led | Exists(reads))
        | Q(audience=Audience.NAMED) & Exists(reads)
    )


class RecordQuerySet(QuerySet):
    """Records about patients. `visible_to` is the patient's rule and the record's audience together."""

    def about(self, patients):
        return self.filter(patient__in=patients.values("pk"))

    def visible_to(self, user, now):
        Patient = apps.get_model("patients.Patient")
        return self.filter(patient__in=Patient.objects.visible_to(user, now).values("pk")).admitting(user, now)

    def on_pages_of(self, patient, user, now):
        """Those of `patient` that stand on their pages for `user`, under the rule by which they opened them."""
        return self.of(patient).read_in_emergency(user) if patient.read_only else self.of(patient).admitting(user, now)

    def opened_by(self, user, now):
        """Those that `user` may read by break-glass."""
        Patient = apps.get_model("patients.Patient")
        return self.filter(patient__in=Patient.objects.opened_by(user, now).values("pk")).read_in_emergency(user)

    def read_in_emergency(self, user):
        """What everybody in their care may read; nothing that is for fewer eyes than the care team."""
        return self.filter(audience__in=[Audience.TEAM, Audience.CARE_TEAM]).exclude(not_for=user)

    def admitting(self, user, now):
        """Records whose audience admits `user`, among those of patients they may see."""
        return self.filter(admission(user, now)).exclude(not_for=user)

    def of(self, patient):
        return self.filter(patient=patient)


class BreakGlassQuerySet(MomentsQuerySet):
    def by(self, user):
        return self.filter(staff=user)

    def of(self, patient):
        return self.filter(patient=patient)

    def with_patients(self):
        return self.select_related("patient", "staff__site").order_by("-began_at")

    def unreviewed(self):
        return self.filter(reviews=None)

    def opened_before(self, moment):
        return self.filter(began_at__lt=moment)

    def not_about(self, user, now):
        """Without records that `user` is never to see."""
        denied = apps.get_model("patients.Patient").objects.denied_to(user, now)
        return self.exclude(patient__in=denied.values("pk"))

    def to_show(self, first, last):
        """Those that began between two moments, and those that nobody has reviewed; with all that a page shows."""
        return (
            self.filter(Q(began_at__gte=first, began_at__lt=last) | Q(reviews=None, began_at__lt=last))
            .select_related("staff__site", "patient")
            .prefetch_related("reviews__reviewed_by")
            .distinct()
            .order_by("-began_at", "-pk")
        )
