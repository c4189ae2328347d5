"""A new password by mail: a link that is good once and for a while, and answers that tell nobody who has an account."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from interactions.choices import MailKind, MailState
from interactions.models import Mail
from interactions.reminders import run_pass
from staff import feeds, second_factor, services
from staff.models import AccessEntry, ResetRequest, Session
from staff.resetting import link_of
from staff.roles import Role
from tests.cast import enter
from tests.factories import NOW, PASSWORD, make_staff
from tests.queries import counted
from tests.test_doors import bare

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
ASK, DONE, COMPLETE = (
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/complete/",
)
LOGIN = "/accounts/login/"
FRESH = "a wholly different staple"
KEY = "3132333435363738393031323334353637383930"


@pytest.fixture(autouse=True)
def now(at):
    at(NOW)


@pytest.fixture
def ask(at):
    """`ask("mara@example.org")` asks for a link, and is the answer."""

    def send(email, when=NOW, address="192.0.2.1"):
        at(when)
        return Client().post(ASK, {"email": email}, REMOTE_ADDR=address)

    return send


@pytest.fixture
def link(ask, post_office, mara):
    """The path of the link that the mail to mara holds."""
    ask("mara@example.org")
    run_pass(now=NOW)
    return links_in(post_office.messages[-1])[0]


def links_in(mail):
    text = mail.get_body(("plain",)).get_content()
    return [found.removeprefix(settings.SITE_URL) for found in re.findall(r"http\S+", text)]


def opened(link):
    """A browser that opened the link, and the address at which it then is."""
    client = Client()
    answer = client.get(link)
    return client, answer.headers.get("Location")


def chooses(client, page, password=FRESH, again=None):
    return client.post(page, {"new_password1": password, "new_password2": again or password})


def is_good(link):
    return opened(link)[1] is not None


def signs_in(password):
    return Client().post(LOGIN, {"username": "mara", "password": password}).status_code == 302


def test_the_sign_in_page_leads_there(client, db):
    assert f'href="{ASK}"' in client.get(LOGIN).content.decode()


def test_the_link_leads_to_a_new_password(link, mara):
    client, page = opened(link)

    answer = chooses(client, page)

    assert answer.headers["Location"] == COMPLETE
    assert client.get(COMPLETE).status_code == 200
    assert (signs_in(PASSWORD), signs_in(FRESH)) == (False, True)


def test_the_mail_holds_the_link_and_names_nobody(ask, post_office, mara):
    ask("Mara@Example.org")

    run_pass(now=NOW)

    [mail] = post_office.messages
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert (mail["To"], mail["Subject"]) == ("mara@example.org", "Daybook: a new password")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert links_in(mail)[0].startswith(f"/accounts/password/reset/{mara.ref}/")
    assert f'href="{settings.SITE_URL}{links_in(mail)[0]}"' in html
    for part in (plain, html):
        assert "there is nothing to do" in part
        bare = part.replace(settings.SITE_URL, "").casefold()
        assert not any(word in bare for word in ("mara", "north", "clinician", "rehab", "patient", "treatment"))


def test_neither_a_table_nor_the_page_holds_the_key_in_clear(link, mara):
    token = link.split("/")[-2]
    client, page = opened(link)

    shown = client.get(page)

    assert page == reverse("password_reset_confirm", args=[mara.ref, "set-password"])
    assert token not in shown.content.decode()
    assert f"/{mara.pk}/" not in link
    assert "no-store" in shown.headers["Cache-Control"]
    assert "no-store" in Client().get(link).headers["Cache-Control"]
    assert shown.headers["Referrer-Policy"] == "same-origin"
    assert not ResetRequest.objects.exists()
    assert token not in str(list(Mail.objects.values()))


def shape(answer):
    return answer.status_code, answer.headers.get("Location"), answer.content, dict(answer.headers)


def test_the_answer_is_the_same_for_every_address(ask, post_office, mara, nils):
    services.change(row=nils, action="staff.update", by=mara, is_active=False)
    for name in ("twin", "other"):
        make_staff(name, email="shared@example.org")

    answers = [
        shape(ask(email, address=f"192.0.2.{n}"))
        for n, email in enumerate(
            ("mara@example.org", "nils@example.org", "shared@example.org", "nobody@example.org", "mara@example.org"), 1
        )
    ]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][:2] == (302, DONE)
    assert ResetRequest.objects.count() == 4  # the last asked again within the minute
    run_pass(now=NOW)
    told = [mail["To"] for mail in post_office.messages]
    assert sorted(told) == ["mara@example.org", "shared@example.org", "shared@example.org"]
    assert not ResetRequest.objects.exists()


def test_asking_runs_the_same_statements_for_every_address(ask, mara):
    asked = []
    for n, email in enumerate(("mara@example.org", "nobody@example.org"), 1):
        with counted() as statements:
            ask(email, address=f"192.0.2.{n}")
        asked.append([re.sub(r"'[^']*'|\d+", "?", statement) for statement in statements])

    assert asked[0] == asked[1] != []


def test_whoever_has_no_password_yet_is_not_let_in_by_mail(ask, post_office, mara):
    mara.set_unusable_password()
    mara.save()

    ask("mara@example.org")
    run_pass(now=NOW)

    assert post_office.messages == []


def test_one_address_is_written_to_three_times_and_then_every_fifteen_minutes(ask, mara):
    moments = [NOW, NOW + 30 * SECOND, NOW + MINUTE, NOW + 2 * MINUTE, NOW + 3 * MINUTE, NOW + 17 * MINUTE]

    for n, moment in enumerate(moments):
        assert ask("mara@example.org" if n % 2 else " MARA@example.org", moment, f"192.0.2.{n}").url == DONE

    # The second and the fifth came too soon.
    assert list(ResetRequest.objects.order_by("pk").values_list("asked_at", flat=True)) == [
        moments[0], moments[2], moments[3], moments[5],
    ]  # fmt: skip


def test_one_place_asks_for_sixty_addresses_and_still_signs_in(ask, mara):
    for n in range(70):
        assert ask(f"somebody{n}@example.org").url == DONE

    assert ResetRequest.objects.count() == 60
    answer = Client().post(LOGIN, {"username": "mara", "password": PASSWORD}, REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 302


def test_a_link_is_good_for_thirty_minutes(link, at):
    at(NOW + 30 * MINUTE)
    assert is_good(link)

    at(NOW + 30 * MINUTE + SECOND)

    assert not is_good(link)


def test_a_page_that_stood_open_for_too_long_changes_nothing(link, at, mara):
    client, page = opened(link)
    at(NOW + 31 * MINUTE)

    answer = chooses(client, page)

    assert "no longer good" in answer.content.decode()
    assert signs_in(PASSWORD)


def test_a_link_is_good_once(link):
    chooses(*opened(link))

    assert not is_good(link)


def test_two_browsers_with_one_link_change_it_once(link):
    first, second = opened(link), opened(link)
    chooses(*first)

    answer = chooses(*second, password="yet another long staple")

    assert "no longer good" in answer.content.decode()
    assert signs_in(FRESH)


def new_password(mara, ada):
    services.set_password(member=mara, password=FRESH, by=ada, now=NOW)


def new_role(mara, ada):
    services.change(row=mara, action="staff.update", by=ada, role=Role.SUPERVISOR)


def new_address(mara, ada):
    services.change(row=mara, action="staff.update", by=ada, email="other@example.org")


def ended(mara, ada):
    services.change(row=mara, action="staff.update", by=ada, is_active=False)


def ended_and_back(mara, ada):
    ended(mara, ada)
    new_password(mara, ada)
    services.change(row=mara, action="staff.update", by=ada, is_active=True)


def signed_in(mara, ada):
    assert signs_in(PASSWORD)


# Each is done to mara by ada; the link of before is then no longer good.
@pytest.mark.parametrize("change", [new_password, new_role, new_address, ended, ended_and_back, signed_in])
def test_a_link_ends_with_a_change_of_the_account(link, mara, ada, change):
    assert is_good(link)

    change(mara, ada)

    assert not is_good(link)


def test_a_link_of_one_account_opens_no_other(link, mara, nils):
    assert not is_good(link.replace(str(mara.ref), str(nils.ref)))
    assert not is_good(link[:-2] + ("0/" if link[-2] != "0" else "1/"))


BAD = ("set-password", "abc-123", "d0f3dt-0123456789abcdef0123456789abcdef")
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_the_page_of_a_bad_link_is_the_same_whoever_it_names(mara, link):
    bad = [reverse("password_reset_confirm", args=[ref, token]) for ref in (mara.ref, UNKNOWN) for token in BAD]

    pages = [Client().get(address) for address in bad]

    assert {page.status_code for page in pages} == {200}
    assert len({bare(page) for page in pages}) == 1


def test_all_sessions_end_and_nobody_is_signed_in(mara, nils):
    elsewhere, colleague = Client(), Client()
    enter(elsewhere, mara)
    enter(colleague, nils)
    mara.refresh_from_db()
    client, page = opened(link_path(mara))

    chooses(client, page)

    assert not Session.objects.of(mara).exists()
    assert elsewhere.get("/accounts/").status_code == 302
    assert client.get("/accounts/").status_code == 302
    assert colleague.get("/accounts/").status_code == 200


def link_path(member):
    return link_of(member, now=NOW).removeprefix(settings.SITE_URL)


def test_the_calendar_link_ends_too(mara):
    feeds.make(by=mara, now=NOW)

    chooses(*opened(link_path(mara)))

    assert feeds.feed_of(mara) is None


def test_whoever_is_signed_in_in_that_browser_is_so_no_longer(sign_in, mara):
    client = sign_in(mara)
    mara.refresh_from_db()
    page = client.get(link_path(mara)).headers["Location"]

    answer = chooses(client, page)

    assert answer.headers["Location"] == COMPLETE
    assert client.get("/accounts/").status_code == 302


def test_the_second_factor_stays_and_a_half_sign_in_ends(mara):
    before = NOW - 60 * MINUTE
    code = second_factor.code_at(KEY, before)
    recovery = second_factor.switch_on(user=mara, key=KEY, typed=code, now=before)
    half = Client()
    assert half.post(LOGIN, {"username": "mara", "password": PASSWORD}).url == "/accounts/login/code/"

    chooses(*opened(link_path(mara)))

    assert second_factor.is_on(mara)
    assert second_factor.codes_left(mara) == len(recovery)
    assert half.post("/accounts/login/code/", {"code": second_factor.code_at(KEY, NOW)}).url.startswith(LOGIN)
    assert half.get("/accounts/").status_code == 302
    anew = Client().post(LOGIN, {"username": "mara", "password": FRESH})
    assert anew.url == "/accounts/login/code/"


@pytest.mark.parametrize(
    ("password", "again"),
    [("short", None), ("12345678901234567", None), (FRESH, "something else altogether"), ("mara mara mara mara", None)],
)
def test_the_rules_for_passwords_hold_here_too(link, password, again):
    client, page = opened(link)

    answer = chooses(client, page, password, again)

    assert answer.status_code == 200
    assert signs_in(PASSWORD)


def test_the_access_log_has_the_change(link, mara):
    chooses(*opened(link))

    entry = AccessEntry.objects.get(action="account.password_reset")
    assert (entry.actor, entry.record_ref, entry.fields) == (mara, mara.ref, "password")


def test_a_link_is_not_sent_when_the_asking_is_old(ask, post_office, mara):
    ask("mara@example.org")

    run_pass(now=NOW + 30 * MINUTE)

    assert post_office.messages == []
    assert [mail.state for mail in Mail.objects.filter(kind=MailKind.RESET)] == [MailState.EMPTY]


def test_a_mail_that_could_not_be_sent_comes_a_little_later(ask, post_office, mara):
    post_office.refusal = "451 later"
    ask("mara@example.org")
    run_pass(now=NOW)
    post_office.refusal = None

    run_pass(now=NOW + MINUTE)

    [mail] = post_office.messages
    assert is_good(links_in(mail)[0])


def test_a_link_leads_to_our_site_whatever_the_request_called_it(ask, post_office, mara, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://daybook.example", ["*"]
    Client().post(ASK, {"email": "mara@example.org"}, headers={"host": "evil.example"})

    run_pass(now=NOW)

    [mail] = post_office.messages
    assert "https://daybook.example/accounts/password/reset/" in str(mail)
    assert "evil" not in str(mail)
