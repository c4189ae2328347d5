"""The second factor: codes good once, recovery codes, and a half sign-in that opens nothing."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from interactions.mailing import send_waiting
from staff import second_factor
from staff.access import is_public
from staff.models import Session
from tests.factories import NOW, PASSWORD
from tests.test_doors import DOORS, ROUTES, address_of, world

__all__ = ["world"]

KEY = "3132333435363738393031323334353637383930"
STEP = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
LOGIN, CODE, SET_UP = "/accounts/login/", "/accounts/login/code/", "/accounts/login/set-up/"
MINE = "/accounts/second-factor/"


def code_at(moment, key=KEY):
    return second_factor.code_at(key, moment)


@pytest.fixture
def codes(at, mara):
    """Mara's recovery codes; her authenticator was set up an hour ago."""
    before = NOW - 60 * MINUTE
    at(NOW)
    return second_factor.switch_on(user=mara, key=KEY, typed=code_at(before), now=before)


@pytest.fixture
def half(codes):
    """`half()` is a browser in which mara's password was given."""

    def given(back="", agent=None):
        client = Client()
        answer = client.post(LOGIN, {"username": "mara", "password": PASSWORD, "next": back})
        assert answer.url == CODE
        return client

    return given


def enters(client, code):
    answer = client.post(CODE, {"code": code})
    return answer.status_code == 302 and client.get("/accounts/").status_code == 200


def test_the_password_and_the_code_sign_in_and_lead_on(half):
    client = half(back="/accounts/hours/")

    answer = client.post(CODE, {"code": code_at(NOW)})

    assert answer.url == "/accounts/hours/"
    assert client.get("/accounts/hours/").status_code == 200


