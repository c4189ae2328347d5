"""What the demo data hold: every state, the clinical list of what must be there, and our own words only."""

import json
import re
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from interactions import boundary_choices as boundaries
from interactions import choices
from interactions.models import (
    BoundaryAgreement,
    BoundaryEvent,
    CheckIn,
    CheckInText,
    Concern,
    CounselingNote,
    CounselingNoteText,
    FamilyMessage,
    Feedback,
    FeedbackInvitation,
    FollowUp,
    Handover,
    HistoryEntry,
    Meeting,
    Reminder,
    SafetyReport,
    Signal,
    Step,
    StepAsked,
    TalkRequest,
    Update,
)
from interactions.ownership import open_things
from interactions.reminder_rules import RULES
from interactions.second_person import to_decide
from patients.break_glass import REVIEWED_WITHIN
from patients.choices import CameBy, DischargeReason, FactKind, FactState, Knows, PauseKind, PlanMark, SupportState
from patients.models import (
    Adjustment,
    BreakGlass,
    Cadence,
    CareTeamMember,
    Consent,
    Disclosure,
    Episode,
    Fact,
    Goal,
    Need,
    Patient,
    Pause,
    SafeContact,
    SafetyPlan,
    SafetyPlanMark,
    SupportPerson,
)
from patients.plan_choices import AdjustmentState, Agreement, GoalState, NeedDomain, NeedState
from staff.choices import ProgramKind
from staff.models import AwayPeriod, Program, StaffMember
from staff.roles import Role
from tests.factories import NOW

pytestmark = pytest.mark.django_db
Demo = namedtuple("Demo", "now cast")

