"""Ways to break the door and the policies. Each must make the access matrix wrong, or else it proves little.

A mutant swaps the code of one function for the same code with one piece of text replaced, so that whatever holds the
function sees the change. A piece of text that is not there (any more) is an error, not a survivor.
"""

import inspect
import textwrap
from contextlib import contextmanager
from dataclasses import dataclass
from pkgutil import resolve_name

from patients.querysets import admission
from staff.access import CONFIRMED, MARK, is_public
from staff.roles import Permission
from tests.access.truth import ACTS_AS
from tests.test_doors import CAST, DOORS, ROUTES

# Where a broken policy shows: pages about one patient, lists of several, records, and what changes something.
PAGES = ("interactions:patient_page", "interactions:care_team", "patients:access", "patients:about_edit")
LISTS = ("patients:list", "interactions:today", "interactions:concerns", "interactions:reminders", "insights:team")
RECORDS = ("interactions:concern", "interactions:check_in", "interactions:follow_up", "interactions:step")
VISIBLE = "patients.querysets:PatientQuerySet.visible_to"
REACH = "patients.querysets:PatientQuerySet._within_reach"
ADMITTING = "patients.querysets:RecordQuerySet.admitting"
ADMISSION = "patients.querysets:admission"
KNOCK = "staff.access:knock"
OPENED = "patients.querysets:PatientQuerySet.opened_by"
ASKING = ("interactions:staff_new",)
SHUT = ("interactions:team_restrict",)
WRITING = ("interactions:concern_new", "interactions:follow_up_new")
STAYS = ("interactions:episode_act",)
TEAM = ("interactions:team_assign", "interactions:team_primary")


@dataclass(frozen=True)
class Mutant:
    name: str
    target: str
    old: str
    new: str
    routes: tuple = (*PAGES, *LISTS, *RECORDS)
    requests: tuple = ("get", "post")

    def made(self):
        """The function, and the code it is to have."""
        function = inspect.unwrap(resolve_name(self.target))
        source = textwrap.dedent(inspect.getsource(function))
        if source.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.target} holds {self.old!r} {source.count(self.old)} times")
        return function, code_of(source.replace(self.old, self.new), function)

    @contextmanager
    def alive(self):
        function, code = self.made()
        before, function.__code__ = function.__code__, code
        admission.cache_clear()
        try:
            yield
        finally:
            function.__code__ = before
            admission.cache_clear()


def code_of(source, function):
    """The code of `source`, one function, compiled where `function` lives; its decorators are left out."""
    lines = source.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("def "))
    space = {}
    exec(compile("\n".join(lines[start:]), function.__code__.co_filename, "exec"), function.__globals__, space)
    return space[function.__name__].__code__


@dataclass(frozen=True)
class OpenDoor:
    """A route that lets in whoever is signed in."""

    route: str
    requests = ("get", "post")

    @property
    def name(self):
        return f"{self.route} lets in everybody who is signed in"

    @property
    def routes(self):
        return (self.route,)

    @contextmanager
    def alive(self):
        view = ROUTES[self.route]
        before = getattr(view, MARK)
        setattr(view, MARK, Permission.OWN_ACCOUNT)
        try:
            yield
        finally:
            setattr(view, MARK, before)


@dataclass(frozen=True)
class NoQuestion(OpenDoor):
    """A route that reaches far and does not ask for the password again."""

    @property
    def name(self):
        return f"{self.route} does not ask for the password again"

    @contextmanager
    def alive(self):
        view = ROUTES[self.route]
        setattr(view, CONFIRMED, False)
        try:
            yield
        finally:
            setattr(view, CONFIRMED, True)


def open_doors():
    """One for each route that is closed to some role."""
    columns = {column for pair in ACTS_AS.values() for column in pair} - {"nobody"}
    for route, door in sorted(DOORS.items()):
        refused = any(door.answers[CAST.index(column)] == 403 for column in columns)
        if refused and not is_public(ROUTES[route]) and getattr(ROUTES[route], MARK) != Permission.OWN_ACCOUNT:
            yield OpenDoor(route)