@pytest.mark.parametrize(("away", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_before_and_after(half, away, good):
    assert enters(half(), code_at(NOW + away * STEP)) is good


def test_a_code_is_good_once(half):
    assert enters(half(), code_at(NOW))

    assert not enters(half(), code_at(NOW))
    assert not enters(half(), code_at(NOW - STEP))
    assert enters(half(), code_at(NOW + STEP))


def test_the_code_that_set_it_up_is_used(half, at):
    at(NOW - 60 * MINUTE)

    assert not enters(half(), code_at(NOW - 60 * MINUTE))


@pytest.mark.parametrize("typed", ["", "0", "000000", "١٢٣٤٥٦", "-12345", "1e5", "\0", "x" * 40, "9" * 40])
def test_whatever_else_is_typed_opens_nothing(half, typed):
    assert not enters(half(), typed)


def test_blanks_in_a_code_do_not_matter(half):
    code = code_at(NOW)

    assert enters(half(), f" {code[:3]} {code[3:]} ")


def test_a_recovery_code_signs_in_once(half, codes, mara):
    assert enters(half(), codes[0].upper().replace("-", " "))

    assert second_factor.codes_left(mara) == 9
    assert not enters(half(), codes[0])
    assert enters(half(), codes[1])


def test_recovery_codes_are_stored_as_hashes(codes):
    stored = " ".join(StaticToken.objects.values_list("token", flat=True))

    assert len(set(codes)) == 10
    assert not any(code.replace("-", "") in stored or code in stored for code in codes)


def test_the_recovery_code_of_a_colleague_is_none(half, nils):
    theirs = second_factor.switch_on(user=nils, key=KEY, typed=code_at(NOW), now=NOW)

    assert not enters(half(), theirs[0])


def test_five_wrong_codes_close_it_for_fifteen_minutes(half, at, codes):
    client = half()
    said = {client.post(CODE, {"code": "000000"}).context["form"].errors["code"][0] for _ in range(5)}

    assert said == {second_factor.WRONG}
    assert not enters(client, code_at(NOW))
    assert not enters(half(), codes[0])
    at(NOW + 15 * MINUTE)
    assert enters(half(), code_at(NOW + 15 * MINUTE))


def test_every_failure_reads_the_same(half, codes):
    client = half()
    enters(half(), codes[0])
    pages = [client.post(CODE, {"code": typed}) for typed in (codes[0], "000000", "nonsense", code_at(NOW - 9 * STEP))]
    pages += [client.post(CODE, {"code": "000000"}) for _ in range(3)] + [client.post(CODE, {"code": code_at(NOW)})]

    assert {(page.status_code, page.context["form"].errors["code"][0]) for page in pages} == {
        (200, second_factor.WRONG)
    }


@pytest.mark.parametrize("required", [True, False])
def test_a_half_sign_in_opens_no_route_but_the_public_ones(world, half, settings, required):
    settings.REQUIRE_SECOND_FACTOR = required
    client = half()

    for name, view in ROUTES.items():
        if not is_public(view):
            for method in ("get", "post"):
                answer = getattr(client, method)(address_of(name, world))
                assert (answer.status_code, urlsplit(answer.url).path) == (302, LOGIN), (name, method)
    assert enters(client, code_at(NOW))


def test_the_public_routes_are_those_that_a_stranger_may_open():
    public = {name for name, view in ROUTES.items() if is_public(view)}

    assert public >= {"login", "logout", "sign_in_code", "sign_in_set_up", "live", "ready"}
    assert all(DOORS[name].answers[0] in (200, 302, 400, 404) for name in public)


def test_a_half_sign_in_ends_after_ten_minutes_and_by_signing_out(half, at):
    late, gone = half(), half()
    gone.post("/accounts/logout/")
    at(NOW + 10 * MINUTE)

    assert late.post(CODE, {"code": code_at(NOW + 10 * MINUTE)}).url == LOGIN
    assert gone.get(CODE).url == LOGIN


def test_a_half_sign_in_ends_with_a_new_password_and_with_the_account(half, mara):
    first, second = half(), half()
    mara.set_password("another correct horse")
    mara.save()
    assert first.get(CODE).url == LOGIN

    mara.set_password(PASSWORD)
    mara.is_active = False
    mara.save()
    assert second.get(CODE).url == LOGIN


def test_the_code_alone_is_asked_of_nobody(client, codes):
    assert client.get(CODE).url == LOGIN
    assert client.post(CODE, {"code": code_at(NOW)}).url == LOGIN


def test_the_session_gets_a_new_key_with_each_step(half):
    client = half()
    first = client.session.session_key

    enters(client, code_at(NOW))

    assert client.session.session_key != first
    assert not Session.objects.with_key(first).exists()


# Setting it up


@pytest.fixture
def needed(settings, at, mara):
    """Everybody needs one; mara, who has none yet, gave her password."""
    settings.REQUIRE_SECOND_FACTOR = True
    at(NOW)
    client = Client()
    assert client.post(LOGIN, {"username": "mara", "password": PASSWORD, "next": "/accounts/hours/"}).url == CODE
    assert client.get(CODE).url == SET_UP
    return client


def key_of(client):
    return client.session[second_factor.NEW_KEY]


def test_where_everybody_needs_one_who_has_none_sets_it_up_first(needed, mara):
    page = needed.get(SET_UP)
    assert "no-store" in page.headers["Cache-Control"]
    assert needed.get("/accounts/").status_code == 302

    answer = needed.post(SET_UP, {"code": code_at(NOW, key_of(needed))})

    assert len(answer.context["codes"]) == 10
    assert answer.context["then"] == "/accounts/hours/"
    assert "no-store" in answer.headers["Cache-Control"]
    assert needed.get("/accounts/").status_code == 200
    assert second_factor.is_on(mara)


def test_a_wrong_first_code_sets_nothing_up(needed, mara):
    needed.get(SET_UP)
    key = key_of(needed)

    page = needed.post(SET_UP, {"code": "000000"})

    assert second_factor.WRONG in page.content.decode()
    assert key_of(needed) == key
    assert not second_factor.is_on(mara)


def test_the_password_alone_sets_up_no_second_one(half, mara):
    assert half().get(SET_UP).url == CODE
    assert half().post(SET_UP, {"code": "000000"}).url == CODE


def test_the_picture_holds_the_public_name_and_no_word_of_treatment(mara, settings):
    settings.PUBLIC_NAME = settings.OTP_TOTP_ISSUER = "Daybook"

    address = TOTPDevice(user=mara, key=KEY).config_url

    assert unquote(urlsplit(address).path) == "/Daybook:mara"
    assert parse_qs(urlsplit(address).query)["issuer"] == ["Daybook"]
    assert "rehab" not in address.lower()
    assert second_factor.picture(mara, KEY).startswith("data:image/svg+xml")
    assert second_factor.letters(KEY) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_where_it_is_optional_one_switches_it_on_and_off(sign_in, at, mara):
    at(NOW)
    client = sign_in(mara)
    client.get(f"{MINE}set-up/")

    shown = client.post(f"{MINE}set-up/", {"code": code_at(NOW, key_of(client))}).context["codes"]

    assert "10 of 10 left" in client.get(MINE).content.decode()
    renewed = client.post(f"{MINE}codes/").context["codes"]
    assert not set(shown) & set(renewed)
    assert client.post(f"{MINE}off/").url == MINE
    assert not second_factor.is_on(mara)


def test_where_it_is_required_nobody_switches_it_off(sign_in, settings, codes, mara):
    settings.REQUIRE_SECOND_FACTOR = True

    assert sign_in(mara).post(f"{MINE}off/").status_code == 403
    assert second_factor.is_on(mara)


@pytest.mark.parametrize("address", ["set-up/", "codes/", "off/"])
def test_changing_it_asks_for_the_password_again(sign_in, codes, mara, address):
    answer = sign_in(mara, confirmed=False).post(f"{MINE}{address}")

    assert answer.status_code == 403
    assert "Is it you?" in answer.content.decode()
    assert second_factor.codes_left(mara) == 10


def test_an_admin_lets_a_colleague_set_it_up_anew(half, sign_in, codes, mara, ada):
    theirs = half()
    assert enters(theirs, code_at(NOW))
    admin = sign_in(ada)
    assert "On" in admin.get(reverse("staff:staff_list")).content.decode()

    admin.post(reverse("interactions:staff_second_factor", args=[mara.ref]), {"form_token": ""})

    assert not second_factor.is_on(mara)
    assert second_factor.codes_left(mara) == 0
    assert theirs.get("/accounts/").status_code == 302


def test_they_are_told_by_a_mail_without_details(sign_in, codes, post_office, mara, ada):
    sign_in(ada).post(reverse("interactions:staff_second_factor", args=[mara.ref]), {"form_token": ""})

    assert send_waiting(NOW) == (1, 0)

    [mail] = post_office.messages
    text = str(mail)
    assert (mail["To"], mail["Subject"]) == ("mara@example.org", "Daybook: your account was changed")
    assert not any(word in text for word in ("Mara", "Ada", "North", "authenticator", "rehab"))


def test_no_admin_takes_away_their_own(sign_in, at, ada):
    at(NOW)
    second_factor.switch_on(user=ada, key=KEY, typed=code_at(NOW), now=NOW)

    page = sign_in(ada).post(reverse("interactions:staff_second_factor", args=[ada.ref]), {"form_token": ""})

    assert "Another admin does this" in page.content.decode()
    assert second_factor.is_on(ada)


ELSEWHERE = [
    "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "javascript:alert(1)",
    "\\\\evil.example", "/\t/evil.example", "\x01//evil.example", "http:///evil.example", "///evil.example",
    "data:text/html,x", " //evil.example", "https://testserver@evil.example/", "%2f%2fevil.example",
]  # fmt: skip


@pytest.mark.parametrize("back", ELSEWHERE)
def test_no_sign_in_leads_elsewhere(half, mara, back):
    client = half(back=back)

    target = client.post(CODE, {"code": code_at(NOW)}).url

    assert urlsplit(target).netloc == "" and not target.startswith(("//", "/\\", "\\"))
    assert "evil" not in target or target == "%2f%2fevil.example"  # a page of ours that does not exist