# From the list of words to avoid; allowed inside quotation marks, where a patient is speaking.
AVOID = re.compile(
    r"\b(addict(s|ed|ion)?|junkies?|druggies?|alcoholics?|abus(e|er|ed)|drug users?|(drug|bad) habits?|clean|dirty|"
    r"strung out|tweaking|drunk|relapsed?|non-?compliant|refus(ed|es)|denie[sd]|claim(s|ed)|admits|manipulative|"
    r"drug-seeking|frequent flyer|awol|runaway|absconded|elope(d|ment)|ama|rock bottom|substitution)\b",
    re.I,
)
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole demo, seeded on a Wednesday; everything is taken back after the tests of this file."""
    path = tmp_path_factory.mktemp("demo") / "demo.json"
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: NOW)
        call_command("seed_demo", seed=1, json=str(path))
        yield Demo(NOW, json.loads(path.read_text(encoding="utf-8")))
        transaction.set_rollback(True)


def seen_in(kind, field):
    return set(kind.objects.values_list(field, flat=True)) - {""}


def test_the_file_names_users_and_patients(demo):
    users, patients = demo.cast["users"], demo.cast["patients"]

    assert 35 <= len(patients) <= 50
    assert {user["role"] for user in users} == set(Role.values)
    assert {"importer"} <= {user["username"] for user in users}
    for user in users:
        assert set(user) == {"username", "password", "role", "site", "programs", "totp_secret"}
        assert StaffMember.objects.get(username=user["username"]).check_password(user["password"])
    for patient in patients:
        assert set(patient) == {
            "id", "record_number", "name", "site", "program", "team", "primary", "restricted", "lead",
        }  # fmt: skip
        found = Patient.objects.get(ref=patient["id"])
        assert (found.record_number, found.legal_name) == (patient["record_number"], patient["name"])
        assert patient["primary"] in [*patient["team"], None]


def test_two_sites_have_every_kind_of_program(demo):
    programs = Program.objects.select_related("site")

    assert {program.kind for program in programs} == set(ProgramKind.values)
    assert len({program.site.time_zone for program in programs}) == 2
    quiet = [program.name for program in programs if program.rule_switches.count() < 10]
    assert quiet == ["Young Adults Evening"]


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [
        (CheckIn, "happened", choices.Happened),
        (CheckIn, "channel", choices.Channel),
        (CheckIn, "started_by", choices.StartedBy),
        (Concern, "urgency", choices.Urgency),
        (Concern, "kind", choices.ConcernKind),
        (Concern, "state", choices.ConcernState),
        (Concern, "ending", choices.Ending),
        (FollowUp, "state", choices.PromiseState),
        (Step, "state", choices.StepState),
        (StepAsked, "answer", choices.StepAnswer),
        (Episode, "came_by", CameBy),
        (Episode, "discharge_reason", DischargeReason),
        (Pause, "kind", PauseKind),
        (Signal, "rule", choices.Sign),
        (Signal, "state", {"open", "asked", "not_so", "will_ask"}),
        (Meeting, "barrier", choices.Barrier),
        (Handover, "state", {"asked", "done", "declined"}),
        (Update, "kind", choices.UpdateKind),
        (Update, "state", choices.UpdateState),
        (Update, "delay", choices.Delay),
        (Update, "turned_out", choices.TurnedOut),
        (SupportPerson, "knows", Knows),
        (SupportPerson, "state", SupportState),
        (SafetyPlanMark, "kind", PlanMark),
        (FamilyMessage, "relayed", choices.PassedOn),
        (FeedbackInvitation, "way", choices.FeedbackWay),
        (Feedback, "tongue", choices.Tongue),
        (Feedback, "come_back", choices.ComeBack),
        (Fact, "kind", FactKind),
        (Fact, "state", FactState),
        (BoundaryAgreement, "state", boundaries.AgreementState),
        (BoundaryEvent, "weight", boundaries.Weight),
        (BoundaryEvent, "kind", boundaries.EventKind),
        (BoundaryEvent, "state", boundaries.EventState),
        (SafetyReport, "at_risk", boundaries.AtRisk),
        (SafetyReport, "state", boundaries.ReportState),
        (SafetyReport, "patient_told", boundaries.PatientTold),
        (Need, "domain", NeedDomain),
        (Need, "state", NeedState),
        (Goal, "agreement", Agreement),
        (Goal, "state", GoalState),
        (Adjustment, "state", AdjustmentState),
    ],
)
def test_everything_that_can_be_chosen_has_an_example(demo, kind, field, values):
    assert seen_in(kind, field) == set(getattr(values, "values", values))


def test_everything_that_can_be_owed_has_an_example(demo):
    now = demo.now
    clocks = Cadence.objects.filter(episode__in=Episode.objects.in_cadence(now))

    assert Concern.objects.ack_late(now).exists()
    assert Concern.objects.answer_late(now).exists()
    assert Concern.objects.tell_late(now).exists()
    assert Concern.objects.owed().exclude(pk__in=Concern.objects.late(now).values("pk")).exists()
    assert Concern.objects.not_taken_over().exists()
    assert FollowUp.objects.overdue(now).exists()
    assert FollowUp.objects.open().filter(due_at__gt=now).exists()
    assert FollowUp.objects.filter(state="done", tell_when_done=False).exists()
    assert Meeting.objects.without_outcome(now).exists()
    assert Meeting.objects.planned().filter(starts_at__gt=now).exists()
    assert {"held", "could_not", "chose_not", "moved", "missed"} <= seen_in(Meeting, "state")
    assert TalkRequest.objects.overdue(now).exists()
    assert {"kept", "missed", "withdrawn", "not_there"} <= seen_in(TalkRequest, "state")
    assert clocks.filter(team_due_at__gt=now).count() > 10
    assert clocks.filter(team_due_at__lt=now, team_overdue_at__gt=now).exists()
    assert clocks.filter(team_overdue_at__lt=now, team_escalates_at__gt=now).exists()
    assert clocks.filter(team_escalates_at__lt=now).exists()
    assert clocks.filter(meeting_overdue_at__lt=now).exists()
    assert clocks.filter(meeting_due_at__gt=now).count() > 10
    assert CareTeamMember.objects.current(now).filter(introduced_at=None, introduce_by_at__lt=now).exists()
    assert CareTeamMember.objects.current(now).filter(introduced_at__isnull=False).count() > 40
    assert Patient.objects.in_care().filter(safe_contacts=None).exists()
    assert any(check_in.is_late_entry for check_in in CheckIn.objects.all())
    assert CheckIn.objects.filter(struck_at__isnull=False).exists()
    assert CheckIn.objects.filter(hard_moment=True).exists()
    assert CheckIn.objects.filter(next_try_at__isnull=False).exists()
    assert {"amended", "struck", "reopened", "handed_over", "rescheduled"} <= seen_in(HistoryEntry, "action")


def test_safety_plans_are_fresh_old_not_gone_through_and_missing(demo):
    plans = SafetyPlan.objects.filter(replaced_at=None)
    here = Episode.objects.in_cadence(demo.now)

    assert plans.filter(looked_at__gt=demo.now - timedelta(days=7)).exists()
    assert plans.filter(looked_at__lt=demo.now - timedelta(days=30)).exists()
    assert plans.filter(looked_at=None).exists()
    assert plans.filter(copied_at=None).exists()
    assert SafetyPlan.objects.filter(number=2).exists()
    assert here.exclude(patient__in=plans.values("patient")).exists()
    assert here.filter(cadence__safety_plan_due_at__lt=demo.now).exists()


def test_every_reminder_rule_has_something_to_say(demo):
    assert seen_in(Reminder, "rule") == {rule.code for rule in RULES}


def test_the_clinical_list_is_there(demo):
    now, texts = demo.now, CheckInText.objects
    walked_out = Episode.objects.get(discharge_reason="left_early", naloxone="not_asked")
    minors = [patient for patient in Patient.objects.exclude(born_on=None) if patient.is_minor(now.date())]
    returns = {patient: patient.episodes.count() for patient in Patient.objects.all()}

    assert Patient.objects.filter(died_on__isnull=False).count() == 1
    assert walked_out.discharged_at.astimezone(walked_out.program.site.zone).strftime("%H:%M") == "02:10"
    assert Episode.objects.filter(discharge_reason="means").exists()
    assert Episode.objects.filter(came_by="required").count() >= 2
    assert [patient.age(now.date()) for patient in minors] == [17]
    assert minors[0].decides
    assert {"Spanish", "American Sign Language"} <= seen_in(Patient, "language")
    assert CareTeamMember.objects.current(now).filter(role="peer").exists()
    assert Concern.objects.filter(about_staff=True, not_for__isnull=False).exclude(audience="team").exists()
    assert Episode.objects.filter(contact_after="no").exists()
    assert SafeContact.objects.filter(never__icontains="partner must not know").exists()
    away = AwayPeriod.objects.current(now).filter(staff__role="supervisor", cover=None)
    assert away.exists()
    assert Program.objects.filter(lead__in=away.values("staff"), deputy=None).exists()
    assert max(returns.values()) == 5
    assert Concern.objects.filter(answer="no", told_at__isnull=False).exists()
    assert Concern.objects.filter(state="reopened").exists()
    assert CheckIn.objects.filter(others_present__icontains="shouting").exists()
    assert any(text.text.isupper() for text in texts.all())
    assert texts.filter(text__contains="yo he laughed").exists()
    assert CounselingNote.objects.count() == 2
    assert BoundaryEvent.objects.filter(kind="romantic", state="waiting").exists()
    assert CheckIn.objects.outside_hours().filter(talked_by__username="june", channel="text").count() == 3
    opened = BreakGlass.objects.unreviewed()
    assert [one.staff.username for one in opened.opened_before(now - REVIEWED_WITHIN)] == ["keoni"]
    assert "felix" in {one.staff.username for one in opened}
    assert not Patient.objects.visible_to(StaffMember.objects.get(username="felix"), now).filter(
        pk__in=opened.values("patient")
    )


def test_every_open_thing_has_an_owner_who_can_see_it(demo):
    for things in open_things():
        for thing in things.select_related("owner"):
            assert type(thing).objects.visible_to(thing.owner, demo.now).filter(pk=thing.pk).exists(), thing


def test_nothing_is_in_the_future_and_nothing_older_than_a_year(demo):
    oldest = demo.now - timedelta(days=366)

    assert not CheckIn.objects.filter(recorded_at__gt=demo.now).exists()
    assert not CheckIn.objects.filter(happened_at__lt=oldest).exists()
    assert not Episode.objects.filter(admitted_at__gt=demo.now).exists()
    assert not HistoryEntry.objects.filter(happened_at__gt=demo.now).exists()


def test_our_words_stigmatize_nobody(demo):
    ours = [
        *CheckInText.objects.values_list("text", flat=True),
        *CounselingNoteText.objects.values_list("text", flat=True),
        *BreakGlass.objects.values_list("words", flat=True),
        *CheckIn.objects.values_list("what_helped", flat=True),
        *CheckIn.objects.values_list("good_news", flat=True),
        *Concern.objects.values_list("answer_words", flat=True),
        *FollowUp.objects.values_list("what", flat=True),
        *Meeting.objects.values_list("explained", flat=True),
        *Episode.objects.values_list("discharge_note", flat=True),
    ]

    assert not [text for text in ours if AVOID.search(QUOTED.sub("", text))]


def test_the_words_vary(demo):
    texts = list(CheckInText.objects.exclude(text="").values_list("text", flat=True))

    assert len(texts) > 400
    assert len(set(texts)) > 0.75 * len(texts)


def test_consents_hold_run_out_and_are_taken_back_and_what_went_out_is_accounted_for(demo):
    consents = Consent.objects.select_related("ending")
    holding = consents.holding_at(demo.now)

    assert {"tpo", "specific"} <= {consent.kind for consent in holding}
    assert [consent for consent in consents if consent.ended is None and not consent.holds(demo.now)]
    assert [consent for consent in consents if consent.ended and consent.ended.how == "revoked"]
    assert holding.filter(recipient_kind="supervision", information="attendance").exists()
    assert Consent.objects.expiring(demo.now, timedelta(days=14)).exists()
    assert {"consent", "emergency"} <= set(Disclosure.objects.values_list("basis", flat=True))


def test_two_records_are_for_a_named_team_and_a_question_waits(demo):
    restricted = [row for row in demo.cast["patients"] if row["restricted"]]
    own = Patient.objects.get(account__isnull=False)

    assert len(restricted) == 2
    assert all(row["team"] and row["lead"] for row in restricted)
    assert str(own.ref) in [row["id"] for row in restricted]
    assert not Patient.objects.visible_to(own.account, demo.now).having(own)
    assert [one.kind for one in to_decide(StaffMember.objects.get(username="amos"), demo.now)] == ["grant_admin"]
