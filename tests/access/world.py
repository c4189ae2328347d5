"""The world of the access matrix: its principals, one patient per relation, and a mark in every field of every one."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.db import models
from django.test import Client
from django_otp.plugins.otp_totp.models import default_key

from interactions.choices import ConcernKind, Urgency
from interactions.models import Draft, HistoryEntry
from interactions.services.concerns import raise_concern
from interactions.services.leaving import discharge
from patients import services as patients
from patients.choices import Audience, CareRole, ContactAfter, DischargeReason
from patients.models import Patient, Record, RecordReader
from patients.services import assign
from staff import append_only
from staff.calendar import DAY
from staff.models import StaffMember
from staff.roles import Role
from staff.second_factor import code_at, switch_on
from tests.access.truth import (
    ABOUT,
    ADMITTED,
    FOR_REVIEW,
    IN_EMERGENCY,
    NAMED,
    READERS,
    REVIEWED,
    SEES,
    SESSION_OF,
)
from tests.cast import enter
from tests.factories import (
    NOW,
    PASSWORD,
    make_away,
    make_break_glass,
    make_episode,
    make_exclusion,
    make_floor,
    make_on_call,
    make_patient,
    make_program,
    make_restriction,
    make_site,
    make_staff,
)
from tests.furniture import records_about, records_of_the_house
from tests.one_of_each import MAKERS, MODELS, audiences

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LONG_AGO = NOW - 40 * DAY

CLINICIANS = (
    "team", "same_program", "ended", "tomorrow", "cover", "floor", "on_call", "deactivated", "glass", "glass_over",
    "half",
)  # fmt: skip


@dataclass
class World:
    people: dict = field(default_factory=dict)
    objects: dict = field(default_factory=dict)  # relation -> what the doors table names in `of` -> the object
    marks: dict = field(default_factory=dict)  # mark -> (relation, audience)
    clients: dict = field(default_factory=dict)
    patterns: dict = field(default_factory=dict)
    owns: dict = field(default_factory=dict)  # principal -> the objects about themself

    def target(self, relation, principal):
        """What stands in addresses for this relation; None: nothing that exists."""
        return self.owns.get(SESSION_OF.get(principal, principal)) if relation == "own" else self.objects.get(relation)

    def subject(self, relation, principal):
        """The ref of the patient whom this relation is about, or None."""
        objects = self.target("ordinary" if relation == NAMED else relation, principal)
        return objects["patient"].ref if objects else None

    def pattern(self, principal, relation, route):
        """What finds the marks that no answer to `principal` may hold, on a page about a `relation` ("": on a list)."""
        opened = relation in IN_EMERGENCY.get(principal, ())
        review = route in FOR_REVIEW.get(principal, ())
        if (principal, opened, review) not in self.patterns:
            hidden = [
                mark for mark, whose in self.marks.items() if not self.may_read(principal, *whose, opened, review)
            ]
            self.patterns[principal, opened, review] = re.compile("|".join(hidden).encode())
        return self.patterns[principal, opened, review]

    def may_read(self, principal, relation, audience, opened, review):
        principal = SESSION_OF.get(principal, principal)
        if audience == DRAFT:  # for whoever wrote it, for as long as it is kept
            return principal == AUTHOR and relation in OF_AUTHOR
        others = relation.startswith("own:") and relation != f"own:{principal}"
        if audience == "review" and review and (others or relation in REVIEWED):
            return True
        if relation.startswith("own:"):  # an ordinary patient to everybody but the person themself
            return relation != f"own:{principal}"
        if relation not in (IN_EMERGENCY[principal] if opened else SEES[principal]):
            return False
        return principal in ADMITTED[audience]


def build():
    world = World()
    north, south = make_site("North", "America/New_York"), make_site("South", "Pacific/Auckland")
    people = world.people = {
        "lead": make_staff("lead", Role.SUPERVISOR, north),
        "keeper": make_staff("keeper", Role.SUPERVISOR, north),
        "boss": make_staff("boss", Role.SUPERVISOR, north),
        "other_lead": make_staff("other_lead", Role.SUPERVISOR, south),
        "elsewhere": make_staff("elsewhere", Role.CLINICIAN, south),
        "admin": make_staff("admin", Role.ADMIN, north),
        "admin_on_team": make_staff("admin_on_team", Role.ADMIN, north),
        "auditor": make_staff("auditor", Role.AUDITOR, north),
        **{name: make_staff(name, Role.CLINICIAN, north) for name in CLINICIANS},
    }
    author = make_staff("author", Role.CLINICIAN, north)
    program = make_program("Residential North", site=north, lead=people["lead"])
    make_program("Evening South", "iop", south, people["other_lead"])

    def someone(relation, primary, began_at=LONG_AGO, **over):
        patient = make_patient(given_name="Dana", family_name=f"Whitfield {relation}", by=primary, now=began_at, **over)
        make_episode(patient, program, primary, now=began_at)
        return patient

    def join(patient, principal, began_at=LONG_AGO + DAY):
        return assign(
            patient=patient, staff=people[principal], role=CareRole.NURSE, by=people["lead"], now=LONG_AGO + DAY,
            began_at=began_at,
        )  # fmt: skip

    ordinary = someone("ordinary", people["team"])
    for principal in ("admin_on_team", "deactivated", "half"):
        join(ordinary, principal)
    join(ordinary, "tomorrow", NOW + DAY)
    patients.end_membership(member=join(ordinary, "ended"), by=people["lead"], now=NOW - SECOND)
    assign(patient=ordinary, staff=author, role=CareRole.NURSE, by=people["lead"], now=LONG_AGO + DAY)
    StaffMember.objects.filter(username="author").update(supervisor=people["boss"])
    # A supervisor who became a clinician: somebody's account still names them.
    StaffMember.objects.filter(username="deactivated").update(supervisor=people["same_program"])
    for principal in ("floor", "admin"):
        make_floor(program, people[principal])
    for principal in ("on_call", "admin"):
        make_on_call(north, people[principal])
    make_away(people["team"], people["cover"])

    discharged = someone("discharged", people["team"])
    world.objects["discharged"] = records_about(discharged, people["team"])
    discharge(
        episode=discharged.latest_episode, reason=DischargeReason.COMPLETED, contact_after=ContactAfter.NO,
        by=people["lead"], now=NOW - 10 * DAY,
    )  # fmt: skip
    restricted = someone("restricted", people["team"])
    make_restriction(restricted, people["keeper"], began_at=LONG_AGO, asked_by=author)
    join(restricted, "admin_on_team")
    world.objects["restricted"] = records_about(restricted, people["team"])
    excluded = someone("excluded", author)
    for opened in (ordinary, restricted, excluded):
        make_break_glass(opened, people["glass"], NOW - 59 * MINUTE)
    for person in people.values():
        make_exclusion(excluded, person, by=author, began_at=LONG_AGO)
    world.objects["excluded"] = records_about(excluded, author)
    for unsafe in (restricted, excluded):
        raise_concern(
            patient=unsafe, by=author, now=NOW - SECOND, words="I am not safe", kind=ConcernKind.SAFETY,
            urgency=Urgency.SAFETY,
        )  # fmt: skip
    world.objects["ordinary"] = records_about(ordinary, people["team"])
    raise_concern(
        patient=ordinary, by=author, now=NOW - SECOND, words="I am not safe", kind=ConcernKind.SAFETY,
        urgency=Urgency.SAFETY,
    )  # fmt: skip
    world.objects[NAMED] = record_audiences(ordinary, author, people)
    for principal in SEES:
        if principal in people:
            own = someone(f"own:{principal}", author)
            Patient.objects.filter(pk=own.pk).update(account=people[principal])
            if people[principal].role != Role.AUDITOR:
                join(own, principal)
            world.owns[principal] = records_about(own, author)
    world.objects["house"] = records_of_the_house(
        program, ordinary, people["same_program"], people["lead"], people["floor"]
    )
    make_break_glass(ordinary, people["glass_over"], NOW - 60 * MINUTE)
    plant(world)
    sign_in(world)
    return world


def record_audiences(patient, author, people):
    """A record of each kind for each audience, and one of each about a colleague; returns those for named readers."""
    named = {}
    for kind, model in MODELS.items():
        for audience in audiences(kind):
            record = MAKERS[kind](NOW - SECOND, patient=patient, by=author)
            model.objects.filter(pk=record.pk).update(audience=audience)
            if audience == Audience.NAMED:
                named[kind] = record
                RecordReader.objects.bulk_create(
                    RecordReader(record_ref=record.ref, staff=people[reader]) for reader in READERS
                )
        record = MAKERS[kind](NOW - SECOND, patient=patient, by=author)
        model.objects.filter(pk=record.pk).update(not_for=people[ABOUT])
    return named


def sign_in(world):
    for principal in SEES:
        world.clients[principal] = client = Client(raise_request_exception=False)
        person = world.people.get(SESSION_OF.get(principal, principal))
        if principal == "half":
            key = default_key()
            switch_on(user=person, key=key, typed=code_at(key, NOW), now=NOW)
            client.post("/accounts/login/", {"username": person.username, "password": PASSWORD})
        elif person:
            enter(client, person, confirmed=principal not in SESSION_OF)
    StaffMember.objects.filter(username="deactivated").update(is_active=False)


# The marks. Every text field of every patient and of every record about them holds one that says whose it is.

# What was typed and not saved: the mark of these relations is their author's alone.
DRAFT, AUTHOR, OF_AUTHOR = "draft", "team", ("ordinary", "discharged", "restricted")
IDENTITY = ("given_name", "family_name", "preferred_name")
# Why somebody opened a record is written for whoever reviews it.
OF_REVIEWS = {"BreakGlass", "BreakGlassReview"}
STRUCTURED = {
    "record_number", "family_key", "key", "folded", "token", "rule", "slot", "stage", "information", "items",
}  # fmt: skip


def plant(world):
    append_only.remove()
    subjects = {relation: objects["patient"] for relation, objects in world.objects.items() if "patient" in objects}
    subjects |= {f"own:{principal}": objects["patient"] for principal, objects in world.owns.items()}
    for letter, (relation, patient) in zip(letters(), subjects.items(), strict=False):
        for digit, audience in enumerate(("team", "care_team", "supervised", "named", "not_for", "review")):
            mark = f"Qw{letter}{digit}z"
            world.marks[mark] = (relation, audience)
            for model in models_about_patients():
                mark_rows(model, patient, audience, mark)
            mark_history(patient, audience, mark)
        mark = f"Qw{letter}9z"
        world.marks[mark] = (relation, DRAFT)
        Draft.objects.filter(patient=patient).update(text=json.dumps([["text", f"{mark} and further words"]]))
    append_only.install()


def letters():
    return (a + b for a in "BCDFGHJKLMNP" for b in "BCDFGHJKLMNP")


def models_about_patients():
    return [
        model
        for room in ("patients", "interactions")
        for model in apps.get_app_config(room).get_models()
        if path_to_patient(model) and model is not Draft
    ]


def path_to_patient(model, steps=2):
    """How `model` leads to a patient: `patient`, `check_in__patient` …, `pk` in `Patient`; "" where it does not."""
    if model is Patient:
        return "pk"
    foreign = [one for one in model._meta.fields if isinstance(one, models.ForeignKey)]
    for one in foreign:
        if one.related_model is Patient:
            return one.name
    for one in foreign if steps else ():
        if one.related_model is not model and one.related_model._meta.app_label in ("patients", "interactions"):
            further = path_to_patient(one.related_model, steps - 1)
            if further:
                return f"{one.name}__{further}"
    return ""


def mark_rows(model, patient, audience, mark):
    rows = model.objects.filter(**{path_to_patient(model): patient.pk})
    holder = record_path(model)
    if holder is not None:
        name = holder and f"{holder}__"
        rows = rows.filter(**{f"{name}not_for__isnull": audience != "not_for"})
        if audience != "not_for":
            rows = rows.filter(**{f"{name}audience": audience})
        if audience in ("named", "supervised"):  # what of this opens for `team` is theirs; the others are a nurse's
            rows = rows.exclude(**{f"{name}recorded_by__username": "team"})
    elif audience != ("review" if model.__name__ in OF_REVIEWS else "team"):
        return
    ids = list(rows.values_list("pk", flat=True))
    for one in model._meta.fields:
        if is_free_text(one):
            filled = model.objects.filter(pk__in=ids)
            if one.blank and one.name not in IDENTITY:
                filled = filled.exclude(**{one.name: ""})
            text = f"{mark} {one.name[:3]}" if one.name in IDENTITY else mark
            filled.update(**{one.name: text if (one.max_length or 99) < 24 else f"{text} and further words"})


def mark_history(patient, audience, mark):
    """What was said when something was done with a record: it names the record by its id only."""
    for model in models_about_patients():
        if record_path(model) == "":
            rows = model.objects.filter(patient=patient, not_for__isnull=audience != "not_for")
            if audience != "not_for":
                rows = rows.filter(audience=audience)
            if audience in ("named", "supervised"):
                rows = rows.exclude(recorded_by__username="team")
            refs = list(rows.values_list("ref", flat=True))
            HistoryEntry.objects.filter(record_ref__in=refs).exclude(words="").update(words=mark)


def record_path(model):
    """Where the audience of a row stands: "" in itself, `check_in` in what it belongs to; None where it has none."""
    if issubclass(model, Record):
        return ""
    for one in model._meta.fields:
        if isinstance(one, models.ForeignKey) and one.related_model and issubclass(one.related_model, Record):
            return one.name
    return None


def is_free_text(one):
    return (
        isinstance(one, models.CharField | models.TextField)
        and not one.choices
        and not one.unique
        and one.name not in STRUCTURED
        and (one.max_length or 99) >= 10
    )
