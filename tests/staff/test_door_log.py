"""Signing in, trying to, signing out and being turned away stand in the access log; whom it cannot name stays out."""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.test import Client

from staff import seals, second_factor
from staff.choices import AtTheDoor, Outcome
from staff.models import AccessEntry, Session
from tests.factories import NOW, PASSWORD
from tests.queries import counted

MINUTE = timedelta(minutes=1)
KEY = "3132333435363738393031323334353637383930"
LOGIN, CODE = "/accounts/login/", "/accounts/login/code/"
HERE = {"REMOTE_ADDR": "192.0.2.7"}


def knock(client, username="mara", password=PASSWORD):
    return client.post(LOGIN, {"username": username, "password": password}, **HERE)


def last():
    return AccessEntry.objects.latest("pk")


def actions():
    """What the door has told, oldest first."""
    entries = AccessEntry.objects.filter(action__in=AtTheDoor.values)
    return list(entries.order_by("pk").values_list("action", flat=True))


@contextmanager
def log_out_of_order():
    """The database takes everything but entries of the access log."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "staff_accessentry"'):
            raise OperationalError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def test_signing_in_says_who_from_where_and_in_which_session(client, at, mara):
    at(NOW)

    knock(client)

    entry = last()
    assert (entry.action, entry.outcome, entry.actor, entry.role) == ("sign_in.ok", Outcome.OK, mara, "clinician")
    assert (entry.route, entry.method, entry.address) == ("login", "POST", "192.0.2.7")
    client.post("/accounts/logout/")
    assert (last().action, last().actor) == ("sign_out", mara)
    assert last().session_hash == entry.session_hash
    assert actions() == ["sign_in.ok", "sign_out"]


def test_a_wrong_password_names_the_account_and_never_what_was_typed(client, at, mara):
    at(NOW)

    knock(client, "MARA ", "first wrong words")
    known = last()
    knock(client, "marta-quellfeld", "second wrong words")
    unknown = last()

    assert (known.action, known.outcome, known.actor, known.record_ref) == ("password.wrong", "refused", None, mara.ref)
    assert (unknown.action, unknown.outcome, unknown.actor, unknown.record_ref) == (
        "password.wrong", "refused", None, None,
    )  # fmt: skip
    kept = str(list(AccessEntry.objects.values()))
    assert "quellfeld" not in kept and "wrong words" not in kept


def test_an_ended_account_and_one_that_waits_are_told_apart_in_the_log_only(client, at, mara, nils):
    at(NOW)
    nils.is_active = False
    nils.save()

    knock(client, "nils")
    assert (last().action, last().record_ref) == ("password.wrong", nils.ref)
    for _ in range(6):
        knock(client, "mara", "wrong words")
    assert (last().action, last().record_ref) == ("password.too_soon", mara.ref)
    assert actions() == ["password.wrong"] * 6 + ["password.too_soon"]


def test_a_known_and_an_unknown_name_cost_the_same_statements(at, mara):
    at(NOW)
    costs = []
    for name in ("mara", "ghost"):
        with counted() as statements:
            knock(Client(), name, "wrong words")
        costs.append([sql.split(" ")[:3] for sql in statements])

    assert costs[0] == costs[1]


def test_the_code_is_told_of_as_well(client, at, mara):
    at(NOW)
    second_factor.switch_on(user=mara, key=KEY, typed=second_factor.code_at(KEY, NOW), now=NOW)

    knock(client)
    assert (last().actor, last().record_ref) == (None, mara.ref)
    for _ in range(6):
        client.post(CODE, {"code": "000000"})
    assert (last().actor, last().record_ref, last().outcome) == (None, mara.ref, "refused")
    at(NOW + 16 * MINUTE)
    other = Client()
    knock(other)
    other.post(CODE, {"code": second_factor.code_at(KEY, NOW + 16 * MINUTE)})

    assert actions() == [
        "password.right", *["code.wrong"] * 5, "code.too_soon", "password.right", "sign_in.ok",
    ]  # fmt: skip
    assert last().actor == mara


def test_a_wrong_password_in_front_of_a_step_that_reaches_far_is_told_of(client, at, mara):
    at(NOW)
    knock(client)
    at(NOW + 6 * MINUTE)

    answer = client.post("/accounts/second-factor/set-up/", {"confirm_password": "wrong words", "confirm_then": "open"})

    assert answer.status_code == 403
    assert (last().action, last().actor, last().record_ref) == ("password.wrong", mara, mara.ref)


@pytest.mark.parametrize(
    ("later", "action"), [(timedelta(minutes=15), "session.idle"), (timedelta(hours=12), "session.long")]
)
def test_a_session_that_was_over_is_told_of(client, at, mara, later, action):
    at(NOW)
    knock(client)
    if action == "session.long":
        Session.objects.update(last_seen_at=NOW + later)
    at(NOW + later)

    assert client.get("/accounts/").status_code == 302

    assert (last().action, last().actor, last().record_ref) == (action, None, mara.ref)
    assert last().session_hash == AccessEntry.objects.get(action="sign_in.ok").session_hash


def test_ending_a_session_elsewhere_is_told_of(client, at, mara):
    at(NOW)
    browsers = [Client() for _ in range(3)]
    for browser in (client, *browsers):
        knock(browser)
    one = Session.objects.get(session_key=browsers[0].cookies["session"].value)

    client.post(f"/accounts/sessions/{one.ref}/end/")
    assert (last().action, last().actor, last().record_ref) == ("session.end", mara, one.ref)
    client.post("/accounts/sessions/end/")
    assert (last().action, last().actor) == ("session.end_others", mara)


def test_a_page_that_is_not_for_a_role_is_told_of_once_by_its_name(at, sign_in, nils, dana):
    at(NOW)

    answer = sign_in(nils).get(f"/manage/staff/{nils.ref}/?q=Whitfield", **HERE)

    entry = last()
    assert answer.status_code == 403
    assert actions() == ["role.refused"]
    assert (entry.actor, entry.role, entry.route, entry.outcome) == (nils, "clinician", "staff:staff_member", "denied")
    assert str(nils.ref) not in (entry.route, str(entry.record_ref)) and "Whitfield" not in str(vars(entry))


def test_what_a_view_itself_refuses_is_told_of_too(at, sign_in, settings, mara, dana):
    at(NOW)
    settings.REQUIRE_SECOND_FACTOR = True

    assert sign_in(mara).post("/accounts/second-factor/off/").status_code == 403

    assert actions() == ["role.refused"]


def test_whoever_may_leaves_nothing_at_the_door(at, sign_in, mara, otto):
    at(NOW)

    for member, page in ((mara, "/patients/"), (mara, "/accounts/"), (otto, "/manage/access-log/")):
        assert sign_in(member).get(page).status_code == 200

    assert actions() == []


def test_nobody_gets_in_whom_the_log_cannot_name(client, at, mara):
    at(NOW)

    with log_out_of_order():
        answer = knock(client)

    assert answer.status_code == 503
    assert "session" not in client.cookies
    assert not Session.objects.filter(staff=mara).exists() and not AccessEntry.objects.filter(actor=mara).exists()
    assert client.get("/accounts/").status_code == 302
    assert knock(client).status_code == 302


def test_nobody_gets_in_with_a_code_either_and_a_try_that_cannot_be_written_is_not_answered(client, at, mara):
    at(NOW)
    second_factor.switch_on(user=mara, key=KEY, typed=second_factor.code_at(KEY, NOW), now=NOW)
    later = NOW + MINUTE
    at(later)
    knock(client)

    with log_out_of_order():
        right = client.post(CODE, {"code": second_factor.code_at(KEY, later)})
        wrong = knock(Client(), "mara", "wrong words")

    assert (right.status_code, wrong.status_code) == (503, 503)
    assert client.get("/accounts/").status_code == 302
    assert not Session.objects.filter(staff=mara).exists()


def test_signing_out_works_even_then(client, at, mara):
    at(NOW)
    knock(client)

    with log_out_of_order():
        answer = client.post("/accounts/logout/")

    assert answer.status_code == 503
    assert client.get("/accounts/").status_code == 302


def test_the_auditor_reads_it_in_plain_words(at, client, sign_in, otto, mara):
    at(NOW)
    knock(Client(), "ghost", "wrong words")
    knock(Client(), "mara", "wrong words")
    knock(Client())
    sign_in(mara).get("/manage/staff/")

    html = sign_in(otto).get("/manage/access-log/").content.decode()
    for words in (
        "A wrong password, for a name that nobody has here",
        "A wrong password: the account of Mara",
        "Signed in",
        "Somebody not signed in",
        "Asked for a page that is not for them",
        "staff:staff_list",
    ):
        assert words in html
    hers = client.get("/manage/access-log/", {"staff": str(mara.ref)}).content.decode()
    assert "A wrong password: the account of Mara" in hers and "nobody has here" not in hers


def test_it_is_signed_and_sealed_like_every_other_entry(at, mara):
    at(NOW)
    knock(Client(), "mara", "wrong words")
    knock(Client())
    seals.seal_log(now=NOW)
    assert not seals.verify().faults

    entry = SimpleNamespace(pk=AccessEntry.objects.get(action="password.wrong").pk)
    forged = AccessEntry.objects.get(pk=entry.pk)
    forged.record_ref = None

    assert not seals.is_signed(seals.text_of(forged, []), forged.mac)
