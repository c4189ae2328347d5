from datetime import UTC

from django.apps import apps
from django.contrib.auth.models import BaseUserManager
from django.contrib.sessions.base_session import BaseSessionManager
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate, TruncHour

from staff.choices import Basis, Outcome
from staff.door_querysets import DoorQuerySet
from staff.roles import Role


class MomentsQuerySet(QuerySet):
    """Rows that hold from a moment to a moment."""

    def current(self, now):
        return self.filter(holding(now))

    def overlapping(self, first, last):
        return self.filter(began_at__lt=last).exclude(ended_at__lte=first)


class AwayQuerySet(MomentsQuerySet):
    def not_over(self, now):
        return self.filter(ended_at__gt=now).select_related("cover", "staff").order_by("began_at")


def holding(now, prefix=""):
    """The condition that a row reached by `prefix` holds at the moment `now`."""
    return Q(**{f"{prefix}began_at__lte": now}) & (
        Q(**{f"{prefix}ended_at": None}) | Q(**{f"{prefix}ended_at__gt": now})
    )


class OnCallQuerySet(MomentsQuerySet):
    def at_site(self, site):
        return self.filter(site=site).order_by("rank", "began_at", "pk")

    def of_sites(self, sites):
        return self.filter(site__in=sites)

    def ending_after(self, moment):
        return self.filter(ended_at__gt=moment).select_related("staff").order_by("began_at", "rank", "pk")


