"""Who looked at a record: told to the person it is about, and to the auditor without their name."""

import pytest
from django.utils import timezone

from interactions.services.concerns import raise_concern
from patients.looks import page_words
from staff.access import routes
from staff.calendar import DAY
from staff.models import AccessEntry
from tests.factories import NOW, make_episode, make_patient
from tests.queries import counted


@pytest.fixture
def looked(sign_in, mara, nils, dana):
    """mara opened dana's page twice, and nils tried to. The log's clock is the database's own."""
    for member, times in ((mara, 2), (nils, 1)):
        for _ in range(times):
            sign_in(member).get(f"/patients/{dana.ref}/")


def page(sign_in, member, path):
    answer = sign_in(member).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_sees_the_patient_can_tell_them_who_looked(looked, sign_in, vera, dana):
    html = page(sign_in, vera, f"/patients/{dana.ref}/access/")

    assert "Opened the main page" in html
    assert "Mara" in html and "2 times" in html
    assert "Nils" in html and "was not shown anything" in html


def test_the_page_says_what_is_kept(sign_in, mara, dana):
    raise_concern(patient=dana, words="When can I call home?", by=mara, now=NOW)

    html = page(sign_in, mara, f"/patients/{dana.ref}/access/")

    assert "<dt>Concerns</dt><dd>1</dd>" in html
    assert "<dt>Stays</dt><dd>1</dd>" in html
    assert "call home" not in html


def test_what_a_colleague_may_not_see_is_neither_counted_nor_told_apart(sign_in, mara, vera, dana):
    raise_concern(patient=dana, words="He was rude", about_staff=True, not_for=mara, by=vera, now=timezone.now())
    concern = AccessEntry.objects.get(action="concern.recorded")

    html = page(sign_in, mara, f"/patients/{dana.ref}/access/")

    assert "<dt>Concerns</dt><dd>0</dd>" in html
    assert str(concern.record_ref) not in html
    assert "oncern" not in html.replace("<dt>Concerns</dt>", "").partition("<main")[2].partition("</main>")[0]


def test_earlier_days_stand_on_pages_of_their_own(looked, sign_in, mara, dana):
    later = timezone.now() + 60 * DAY
    assert "?before=" not in page(sign_in, mara, f"/patients/{dana.ref}/access/")

    html = page(sign_in, mara, f"/patients/{dana.ref}/access/?before={later.date()}")

    assert "Nobody looked in these days." in html
    assert f"?before={AccessEntry.objects.earliest('pk').recorded_at.year}" in html
    page(sign_in, mara, f"/patients/{dana.ref}/access/?before=garbage")
    page(sign_in, mara, f"/patients/{dana.ref}/access/?before=0001-01-01")
    page(sign_in, mara, f"/patients/{dana.ref}/access/?before=9999-12-31")


def test_the_auditor_reads_numbers_and_no_names(looked, sign_in, otto, dana):
    html = page(sign_in, otto, "/manage/access-log/")

    assert dana.record_number in html
    assert "Mara" in html
    assert "Dana" not in html and "Whitfield" not in html


def test_the_auditor_narrows_the_log(looked, sign_in, otto, mara, nils):
    html = page(sign_in, otto, f"/manage/access-log/?staff={nils.ref}&outcome=not_found")
    rows = html.partition("<tbody>")[2]
    assert "Nils" in rows and "Mara" not in rows

    assert "Nothing stands in the log" in page(sign_in, otto, "/manage/access-log/?day=2001-01-01")
    for odd in ("staff=1", "day=9999-12-31", "day=0001-01-01", "outcome=x", "before=x", "staff=%00"):
        page(sign_in, otto, f"/manage/access-log/?{odd}")


def test_the_log_goes_on_where_its_page_ended(looked, sign_in, otto, mara, dana):
    for _ in range(55):
        sign_in(mara).get(f"/patients/{dana.ref}/about/")

    html = page(sign_in, otto, "/manage/access-log/")
    older = html.partition('rel="next" href="')[2].partition('"')[0]

    assert html.count("<tr>") == 51
    assert page(sign_in, otto, older.replace("&amp;", "&")).count("<tr>") > 5


def test_looking_through_the_log_stands_in_the_log(looked, sign_in, otto, dana):
    page(sign_in, otto, "/manage/access-log/")

    entry = AccessEntry.objects.latest("pk")
    assert (entry.actor, entry.route) == (otto, "patients:access_log")
    assert entry.patients.filter(patient_ref=dana.ref).exists()


def test_the_pages_ask_little_however_much_there_is(sign_in, otto, mara, vera, dana, residential):
    for n in range(12):
        patient = make_episode(make_patient(family_name=f"Other{chr(97 + n)}", by=mara), residential, mara).patient
        sign_in(mara).get(f"/patients/{patient.ref}/")
        sign_in(mara).get(f"/patients/{dana.ref}/")

    for member, path in ((vera, f"/patients/{dana.ref}/access/"), (otto, "/manage/access-log/")):
        client = sign_in(member)
        with counted() as statements:
            client.get(path)

        assert len(statements) <= 12, statements


def test_every_page_of_one_patient_has_words_of_its_own():
    vague = page_words("password_change", "read", "ok")
    of_one = [name for name, pattern, _ in routes() if "/<uuid:ref>/" in f"/{pattern}" and "manage/" not in pattern]
    of_one = [name for name in of_one if name not in ("session_end", "policy_acknowledge")]  # of no patient

    assert not [name for name in of_one if page_words(name, "read", "ok") == vague]
