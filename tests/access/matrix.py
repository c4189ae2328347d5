"""The access matrix: every route, asked by every principal, about every relation, in every form of request.

A cell is right when its status is the expected one, when nothing in the answer holds a mark that this principal may not
read, when nothing was changed that should not be, and when the access log says what happened.
"""

import re
import uuid
from copy import copy
from dataclasses import dataclass
from itertools import product

from django.db import connection, transaction
from django.urls import reverse

from staff.access import is_public
from staff.choices import Outcome
from staff.models import AccessEntry
from tests.access.truth import (
    ACTS_AS,
    APART,
    CONFIRMED,
    EMERGENCY,
    FOR_FEW,
    FORMS,
    IN_EMERGENCY,
    LIBRARY,
    NAMED,
    NEVER,
    READING,
    RELATIONS,
    REQUESTS,
    SEES,
    SENDING,
    SESSION_OF,
)
from tests.test_doors import CAST, DOORS, ROUTES

WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# What reading may write: that it was read, and where the reader's session stands.
LOG = {"staff_accessentry", "staff_accessedpatient", "staff_session", "staff_submittedform", "interactions_lastopened"}
HOUSE = {
    "mail", "approval", "staff", "program", "site", "duty", "floor", "away", "break_glass", "session", "export",
    "calendar_feed", "own_form", "hint", "policy",
}  # fmt: skip
# The kinds of record that one is asked for in the relation `named`. A counseling note is for named readers anyway.
OF_NAMED = {"check_in", "concern", "follow_up", "meeting", "talk_request", "step"}


@dataclass(frozen=True)
class Cell:
    route: str
    principal: str
    relation: str  # "" where no patient stands in the address
    request: str

    def __str__(self):
        return " ".join((self.request, self.route, "as", self.principal, self.relation and f"about {self.relation}"))


def cells(routes=None):
    """Every cell, in a fixed order."""
    for route in routes or sorted(DOORS):
        relations = RELATIONS if is_about_patients(route) else ("",)
        if DOORS[route].of in OF_NAMED:
            relations = (*RELATIONS, NAMED)
        for principal, relation, request in product(SEES, relations, REQUESTS):
            yield Cell(route, principal, relation, request)


def is_about_patients(route):
    return DOORS[route].of is not None and DOORS[route].of not in HOUSE


def methods_of(route):
    """The forms of request that a route takes."""
    if route in LIBRARY:
        return LIBRARY[route]
    if route in FORMS:
        return READING | SENDING
    return READING if DOORS[route].method == "get" else SENDING


def expected(cell):
    """The status that truth expects: a number, or "ok" for any answer below 400 (a form with its errors is one)."""
    door = DOORS[cell.route]
    who = SESSION_OF.get(cell.principal, cell.principal)
    seen, unseen = ACTS_AS[who]
    if seen == "nobody" and not is_public(ROUTES[cell.route]):
        return 204 if cell.request == "htmx" else 302
    if cell.relation in IN_EMERGENCY.get(cell.principal, ()) and cell.route not in NEVER:
        if cell.request not in methods_of(cell.route):
            return 405
        return "ok" if cell.route in EMERGENCY else 403
    if cell.route in CONFIRMED and cell.principal in SESSION_OF:
        return 403
    sees = cell.relation in SEES[who] and who in FOR_FEW.get(cell.route, (who,))
    answer = door.answers[CAST.index(seen if sees else unseen)]
    apart = APART.get((cell.route, who, cell.relation))
    answer = apart or answer
    if answer == 403 and not (sees and door.answers[CAST.index(unseen)] == 404):
        return 403  # by the door, before anything is looked at
    if cell.request not in methods_of(cell.route):
        return 405
    return answer if answer >= 400 else "ok"


def address_of(cell, world):
    door = DOORS[cell.route]
    if door.of is None:
        return reverse(cell.route)
    about = is_about_patients(cell.route)
    objects = world.target(cell.relation, cell.principal) if about else world.objects["house"]
    ref = objects[door.of].ref if objects else uuid.uuid5(uuid.NAMESPACE_URL, str(cell))
    return reverse(cell.route, args=[ref, *door.more])


def faults(world, cell):
    """What is wrong with a cell: sentences, none where it is right."""
    client, wanted = world.clients[cell.principal], expected(cell)
    method, headers = cell.request, {}
    if cell.request == "htmx":
        method, headers = "get", {"HX-Request": "true"}
    if cell.request == "override":
        method, headers = "post", {"X-HTTP-Method-Override": "DELETE"}
    data = {"_method": "DELETE"} if cell.request == "override" else None
    written = []

    def watch(execute, sql, params, many, context):
        match = WRITES.match(sql)
        if match:
            written.append(match[1])
        return execute(sql, params, many, context)

    cookies = copy(client.cookies)
    with transaction.atomic():
        last = newest_entry()
        with connection.execute_wrapper(watch):
            answer = getattr(client, method)(address_of(cell, world), data, headers=headers)
        logged = set(AccessEntry.objects.between(last, None).values_list("outcome", "patients__patient_ref"))
        transaction.set_rollback(True)
    client.cookies = cookies
    found = [f"answered {answer.status_code}, expected {wanted}"] * (not fits(answer.status_code, wanted))
    told = answer.getvalue() + repr(answer.headers.items()).encode() + answer.reason_phrase.encode()
    hidden = world.pattern(cell.principal, cell.relation, cell.route).findall(told)
    if hidden:
        marks = {mark.decode(): world.marks[mark.decode()] for mark in hidden}
        found.append(f"holds what is hidden: {marks}")
    if wanted != "ok" or cell.request in READING:
        changed = sorted(set(written) - LOG)
        if changed and not (wanted == "ok" and cell.route in WRITES_ON_READING):
            found.append(f"changed {changed}")
    return found + log_faults(world, cell, wanted, logged)


def log_faults(world, cell, wanted, logged):
    """What the access log says wrongly of a cell: (outcome, patient) are what it says."""
    outcomes = {outcome for outcome, _ in logged}
    asked_again = cell.route in CONFIRMED and cell.principal in SESSION_OF
    if wanted == 403 and not asked_again and Outcome.DENIED not in outcomes:
        return ["was not logged as not allowed"]
    if not is_about_patients(cell.route):
        return []
    subject = world.subject(cell.relation, cell.principal)
    if wanted == 404 and cell.relation not in SEES[cell.principal] and Outcome.NOT_FOUND not in outcomes:
        return ["was not logged as not found"]
    if wanted == "ok" and cell.route not in UNSEEN and (Outcome.OK, subject) not in logged:
        return ["was not logged as seen"]
    if wanted in (204, 302, 405) and Outcome.OK in outcomes:
        return ["was logged as seen"]
    return []


# These answers name nobody, and tell nothing of anybody.
UNSEEN = {"patients:hints_about"}
# Reading these pages writes more than the log, on purpose.
WRITES_ON_READING = {"exchange:calendar_feed"}  # when it was fetched


def fits(status, wanted):
    return status < 400 if wanted == "ok" else status == wanted


def newest_entry():
    return AccessEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def run(world, some):
    """The wrong ones among `some` cells, each with its faults."""
    return [(cell, found) for cell in some if (found := faults(world, cell))]