class StaffQuerySet(QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def caring(self):
        """Those who may stand on a care team or log a conversation."""
        return self.active().exclude(role=Role.AUDITOR)

    def held(self, member):
        """The row of `member`, locked until the transaction ends: what is counted for them is counted once."""
        return self.select_for_update().get(pk=member.pk)

    def owning(self, records):
        """Those who own one of `records`."""
        return self.filter(pk__in=records.values("owner"))

    def with_ref(self, ref):
        """The one whose ref it is, or None."""
        return self.filter(ref=ref).first()

    def reached_at(self, email):
        """Those who can sign in, and whose mail address it is. One without a password has not been let in yet."""
        found = self.active().filter(email__iexact=email).order_by("pk")
        return [member for member in found if member.has_usable_password()]

    def colleagues_of(self, user):
        """Those at the same site who may care for patients, by name, without `user`."""
        return self.caring().filter(site=user.site_id).exclude(pk=user.pk).by_name()

    def looking_after(self, patient, program, now, *, restricted_to=None):
        """Those who look after a patient of `program` now: the care team and their covers, the floor team, the lead and
        the deputy; of a restricted record the care team and its lead, `restricted_to`. `patient` is the patient's key:
        this floor knows care teams by name only.
        """
        team = holding(now, "care_teams__") & Q(care_teams__patient=patient)
        of_team = self.filter(team).values("pk")
        kept_out = self.filter(holding(now, "exclusions__") & Q(exclusions__patient=patient)).values("pk")
        allowed = self.caring().exclude(pk__in=kept_out)
        if restricted_to:
            return allowed.filter(Q(pk__in=of_team) | Q(pk=restricted_to.pk))
        covers = apps.get_model("staff.AwayPeriod").objects.current(now).filter(staff__in=of_team).values("cover")
        floor = self.filter(holding(now, "floors__") & Q(floors__program=program)).values("pk")
        return allowed.filter(
            Q(pk__in=of_team) | Q(pk__in=covers) | Q(pk__in=floor) | Q(leads=program) | Q(deputizes=program)
        ).distinct()

    def treating(self, patient, now):
        """Clinicians and supervisors on the care team of the patient with this key now."""
        return self.covers().filter(holding(now, "care_teams__") & Q(care_teams__patient=patient)).distinct()

    def reading(self, record):
        """Those who are named as readers of a record."""
        RecordReader = apps.get_model("patients.RecordReader")
        return self.filter(pk__in=RecordReader.objects.filter(record_ref=record.ref).values("staff"))

    def admins(self):
        return self.filter(role=Role.ADMIN).order_by("pk")

    def supervisors(self):
        return self.active().filter(role=Role.SUPERVISOR)

    def at(self, site):
        return self.filter(site=site)

    def exclude_one(self, member):
        return self.exclude(pk=member.pk)

    def by_refs(self, refs):
        """Those with one of these refs, by their ref."""
        return {member.ref: member for member in self.filter(ref__in=refs)} if refs else {}

    def names_of(self, refs):
        return dict(self.filter(ref__in=refs).values_list("ref", "name"))

    def by_name(self):
        return self.order_by("name", "pk")

    def with_site(self):
        return self.select_related("site")

    def covers(self):
        """Those who may stand in for a colleague."""
        return self.active().filter(role__in=[Role.CLINICIAN, Role.SUPERVISOR])

    def away_uncovered(self, now):
        """Those who are away now and whom nobody covers."""
        AwayPeriod = apps.get_model("staff.AwayPeriod")
        return self.covers().filter(Exists(AwayPeriod.objects.current(now).filter(staff=OuterRef("pk"), cover=None)))

    def others_than(self, member):
        return self.exclude(pk=member.pk)

    def named(self, username):
        return self.filter(username=username)

    def without_hours(self):
        return self.covers().filter(working_hours=None)

    def listed(self):
        """With what the list of staff shows, in one query; those who no longer work here last."""
        devices = apps.get_model("otp_totp.TOTPDevice").objects.filter(user=OuterRef("pk"), confirmed=True)
        found = self.annotate(has_second_factor=Exists(devices)).select_related("site", "supervisor")
        return found.order_by("-is_active", "site__name", "name", "pk")

    def with_hours(self):
        """With what their working time is reckoned from."""
        hours = ("working_hours", "away_periods", "site__contact_hours", "site__holidays")
        return self.select_related("site").prefetch_related(*hours)

    def with_shifts(self):
        return self.select_related("site").prefetch_related("working_hours", "away_periods")

    def counting(self, user, figures):
        """The row of `user` with these figures, each an expression, in one query."""
        return self.filter(pk=user.pk).values(**figures).get()

    def present(self, now):
        """Those who are not away at the moment `now`."""
        AwayPeriod = apps.get_model("staff.AwayPeriod")
        return self.active().exclude(Exists(AwayPeriod.objects.current(now).filter(staff=OuterRef("pk"))))


class StaffManager(BaseUserManager.from_queryset(StaffQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class SessionQuerySet(QuerySet):
    def of(self, member):
        return self.filter(staff=member)

    def with_key(self, key):
        return self.filter(pk=key)

    def run_out(self, key, now):
        """The one with this key, if somebody was signed in with it and its day is over; or None."""
        return self.filter(pk=key, staff__isnull=False, expire_date__lte=now).select_related("staff").first()

    def without_key(self, key):
        return self.exclude(pk=key) if key else self

    def over(self, last_seen_at, now):
        """Those not used since `last_seen_at`, and those whose day is over."""
        return self.filter(Q(last_seen_at__lte=last_seen_at) | Q(expire_date__lte=now))

    def listed(self, last_seen_at, now):
        """Those that go on, the one used last first."""
        return self.filter(last_seen_at__gt=last_seen_at, expire_date__gt=now).order_by("-last_seen_at", "pk")


class CalendarFeedQuerySet(QuerySet):
    def going_on(self):
        return self.filter(revoked_at=None)

    def of(self, member):
        return self.filter(staff=member)

    def owned_by_roles(self, roles):
        """Those of people who work here in one of these roles, with the person."""
        return self.filter(staff__is_active=True, staff__role__in=roles).select_related("staff")

    def with_hash(self, token_hash):
        return self.filter(token_hash=token_hash)

    def rested_since(self, moment):
        """Those that go on and were not fetched after `moment`."""
        return self.going_on().filter(Q(last_fetched_at=None) | Q(last_fetched_at__lte=moment))


SessionManager = BaseSessionManager.from_queryset(SessionQuerySet)


TAKING_OVER = ("staff.add", "staff.update", "staff.password", "account.second_factor_off")


class AccessEntryQuerySet(DoorQuerySet):
    def by(self, user):
        return self.filter(actor=user)

    def doing(self, action):
        return self.filter(action=action)

    def about_account(self, member):
        """Changes by which somebody could have made the account of `member` their own."""
        return self.about_accounts([member.ref])

    def about_accounts(self, refs):
        return self.filter(record_ref__in=list(refs), action__in=TAKING_OVER)

    def in_role(self, role):
        """What somebody did while this was their role."""
        return self.filter(role=role)

    def since(self, moment):
        return self.filter(recorded_at__gte=moment)

    def until(self, moment):
        return self.filter(recorded_at__lt=moment)

    def of(self, patient):
        """Those that name this patient."""
        return self.filter(patients__patient_ref=patient.ref)

    def not_naming(self, refs):
        """Without those that name one of these patients."""
        named = apps.get_model("staff.AccessedPatient").objects.filter(entry=OuterRef("pk"), patient_ref__in=refs)
        return self.exclude(Exists(named))

    def with_outcome(self, outcome):
        return self.filter(outcome=outcome)

    def newest_first(self):
        return self.select_related("actor").order_by("-pk")

    def before(self, ref):
        """Those written before the entry `ref`."""
        return self.filter(pk__lt=self.model.objects.filter(ref=ref).values("pk"))

    def by_day_and_person(self, zone):
        """How often somebody did one kind of thing on a day, newest day first."""
        return (
            self.annotate(day=TruncDate("recorded_at", tzinfo=zone))
            .values("day", "actor__name", "role", "route", "action", "outcome", "basis")
            .annotate(first=Min("recorded_at"), last=Max("recorded_at"), times=Count("pk", distinct=True))
            .order_by("-day", "-last")
        )

    def reads(self):
        """Reads and exports by people; those of this log, with record numbers only, are an auditor's work."""
        theirs = Q(route="patients:access_log") | Q(action="export", role=Role.AUDITOR)
        reads = self.filter(action__in=("read", "export"), actor__isnull=False).exclude(theirs)
        return reads.exclude(route="exchange:calendar_feed")  # a phone fetches it at night, and it names nobody

    def shown_as_work(self):
        return self.filter(outcome=Outcome.OK, basis=Basis.VISIBLE)

    def naming(self, refs, routes):
        """Those of these pages that name one of these patients."""
        return self.filter(route__in=routes, patients__patient_ref__in=list(refs))

    def by_person_and_hour(self, opening):
        """For each hour of a person: how many records they were shown, how many of them on the pages `opening` one
        record, and how often they asked in vain.
        """
        return (
            self.annotate(hour=TruncHour("recorded_at", tzinfo=UTC))
            .values("actor", "hour")
            .annotate(
                shown=Count("patients__patient_ref", distinct=True, filter=Q(outcome=Outcome.OK)),
                opened=Count(
                    "patients__patient_ref", distinct=True, filter=Q(outcome=Outcome.OK, route__in=list(opening))
                ),
                in_vain=Count("pk", distinct=True, filter=Q(outcome=Outcome.NOT_FOUND)),
            )
            .order_by("actor", "hour")
        )

    def between(self, after, last):
        """In the order of their ids, behind `after` and up to `last` (None: no such bound)."""
        found = self if after is None else self.filter(pk__gt=after)
        return (found if last is None else found.filter(pk__lte=last)).order_by("pk")

    def with_patients(self):
        return self.prefetch_related("patients")

    def refs_used_twice(self):
        return self.values_list("ref", flat=True).annotate(n=Count("pk")).filter(n__gt=1).order_by()


class AccessedPatientQuerySet(QuerySet):
    def without_entry(self):
        """Rows whose entry is gone, which only a change behind the database's back leaves."""
        entry = self.model._meta.get_field("entry").related_model
        return self.filter(~Exists(entry.objects.filter(pk=OuterRef("entry_id"))))


class ReviewQuerySet(QuerySet):
    def of_span(self, first, last):
        """Oldest first, so that the newest one of the same looks comes last."""
        return self.filter(began_at__gte=first, began_at__lt=last).select_related("reviewed_by").order_by("pk")


class SealQuerySet(QuerySet):
    def newest(self):
        return self.order_by("-last").first()

    def in_order(self):
        return self.order_by("last", "pk")


class BackupRunQuerySet(QuerySet):
    def newest_first(self):
        return self.order_by("-began_at", "-pk")

    def good(self):
        return self.filter(ok=True).newest_first()

    def newest_good(self):
        return self.good().first()


class SiteQuerySet(QuerySet):
    def listed(self):
        """With hours, programs, and whether an on-call list is kept (`duties_kept`)."""
        OnCallDuty = apps.get_model("staff.OnCallDuty")
        kept = Exists(OnCallDuty.objects.filter(site=OuterRef("pk")))
        return self.annotate(duties_kept=kept).prefetch_related("contact_hours", "programs")


class ProgramQuerySet(QuerySet):
    def open(self):
        return self.filter(archived_at=None)

    def at(self, site):
        return self.filter(site=site)

    def led_by(self, user, now):
        """Programs whose supervisor they are now: as lead, as its deputy, or covering the lead who is away."""
        AwayPeriod = apps.get_model("staff.AwayPeriod")
        away = AwayPeriod.objects.current(now).filter(cover=user).values("staff")
        return self.filter(Q(lead=user) | Q(deputy=user) | Q(lead__in=away))

    def with_site(self):
        return self.select_related("site")

    def with_patients_of(self, patients):
        """Programs in which the latest episode of one of `patients` is, by site and name."""
        return self.filter(pk__in=patients.values("latest_episode__program")).select_related("site")

    def listed(self):
        return self.open().select_related("site", "lead", "deputy")

    def without_deputy(self):
        return self.filter(deputy=None)

    def without_lead(self, now):
        """Open programs whose lead is away or gone, with no deputy and no cover there in their place."""
        AwayPeriod = apps.get_model("staff.AwayPeriod")
        away = AwayPeriod.objects.current(now)
        lead_there = Q(lead__is_active=True) & ~Q(lead__in=away.filter(cover=None).values("staff"))
        deputy_there = Q(deputy__is_active=True) & ~Q(deputy__in=away.values("staff"))
        return self.open().exclude(pk__in=self.model.objects.filter(lead_there | deputy_there).values("pk"))

    def with_standards(self):
        return self.select_related("site", "lead").prefetch_related("standards")