def unasked_questions():
    return (NoQuestion(route) for route, view in sorted(ROUTES.items()) if getattr(view, CONFIRMED, False))


def every():
    """All of them: routes left open, questions not asked, and the texts below changed."""
    yield from open_doors()
    yield from unasked_questions()
    yield from EDITED


# One for each thing that a policy says.
EDITED = (
    Mutant("an admin sees whoever others reach", VISIBLE, "if user.role != Role.ADMIN:", "if True:"),
    Mutant("everybody opens their own record", VISIBLE, ".exclude(account=user)", ""),
    Mutant("whoever is kept out gets in", VISIBLE, ".exclude(pk__in=kept_from(user, now))", ""),
    Mutant("everybody who cares sees every patient", VISIBLE, "self.filter(rule)", "self.filter()"),
    Mutant("every team is mine", VISIBLE, "teams.filter(staff=user)", "teams"),
    Mutant("a place on a team never ends", VISIBLE, ".objects.current(now)", ".objects.all()"),
    Mutant(
        "a restricted record is reached like any other",
        VISIBLE,
        ' & ~Q(pk__in=restrictions(now).values("patient"))',
        "",
    ),
    Mutant("any supervisor leads any restriction", VISIBLE, "restrictions(now).filter(lead=user)", "restrictions(now)"),
    Mutant("covering shows nobody", REACH, "Q(staff__in=covered_by(user, now))", "Q(pk__in=[])"),
    Mutant(
        "every floor is mine",
        REACH,
        "FloorTeamMember.objects.current(now).filter(staff=user)",
        "FloorTeamMember.objects.current(now)",
    ),
    Mutant(
        "the floor sees those who left",
        REACH,
        "latest_episode__program__in=floors, latest_episode__discharged_at=None",
        "latest_episode__program__in=floors",
    ),
    Mutant(
        "every duty is mine",
        REACH,
        "OnCallDuty.objects.current(now).filter(staff=user)",
        "OnCallDuty.objects.current(now)",
    ),
    Mutant("on call shows everybody at the site", REACH, "safety_open_at__isnull=False, latest", "latest"),
    Mutant(
        "a supervisor sees every program",
        REACH,
        'latest_episode__program__in=Program.objects.led_by(user, now).values("pk")',
        "pk__isnull=False",
    ),
    Mutant("clinicians see by program as well", REACH, "if user.role == Role.SUPERVISOR:", "if True:"),
    Mutant(
        "a record is for all eyes",
        ADMISSION,
        "return (\n        Q(audience=Audience.TEAM)",
        "return (\n        Q(pk__isnull=False)",
    ),
    Mutant("the care team's records are for the floor", ADMISSION, "(Q(patient__in=teams) | led)", "Q()"),
    Mutant("supervised records are for the team", ADMISSION, "(Q(recorded_by=user) | led | Exists(reads))", "Q()"),
    Mutant(
        "named records are for the lead",
        ADMISSION,
        "Q(audience=Audience.NAMED) & Exists(reads)",
        "Q(audience=Audience.NAMED) & (Exists(reads) | led)",
    ),
    Mutant(
        "named records are for any reader's colleague", ADMISSION, "filter(staff=user, record_ref", "filter(record_ref"
    ),
    Mutant("who it is about may read it", ADMITTING, ".exclude(not_for=user)", ""),
    Mutant(
        "records of patients whom one does not see",
        "patients.querysets:RecordQuerySet.visible_to",
        'filter(patient__in=Patient.objects.visible_to(user, now).values("pk"))',
        "filter()",
    ),
    Mutant(
        "records without their audience", "patients.querysets:RecordQuerySet.visible_to", ".admitting(user, now)", ""
    ),
    Mutant(
        "a patient opens for everybody",
        "patients.access:open_patient",
        "patients.visible_to(request.user, request.now)",
        "patients",
    ),
    Mutant("nobody notes who was asked for in vain", "patients.access:open_patient", "not_found(request, ref)", "pass"),
    Mutant("nobody notes who was read", "patients.access:open_patient", "seen(request, [patient])", "pass"),
    Mutant(
        "a record opens for everybody",
        "patients.access:open_record",
        ".visible_to(request.user, request.now)",
        "",
        RECORDS,
    ),
    Mutant(
        "nobody notes which record was asked for in vain",
        "patients.access:open_record",
        "not_found(request, hidden or ref)",
        "pass",
        RECORDS,
    ),
    Mutant(
        "nobody notes whose record was read",
        "patients.access:open_record",
        "seen(request, [record.patient])",
        "pass",
        RECORDS,
    ),
    Mutant(
        "whoever sees a patient moves them",
        "patients.access:may_move",
        "CareTeamMember.objects.primaries().of(patient).standing_in(user, now).exists()",
        "True",
        STAYS,
    ),
    Mutant(
        "cover does not move",
        "patients.access:may_move",
        ".standing_in(user, now)",
        ".current(now).filter(staff=user)",
        STAYS,
    ),
    Mutant(
        "whoever sees a patient assigns",
        "patients.access:may_assign",
        "supervises(user, patient, now)",
        "True",
        TEAM,
    ),
    Mutant(
        "nobody but admins assigns",
        "patients.access:may_assign",
        "return user.may(Permission.TEAM_ASSIGN) and",
        "return False and",
        TEAM,
    ),
    Mutant(
        "admins do not assign",
        "patients.access:may_assign",
        "return restriction_of(patient, now) is None",
        "return False",
        TEAM,
    ),
    Mutant("nobody has to sign in", KNOCK, "not request.user.is_authenticated", "False"),
    Mutant("roles do not matter", KNOCK, "not request.user.may(policy)", "False"),
    Mutant("htmx is led nowhere", "staff.access:to_sign_in", "if request.htmx:", "if False:", PAGES, ("htmx",)),
    Mutant("an ended account may go on", "staff.sign_in:PasswordBackend.get_user", ".active()", ".all()"),
    Mutant("the log is not written", "staff.access_log:write_note", 'if others or note.action != "read":', "if False:"),
    Mutant(
        "the log says it was found",
        "staff.access_log:not_found",
        "request.access_note.outcome = Outcome.NOT_FOUND",
        "pass",
    ),
    Mutant("nobody notes who was turned away", KNOCK, "turned_away(request)", "pass"),
    Mutant(
        "nobody notes whom a view turned away",
        "staff.middleware:AccessLogMiddleware.process_exception",
        "isinstance(exception, PermissionDenied)",
        "False",
        SHUT,
    ),
    Mutant("what happened at the door is not written", "staff.access_log:write_note", "in note.events:", "in ():"),
    Mutant(
        "who was turned away was let in, says the log",
        "staff.access_log:turned_away",
        ", outcome=Outcome.DENIED",
        "",
    ),
    Mutant(
        "notices are for everybody",
        "interactions.querysets:ReminderQuerySet.visible_to",
        "recipient=user",
        "recipient__isnull=False",
        ("interactions:reminder_snooze", "interactions:reminder_bring_back"),
    ),
    Mutant("break-glass never ends", OPENED, "BreakGlass.objects.current(now)", "BreakGlass.objects"),
    Mutant("what one opened is open to all", OPENED, ".by(user)", ""),
    Mutant(
        "break-glass opens what one is kept out of",
        "patients.querysets:PatientQuerySet.open_in_emergency",
        ".exclude(pk__in=kept_from(user, now))",
        "",
    ),
    Mutant("break-glass is for everything", "patients.access:break_in", "if not emergency:", "if False:", WRITING),
    Mutant(
        "break-glass shows what is for fewer eyes",
        "patients.querysets:RecordQuerySet.read_in_emergency",
        "filter(audience__in=[Audience.TEAM, Audience.CARE_TEAM])",
        "all()",
    ),
    Mutant("a password holds for ever", "staff.confirming:is_confirmed", "stamp is not None and", "True or", ASKING),
    Mutant("the floor may ask for a restriction", "patients.access:may_restrict", "return C", "return True or C", SHUT),
    Mutant("admins assign whom a restriction hides", "patients.access:may_assign", "is None", "is None or True", TEAM),
    Mutant("being kept out is for nobody", "patients.restricting:kept_from", "filter(staff=user)", "none()"),
)
